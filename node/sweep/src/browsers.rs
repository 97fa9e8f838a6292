//! Browsers: their extensions, profile by profile, and the policies that rule them.
//!
//! It reads what browsers write about their extensions, and of a profile nothing else: no history, no
//! bookmarks, no passwords.

use beistand_session::{SweepCategory, SweepEnd, SweepFinding, SweepReason, SweepStanding, SweepThing};
use serde_json::Value;

use crate::drafts::{DraftBias, SweepDraft};
use crate::machine::LinuxSweep;
use crate::run::{SweepProgress, SweepResult};

/// Profiles of one browser, and extensions of one profile.
const MAX_PROFILES: usize = 32;
const MAX_EXTENSIONS: usize = 256;

/// Names of a policy that are told.
const MAX_POLICY_NAMES: usize = 24;

/// Where Firefox and its like have their profiles, in the home.
const FIREFOX: [&str; 5] = [
    ".mozilla/firefox",
    "snap/firefox/common/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/.mozilla/firefox",
    ".librewolf",
    ".waterfox",
];

/// Chromium and its like: what each is called and where its profiles are, in the home.
const CHROMIUM: [(&str, &str); 8] = [
    ("Chromium", ".config/chromium"),
    ("Chromium", "snap/chromium/common/chromium"),
    ("Chrome", ".config/google-chrome"),
    ("Chrome", ".var/app/com.google.Chrome/config/google-chrome"),
    ("Edge", ".config/microsoft-edge"),
    ("Brave", ".config/BraveSoftware/Brave-Browser"),
    ("Vivaldi", ".config/vivaldi"),
    ("Opera", ".config/opera"),
];

/// Files of policies.
const POLICY_FILES: [&str; 4] = [
    "/etc/firefox/policies/policies.json",
    "/usr/lib/firefox/distribution/policies.json",
    "/usr/lib/firefox-esr/distribution/policies.json",
    "/etc/firefox-esr/policies/policies.json",
];

/// Folders of policies.
const POLICY_FOLDERS: [&str; 10] = [
    "/etc/chromium/policies/managed",
    "/etc/chromium/policies/recommended",
    "/etc/chromium-browser/policies/managed",
    "/etc/chromium-browser/policies/recommended",
    "/etc/opt/chrome/policies/managed",
    "/etc/opt/chrome/policies/recommended",
    "/etc/opt/edge/policies/managed",
    "/etc/opt/edge/policies/recommended",
    "/etc/brave/policies/managed",
    "/etc/brave/policies/recommended",
];

/// Policies by which a browser is taken over: beginnings of their names, in small letters.
const STRONG_POLICIES: [&str; 12] = [
    "proxy",
    "extensioninstallforcelist",
    "extensioninstallsources",
    "extensionsettings",
    "extensions",
    "homepage",
    "defaultsearchprovider",
    "searchengines",
    "restoreonstartupurls",
    "newtabpagelocation",
    "certificates",
    "dnsoverhttps",
];

/// Where extensions are that come with Firefox. From `app-system-user` and the like others load theirs.
const WITH_FIREFOX: [&str; 4] =
    ["app-builtin", "app-system-defaults", "app-system-addons", "app-system-profile"];

/// Firefox' signatures: 2 and more are its makers' (AddonManager.SIGNEDSTATE_SIGNED).
const SIGNED: i64 = 2;

/// How an extension of Chromium came (Manifest::Location): 4 from a folder of somebody's, 8 by a command
/// line.
const UNPACKED: [i64; 2] = [4, 8];

/// Firefox' profiles.
pub(crate) fn firefox_profiles(machine: &LinuxSweep) -> Vec<String> {
    let folders = FIREFOX.iter().filter_map(|folder| machine.in_home(folder));
    let profiles = folders.flat_map(|folder| {
        let names = machine.names(&folder).into_iter().map(move |name| format!("{folder}/{name}"));
        names.filter(|profile| {
            machine.has_file(&format!("{profile}/prefs.js"))
                || machine.has_file(&format!("{profile}/extensions.json"))
        })
    });
    profiles.take(MAX_PROFILES).collect()
}

impl LinuxSweep {
    pub(crate) fn search_extensions(
        &self,
        progress: &mut SweepProgress<'_>,
        found: &mut Vec<SweepFinding>,
    ) -> SweepResult {
        let mut drafts = Vec::new();
        for profile in firefox_profiles(self) {
            let listed = self.json(&format!("{profile}/extensions.json"));
            for addon in listed["addons"].as_array().into_iter().flatten().take(MAX_EXTENSIONS) {
                progress.look()?;
                drafts.extend(self.firefox_extension(&profile, addon));
            }
        }
        for (browser, folder) in CHROMIUM {
            let Some(folder) = self.in_home(folder) else { continue };
            let is_profile = |name: &String| name == "Default" || name.starts_with("Profile ");
            for name in self.names(&folder).into_iter().filter(is_profile).take(MAX_PROFILES) {
                let profile = format!("{folder}/{name}");
                drafts.extend(self.packed_extensions(browser, &profile, progress)?);
                drafts.extend(self.unpacked_extensions(browser, &profile));
            }
        }
        self.judge(drafts, progress, found)
    }

    /// An extension of Firefox, unless it came with the browser.
    fn firefox_extension(&self, profile: &str, addon: &Value) -> Option<SweepDraft> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let location = text(&addon["location"]);
        let came_with_it = WITH_FIREFOX.iter().any(|own| location.starts_with(own));
        if text(&addon["type"]) != "extension" || came_with_it {
            return None;
        }
        let name = [&addon["defaultLocale"]["name"], &addon["id"]].into_iter().find_map(Value::as_str)?;
        let path = addon["path"].as_str().map_or_else(|| profile.to_owned(), str::to_owned);
        let source = text(&addon["sourceURI"]);
        let is_signed = addon["signedState"].as_i64().is_some_and(|state| state >= SIGNED);
        let is_foreign = addon["foreignInstall"].as_bool() == Some(true);
        let from_shop = source.starts_with("https://addons.mozilla.org/");
        let is_off = addon["active"].as_bool() == Some(false);
        let mut draft = extension("Firefox", name, &path, &text(&addon["id"]), &text(&addon["version"]));
        if wants_all_pages(&[&addon["userPermissions"]["origins"]]) {
            draft.finding.reasons.push(SweepReason::AllPages);
        }
        if is_off {
            draft.finding.reasons.push(SweepReason::SwitchedOff);
        }
        // It is one file, or a folder with a list of what is in it.
        let files = [path.clone(), format!("{path}/manifest.json")];
        draft.files = files.into_iter().filter(|path| self.has_file(path)).collect();
        let is_doubtful = !is_off && (!is_signed || is_foreign && !from_shop);
        if is_doubtful && location.starts_with("app-system") {
            // What a distribution's package brings is unsigned, too.
            draft.finding.reasons.push(SweepReason::NotFromShop);
            draft.bias = DraftBias::Doubtful;
            return Some(draft);
        }
        Some(draft.suspicious_where(is_doubtful, SweepReason::NotFromShop))
    }

    /// Extensions of Chromium and its like that are in the profile.
    fn packed_extensions(
        &self,
        browser: &str,
        profile: &str,
        progress: &mut SweepProgress<'_>,
    ) -> Result<Vec<SweepDraft>, SweepEnd> {
        let mut drafts = Vec::new();
        let folder = format!("{profile}/Extensions");
        for id in self.names(&folder).into_iter().take(MAX_EXTENSIONS) {
            progress.look()?;
            let Some(version) = self.names(format!("{folder}/{id}")).pop() else { continue };
            let home = format!("{folder}/{id}/{version}");
            let path = format!("{home}/manifest.json");
            let manifest = self.json(&path);
            let Some(name) = manifest["name"].as_str() else { continue };
            let name = self.localized(name, &home, &manifest).unwrap_or_else(|| id.clone());
            let version = manifest["version"].as_str().unwrap_or_default();
            let mut draft = extension(browser, &name, &path, &id, version);
            if wants_all_pages(&[&manifest["host_permissions"], &manifest["permissions"]]) {
                draft.finding.reasons.push(SweepReason::AllPages);
            }
            let update = manifest["update_url"].as_str().unwrap_or_default();
            let shops = [
                "https://clients2.google.com/",
                "https://edge.microsoft.com/",
                "https://extension-updates.opera.com/",
            ];
            let from_shop = shops.iter().any(|shop| update.starts_with(shop));
            draft.files = vec![path];
            drafts.push(draft.suspicious_where(!from_shop, SweepReason::NotFromShop));
        }
        Ok(drafts)
    }

    /// Extensions that a browser runs from a folder of somebody's.
    fn unpacked_extensions(&self, browser: &str, profile: &str) -> Vec<SweepDraft> {
        let mut drafts = Vec::new();
        for file in ["Preferences", "Secure Preferences"] {
            let settings = self.json(&format!("{profile}/{file}"));
            let listed = settings["extensions"]["settings"].as_object();
            for (id, one) in listed.into_iter().flatten().take(MAX_EXTENSIONS) {
                let location = one["location"].as_i64().unwrap_or_default();
                let Some(path) = one["path"].as_str().filter(|_| UNPACKED.contains(&location)) else {
                    continue;
                };
                let manifest = self.json(&format!("{path}/manifest.json"));
                let name = manifest["name"].as_str().unwrap_or(id);
                let version = manifest["version"].as_str().unwrap_or_default();
                let draft = extension(browser, name, path, id, version);
                drafts.push(draft.suspicious_where(true, SweepReason::NotFromShop));
            }
        }
        drafts
    }

    /// A name as its browser shows it: `__MSG_key__` stands in another file.
    fn localized(&self, name: &str, home: &str, manifest: &Value) -> Option<String> {
        let Some(key) = name.strip_prefix("__MSG_").and_then(|rest| rest.strip_suffix("__")) else {
            return Some(name.to_owned());
        };
        let locale = manifest["default_locale"].as_str().filter(|locale| !locale.contains(['/', '.']))?;
        let messages = self.json(&format!("{home}/_locales/{locale}/messages.json"));
        let (_, message) = messages.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case(key))?;
        Some(message["message"].as_str()?.to_owned())
    }

    pub(crate) fn search_policies(
        &self,
        progress: &mut SweepProgress<'_>,
        found: &mut Vec<SweepFinding>,
    ) -> SweepResult {
        let files = POLICY_FILES.iter().map(|path| (*path).to_owned());
        let in_folders = POLICY_FOLDERS.iter().flat_map(|folder| {
            let names = self.names(folder).into_iter().filter(|name| name.ends_with(".json"));
            names.take(MAX_EXTENSIONS).map(move |name| format!("{folder}/{name}"))
        });
        let mut drafts = Vec::new();
        for path in files.chain(in_folders) {
            progress.look()?;
            if self.has_file(&path) {
                drafts.push(self.policy(&path));
            }
        }
        self.judge(drafts, progress, found)
    }

    /// A file of policies, with their names.
    fn policy(&self, path: &str) -> SweepDraft {
        let value = self.json(path);
        // Firefox has them one level below.
        let names = value["policies"].as_object().or(value.as_object());
        let names: Vec<&str> =
            names.into_iter().flat_map(serde_json::Map::keys).map(String::as_str).collect();
        let is_strong = |name: &&str| {
            let name = name.to_lowercase();
            STRONG_POLICIES.iter().any(|strong| name.starts_with(strong))
        };
        let strong = names.iter().any(is_strong);
        let redirects = names.iter().any(|name| name.to_lowercase().starts_with("proxy"));
        let plain =
            SweepFinding::new(SweepCategory::Policies, SweepThing::BrowserPolicy, SweepStanding::Unknown);
        let finding = SweepFinding {
            name: path.rsplit('/').next().unwrap_or_default().to_owned(),
            path: path.to_owned(),
            line: names.into_iter().take(MAX_POLICY_NAMES).collect::<Vec<_>>().join(", "),
            reasons: vec![SweepReason::ByPolicy],
            ..plain
        };
        let mut draft = SweepDraft::new(finding, vec![path.to_owned()]);
        if strong {
            draft.bias = DraftBias::Doubtful;
        }
        if redirects {
            draft.finding.reasons.push(SweepReason::Redirects);
        }
        draft
    }

    fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.text(path)).unwrap_or_default()
    }
}

fn extension(browser: &str, name: &str, path: &str, id: &str, version: &str) -> SweepDraft {
    let plain =
        SweepFinding::new(SweepCategory::Extensions, SweepThing::BrowserExtension, SweepStanding::Unknown);
    let line = format!("{browser} {id} {version}").trim_end().to_owned();
    SweepDraft::new(SweepFinding { name: name.to_owned(), path: path.to_owned(), line, ..plain }, Vec::new())
}

/// Whether one of these lists has all pages in it.
fn wants_all_pages(lists: &[&Value]) -> bool {
    let all = ["<all_urls>", "*://*/*", "http://*/*", "https://*/*"];
    let mut wishes = lists.iter().filter_map(|list| list.as_array()).flatten().filter_map(Value::as_str);
    wishes.any(|wish| all.contains(&wish))
}
