//! The printer that is used where none is named: the user's own choice, by CUPS's `lpstat` and `lpoptions`.

use std::path::PathBuf;

use beistand_session::AdjustFault;

use crate::files::{read_file, write_file};
use crate::tools::printed;
use crate::{AdjustMachine, AdjustPresent, NONE};

pub(crate) fn read(machine: &AdjustMachine) -> Result<AdjustPresent, AdjustFault> {
    let printers = match printed(machine, "lpstat", &["-e"]) {
        Ok(list) => names(&list),
        // It says so where there is no printer.
        Err(AdjustFault::Broken) => Vec::new(),
        Err(fault) => return Err(fault),
    };
    if printers.is_empty() {
        return Err(AdjustFault::NoDevice);
    }
    let now = default(&printed(machine, "lpstat", &["-d"]).unwrap_or_default());
    let present = AdjustPresent::of_choices(now.unwrap_or_else(|| NONE.to_owned()), printers);
    let raw = own_default(&read_file(&own_file(machine))?).unwrap_or_default();
    Ok(AdjustPresent { raw, ..present })
}

pub(crate) fn set(machine: &AdjustMachine, printer: &str) -> Result<(), AdjustFault> {
    printed(machine, "lpoptions", &["-d", printer]).map(drop)
}

/// An empty name is none of the user's own, so that the system's holds.
pub(crate) fn restore(machine: &AdjustMachine, raw: &str) -> Result<(), AdjustFault> {
    if !raw.is_empty() {
        return set(machine, raw);
    }
    let file = own_file(machine);
    write_file(&file, &without_default(&read_file(&file)?))
}

/// Where the user's choice is.
fn own_file(machine: &AdjustMachine) -> PathBuf {
    machine.home.join(".cups/lpoptions")
}

fn own_default(text: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix("Default "));
    line?.split_whitespace().next().filter(|name| is_name(name)).map(str::to_owned)
}

/// Names that are no options of a tool.
fn names(list: &str) -> Vec<String> {
    list.lines().map(str::trim).filter(|name| is_name(name)).map(str::to_owned).collect()
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('-') && !name.contains(char::is_whitespace)
}

/// Which one is named behind the colon, in whatever language.
fn default(text: &str) -> Option<String> {
    let (_, name) = text.lines().next()?.rsplit_once(':')?;
    Some(name.trim().to_owned()).filter(|name| is_name(name))
}

/// The user's file, in which a printer's options stay but none is the default.
fn without_default(text: &str) -> String {
    let line = |line: &str| match line.strip_prefix("Default ") {
        Some(rest) => format!("Dest {rest}\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printers_and_the_default_one_are_read() {
        assert_eq!(names("Laser\n-o\n two words\nInk_2\n"), ["Laser", "Ink_2"]);
        assert_eq!(default("system default destination: Laser\n").as_deref(), Some("Laser"));
        assert_eq!(default("no system default destination\n"), None);
        assert_eq!(without_default("Dest A a=b\nDefault B c=d\n"), "Dest A a=b\nDest B c=d\n");
    }
}
