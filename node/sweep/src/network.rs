//! Where names and traffic are led: the hosts file, and proxies of the system, the desktop and the browser.

use beistand_inspect::{Verdict, hide_in_text, hosts_verdict};
use beistand_session::{SweepCategory, SweepFinding, SweepReason, SweepStanding, SweepThing};
use beistand_tool::ToolCall;

use crate::browsers::firefox_profiles;
use crate::drafts::SweepDraft;
use crate::machine::{LinuxSweep, TextRead, not_seen};
use crate::run::{SweepProgress, SweepResult};

/// Names of the hosts file that are judged: a list against advertisements has some hundred thousand, and none
/// of them is told.
const MAX_HOSTS: usize = 500_000;

/// Of those, what is kept; and proxies of one file.
const MAX_ENTRIES: usize = 1024;
const MAX_PROXIES: usize = 32;

/// Files in which the environment is set: the system's, and the user's own.
const SHARED_FILES: [&str; 3] = ["/etc/environment", "/etc/profile", "/etc/bash.bashrc"];
const OWN_FILES: [&str; 6] = [
    ".profile",
    ".bash_profile",
    ".bashrc",
    ".zshrc",
    ".pam_environment",
    ".config/environment.d/proxy.conf",
];

/// What a program prints about the desktop's proxy.
const DESKTOP_SETTINGS: [(&str, &str); 4] = [
    ("org.gnome.system.proxy", "autoconfig-url"),
    ("org.gnome.system.proxy.http", "host"),
    ("org.gnome.system.proxy.https", "host"),
    ("org.gnome.system.proxy.socks", "host"),
];

/// A browser's own settings of a proxy.
const BROWSER_SETTINGS: [&str; 4] =
    ["network.proxy.autoconfig_url", "network.proxy.http", "network.proxy.ssl", "network.proxy.socks"];

impl LinuxSweep {
    pub(crate) fn search_hosts(
        &self,
        progress: &mut SweepProgress<'_>,
        found: &mut Vec<SweepFinding>,
    ) -> SweepResult {
        let path = "/etc/hosts";
        let text = match self.read(path) {
            TextRead::There(text) => text,
            TextRead::Forbidden => {
                found.push(not_seen(SweepCategory::Hosts, path, SweepReason::AdministratorsOnly));
                return Ok(());
            }
            TextRead::Absent => return Ok(()),
        };
        let own = self.text("/etc/hostname").trim().to_owned();
        let mut judged = 0;
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default();
            let mut words = line.split_whitespace();
            let Some(Ok(address)) = words.next().map(str::parse) else { continue };
            for name in words.take(MAX_HOSTS - judged) {
                judged += 1;
                progress.look()?;
                let (standing, reason) = match hosts_verdict(name, address, &own) {
                    Some(Verdict::Broken) => (SweepStanding::Suspicious, SweepReason::ProtectedName),
                    Some(Verdict::Look | Verdict::Fine) => {
                        (SweepStanding::Unknown, SweepReason::LeadsElsewhere)
                    }
                    None => continue,
                };
                if found.len() >= MAX_ENTRIES {
                    progress.leave_off(1);
                    continue;
                }
                let plain = SweepFinding::new(SweepCategory::Hosts, SweepThing::HostsEntry, standing);
                let (name, line) = (name.to_owned(), address.to_string());
                found.push(SweepFinding {
                    name,
                    path: path.to_owned(),
                    line,
                    reasons: vec![reason],
                    ..plain
                });
            }
            if judged >= MAX_HOSTS {
                found.push(not_seen(SweepCategory::Hosts, path, SweepReason::NotInTime));
                break;
            }
        }
        Ok(())
    }

    pub(crate) fn search_proxies(
        &self,
        progress: &mut SweepProgress<'_>,
        found: &mut Vec<SweepFinding>,
    ) -> SweepResult {
        let mut drafts = self.environment_proxies();
        drafts.extend(self.apt_proxies());
        progress.look()?;
        let mode = ToolCall::new("gsettings", &["get", "org.gnome.system.proxy", "mode"]);
        let mode = progress.run_tool(&self.tools, &mode)?.text().unwrap_or_default();
        if let "'manual'" | "'auto'" = mode.trim() {
            for (schema, key) in DESKTOP_SETTINGS {
                let arguments = ["get", schema, key];
                let call = ToolCall::new("gsettings", &arguments);
                let value = progress.run_tool(&self.tools, &call)?.text().unwrap_or_default();
                let value = value.trim().trim_matches('\'');
                if !value.is_empty() {
                    drafts.push(proxy("GNOME", &format!("{schema}.{key}"), value, None));
                }
            }
        }
        drafts.extend(self.kde_proxy());
        drafts.extend(self.firefox_proxies());
        self.judge(drafts, progress, found)
    }

    fn environment_proxies(&self) -> Vec<SweepDraft> {
        let own = OWN_FILES.into_iter().filter_map(|name| self.in_home(name));
        let mut drafts = Vec::new();
        for path in SHARED_FILES.map(str::to_owned).into_iter().chain(own) {
            let text = self.text(&path);
            let mut of_file = 0;
            for line in text.lines().map(|line| line.trim().trim_start_matches("export ").trim()) {
                let Some((name, value)) = line.split_once('=') else { continue };
                let lower = name.to_lowercase();
                let value = value.trim().trim_matches(['"', '\'']);
                let is_name = lower.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                let is_proxy =
                    is_name && lower.ends_with("_proxy") && lower != "no_proxy" && !value.is_empty();
                if is_proxy && of_file < MAX_PROXIES {
                    of_file += 1;
                    drafts.push(proxy(name, &path, value, Some(&path)));
                }
            }
        }
        drafts
    }

    fn apt_proxies(&self) -> Vec<SweepDraft> {
        let mut drafts = Vec::new();
        for file in self.names("/etc/apt/apt.conf.d") {
            let path = format!("/etc/apt/apt.conf.d/{file}");
            let text = self.text(&path);
            let is_proxy = |line: &&str| line.contains("::Proxy") && !line.trim().starts_with("//");
            let values = text.lines().filter(is_proxy).filter_map(|line| line.split('"').nth(1));
            for value in values.take(MAX_PROXIES) {
                drafts.push(proxy("APT", &path, value, Some(&path)));
            }
        }
        drafts
    }

    /// KDE's (kioslaverc): 0 is none, 4 the environment's.
    fn kde_proxy(&self) -> Option<SweepDraft> {
        let path = self.in_home(".config/kioslaverc")?;
        let text = self.text(&path);
        let value =
            |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.trim().strip_prefix('='));
        if !matches!(value("ProxyType")?.trim(), "1" | "2" | "3") {
            return None;
        }
        let address = value("Proxy Config Script").or_else(|| value("httpProxy")).unwrap_or_default();
        Some(proxy("KDE", &path, address, Some(&path)))
    }

    /// Firefox' own: a type of 1 is by hand, 2 by a script.
    fn firefox_proxies(&self) -> Vec<SweepDraft> {
        let mut drafts = Vec::new();
        for profile in firefox_profiles(self) {
            let path = format!("{profile}/prefs.js");
            let text = self.text(&path);
            let value = |key: &str| {
                let start = format!("user_pref(\"{key}\",");
                let line = text.lines().find_map(|line| line.strip_prefix(start.as_str()))?;
                Some(line.trim().trim_end_matches(");").trim_matches('"').to_owned())
            };
            if !matches!(value("network.proxy.type").as_deref(), Some("1" | "2")) {
                continue;
            }
            let addresses =
                BROWSER_SETTINGS.into_iter().filter_map(value).filter(|address| !address.is_empty());
            drafts.extend(addresses.map(|address| proxy("Firefox", &path, &address, Some(&path))));
        }
        drafts
    }
}

/// A proxy that is set somewhere. What it is called may have a user with a password in it.
fn proxy(name: &str, place: &str, address: &str, file: Option<&str>) -> SweepDraft {
    let plain = SweepFinding::new(SweepCategory::Proxy, SweepThing::ProxySetting, SweepStanding::Unknown);
    let finding = SweepFinding {
        name: name.to_owned(),
        path: place.to_owned(),
        line: hide_in_text(address),
        reasons: vec![SweepReason::Redirects],
        ..plain
    };
    SweepDraft::new(finding, file.map(str::to_owned).into_iter().collect())
}
