//! Which program opens links and which writes mail: the user's own choice in `mimeapps.list`, which all
//! desktops read.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use beistand_session::AdjustFault;

use crate::files::{read_file, write_file};
use crate::{AUTOMATIC, AdjustMachine, AdjustPresent, mime};

/// Entries that are looked at in a folder: a large installation has several hundred.
const MAX_ENTRIES: usize = 4000;

/// A kind of program, by the types that it opens. A program counts that opens the first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AppRole(&'static [&'static str]);

pub(crate) const BROWSER: AppRole =
    AppRole(&["x-scheme-handler/https", "x-scheme-handler/http", "text/html", "application/xhtml+xml"]);

pub(crate) const MAIL: AppRole = AppRole(&["x-scheme-handler/mailto"]);

pub(crate) fn read(machine: &AdjustMachine, role: AppRole) -> Result<AdjustPresent, AdjustFault> {
    let programs = programs(machine, role);
    if programs.is_empty() {
        return Err(AdjustFault::NoDevice);
    }
    let text = read_file(&machine.mime_choices())?;
    let now = mime::chosen(&text, role.0[0]).and_then(|programs| programs.split(';').next());
    let mut choices = vec![AUTOMATIC.to_owned()];
    choices.extend(programs);
    let present = AdjustPresent::of_choices(now.unwrap_or(AUTOMATIC).to_owned(), choices);
    // All its types, so that each gets its own back.
    let lines = role.0.iter().filter_map(|mime| Some(format!("{mime}={}\n", mime::chosen(&text, mime)?)));
    Ok(AdjustPresent { raw: lines.collect(), ..present })
}

pub(crate) fn raw_after(role: AppRole, program: &str) -> String {
    let lines = role.0.iter().map(|mime| format!("{mime}={program}\n"));
    if program == AUTOMATIC { String::new() } else { lines.collect() }
}

pub(crate) fn set(machine: &AdjustMachine, role: AppRole, program: &str) -> Result<(), AdjustFault> {
    let program = (program != AUTOMATIC).then_some(program);
    change(machine, role, |_| program)
}

pub(crate) fn restore(machine: &AdjustMachine, role: AppRole, raw: &str) -> Result<(), AdjustFault> {
    let before: Vec<(&str, &str)> = raw.lines().filter_map(|line| line.split_once('=')).collect();
    change(machine, role, |mime| before.iter().find(|(key, _)| *key == mime).map(|(_, value)| *value))
}

fn change<'a>(
    machine: &AdjustMachine,
    role: AppRole,
    programs: impl Fn(&str) -> Option<&'a str>,
) -> Result<(), AdjustFault> {
    let file = machine.mime_choices();
    let text = read_file(&file)?;
    let text = role.0.iter().fold(text, |text, mime| mime::choose(&text, mime, programs(mime)));
    write_file(&file, &text)
}

/// The programs that open a role's first type, by the names of their entries.
fn programs(machine: &AdjustMachine, role: AppRole) -> BTreeSet<String> {
    let folders = machine.data_folders().map(|folder| folder.join("applications"));
    folders.flat_map(|folder| entries(&folder, role.0[0])).collect()
}

fn entries(folder: &Path, mime: &'static str) -> impl Iterator<Item = String> + use<> {
    let files = fs::read_dir(folder).into_iter().flatten().take(MAX_ENTRIES).flatten();
    files.filter_map(move |file| {
        let name = file.file_name().into_string().ok().filter(|name| name.ends_with(".desktop"))?;
        read_file(&file.path()).is_ok_and(|entry| mime::opens(&entry, mime)).then_some(name)
    })
}
