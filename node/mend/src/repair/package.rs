//! Packages (Debian's): a file that is no longer as its package has it is put back from there, what was
//! broken off is finished, and a package is no longer held back.
//!
//! What an administrator does of it is in two scripts that are part of this program. A script goes by what
//! dpkg knows and by what it has kept itself where only an administrator writes, never by the journal.

use beistand_posix::unix::ffi::OsStrExt as _;
use std::ffi::OsStr;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::time::Duration;

use beistand_posix::fs::OFlags;
use beistand_session::{DeedName, DeedPath, DeedSight, SightKind};
use beistand_tool::ToolCall;
use serde::{Deserialize, Serialize};

use super::sight;
use crate::folder::digest;
use crate::{DeedFault, DeedWatch, Machine};

const FILE_SCRIPT: &str = include_str!("package-file.sh");
const FINISH_SCRIPT: &str = include_str!("finish-packages.sh");

/// How long dpkg may take for a look: all files of a package are read.
const LOOK_LIMIT: Duration = Duration::from_secs(60);

/// The largest file that is put back, in bytes: packages have hardly a larger program.
const MAX_FILE_BYTES: u64 = 512 << 20;

/// Packages that are named.
const MAX_NAMED: usize = 5;

/// A file that isn't as its package has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct PackagedBefore {
    package: String,
    version: String,
    /// What it is called where the administrator's script keeps it.
    held: String,
    /// Of what is there instead.
    digest: String,
}

/// Packages that are not installed properly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct UnfinishedBefore {
    count: u32,
    first: String,
}

pub(super) fn before_restore(path: &DeedPath, machine: &Machine) -> Result<PackagedBefore, DeedFault> {
    let name = dpkg_path(path)?;
    // What is a link may lead to a file that is whole.
    let digest = digest_of(&at(path, machine), machine)?;
    let (known, owner) = machine.try_tool(&dpkg("dpkg-query", &["-S", "--", name]))?;
    let owner = owner.trim_end().strip_suffix(&format!(": {name}")).map(str::to_owned);
    let package = owner.filter(|owner| known && is_package(owner)).ok_or(DeedFault::Unfit)?;
    // It prints a line for each file that differs, and says no then.
    let (_, lines) = machine.try_tool(&dpkg("dpkg", &["--verify", &package]))?;
    if !lines.lines().any(|line| is_differing(line, name)) {
        return Err(DeedFault::Already);
    }
    let version =
        machine.run_tool(&dpkg("dpkg-query", &["-W", "-f", "${Version}", "--", &package]))?.trim().to_owned();
    let held = format!("{:016x}", RandomState::new().hash_one(name));
    Ok(PackagedBefore { package, version, held, digest })
}

/// Whether a line of dpkg's says that the content of this file, which is no settings file, differs (dpkg(1)).
fn is_differing(line: &str, name: &str) -> bool {
    let Some((flags, file)) = line.split_once(' ') else { return false };
    file.trim_start() == name && flags.chars().nth(2) == Some('5')
}

impl PackagedBefore {
    pub(super) fn sight(&self) -> DeedSight {
        sight(SightKind::Differs, 0, &format!("{} {}", self.package, self.version))
    }

    pub(super) fn run(&self, path: &DeedPath, machine: &Machine) -> Result<DeedSight, DeedFault> {
        let (file, name) = (at(path, machine), dpkg_path(path)?);
        if digest_of(&file, machine)? != self.digest {
            return Err(DeedFault::Changed);
        }
        script(FILE_SCRIPT, &["put", &self.held, name, &self.digest], machine)?;
        if digest_of(&file, &to_its_end(machine))? == self.digest {
            return Err(DeedFault::refused(""));
        }
        Ok(sight(SightKind::Packaged, 0, ""))
    }

    pub(super) fn undo(&self, path: &DeedPath, machine: &Machine) -> Result<(), DeedFault> {
        let file = at(path, machine);
        // It was never put back, or somebody has done this already.
        if digest_of(&file, machine)? == self.digest {
            return Ok(());
        }
        script(FILE_SCRIPT, &["back", &self.held], machine)?;
        if digest_of(&file, &to_its_end(machine))? == self.digest { Ok(()) } else { Err(DeedFault::Changed) }
    }
}

/// The machine as one looks at it after a script, which has gone on to its end also where it was to stop.
fn to_its_end(machine: &Machine) -> Machine {
    machine.watched_by(DeedWatch::default())
}

fn at(path: &DeedPath, machine: &Machine) -> PathBuf {
    machine.at("/").join(OsStr::from_bytes(path.as_bytes().strip_prefix(b"/").unwrap_or_default()))
}

/// The path as dpkg has it, which is none of a pattern.
fn dpkg_path(path: &DeedPath) -> Result<&str, DeedFault> {
    let text = std::str::from_utf8(path.as_bytes()).map_err(|_| DeedFault::Unfit)?;
    let fits = |letter: char| !letter.is_control() && !"*?[]\\".contains(letter);
    if text.chars().all(fits) { Ok(text) } else { Err(DeedFault::Unfit) }
}

/// Whether it is a name of a package, alone.
fn is_package(name: &str) -> bool {
    let fits =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "+.:-".contains(letter);
    name.starts_with(|letter: char| letter.is_ascii_alphanumeric()) && name.chars().all(fits)
}

fn digest_of(path: &Path, machine: &Machine) -> Result<String, DeedFault> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let mut file = File::from(beistand_posix::fs::open(path, flags, beistand_posix::fs::Mode::empty())?);
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(DeedFault::Unfit);
    }
    if about.len() > MAX_FILE_BYTES {
        return Err(DeedFault::TooLarge);
    }
    digest(&mut file, machine.watch())
}

const fn dpkg<'a>(name: &'a str, arguments: &'a [&'a str]) -> ToolCall<'a> {
    ToolCall::new(name, arguments).within(LOOK_LIMIT)
}

/// Runs a script of ours as an administrator; what came of it is in its last line.
fn script(script: &'static str, arguments: &[&str], machine: &Machine) -> Result<(), DeedFault> {
    let text = machine.run_script_as_administrator(script, arguments)?;
    let mut lines = text.trim_end().lines();
    match lines.next_back() {
        Some("done") => Ok(()),
        Some("changed") => Err(DeedFault::Changed),
        Some("no") => {
            Err(DeedFault::refused(&lines.filter(|line| *line != "begun").collect::<Vec<_>>().join("\n")))
        }
        Some(_) | None => Err(DeedFault::refused("")),
    }
}

pub(super) fn before_finish(machine: &Machine) -> Result<UnfinishedBefore, DeedFault> {
    unfinished(machine)?.ok_or(DeedFault::Already)
}

/// What is not installed properly; `None` where all is.
fn unfinished(machine: &Machine) -> Result<Option<UnfinishedBefore>, DeedFault> {
    const FORMAT: &str = "${db:Status-Want} ${db:Status-Eflag} ${db:Status-Status} ${binary:Package}\\n";
    let list = machine.run_tool(&dpkg("dpkg-query", &["-W", "-f", FORMAT]))?;
    let names: Vec<&str> = list.lines().filter_map(unfinished_name).collect();
    // Steps that dpkg takes away when it has done them.
    let steps = std::fs::read_dir(machine.at("/var/lib/dpkg/updates")).into_iter().flatten().flatten();
    let broken_off = steps.filter_map(|step| step.file_name().into_string().ok()).any(|name| is_step(&name));
    let checks = ["-q", "-o", "Debug::NoLocking=true", "check"];
    if names.is_empty() && !broken_off && machine.try_tool(&dpkg("apt-get", &checks))?.0 {
        return Ok(None);
    }
    let first = names.iter().take(MAX_NAMED).copied().collect::<Vec<_>>().join(", ");
    Ok(Some(UnfinishedBefore { count: u32::try_from(names.len()).unwrap_or(u32::MAX), first }))
}

fn is_step(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// The package of a line, where it is not installed properly (dpkg-query(1)).
fn unfinished_name(line: &str) -> Option<&str> {
    let mut words = line.split(' ');
    let (wanted, error, state, name) = (words.next()?, words.next()?, words.next()?, words.next()?);
    // A removal that was broken off is none that somebody wants back.
    if !matches!(wanted, "install" | "hold") {
        return None;
    }
    let is_whole = error == "ok" && matches!(state, "installed" | "config-files" | "not-installed");
    (!is_whole).then_some(name)
}

impl UnfinishedBefore {
    pub(super) fn sight(&self) -> DeedSight {
        sight(SightKind::Unfinished, self.count.into(), &self.first)
    }

    pub(super) fn run(&self, machine: &Machine) -> Result<DeedSight, DeedFault> {
        match unfinished(machine)? {
            Some(now) if now == *self => {}
            Some(_) | None => return Err(DeedFault::Changed),
        }
        let finished = script(FINISH_SCRIPT, &[], machine);
        match unfinished(&to_its_end(machine))? {
            None => Ok(sight(SightKind::Unfinished, 0, "")),
            // Some of it, or none.
            Some(left) => finished.and(Err(DeedFault::refused(&left.first))),
        }
    }
}

/// Whether it is held back; it is then.
pub(super) fn before_release(name: &DeedName, machine: &Machine) -> Result<(), DeedFault> {
    if !is_package(name.as_str()) {
        return Err(DeedFault::Unfit);
    }
    if is_held(name, machine)? { Ok(()) } else { Err(DeedFault::Already) }
}

pub(super) fn release(name: &DeedName, machine: &Machine) -> Result<DeedSight, DeedFault> {
    if !is_held(name, machine)? {
        return Err(DeedFault::Changed);
    }
    mark("unhold", name, machine)?;
    Ok(sight(SightKind::Released, 0, ""))
}

pub(super) fn hold_again(name: &DeedName, machine: &Machine) -> Result<(), DeedFault> {
    if !is_package(name.as_str()) {
        return Err(DeedFault::Unfit);
    }
    if is_held(name, machine)? { Ok(()) } else { mark("hold", name, machine) }
}

fn is_held(name: &DeedName, machine: &Machine) -> Result<bool, DeedFault> {
    // A line for each architecture.
    let call = ["-W", "-f", "${db:Status-Want}\\n", "--", name.as_str()];
    match machine.try_tool(&dpkg("dpkg-query", &call))? {
        (true, text) => Ok(text.lines().any(|line| line == "hold")),
        (false, _) => Err(DeedFault::Gone),
    }
}

fn mark(word: &str, name: &DeedName, machine: &Machine) -> Result<(), DeedFault> {
    machine.run_as_administrator("apt-mark", &[word, "--", name.as_str()], &[]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dpkg_says_is_read_as_it_means_it() {
        assert!(is_differing("??5??????   /usr/bin/passwd", "/usr/bin/passwd"));
        for line in
            ["??5?????? c /etc/login.defs", "??5??????   /usr/bin/other", "missing     /usr/bin/passwd", "x"]
        {
            assert!(!is_differing(line, "/usr/bin/passwd"), "{line}");
        }
        assert_eq!(unfinished_name("install ok half-configured procps"), Some("procps"));
        assert_eq!(unfinished_name("hold reinstreq half-installed libc6:amd64"), Some("libc6:amd64"));
        for line in [
            "install ok installed bash",
            "deinstall ok config-files old",
            "purge ok half-installed x",
            "",
            "install ok",
        ] {
            assert_eq!(unfinished_name(line), None, "{line}");
        }
        assert!(
            is_package("libstdc++6:amd64") && !is_package("a, b") && !is_package("-x") && !is_package("")
        );
        assert!(is_step("0001") && !is_step("tmp.i") && !is_step(""));
    }

    #[test]
    fn a_pattern_of_dpkgs_is_no_file() {
        let path = |bytes: &[u8]| DeedPath::new(bytes).unwrap();
        assert_eq!(dpkg_path(&path(b"/usr/bin/[")), Err(DeedFault::Unfit));
        assert_eq!(dpkg_path(&path(b"/usr/bin/*")), Err(DeedFault::Unfit));
        assert_eq!(dpkg_path(&path(b"/a\nb")), Err(DeedFault::Unfit));
        assert_eq!(dpkg_path(&path(b"/a\xff")), Err(DeedFault::Unfit));
        assert_eq!(dpkg_path(&path(b"/usr/bin/passwd")), Ok("/usr/bin/passwd"));
    }
}
