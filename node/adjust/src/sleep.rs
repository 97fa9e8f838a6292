//! After how many minutes without a hand the computer sleeps, in GNOME by its own setting; on other desktops
//! on X11 after how many the screen goes dark, by `xset` until the next login.

use beistand_session::AdjustFault;

use crate::tools::{DesktopKey, printed};
use crate::{AdjustMachine, AdjustPresent};

/// In minutes; 0 is never.
const CHOICES: [&str; 8] = ["0", "5", "10", "15", "30", "60", "120", "240"];

const SCHEMA: &str = "org.gnome.settings-daemon.plugins.power";

/// What GNOME does, and after how many seconds: on mains, then on the battery.
const KEYS: [DesktopKey; 4] = [
    DesktopKey { schema: SCHEMA, key: "sleep-inactive-ac-type" },
    DesktopKey { schema: SCHEMA, key: "sleep-inactive-ac-timeout" },
    DesktopKey { schema: SCHEMA, key: "sleep-inactive-battery-type" },
    DesktopKey { schema: SCHEMA, key: "sleep-inactive-battery-timeout" },
];

pub(crate) fn read(machine: &AdjustMachine) -> Result<AdjustPresent, AdjustFault> {
    let (secs, raw) = if machine.is_gnome() {
        let values: Result<Vec<String>, _> = KEYS.into_iter().map(|key| key.get(machine)).collect();
        let values = values?;
        let secs: u64 = values[1].parse().map_err(|_| AdjustFault::Unreadable)?;
        (if values[0] == "'nothing'" { 0 } else { secs }, values.join(" "))
    } else {
        let state = dark(machine)?;
        (state.saver_secs, state.raw())
    };
    let now = (secs / 60).to_string();
    Ok(AdjustPresent { raw, ..AdjustPresent::of_words(&now, &CHOICES) })
}

pub(crate) fn set(machine: &AdjustMachine, minutes: &str) -> Result<(), AdjustFault> {
    let before = if machine.is_gnome() { String::new() } else { dark(machine)?.raw() };
    restore(machine, &raw_after(machine, minutes, &before))
}

pub(crate) fn raw_after(machine: &AdjustMachine, minutes: &str, before: &str) -> String {
    let secs = minutes.parse::<u64>().unwrap_or_default() * 60;
    if machine.is_gnome() {
        let what = if secs == 0 { "'nothing'" } else { "'suspend'" };
        return format!("{what} {secs} {what} {secs}");
    }
    let power = DarkState::of_raw(before).and_then(|state| state.power);
    let power = power.map(|_| DarkPower { secs: [secs; 3], on: secs > 0 });
    DarkState { saver_secs: secs, power }.raw()
}

pub(crate) fn restore(machine: &AdjustMachine, raw: &str) -> Result<(), AdjustFault> {
    if !machine.is_gnome() {
        return apply(machine, &DarkState::of_raw(raw).ok_or(AdjustFault::Unreadable)?);
    }
    KEYS.into_iter().zip(raw.split(' ')).try_for_each(|(key, value)| key.set(machine, value))
}

/// When an X server's screen goes dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct DarkState {
    saver_secs: u64,
    /// `None`: this server saves no power.
    power: Option<DarkPower>,
}

/// When the monitor saves power: standby, suspend and off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct DarkPower {
    secs: [u64; 3],
    on: bool,
}

fn dark(machine: &AdjustMachine) -> Result<DarkState, AdjustFault> {
    DarkState::of_query(&xset(machine, &["q"])?).ok_or(AdjustFault::Unreadable)
}

fn xset(machine: &AdjustMachine, arguments: &[&str]) -> Result<String, AdjustFault> {
    let display = machine.x11_display().ok_or(AdjustFault::NoService)?;
    printed(machine, "xset", &[&["-display", display][..], arguments].concat())
}

fn apply(machine: &AdjustMachine, state: &DarkState) -> Result<(), AdjustFault> {
    let saver = state.saver_secs.to_string();
    xset(machine, &["s", &saver, &saver])?;
    let Some(DarkPower { secs, on }) = state.power else { return Ok(()) };
    let [standby, suspend, off] = secs.map(|secs| secs.to_string());
    xset(machine, &["dpms", &standby, &suspend, &off])?;
    xset(machine, &[if on { "+dpms" } else { "-dpms" }]).map(drop)
}

impl DarkState {
    fn of_query(text: &str) -> Option<Self> {
        let number = |name: &str| {
            let (_, rest) = text.split_once(name)?;
            rest.split_whitespace().next()?.parse().ok()
        };
        let power = match (number("Standby:"), number("Suspend:"), number("Off:")) {
            (Some(standby), Some(suspend), Some(off)) => {
                Some(DarkPower { secs: [standby, suspend, off], on: text.contains("DPMS is Enabled") })
            }
            _ => None,
        };
        Some(Self { saver_secs: number("timeout:")?, power })
    }

    fn raw(&self) -> String {
        let saver = self.saver_secs;
        match self.power {
            Some(DarkPower { secs: [standby, suspend, off], on }) => {
                format!("{saver} {standby} {suspend} {off} {}", u8::from(on))
            }
            None => saver.to_string(),
        }
    }

    fn of_raw(raw: &str) -> Option<Self> {
        let numbers: Option<Vec<u64>> = raw.split(' ').map(|word| word.parse().ok()).collect();
        let (saver_secs, power) = match numbers?[..] {
            [saver] => (saver, None),
            [saver, standby, suspend, off, on] => {
                (saver, Some(DarkPower { secs: [standby, suspend, off], on: on == 1 }))
            }
            _ => return None,
        };
        Some(Self { saver_secs, power })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const QUERY: &str = "Screen Saver:\n  prefer blanking:  yes    allow exposures:  yes\n  timeout:  600    cycle:  600\n\
        DPMS (Energy Star):\n  Standby: 600    Suspend: 700    Off: 900\n  DPMS is Enabled\n  Monitor is On\n";

    #[test]
    fn what_the_server_says_is_read_with_and_without_power_saving() {
        let state = DarkState::of_query(QUERY).unwrap();
        assert_eq!(state.raw(), "600 600 700 900 1");
        let (without, _) = QUERY.split_once("DPMS").unwrap();
        assert_eq!(DarkState::of_query(without).unwrap().raw(), "600");
        assert_eq!(DarkState::of_query("xset: unable to open display"), None);
    }

    proptest! {
        #[test]
        fn what_is_kept_comes_back(saver in 0_u64..9000, power in any::<Option<([u16; 3], bool)>>(), junk in "\\PC{0,60}") {
            let power = power.map(|(secs, on)| DarkPower { secs: secs.map(u64::from), on });
            let state = DarkState { saver_secs: saver, power };
            prop_assert_eq!(DarkState::of_raw(&state.raw()), Some(state));
            let _ = (DarkState::of_query(&junk), DarkState::of_raw(&junk));
        }
    }
}
