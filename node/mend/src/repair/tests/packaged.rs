//! Packages, stopped printers and services of the system's, with what stands in for dpkg and for an
//! administrator's shell. The real ones are asked in `tests/machines`.

use std::process::Command;

use beistand_session::{DeedPath, ServiceChange};

use super::*;

/// A machine on which the package `tools` has /usr/bin/tool.
fn with_package() -> (BrokenMachine, PathBuf) {
    let machine = BrokenMachine::with_tools();
    let file = machine.write("/usr/bin/tool", "#!/bin/sh\nswapped\n");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o711)).unwrap();
    machine.set("packaged", "#!/bin/sh\ntrue\n");
    machine.set("file", &file.display().to_string());
    machine.set("states", "install ok installed tools\n");
    (machine, file)
}

fn restore(path: &str) -> RepairDeed {
    RepairDeed::RestoreFile { path: DeedPath::new(path).unwrap() }
}

#[test]
fn a_file_of_a_package_is_put_back_and_what_was_there_comes_back_with_its_mode() {
    let (machine, file) = with_package();
    let swapped = text(&file);
    let before = restore("/usr/bin/tool").before(&machine.machine).unwrap().sight();
    assert_eq!((before.kind, before.text.as_str()), (SightKind::Differs, "tools 1.2"));
    let entry = machine.carry_out(&restore("/usr/bin/tool")).unwrap();
    assert_eq!(text(&file), machine.get("packaged") + "\n");
    assert!(machine.get("asked").contains("put "), "an administrator is asked");
    machine.undo(&entry).unwrap();
    assert_eq!(text(&file), swapped);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o711);
}

#[test]
fn only_a_file_that_differs_from_its_package_is_put_back_and_only_with_an_administrator() {
    let (machine, file) = with_package();
    assert_eq!(machine.carry_out(&restore("/usr/bin/*")), Err(DeedFault::Unfit));
    assert_eq!(machine.carry_out(&restore("/usr/bin/none")), Err(DeedFault::Gone));
    machine.write("/etc/other", "x");
    assert_eq!(machine.carry_out(&restore("/etc/other")), Err(DeedFault::Unfit), "no package has it");
    let link = file.with_file_name("link");
    beistand_posix::unix::fs::symlink(&file, &link).unwrap();
    assert_eq!(machine.carry_out(&restore("/usr/bin/link")), Err(DeedFault::Unfit));
    machine.set("nobody-agrees", "");
    assert_eq!(machine.carry_out(&restore("/usr/bin/tool")), Err(DeedFault::NotPermitted));
    fs::remove_file(machine.state("nobody-agrees")).unwrap();
    let before = restore("/usr/bin/tool").before(&machine.machine).unwrap();
    fs::write(&file, "somebody else's").unwrap();
    assert_eq!(restore("/usr/bin/tool").run(&before, &machine.machine), Err(DeedFault::Changed));
    fs::write(&file, machine.get("packaged") + "\n").unwrap();
    assert_eq!(machine.carry_out(&restore("/usr/bin/tool")), Err(DeedFault::Already));
}

#[test]
fn a_journal_that_somebody_changed_puts_no_file_of_theirs_in_the_systems_place() {
    let (machine, file) = with_package();
    let entry = machine.carry_out(&restore("/usr/bin/tool")).unwrap();
    // Another file, and another path: neither is said to the administrator's shell.
    let journal = machine.folder.path().join("data/changes.json");
    let mut forged: serde_json::Value = serde_json::from_str(&text(&journal)).unwrap();
    let own = &mut forged["entries"][0];
    own["deed"]["RestoreFile"]["path"] = b"/etc/sudoers".to_vec().into();
    own["before"]["Packaged"]["package"] = "evil".into();
    fs::write(&journal, forged.to_string()).unwrap();
    fs::write(machine.state("asked"), "").unwrap();
    machine.write("/etc/sudoers", "root ALL\n");
    assert_eq!(machine.undo(&entry), Err(DeedFault::Changed));
    let asked = machine.get("asked");
    assert!(asked.contains("back ") && !asked.contains("sudoers") && !asked.contains("evil"), "{asked}");
    assert_eq!(text(machine.machine.at("/etc/sudoers")), "root ALL\n");
    assert!(file.exists());
    // And the real script takes nothing for a name but what it has made up itself.
    for held in ["", "../../etc", "x", "0f/..", "-rf"] {
        let script = include_str!("../package-file.sh");
        let said = Command::new("/bin/sh").args(["-c", script, "x", "back", held]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&said.stdout), "begun\nno\n", "{held}");
    }
}

#[test]
fn what_was_broken_off_is_finished_and_that_can_not_be_taken_back() {
    let (machine, _) = with_package();
    assert_eq!(machine.carry_out(&RepairDeed::FinishPackages), Err(DeedFault::Already));
    machine.set("states", "install ok installed tools\ninstall ok half-configured one\nhold reinstreq half-installed two\npurge ok half-installed gone\n");
    let deed = RepairDeed::FinishPackages;
    let before = deed.before(&machine.machine).unwrap();
    assert_eq!((before.sight().number, before.sight().text.as_str()), (2, "one, two"));
    machine.set("nobody-agrees", "");
    assert_eq!(machine.carry_out(&deed), Err(DeedFault::NotPermitted));
    fs::remove_file(machine.state("nobody-agrees")).unwrap();
    let entry = machine.carry_out(&deed).unwrap();
    assert_eq!(entry.after::<RepairDeed>().unwrap().sight().number, 0);
    assert_eq!(machine.undo(&entry), Err(DeedFault::NoUndo));
    assert_eq!(deed.run(&before, &machine.machine), Err(DeedFault::Changed), "it is no longer so");
}

#[test]
fn a_package_that_is_held_back_is_let_go_and_held_again() {
    let (machine, _) = with_package();
    let deed = RepairDeed::ReleasePackage { name: name("tools") };
    assert_eq!(machine.carry_out(&deed), Err(DeedFault::Already));
    machine.set("want", "hold");
    let entry = machine.carry_out(&deed).unwrap();
    assert_eq!(machine.get("want"), "install");
    machine.undo(&entry).unwrap();
    assert_eq!(machine.get("want"), "hold");
}

#[test]
fn a_printer_that_is_stopped_prints_again_and_is_stopped_again_for_the_same_reason() {
    let machine = BrokenMachine::with_tools();
    machine.set("queue-office", "");
    let deed = RepairDeed::ResumePrinter { printer: name("office") };
    assert_eq!(machine.carry_out(&deed), Err(DeedFault::Already));
    machine.set("stopped-office", "Paper jam\n");
    let before = deed.before(&machine.machine).unwrap().sight();
    assert_eq!((before.kind, before.text.as_str()), (SightKind::Stopped, "Paper jam"));
    let entry = machine.carry_out(&deed).unwrap();
    assert!(!machine.state("stopped-office").exists());
    machine.undo(&entry).unwrap();
    assert_eq!(machine.get("stopped-office"), "Paper jam");
    assert_eq!(machine.carry_out(&RepairDeed::ResumePrinter { printer: name("none") }), Err(DeedFault::Gone));
}

#[test]
fn a_service_of_the_systems_is_switched_off_and_on_but_none_that_all_need() {
    let machine = BrokenMachine::with_tools();
    machine.set("anydesk.service.active", "active\n");
    machine.set("anydesk.service.enabled", "enabled\n");
    let deed = |name: &str, change| RepairDeed::SystemService { name: super::name(name), change };
    let entry = machine.carry_out(&deed("anydesk.service", ServiceChange::Disable)).unwrap();
    assert_eq!(machine.get("anydesk.service.enabled"), "disabled");
    machine.undo(&entry).unwrap();
    assert_eq!(machine.get("anydesk.service.enabled"), "enabled");
    for needed in [
        "dbus.service",
        "dbus",
        "NetworkManager",
        "gdm.service",
        "dbus-org.freedesktop.login1.service",
        "debug-shell",
        "reboot.target",
    ] {
        machine.set(&format!("{needed}.active"), "active\n");
        machine.set(&format!("{needed}.enabled"), "enabled\n");
        assert_eq!(machine.carry_out(&deed(needed, ServiceChange::Stop)), Err(DeedFault::Unfit), "{needed}");
    }
}
