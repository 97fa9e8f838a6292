//! What starts by itself: entries of the desktop, services, lines of shell profiles, libraries for
//! everything.

use std::fs;
use std::path::Path;

use beistand_inspect::command_is_strange;
use beistand_session::{SweepCategory, SweepEnd, SweepFinding, SweepReason, SweepThing};

use crate::drafts::{DraftBias, SweepDraft};
use crate::machine::{LinuxSweep, TextRead, not_seen};
use crate::run::{SweepProgress, SweepResult};

/// Entries of a folder that are looked at: nobody's computer starts more.
const MAX_ENTRIES: usize = 512;

/// Lines of one profile, commands of one service, and files that change one.
const MAX_LINES: usize = 32;

/// The user's shell profiles, which are run at a login or with each shell.
const PROFILES: [&str; 7] =
    [".profile", ".bash_profile", ".bash_login", ".bashrc", ".zshrc", ".zprofile", ".xprofile"];

/// Where the user's services are, in the home.
const OWN_UNITS: [&str; 2] = [".config/systemd/user", ".local/share/systemd/user"];

const HERE: SweepCategory = SweepCategory::Autostart;

impl LinuxSweep {
    pub(crate) fn search_autostart(
        &self,
        progress: &mut SweepProgress<'_>,
        found: &mut Vec<SweepFinding>,
    ) -> SweepResult {
        let mut drafts = self.desktop_entries(progress)?;
        drafts.extend(self.units(progress)?);
        drafts.extend(self.profile_lines());
        drafts.extend(self.preloaded());
        for folder in ["/etc/xdg/autostart", "/etc/systemd/system"] {
            if self.is_closed(folder) {
                found.push(not_seen(HERE, folder, SweepReason::AdministratorsOnly));
            }
        }
        self.judge(drafts, progress, found)
    }

    /// Entries of the desktop (Desktop Application Autostart Specification).
    pub(crate) fn desktop_entries(
        &self,
        progress: &mut SweepProgress<'_>,
    ) -> Result<Vec<SweepDraft>, SweepEnd> {
        let own = self.in_home(".config/autostart");
        let mut drafts = Vec::new();
        for folder in ["/etc/xdg/autostart".to_owned()].into_iter().chain(own) {
            let names = self.names(&folder).into_iter().filter(|name| name.ends_with(".desktop"));
            for name in names.take(MAX_ENTRIES) {
                progress.look()?;
                let path = format!("{folder}/{name}");
                let text = self.text(&path);
                let value = |wanted: &str| values(&text, "Desktop Entry", |key| key == wanted).next();
                let Some(command) = value("Exec") else { continue };
                let kind = (HERE, SweepThing::StartupEntry, SweepReason::StartsAtLogin);
                let mut draft = self.starting(kind, &name, &path, command);
                if value("Hidden") == Some("true") || value("X-GNOME-Autostart-enabled") == Some("false") {
                    draft.finding.reasons.push(SweepReason::SwitchedOff);
                }
                drafts.push(draft);
            }
        }
        Ok(drafts)
    }

    /// Services that no package has put in its own folder, the user's and an administrator's, and what
    /// changes those of packages.
    pub(crate) fn units(&self, progress: &mut SweepProgress<'_>) -> Result<Vec<SweepDraft>, SweepEnd> {
        let at_login = (HERE, SweepThing::UserUnit, SweepReason::StartsAtLogin);
        let own = OWN_UNITS.iter().filter_map(|folder| Some((self.in_home(folder)?, at_login)));
        let with_computer = (HERE, SweepThing::SystemUnit, SweepReason::StartsWithComputer);
        let shared = [("/etc/systemd/user", at_login), ("/etc/systemd/system", with_computer)];
        let shared = shared.map(|(folder, kind)| (folder.to_owned(), kind));
        let mut drafts = Vec::new();
        for (folder, kind) in own.chain(shared) {
            for file in self.unit_files(&folder) {
                progress.look()?;
                let path = format!("{folder}/{file}");
                let text = self.text(&path);
                let commands = values(&text, "Service", |key| key.starts_with("Exec"));
                for command in commands.filter(|command| !command.is_empty()).take(MAX_LINES) {
                    drafts.push(self.starting(kind, &file, &path, command));
                }
            }
        }
        Ok(drafts)
    }

    /// Services of a folder, and files that change some (`x.service.d/y.conf`).
    fn unit_files(&self, folder: &str) -> Vec<String> {
        let mut files = Vec::new();
        for name in self.names(folder).into_iter().take(MAX_ENTRIES) {
            if name.ends_with(".service") && !self.is_switched_on(&format!("{folder}/{name}")) {
                files.push(name);
            } else if name.ends_with(".service.d") {
                let more = self.names(format!("{folder}/{name}")).into_iter().take(MAX_LINES);
                files
                    .extend(more.filter(|file| file.ends_with(".conf")).map(|file| format!("{name}/{file}")));
            }
        }
        files
    }

    /// Whether it is a link to a package's own service, by which that is switched on or has another name, or
    /// to nothing, by which it is switched off.
    fn is_switched_on(&self, path: &str) -> bool {
        let target = fs::read_link(self.at(path)).ok();
        target.is_some_and(|target| {
            let folders = ["/usr/lib/systemd", "/lib/systemd"];
            target == Path::new("/dev/null") || folders.iter().any(|folder| target.starts_with(folder))
        })
    }

    /// Of shell profiles only what fetches and runs something, or runs it from anybody's place: the rest is
    /// the person's own business.
    fn profile_lines(&self) -> Vec<SweepDraft> {
        let own = PROFILES.into_iter().filter_map(|name| self.in_home(name));
        let shared = self.names("/etc/profile.d").into_iter().map(|name| format!("/etc/profile.d/{name}"));
        let fixed = ["/etc/profile", "/etc/bash.bashrc", "/etc/rc.local"].map(str::to_owned);
        let mut drafts = Vec::new();
        for path in own.chain(fixed).chain(shared.take(MAX_ENTRIES)) {
            let text = self.text(&path);
            let strange = |line: &&str| !line.starts_with('#') && command_is_strange(line);
            for line in text.lines().map(str::trim).filter(strange).take(MAX_LINES) {
                let name = path.rsplit('/').next().unwrap_or_default().to_owned();
                let kind = (HERE, SweepThing::ShellLine, SweepReason::StartsAtLogin);
                drafts.push(self.starting(kind, &name, &path, line));
            }
        }
        drafts
    }

    /// Libraries that are loaded into every program (ld.so(8)): no system comes with any.
    fn preloaded(&self) -> Vec<SweepDraft> {
        let path = "/etc/ld.so.preload";
        let TextRead::There(text) = self.read(path) else { return Vec::new() };
        let libraries = text.split([' ', ':', '\n']).map(str::trim);
        let libraries = libraries.filter(|library| library.starts_with('/')).take(MAX_LINES);
        let of_library = |library: &str| {
            let name = library.rsplit('/').next().unwrap_or_default();
            let kind = (HERE, SweepThing::PreloadedLibrary, SweepReason::StartsWithComputer);
            let mut draft = self.starting(kind, name, path, library);
            draft.files = vec![library.to_owned()];
            draft.bias = DraftBias::Suspicious;
            draft
        };
        libraries.map(of_library).collect()
    }
}

/// The values of a section (`[Service]`), of the keys that count, without the quotation marks round them.
fn values<'a>(
    text: &'a str,
    section: &str,
    is_wanted: impl Fn(&str) -> bool,
) -> impl Iterator<Item = &'a str> {
    let mut is_here = false;
    let mut values = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            is_here = name == section;
        } else if let (true, Some((key, value))) = (is_here, line.split_once('='))
            && is_wanted(key.trim())
        {
            values.push(value.trim().trim_matches('"'));
        }
    }
    values.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_section_that_counts_is_read() {
        let text = "[X-A]\nExec=/usr/bin/true\n[Desktop Entry]\nName=a\nExec = \"/tmp/b\"\n[Y]\nExec=c\n";
        let read: Vec<_> = values(text, "Desktop Entry", |key| key == "Exec").collect();
        assert_eq!(read, ["/tmp/b"]);
        let unit = "[Service]\nExecStartPre=a\nExecStart=b\nType=c\n[Install]\nExecStart=d\n";
        let read: Vec<_> = values(unit, "Service", |key| key.starts_with("Exec")).collect();
        assert_eq!(read, ["a", "b"]);
    }
}
