//! In which language programs speak: the user's own by AccountsService where that is there, as in GNOME, else
//! the system's by `org.freedesktop.locale1`. Either holds from the next login on.

use beistand_posix::process::getuid;
use beistand_session::AdjustFault;
use zbus::zvariant::OwnedObjectPath;

use crate::bus::{BusObject, SystemBus};
use crate::tools::printed;
use crate::{AdjustMachine, AdjustPresent};

const ACCOUNTS: BusObject<'static> = BusObject {
    service: "org.freedesktop.Accounts",
    path: "/org/freedesktop/Accounts",
    interface: "org.freedesktop.Accounts",
};

const LOCALE: BusObject<'static> = BusObject {
    service: "org.freedesktop.locale1",
    path: "/org/freedesktop/locale1",
    interface: "org.freedesktop.locale1",
};

/// Whose language it is: its mark in the raw value.
const OWN: &str = "own";
const SYSTEM: &str = "system";

pub(crate) fn read(machine: &AdjustMachine) -> Result<AdjustPresent, AdjustFault> {
    let bus = SystemBus::to_read(machine)?;
    let choices = installed(&printed(machine, "locale", &["-a"])?);
    let (whose, language): (_, String) = match account(&bus) {
        Ok(user) => (OWN, bus.get(user.object(), "Language")?),
        Err(_) => (SYSTEM, of_system(&bus)?.unwrap_or_default()),
    };
    let raw = format!("{whose} {language}");
    let shown = match language.is_empty() {
        true => of_system(&bus).ok().flatten().unwrap_or_else(|| "C.UTF-8".to_owned()),
        false => language,
    };
    Ok(AdjustPresent { raw, ..AdjustPresent::of_choices(normal(&shown), choices) })
}

pub(crate) fn set(machine: &AdjustMachine, language: &str) -> Result<(), AdjustFault> {
    let whose = if account(&SystemBus::to_read(machine)?).is_ok() { OWN } else { SYSTEM };
    restore(machine, &format!("{whose} {language}"))
}

pub(crate) fn raw_after(language: &str, before: &str) -> String {
    format!("{} {language}", before.split(' ').next().unwrap_or_default())
}

/// An empty language is none of one's own.
pub(crate) fn restore(machine: &AdjustMachine, raw: &str) -> Result<(), AdjustFault> {
    let bus = SystemBus::to_write(machine)?;
    let (whose, language) = raw.split_once(' ').ok_or(AdjustFault::Unreadable)?;
    if whose == OWN {
        return bus.call(account(&bus)?.object(), "SetLanguage", &language);
    }
    let before: Vec<String> = bus.get(LOCALE, "Locale")?;
    let own = (!language.is_empty()).then(|| format!("LANG={language}"));
    let others = before.into_iter().filter(|line| !line.starts_with("LANG="));
    let lines: Vec<String> = own.into_iter().chain(others).collect();
    bus.call(LOCALE, "SetLocale", &(lines, true))
}

/// The user's account at AccountsService.
struct UserAccount(OwnedObjectPath);

impl UserAccount {
    fn object(&self) -> BusObject<'_> {
        let interface = "org.freedesktop.Accounts.User";
        BusObject { service: ACCOUNTS.service, path: self.0.as_str(), interface }
    }
}

fn account(bus: &SystemBus) -> Result<UserAccount, AdjustFault> {
    bus.call(ACCOUNTS, "FindUserById", &i64::from(getuid().as_raw())).map(UserAccount)
}

fn of_system(bus: &SystemBus) -> Result<Option<String>, AdjustFault> {
    let lines: Vec<String> = bus.get(LOCALE, "Locale")?;
    Ok(lines.iter().find_map(|line| line.strip_prefix("LANG=")).map(str::to_owned))
}

/// The locales that are installed, but for those that write no umlaut.
fn installed(list: &str) -> Vec<String> {
    let locales = list.lines().map(|line| normal(line.trim())).filter(|name| name.ends_with(".UTF-8"));
    locales.collect()
}

/// A locale as services write it: `locale -a` says `de_DE.utf8`.
fn normal(name: &str) -> String {
    match name.split_once('.') {
        Some((language, set)) if set.eq_ignore_ascii_case("utf8") => format!("{language}.UTF-8"),
        Some(_) | None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_are_named_as_services_name_them() {
        assert_eq!(installed("C\nC.utf8\nde_DE.utf8\nde_DE.iso88591\nPOSIX\n"), ["C.UTF-8", "de_DE.UTF-8"]);
    }
}
