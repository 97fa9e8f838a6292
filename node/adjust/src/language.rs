//! In which language programs speak: the user's own by AccountsService where that is there, as in GNOME, else
//! the system's by `org.freedesktop.locale1`. Either holds from the next login on.

use beistand_session::AdjustFault;
use rustix::process::getuid;
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

pub(crate) fn read(machine: &AdjustMachine) -> Result<AdjustPresent, AdjustFault> {
    let bus = SystemBus::to_read(machine)?;
    let own: Option<String> = account(&bus).ok().and_then(|user| bus.get(user.object(), "Language").ok());
    let now = match own.filter(|language| !language.is_empty()) {
        Some(language) => language,
        None => of_system(&bus)?,
    };
    let choices = installed(&printed(machine, "locale", &["-a"])?);
    Ok(AdjustPresent::of_choices(normal(&now), choices))
}

pub(crate) fn set(machine: &AdjustMachine, language: &str) -> Result<(), AdjustFault> {
    let bus = SystemBus::to_write(machine)?;
    match account(&bus) {
        Ok(user) => bus.call(user.object(), "SetLanguage", &language),
        Err(AdjustFault::NoService) => {
            let before: Vec<String> = bus.get(LOCALE, "Locale")?;
            let others = before.into_iter().filter(|line| !line.starts_with("LANG="));
            let lines: Vec<String> = std::iter::once(format!("LANG={language}")).chain(others).collect();
            bus.call(LOCALE, "SetLocale", &(lines, true))
        }
        Err(fault) => Err(fault),
    }
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

fn of_system(bus: &SystemBus) -> Result<String, AdjustFault> {
    let lines: Vec<String> = bus.get(LOCALE, "Locale")?;
    let language = lines.iter().find_map(|line| line.strip_prefix("LANG="));
    Ok(language.unwrap_or("C.UTF-8").to_owned())
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
