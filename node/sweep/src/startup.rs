//! What starts by itself: entries of the desktop, services, lines of shell profiles, libraries for everything.

use beistand_inspect::{command_is_strange, setting_of};
use beistand_session::{SweepCategory, SweepFinding, SweepReason, SweepThing};

use crate::drafts::SweepDraft;
use crate::machine::{LinuxSweep, TextRead, not_seen};
use crate::run::{SweepProgress, SweepResult};

/// Entries of a folder that are looked at: nobody's computer starts more.
const MAX_ENTRIES: usize = 512;

/// Lines of one profile.
const MAX_LINES: usize = 32;

/// The user's shell profiles, which are run at a login or with each shell.
const PROFILES: [&str; 7] =
    [".profile", ".bash_profile", ".bash_login", ".bashrc", ".zshrc", ".zprofile", ".xprofile"];

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
    ) -> Result<Vec<SweepDraft>, beistand_session::SweepEnd> {
        let own = self.in_home(".config/autostart");
        let mut drafts = Vec::new();
        for folder in ["/etc/xdg/autostart".to_owned()].into_iter().chain(own) {
            for name in
                self.names(&folder).into_iter().filter(|name| name.ends_with(".desktop")).take(MAX_ENTRIES)
            {
                progress.look()?;
                let path = format!("{folder}/{name}");
                let text = self.text(&path);
                let Some(command) = setting_of(&text, "Exec") else { continue };
                let kind = (HERE, SweepThing::AutostartEntry, SweepReason::StartsAtLogin);
                let mut draft = self.starting(kind, &name, &path, command);
                if setting_of(&text, "Hidden") == Some("true")
                    || setting_of(&text, "X-GNOME-Autostart-enabled") == Some("false")
                {
                    draft.finding.reasons.push(SweepReason::SwitchedOff);
                }
                drafts.push(draft);
            }
        }
        Ok(drafts)
    }

    /// Services that no package has put in its own folder: the user's, and an administrator's.
    pub(crate) fn units(
        &self,
        progress: &mut SweepProgress<'_>,
    ) -> Result<Vec<SweepDraft>, beistand_session::SweepEnd> {
        let own = self
            .in_home(".config/systemd/user")
            .map(|folder| (folder, (HERE, SweepThing::UserUnit, SweepReason::StartsAtLogin)));
        let system = (
            "/etc/systemd/system".to_owned(),
            (HERE, SweepThing::SystemUnit, SweepReason::StartsWithComputer),
        );
        let mut drafts = Vec::new();
        for (folder, kind) in own.into_iter().chain([system]) {
            for name in
                self.names(&folder).into_iter().filter(|name| name.ends_with(".service")).take(MAX_ENTRIES)
            {
                progress.look()?;
                let path = format!("{folder}/{name}");
                // A link is how a package's own service is switched on, or by another name.
                if self.at(&path).is_symlink() {
                    continue;
                }
                let text = self.text(&path);
                if let Some(command) = setting_of(&text, "ExecStart") {
                    drafts.push(self.starting(kind, &name, &path, command));
                }
            }
        }
        Ok(drafts)
    }

    /// Of shell profiles only what fetches and runs something, or runs it from anybody's place: the rest is the
    /// person's own business.
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
            draft.bias = crate::drafts::DraftBias::Suspicious;
            draft
        };
        libraries.map(of_library).collect()
    }
}
