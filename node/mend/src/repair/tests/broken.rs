//! One broken thing each: named before, mended, and as it was after the undo.

use beistand_posix::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use beistand_session::{ServiceChange, SpaceKind, SpaceKinds};

use super::*;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A program that runs until it is ended, known by its argument.
fn program(seconds: &str) -> Child {
    let mut command = Command::new("sleep");
    command.arg(seconds).stdin(Stdio::null()).stdout(Stdio::null()).process_group(0);
    command.spawn().unwrap()
}

/// The processes of this program with this argument.
fn running(seconds: &str) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_it = |number: &u32| {
        let line = fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
        line.ends_with(format!("\0{seconds}\0").as_bytes())
    };
    numbers.filter(is_it).collect()
}

#[test]
fn a_program_is_ended_and_begun_again() {
    let machine = BrokenMachine::new();
    let seconds = format!("7{:06}", std::process::id());
    let mut child = program(&seconds);
    until("it runs", || running(&seconds).len() == 1);
    let deed = RepairDeed::EndProcess { pid: child.id(), started: 0 };
    let before = deed.before(&machine.machine).unwrap();
    assert!(before.sight().text.starts_with("sleep ("), "{:?}", before.sight());
    let entry = machine.carry_out(&deed).unwrap();
    assert_eq!(entry.after::<RepairDeed>().unwrap().sight().kind, SightKind::Ended);
    assert!(child.wait().unwrap().code().is_none(), "ended by a signal");
    machine.undo(&entry).unwrap();
    until("it runs again", || running(&seconds).len() == 1);
    for pid in running(&seconds) {
        machine.carry_out(&RepairDeed::EndProcess { pid, started: 0 }).unwrap();
    }
    until("nothing of it is left", || running(&seconds).is_empty());
}

#[test]
fn a_program_that_does_not_listen_is_ended_all_the_same() {
    let machine = BrokenMachine::new();
    let folder = tempfile::tempdir().unwrap();
    let ready = folder.path().join("ready");
    let script = format!("trap '' TERM; : > {}; while :; do sleep 1; done", ready.display());
    let mut child = Command::new("sh")
        .args(["-c", &script])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    until("it no longer listens", || ready.exists());
    machine.carry_out(&RepairDeed::EndProcess { pid: child.id(), started: 0 }).unwrap();
    assert!(!child.wait().unwrap().success());
}

#[test]
fn another_process_of_the_same_number_is_not_ended() {
    let machine = BrokenMachine::new();
    let mut child = program("86399");
    let deed = RepairDeed::EndProcess { pid: child.id(), started: 1 };
    assert_eq!(machine.carry_out(&deed), Err(DeedFault::Gone), "it began at another time");
    // The number is another's between the question and the yes.
    let deed = RepairDeed::EndProcess { pid: child.id(), started: 0 };
    let RepairBefore(Kept::Process(before)) = deed.before(&machine.machine).unwrap() else {
        panic!("a process")
    };
    let mut kept = serde_json::to_value(&before).unwrap();
    kept["started"] = 1.into();
    let moved = RepairBefore(Kept::Process(serde_json::from_value(kept).unwrap()));
    assert_eq!(deed.run(&moved, &machine.machine), Err(DeedFault::Gone));
    assert!(child.try_wait().unwrap().is_none(), "it still runs");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(machine.carry_out(&deed), Err(DeedFault::Gone));
    for pid in [0, 1, std::process::id(), beistand_posix::unix::process::parent_id()] {
        let deed = RepairDeed::EndProcess { pid, started: 0 };
        let why = deed.before(&machine.machine).unwrap_err();
        assert!([DeedFault::Unfit, DeedFault::Gone, DeedFault::NotPermitted].contains(&why), "{pid}: {why}");
    }
}

#[test]
fn what_begins_with_the_desktop_no_longer_does_and_then_does_again() {
    let machine = BrokenMachine::new();
    let entry = "[Desktop Entry]\nName=Bad\nExec=/opt/bad --now\n\n[Desktop Action x]\nName=y\n";
    let systems = machine.write("/etc/xdg/autostart/bad.desktop", entry);
    let users = machine.machine.in_home(".config/autostart/bad.desktop");
    let deed = |to| RepairDeed::Autostart { entry: AutostartEntry::Desktop(name("bad.desktop")), to };
    let before = deed(DeedSwitch::Off).before(&machine.machine).unwrap().sight();
    assert_eq!((before.kind, before.text.as_str()), (SightKind::On, "/opt/bad --now"));
    assert_eq!(machine.carry_out(&deed(DeedSwitch::On)), Err(DeedFault::Already));
    let done = machine.carry_out(&deed(DeedSwitch::Off)).unwrap();
    assert!(text(&users).starts_with("[Desktop Entry]\nHidden=true\nName=Bad\n"), "{}", text(&users));
    assert_eq!(text(&systems), entry, "the system's file stays as it is");
    assert_eq!(machine.carry_out(&deed(DeedSwitch::Off)), Err(DeedFault::Already));
    let on_again = machine.carry_out(&deed(DeedSwitch::On)).unwrap();
    machine.undo(&on_again).unwrap();
    machine.undo(&done).unwrap();
    assert!(!users.exists());
    assert_eq!(
        machine.carry_out(&RepairDeed::Autostart {
            entry: AutostartEntry::Desktop(name("none")),
            to: DeedSwitch::Off,
        }),
        Err(DeedFault::Gone)
    );
}

#[test]
fn an_entry_that_somebody_changed_since_is_left_as_it_is() {
    let machine = BrokenMachine::new();
    let users = machine.write("/home/anna/.config/autostart/own.desktop", "[Desktop Entry]\nExec=own\n");
    let deed = RepairDeed::Autostart { entry: AutostartEntry::Desktop(name("own")), to: DeedSwitch::Off };
    let before = deed.before(&machine.machine).unwrap();
    fs::write(&users, "[Desktop Entry]\nExec=other\n").unwrap();
    assert_eq!(deed.run(&before, &machine.machine), Err(DeedFault::Changed), "since the question");
    let done = machine.carry_out(&deed).unwrap();
    fs::write(&users, "mine").unwrap();
    assert_eq!(machine.undo(&done), Err(DeedFault::Changed), "since the deed");
    assert_eq!(text(&users), "mine");
}

#[test]
fn a_line_of_the_timetable_no_longer_counts_and_then_does_again() {
    let machine = BrokenMachine::with_tools();
    let table = "# mine\n*/5 * * * * /home/anna/.x/miner\n@daily backup\n";
    machine.set("crontab", table);
    let deed = |line, to| RepairDeed::Autostart { entry: AutostartEntry::Cron(line), to };
    let before = deed(2, DeedSwitch::Off).before(&machine.machine).unwrap().sight();
    assert_eq!(before.text, "*/5 * * * * /home/anna/.x/miner");
    let done = machine.carry_out(&deed(2, DeedSwitch::Off)).unwrap();
    assert!(machine.get("crontab").contains("\n# beistand: */5 * * * * /home/anna/.x/miner\n@daily"));
    assert_eq!(machine.carry_out(&deed(2, DeedSwitch::Off)), Err(DeedFault::Already));
    assert_eq!(machine.carry_out(&deed(1, DeedSwitch::Off)), Err(DeedFault::Unfit));
    assert_eq!(machine.carry_out(&deed(9, DeedSwitch::Off)), Err(DeedFault::Gone));
    machine.undo(&done).unwrap();
    assert_eq!(text(machine.state("crontab")), table);
    let done = machine.carry_out(&deed(2, DeedSwitch::Off)).unwrap();
    machine.set("crontab", "@daily other\n");
    assert_eq!(machine.undo(&done), Err(DeedFault::Changed));
}

#[test]
fn a_service_of_the_users_is_stopped_and_disabled_and_back() {
    let machine = BrokenMachine::with_tools();
    machine.set("user-bad.service.active", "active");
    machine.set("user-bad.service.enabled", "enabled");
    let service = |change| RepairDeed::UserService { name: name("bad.service"), change };
    let stopped = machine.carry_out(&service(ServiceChange::Stop)).unwrap();
    assert_eq!(stopped.after::<RepairDeed>().unwrap().sight().text, "enabled, inactive");
    let unit =
        RepairDeed::Autostart { entry: AutostartEntry::Unit(name("bad.service")), to: DeedSwitch::Off };
    let disabled = machine.carry_out(&unit).unwrap();
    assert_eq!(machine.get("user-bad.service.enabled"), "disabled");
    assert_eq!(machine.carry_out(&service(ServiceChange::Stop)), Err(DeedFault::Already));
    machine.undo(&disabled).unwrap();
    machine.undo(&stopped).unwrap();
    assert_eq!(machine.get("user-bad.service.enabled"), "enabled");
    assert_eq!(machine.get("user-bad.service.active"), "active");
    machine.set("user-static.service.enabled", "static");
    let fixed = RepairDeed::UserService { name: name("static.service"), change: ServiceChange::Disable };
    assert_eq!(machine.carry_out(&fixed), Err(DeedFault::Unfit));
    let none = RepairDeed::UserService { name: name("none.service"), change: ServiceChange::Start };
    assert_eq!(machine.carry_out(&none), Err(DeedFault::Gone));
}

#[test]
fn a_service_of_the_systems_is_started_again_where_the_system_agrees() {
    let machine = BrokenMachine::with_tools();
    machine.set("cups.service.active", "failed");
    let deed = RepairDeed::RestartService { name: name("cups.service") };
    machine.set("refuses", "");
    assert!(matches!(machine.carry_out(&deed), Err(DeedFault::Refused(_))), "nobody said yes to the system");
    assert_eq!(machine.get("cups.service.active"), "failed");
    fs::remove_file(machine.state("refuses")).unwrap();
    let done = machine.carry_out(&deed).unwrap();
    assert_eq!(machine.get("cups.service.active"), "active");
    machine.undo(&done).unwrap();
    assert_eq!(machine.get("cups.service.active"), "inactive");
    machine.set("cups.service.active", "active");
    let before = deed.before(&machine.machine).unwrap();
    assert!(!deed.can_undo(&before), "one that runs has nothing to go back to");
    assert_eq!(BrokenMachine::new().machine.tools().find("no-systemctl"), None);
    let none = RepairDeed::RestartService { name: name("none") };
    assert_eq!(machine.carry_out(&none), Err(DeedFault::Gone));
}

#[test]
fn the_hosts_file_is_put_right_and_back_byte_by_byte() {
    let machine = BrokenMachine::with_tools();
    machine.write("/etc/hostname", "desk\n");
    let old = b"127.0.0.1 localhost\n# \xfc\n203.0.113.9\tbank.example.com\n127.0.1.1 desk.home desk\n::1 ip6-localhost\n";
    let hosts = machine.write("/etc/hosts", old);
    let before = RepairDeed::ResetHosts.before(&machine.machine).unwrap().sight();
    assert_eq!((before.number, before.text.as_str()), (1, "203.0.113.9\tbank.example.com"));
    let done = machine.carry_out(&RepairDeed::ResetHosts).unwrap();
    assert!(!fs::read(&hosts).unwrap().windows(4).any(|part| part == b"bank"));
    assert_eq!(machine.carry_out(&RepairDeed::ResetHosts), Err(DeedFault::Already));
    machine.undo(&done).unwrap();
    assert_eq!(fs::read(&hosts).unwrap(), old);
}

#[test]
fn a_file_of_the_systems_is_written_by_an_administrator_or_not_at_all() {
    let machine = BrokenMachine::with_tools();
    let hosts = machine.write("/etc/hosts", "old\n");
    swap::as_administrator(&hosts, b"new\n", &machine.machine).unwrap();
    assert_eq!(text(&hosts), "new\n");
    let asked = machine.get("asked");
    assert!(asked.ends_with(&format!("tee -- {}", hosts.display())), "{asked}");
    machine.set("nobody-agrees", "");
    let refused = swap::as_administrator(&hosts, b"newer\n", &machine.machine);
    assert_eq!(refused, Err(DeedFault::NotPermitted));
    assert_eq!(text(&hosts), "new\n");
    let nobody = BrokenMachine::new();
    nobody.tool("pkexec", "exit 127");
    assert_eq!(swap::as_administrator(&hosts, b"x", &nobody.machine), Err(DeedFault::NotPermitted));
}

#[test]
fn proxies_are_switched_off_everywhere_and_back() {
    let machine = BrokenMachine::with_tools();
    machine.set("proxy-mode", "'manual'\n");
    let profile = machine.write("/home/anna/.profile", "export http_proxy=http://203.0.113.9:1\nA=b\n");
    let session = machine.write("/home/anna/.config/environment.d/p.conf", "https_proxy=x\n");
    let system = machine.write("/etc/environment", "PATH=/bin\nall_proxy=y\n");
    let before = RepairDeed::ResetProxy.before(&machine.machine).unwrap().sight();
    assert_eq!(before.number, 4, "{before:?}");
    let done = machine.carry_out(&RepairDeed::ResetProxy).unwrap();
    assert_eq!(machine.get("proxy-mode"), "'none'");
    assert_eq!(text(&profile), "# beistand: export http_proxy=http://203.0.113.9:1\nA=b\n");
    assert_eq!(text(&system), "PATH=/bin\n# beistand: all_proxy=y\n");
    assert_eq!(machine.carry_out(&RepairDeed::ResetProxy), Err(DeedFault::Already));
    machine.undo(&done).unwrap();
    assert_eq!(machine.get("proxy-mode"), "'manual'");
    assert_eq!(
        (text(&profile), text(&session)),
        ("export http_proxy=http://203.0.113.9:1\nA=b\n".to_owned(), "https_proxy=x\n".to_owned())
    );
    assert_eq!(text(&system), "PATH=/bin\nall_proxy=y\n");
}

#[test]
fn where_one_proxy_stays_all_do() {
    let machine = BrokenMachine::with_tools();
    machine.set("proxy-mode", "'manual'\n");
    let profile = machine.write("/home/anna/.profile", "http_proxy=a\n");
    let before = RepairDeed::ResetProxy.before(&machine.machine).unwrap();
    machine.set("proxy-mode", "'auto'\n");
    assert_eq!(RepairDeed::ResetProxy.run(&before, &machine.machine), Err(DeedFault::Changed));
    assert_eq!(text(&profile), "http_proxy=a\n");
}

#[test]
fn a_print_queue_is_cleared_for_good() {
    let machine = BrokenMachine::with_tools();
    machine.set("queue-Office", "Office-1 anna 1024\nOffice-2 anna 2048\n");
    let deed = RepairDeed::ClearPrintQueue { printer: name("Office") };
    let before = deed.before(&machine.machine).unwrap();
    assert_eq!((before.sight().number, deed.can_undo(&before)), (2, false));
    let done = machine.carry_out(&deed).unwrap();
    assert_eq!(done.after::<RepairDeed>().unwrap().sight().number, 0);
    assert_eq!(machine.undo(&done), Err(DeedFault::NoUndo));
    assert_eq!(machine.carry_out(&deed), Err(DeedFault::Already));
    let gone = RepairDeed::ClearPrintQueue { printer: name("Gone") };
    assert_eq!(machine.carry_out(&gone), Err(DeedFault::Gone));
    let none = BrokenMachine::new();
    none.tool("lpstat", "exit 1");
    if none.machine.tools().find("cancel").is_none() {
        assert_eq!(none.carry_out(&deed), Err(DeedFault::NotHere("cancel".to_owned())));
    }
}

fn make_old(path: &Path) {
    let old = std::time::SystemTime::now() - Duration::from_secs(40 * 24 * 60 * 60);
    let times = fs::FileTimes::new().set_accessed(old).set_modified(old);
    fs::File::options().write(true).open(path).unwrap().set_times(times).unwrap();
}

#[test]
fn space_is_freed_by_kind_and_a_link_leads_nowhere() {
    let machine = BrokenMachine::with_tools();
    let big = vec![7_u8; 100_000];
    let mine = machine.write("/home/anna/mine/letter", &big);
    let trashed = machine.write("/home/anna/.local/share/Trash/files/a/b", &big);
    machine.write("/home/anna/.local/share/Trash/info/a.trashinfo", "[Trash Info]");
    beistand_posix::unix::fs::symlink(machine.machine.at("/home/anna/mine"), trashed.with_file_name("link"))
        .unwrap();
    let thumbnail = machine.write("/home/anna/.cache/thumbnails/x.png", &big);
    let used = machine.write("/home/anna/.cache/app/used", &big);
    let unused = machine.write("/home/anna/.cache/app/unused", &big);
    make_old(&unused);
    let all: std::collections::HashMap<_, _> = free_space(&machine.machine).into_iter().collect();
    assert!(all[&SpaceKind::Trash] >= 100_000 && all[&SpaceKind::Trash] < 200_000, "{all:?}");
    assert!(all[&SpaceKind::Caches] >= 100_000 && all[&SpaceKind::Caches] < 200_000, "{all:?}");
    assert_eq!(all[&SpaceKind::Packages], 0);
    let free =
        |kinds: &[SpaceKind]| RepairDeed::FreeSpace { kinds: SpaceKinds::of(kinds.iter().copied()).unwrap() };
    let deed = free(&[SpaceKind::Trash, SpaceKind::Caches]);
    let before = deed.before(&machine.machine).unwrap();
    assert!(!deed.can_undo(&before));
    let done = machine.carry_out(&deed).unwrap();
    let after = done.after::<RepairDeed>().unwrap().sight();
    assert_eq!((after.kind, after.number), (SightKind::Freed, before.sight().number));
    assert!(!trashed.exists() && !trashed.parent().unwrap().exists() && !unused.exists());
    assert!(mine.exists() && used.exists() && thumbnail.exists());
    assert_eq!(machine.undo(&done), Err(DeedFault::NoUndo));
    machine.carry_out(&free(&[SpaceKind::Thumbnails])).unwrap();
    assert!(!thumbnail.exists() && used.exists());
    assert_eq!(machine.carry_out(&deed), Err(DeedFault::Already));
}

#[test]
fn a_folder_that_is_a_link_is_not_emptied_and_what_came_since_stays() {
    let machine = BrokenMachine::with_tools();
    let letter = machine.write("/home/anna/Documents/letter", vec![7; 50_000]);
    fs::create_dir_all(machine.machine.in_home(".cache")).unwrap();
    let thumbnails = machine.machine.in_home(".cache/thumbnails");
    beistand_posix::unix::fs::symlink(machine.machine.in_home("Documents"), &thumbnails).unwrap();
    let free = |kind| RepairDeed::FreeSpace { kinds: SpaceKinds::of([kind]).unwrap() };
    assert_eq!(machine.carry_out(&free(SpaceKind::Thumbnails)), Err(DeedFault::Already));
    let trashed = machine.write("/home/anna/.local/share/Trash/files/a", vec![7; 50_000]);
    let deed = free(SpaceKind::Trash);
    let before = deed.before(&machine.machine).unwrap();
    let mut kept = serde_json::to_value(&before).unwrap();
    // As if the question had been asked long before it was thrown away.
    kept["Space"]["looked_secs"] = 1_000_000.into();
    let before: RepairBefore = serde_json::from_value(kept).unwrap();
    let after = deed.run(&before, &machine.machine).unwrap();
    assert_eq!(after.sight().number, 0);
    assert!(letter.exists() && trashed.exists());
}

#[test]
fn what_came_into_a_print_queue_since_the_question_stays() {
    let machine = BrokenMachine::with_tools();
    machine.set("queue-Office", "Office-1 anna 1024\n");
    let deed = RepairDeed::ClearPrintQueue { printer: name("Office") };
    let before = deed.before(&machine.machine).unwrap();
    machine.set("queue-Office", "Office-1 anna 1024\nOffice-2 anna 2048\n");
    assert_eq!(deed.run(&before, &machine.machine), Err(DeedFault::Changed));
}

#[test]
fn a_unit_that_is_no_service_is_left_alone() {
    let machine = BrokenMachine::with_tools();
    for unit in ["reboot.target", "home.mount", "user.slice"] {
        machine.set(&format!("{unit}.active"), "active");
        let restart = RepairDeed::RestartService { name: name(unit) };
        assert_eq!(machine.carry_out(&restart), Err(DeedFault::Unfit), "{unit}");
        let start = RepairDeed::UserService { name: name(unit), change: ServiceChange::Start };
        assert_eq!(machine.carry_out(&start), Err(DeedFault::Unfit), "{unit}");
    }
}

#[test]
fn a_timetable_that_is_no_text_is_left_alone() {
    let machine = BrokenMachine::with_tools();
    fs::write(machine.state("crontab"), b"# J\xfcrgen\n@daily x\n").unwrap();
    let deed = RepairDeed::Autostart { entry: AutostartEntry::Cron(2), to: DeedSwitch::Off };
    assert_eq!(machine.carry_out(&deed), Err(DeedFault::Unfit));
}

#[test]
fn a_journal_that_somebody_changed_makes_no_administrator_write_elsewhere() {
    let machine = BrokenMachine::with_tools();
    let hosts = machine.write("/etc/hosts", "203.0.113.9 bank.example.com\n");
    let done = machine.carry_out(&RepairDeed::ResetHosts).unwrap();
    let other = machine.write("/etc/profile", text(&hosts));
    let journal = machine.folder.path().join("data/changes.json");
    let changed = text(&journal).replace(&*hosts.to_string_lossy(), &other.to_string_lossy());
    fs::write(&journal, changed).unwrap();
    assert_eq!(machine.undo(&done), Err(DeedFault::Changed));
    assert_eq!(text(&other), "");
}

#[test]
fn proxies_go_back_together_or_not_at_all() {
    let machine = BrokenMachine::with_tools();
    machine.set("proxy-mode", "'manual'\n");
    machine.write("/home/anna/.profile", "http_proxy=a\n");
    let bashrc = machine.write("/home/anna/.bashrc", "http_proxy=b\n");
    let done = machine.carry_out(&RepairDeed::ResetProxy).unwrap();
    fs::write(&bashrc, "mine").unwrap();
    assert_eq!(machine.undo(&done), Err(DeedFault::Changed));
    assert_eq!(machine.get("proxy-mode"), "'none'");
    assert!(text(machine.machine.in_home(".profile")).starts_with("# beistand: "));
}

#[test]
fn what_failed_half_way_is_taken_back_as_far_as_it_went() {
    let machine = BrokenMachine::with_tools();
    machine.set("user-bad.service.active", "active");
    machine.set("user-bad.service.enabled", "enabled");
    // It stops, and its manager says that something went wrong.
    let script = STAND_INS[0].1.replace("STATE", &machine.state("").display().to_string());
    machine.tool("systemctl", &script.replace("esac", "esac\n[ $verb != stop ]"));
    let deed = RepairDeed::UserService { name: name("bad.service"), change: ServiceChange::Stop };
    assert!(matches!(machine.carry_out(&deed), Err(DeedFault::Refused(_))));
    assert_eq!(machine.get("user-bad.service.active"), "inactive");
    let [entry] = &machine.journal.entries().unwrap()[..] else { panic!("one entry") };
    assert!(entry.can_undo());
    machine.undo(entry).unwrap();
    assert_eq!(machine.get("user-bad.service.active"), "active");
}

#[test]
fn an_entry_that_only_hides_the_systems_is_switched_on_whole() {
    let machine = BrokenMachine::new();
    let entry = "[X-Other]\nExec=/usr/bin/good\n[Desktop Entry]\nExec = /opt/real\n";
    machine.write("/etc/xdg/autostart/a.desktop", entry);
    let users = machine.write("/home/anna/.config/autostart/a.desktop", "[Desktop Entry]\nHidden=true\n");
    let deed = RepairDeed::Autostart { entry: AutostartEntry::Desktop(name("a")), to: DeedSwitch::On };
    assert_eq!(deed.before(&machine.machine).unwrap().sight().text, "/opt/real", "of its own group");
    let done = machine.carry_out(&deed).unwrap();
    assert_eq!(text(&users), entry);
    machine.undo(&done).unwrap();
    assert_eq!(text(&users), "[Desktop Entry]\nHidden=true\n");
}

#[test]
fn what_is_the_systems_is_freed_by_an_administrator_or_not_at_all() {
    let machine = BrokenMachine::with_tools();
    let package = machine.write("/var/cache/apt/archives/x.deb", vec![1; 50_000]);
    machine.write("/var/cache/apt/archives/lock", "");
    let script = format!("[ \"$1\" = clean ] && rm -f {}", package.display());
    machine.tool("apt-get", &script);
    let deed = RepairDeed::FreeSpace { kinds: SpaceKinds::of([SpaceKind::Packages]).unwrap() };
    machine.set("nobody-agrees", "");
    assert_eq!(machine.carry_out(&deed), Err(DeedFault::NotPermitted));
    assert!(package.exists());
    fs::remove_file(machine.state("nobody-agrees")).unwrap();
    let done = machine.carry_out(&deed).unwrap();
    assert!(done.after::<RepairDeed>().unwrap().sight().number >= 50_000);
    assert!(machine.get("asked").ends_with("apt-get clean") && !package.exists());
}

#[test]
fn a_deed_that_is_stopped_stops() {
    let machine = BrokenMachine::with_tools();
    machine.set("queue-Office", "Office-1 anna 1024\n");
    machine.tool("cancel", "sleep 1000");
    let deed = RepairDeed::ClearPrintQueue { printer: name("Office") };
    let before = deed.before(&machine.machine).unwrap();
    let watch = crate::DeedWatch::default();
    let watched = machine.machine.watched_by(watch.clone());
    let running = std::thread::spawn(move || deed.run(&before, &watched));
    watch.stop();
    assert_eq!(running.join().unwrap(), Err(DeedFault::Stopped));
}
