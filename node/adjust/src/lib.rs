//! The settings of this computer that are changed most: how they are, which values they can have, how to
//! change them and how to go back.
//!
//! What it does: a module for each setting, by the service or the tool that the desktop itself uses. Where
//! that isn't there it says so ([`AdjustFault`]) and guesses nothing. [`AdjustDeed`] is a change as the
//! journal of changes has it.
//!
//! What it does not do: it asks nobody. Whoever calls it has the user's yes. It has no rights of its own:
//! services ask for an administrator's password themselves.

#![forbid(unsafe_code)]

mod apps;
mod bus;
mod deed;
mod display;
mod files;
mod firewall;
mod keyboard;
mod language;
mod machine;
mod mime;
mod network;
mod printer;
mod scale;
mod sleep;
mod time;
mod tools;

use std::collections::HashSet;
use std::time::Duration;

use beistand_session::{
    AdjustFault, AdjustKind, AdjustSetting, AdjustState, MAX_ADJUST_CHOICES, MAX_ADJUST_VALUE_BYTES, escape,
};

pub use deed::{AdjustBefore, AdjustDeed, deed_fault, fault_of};
pub use machine::AdjustMachine;

/// What nobody has chosen, so that the network or the desktop decides.
pub const AUTOMATIC: &str = "automatic";

/// Nothing is chosen.
pub const NONE: &str = "none";

/// What can be on or off.
const SWITCH: [&str; 2] = ["on", "off"];

/// How long a new resolution is shown before it goes back by itself: as desktops have it.
pub const RESOLUTION_TRIAL: Duration = Duration::from_secs(15);

/// How long the network is off before it comes back by itself: nobody is there meanwhile to help.
pub const NETWORK_TRIAL: Duration = Duration::from_secs(30);

fn is_on(value: &str) -> bool {
    value == SWITCH[0]
}

fn switch(on: bool) -> &'static str {
    if on { SWITCH[0] } else { SWITCH[1] }
}

/// How a setting is, and what it takes to bring that back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdjustPresent {
    /// What it is.
    pub value: String,
    /// What brings exactly this back, where the value doesn't say all of it.
    pub raw: String,
    /// What can be chosen.
    pub choices: Vec<String>,
    /// Whether other values make sense too.
    pub free: bool,
}

impl AdjustPresent {
    /// A setting that has this value and can have one of these, as far as they can be shown and typed.
    fn of_choices(value: String, choices: impl IntoIterator<Item = String>) -> Self {
        let mut seen = HashSet::new();
        let fitting = choices.into_iter().filter(|choice| is_value(choice) && seen.insert(choice.clone()));
        let choices = fitting.take(MAX_ADJUST_CHOICES).collect();
        let raw = value.clone();
        let value = if is_value(&value) { value } else { NONE.to_owned() };
        Self { raw, value, choices, free: false }
    }

    fn of_words(value: &str, choices: &[&str]) -> Self {
        Self::of_choices(value.to_owned(), choices.iter().copied().map(str::to_owned))
    }
}

/// Whether something is short, and the same for whoever reads it elsewhere.
fn is_value(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_ADJUST_VALUE_BYTES && text.trim() == text && escape(text) == text
}

/// How long a change is on trial before it goes back by itself; `None`: it stays.
pub fn trial(kind: AdjustKind, value: &str) -> Option<Duration> {
    match kind {
        AdjustKind::Resolution => Some(RESOLUTION_TRIAL),
        AdjustKind::Network if !is_on(value) => Some(NETWORK_TRIAL),
        AdjustKind::Network
        | AdjustKind::Scale
        | AdjustKind::Keyboard
        | AdjustKind::Language
        | AdjustKind::Browser
        | AdjustKind::Mail
        | AdjustKind::Dns
        | AdjustKind::TimeZone
        | AdjustKind::NetworkTime
        | AdjustKind::Sleep
        | AdjustKind::Firewall
        | AdjustKind::Printer => None,
    }
}

/// How a setting is. It blocks.
///
/// # Errors
/// Why it can't be read or changed here.
pub fn read(kind: AdjustKind, machine: &AdjustMachine) -> Result<AdjustPresent, AdjustFault> {
    match kind {
        AdjustKind::Resolution => display::read(machine),
        AdjustKind::Scale => scale::read(machine),
        AdjustKind::Keyboard => keyboard::read(machine),
        AdjustKind::Language => language::read(machine),
        AdjustKind::Browser => apps::read(machine, apps::BROWSER),
        AdjustKind::Mail => apps::read(machine, apps::MAIL),
        AdjustKind::Network => network::read(machine),
        AdjustKind::Dns => network::read_dns(machine),
        AdjustKind::TimeZone => time::read_zone(machine),
        AdjustKind::NetworkTime => time::read_network_time(machine),
        AdjustKind::Sleep => sleep::read(machine),
        AdjustKind::Firewall => firewall::read(machine),
        AdjustKind::Printer => printer::read(machine),
    }
}

/// The same for somebody elsewhere.
pub fn state(kind: AdjustKind, machine: &AdjustMachine) -> AdjustState {
    match read(kind, machine) {
        Ok(AdjustPresent { value, choices, free, .. }) => {
            AdjustState::Here(AdjustSetting { value, choices, free })
        }
        Err(fault) => AdjustState::NotHere(fault),
    }
}

/// Gives a setting a value that [`read`] offers. It blocks, also while the user types a password.
fn set(kind: AdjustKind, value: &str, machine: &AdjustMachine) -> Result<(), AdjustFault> {
    match kind {
        AdjustKind::Resolution => display::set(machine, value),
        AdjustKind::Scale => scale::set(machine, value),
        AdjustKind::Keyboard => keyboard::set(machine, value),
        AdjustKind::Language => language::set(machine, value),
        AdjustKind::Browser => apps::set(machine, apps::BROWSER, value),
        AdjustKind::Mail => apps::set(machine, apps::MAIL, value),
        AdjustKind::Network => network::set(machine, value),
        AdjustKind::Dns => network::set_dns(machine, value),
        AdjustKind::TimeZone => time::set_zone(machine, value),
        AdjustKind::NetworkTime => time::set_network_time(machine, value),
        AdjustKind::Sleep => sleep::set(machine, value),
        AdjustKind::Firewall => firewall::set(machine, value),
        AdjustKind::Printer => printer::set(machine, value),
    }
}

/// What a setting's raw value is once it was given a value, as far as that is compared by [`same`].
fn raw_after(kind: AdjustKind, value: &str, before: &str, machine: &AdjustMachine) -> String {
    match kind {
        AdjustKind::Resolution => display::raw_after(value, before),
        AdjustKind::Scale => scale::raw_after(machine, value),
        AdjustKind::Keyboard => keyboard::raw_after(machine, value, before),
        AdjustKind::Language => language::raw_after(value, before),
        AdjustKind::Browser => apps::raw_after(apps::BROWSER, value),
        AdjustKind::Mail => apps::raw_after(apps::MAIL, value),
        AdjustKind::Dns => network::raw_after(value, before),
        AdjustKind::Sleep => sleep::raw_after(machine, value, before),
        AdjustKind::Network
        | AdjustKind::TimeZone
        | AdjustKind::NetworkTime
        | AdjustKind::Firewall
        | AdjustKind::Printer => value.to_owned(),
    }
}

/// Whether two raw values of a setting are the same to whoever uses it.
fn same(kind: AdjustKind, one: &str, other: &str) -> bool {
    match kind {
        // Not how often a second it is drawn: another rate at the same size is the same choice.
        AdjustKind::Resolution => one.split('@').next() == other.split('@').next(),
        AdjustKind::Scale | AdjustKind::Keyboard | AdjustKind::Sleep => {
            tools::normal(one) == tools::normal(other)
        }
        AdjustKind::Language
        | AdjustKind::Browser
        | AdjustKind::Mail
        | AdjustKind::Network
        | AdjustKind::Dns
        | AdjustKind::TimeZone
        | AdjustKind::NetworkTime
        | AdjustKind::Firewall
        | AdjustKind::Printer => one == other,
    }
}

/// Brings back what was there, by [`AdjustPresent::raw`].
fn restore(kind: AdjustKind, raw: &str, machine: &AdjustMachine) -> Result<(), AdjustFault> {
    match kind {
        AdjustKind::Scale => scale::restore(machine, raw),
        AdjustKind::Keyboard => keyboard::restore(machine, raw),
        AdjustKind::Browser => apps::restore(machine, apps::BROWSER, raw),
        AdjustKind::Mail => apps::restore(machine, apps::MAIL, raw),
        AdjustKind::Sleep => sleep::restore(machine, raw),
        AdjustKind::Resolution => display::restore(machine, raw),
        AdjustKind::Language => language::restore(machine, raw),
        AdjustKind::Dns => network::restore_dns(machine, raw),
        AdjustKind::Printer => printer::restore(machine, raw),
        AdjustKind::Network | AdjustKind::TimeZone | AdjustKind::NetworkTime | AdjustKind::Firewall => {
            set(kind, raw, machine)
        }
    }
}

/// What a person means by a value: one that can be chosen.
///
/// # Errors
/// [`AdjustFault::NotAChoice`].
fn chosen(kind: AdjustKind, wish: &str, present: &AdjustPresent) -> Result<String, AdjustFault> {
    if present.choices.iter().any(|choice| choice == wish) {
        return Ok(wish.to_owned());
    }
    let free = (kind == AdjustKind::Dns).then(|| network::parse_dns(wish)).flatten();
    free.ok_or(AdjustFault::NotAChoice)
}
