//! Machines that are broken in one thing each: the mend, and its undo. Files, processes and folders are real;
//! `systemctl`, `crontab`, `lpstat`, `cancel`, `cupsenable`, `cupsdisable`, `gsettings`, `pkexec`, `apt-get`,
//! `apt-mark`, `dpkg`, `dpkg-query`, `journalctl` and an administrator's `sh` are programs that stand in for
//! the system's, in a folder of the test's own, and keep what they are told in files.

mod broken;
mod packaged;
mod quarantined;
mod updated;

use beistand_posix::unix::fs::PermissionsExt as _;
use std::fs;
use std::path::{Path, PathBuf};

use beistand_session::DeedName;

use super::*;
use crate::{DeedEntry, DeedJournal, DeedState, JournalFault};

/// A machine of a test's own.
struct BrokenMachine {
    folder: tempfile::TempDir,
    machine: Machine,
    journal: DeedJournal,
}

impl BrokenMachine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (root, tools, data) =
            (folder.path().join("root"), folder.path().join("tools"), folder.path().join("data"));
        for folder in [&root.join("home/anna"), &root.join("etc"), &tools, &data] {
            fs::create_dir_all(folder).unwrap();
        }
        let path = format!("{}:/usr/bin:/bin", tools.display());
        let machine = Machine::made_up(&root, "/home/anna", path, &data);
        Self { journal: DeedJournal::open(&data), machine, folder }
    }

    /// A machine with all that stands in for the system's tools.
    fn with_tools() -> Self {
        let this = Self::new();
        let state = this.state("");
        fs::create_dir_all(&state).unwrap();
        for (name, script) in STAND_INS {
            this.tool(name, &script.replace("STATE", &state.display().to_string()));
        }
        this
    }

    fn tool(&self, name: &str, script: &str) {
        let path = self.folder.path().join("tools").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// What a stand-in keeps under this name.
    fn state(&self, name: &str) -> PathBuf {
        self.folder.path().join("state").join(name)
    }

    fn set(&self, name: &str, text: &str) {
        fs::write(self.state(name), text).unwrap();
    }

    fn get(&self, name: &str) -> String {
        fs::read_to_string(self.state(name)).unwrap_or_default().trim().to_owned()
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.machine.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Does it, as a host does after its user's yes.
    fn carry_out(&self, deed: &RepairDeed) -> Result<DeedEntry, DeedFault> {
        let before = deed.before(&self.machine)?;
        let entry = self.journal.carry_out(deed, &before, &self.machine, "Anna", 1).unwrap();
        match &entry.fault {
            None => Ok(entry),
            Some(fault) => Err(fault.clone()),
        }
    }

    /// Takes it back with a journal that is opened for it, as another program does.
    fn undo(&self, entry: &DeedEntry) -> Result<(), DeedFault> {
        let journal = DeedJournal::open(&self.folder.path().join("data"));
        match journal.undo::<RepairDeed>(entry.number, &self.machine, 2) {
            Ok(entry) => {
                assert_eq!(entry.state, DeedState::Undone);
                Ok(())
            }
            Err(JournalFault::Deed(fault)) => Err(fault),
            Err(JournalFault::NotUndoable) => Err(DeedFault::NoUndo),
            Err(fault) => panic!("{fault}"),
        }
    }
}

fn name(name: &str) -> DeedName {
    DeedName::new(name).unwrap()
}

fn text(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).unwrap()
}

/// Programs that stand in for the system's. STATE is a folder of the test's own.
const STAND_INS: [(&str, &str); 14] = [
    (
        "systemctl",
        r#"user=; [ "$1" = --user ] && { user=user-; shift; }
[ "$1" = --system ] && shift
verb=$1; shift; for name; do :; done
case $verb in
  show) [ -e "STATE/$user$name.active" ] && echo loaded || echo not-found ;;
  is-active) cat "STATE/$user$name.active" 2>/dev/null || echo inactive; [ "$(cat "STATE/$user$name.active")" = active ] ;;
  is-enabled) cat "STATE/$user$name.enabled" 2>/dev/null || { echo not-found; exit 1; } ;;
  start|restart) [ -e STATE/refuses ] && exit 1; echo active > "STATE/$user$name.active" ;;
  stop) echo inactive > "STATE/$user$name.active" ;;
  enable) echo enabled > "STATE/$user$name.enabled" ;;
  disable) echo disabled > "STATE/$user$name.enabled" ;;
  *) exit 2 ;;
esac"#,
    ),
    (
        "crontab",
        r#"case $1 in
  -l) cat STATE/crontab ;;
  -) cat > STATE/crontab.new && mv STATE/crontab.new STATE/crontab ;;
  *) exit 2 ;;
esac"#,
    ),
    (
        "lpstat",
        r#"[ -e "STATE/queue-$2" ] || exit 1
case $1 in
  -o) cat "STATE/queue-$2" ;;
  -p) [ -e "STATE/stopped-$2" ] || { echo "printer $2 is idle.  enabled since today"; exit; }
    echo "printer $2 disabled since today -"; sed 's/^/	/' "STATE/stopped-$2" ;;
esac"#,
    ),
    ("cupsenable", r#"rm "STATE/stopped-$1""#),
    ("cupsdisable", r#"[ "$1" = -r ] && echo "$2" > "STATE/stopped-$3""#),
    ("cancel", r#"[ "$1" = -a ] && : > "STATE/queue-$2""#),
    (
        "gsettings",
        r#"case $1 in
  get) cat STATE/proxy-mode ;;
  set) echo "$4" > STATE/proxy-mode ;;
esac"#,
    ),
    ("pkexec", r#"[ -e STATE/nobody-agrees ] && exit 126; echo "$@" >> STATE/asked; exec "$@""#),
    (
        "apt-get",
        r#"for last; do :; done
case $last in
  clean) rm -f ROOT/var/cache/apt/archives/*.deb ;;
  check) ;;
esac"#,
    ),
    ("apt-mark", r#"[ "$1" = hold ] && echo hold > STATE/want || echo install > STATE/want"#),
    (
        "dpkg-query",
        r#"case $1:$3 in
  -S:*/usr/bin/tool) echo "tools: $3" ;;
  -S:*) exit 1 ;;
  -W:'${Version}') echo 1.2 ;;
  -W:'${db:Status-Want}\n') cat STATE/want || echo install ;;
  -W:*) cat STATE/states ;;
esac"#,
    ),
    (
        "dpkg",
        r#"[ "$1 $2" = "--verify tools" ] || exit 2
cmp -s STATE/packaged "$(cat STATE/file)" || { echo '??5??????   /usr/bin/tool'; exit 1; }"#,
    ),
    // An administrator's shell, with a script of ours: what that says it does.
    (
        "sh",
        r#"[ "$1" = -c ] || exit 2
case $4 in
  put) cp -p "$(cat STATE/file)" "STATE/held-$5"; cat STATE/packaged > "$(cat STATE/file)"; echo done ;;
  back) cp -p "STATE/held-$5" "$(cat STATE/file)"; echo done ;;
  *) echo 'install ok installed tools' > STATE/states; echo done ;;
esac"#,
    ),
    ("journalctl", r#"echo "$@" > STATE/vacuumed"#),
];
