//! What an organisation sets up, made, signed and used as its people and their customers do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use beistand_tests::{Start, programs_dir};

use crate::support::{Host, PATIENCE, SOON, exit, expect_end};

/// A folder with the program, to which a preset can be put.
struct Tool(tempfile::TempDir);

impl Tool {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = folder.path().join("beistand-node");
        fs::copy(programs_dir().join("beistand-node"), program).expect("the program is built");
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What `beistand-node preset` prints with these arguments, and with its files in this folder.
    fn preset(&self, data: &Path, arguments: &[&str]) -> String {
        let mut command = Command::new(self.path("beistand-node"));
        command.arg("preset").args(arguments).arg("--data-dir").arg(data);
        command.env("HOME", self.0.path()).env("XDG_CONFIG_HOME", self.0.path()).env("LANGUAGE", "en");
        let output = command.output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        said
    }

    /// Begins a preset in this folder, signs this text and puts it beside the program.
    fn set_up(&self, folder: &str, text: &str) {
        let place = self.path(folder);
        let folder = place.display().to_string();
        if !place.exists() {
            self.preset(&place, &["new", &folder]);
        }
        fs::write(place.join("preset.toml"), text).expect("a folder of ours");
        let said = self.preset(&place, &["sign", &folder]);
        assert!(said.contains("Muster"), "{said}");
        fs::copy(place.join("beistand.preset"), self.path("beistand.preset")).expect("it was signed");
    }

    fn start(&self, subcommand: &str, data: &str) -> Start<'_> {
        Start::node(subcommand).in_folder(self.0.path()).keeping(&self.path(data))
    }
}

#[test]
fn an_organisations_tool_names_its_technician_and_asks_all_the_same() {
    let tool = Tool::new();
    let technicians = tool.path("technician");
    fs::write(tool.path("tess.toml"), "name = \"Tess Muster\"\n").expect("a folder of ours");
    let config = tool.path("tess.toml").display().to_string();
    let card = tool.preset(&technicians, &["card", "--config", &config]);
    tool.set_up("muster", &format!("organisation = \"Muster IT\"\nnetwork = \"muster\"\n{card}"));

    let share = || tool.start("share", "user").arguments(["--capture", "fake"]);
    let mut host = Host::of(share());
    let events = host.program.events();
    let preset = events.iter().find(|event| event.kind() == "preset").expect("it is said first");
    assert_eq!(
        (preset.text("state"), preset.text("organisation")),
        ("used".to_owned(), "Muster IT".to_owned())
    );
    assert_eq!(preset.text("network"), "muster");
    let connect = tool.start("connect", "technician").arguments(["--name", "Tess Muster"]);
    let mut technician = connect.invite(&host.link).start();
    let request = host.program.expect("request", PATIENCE);
    assert!(request.text("known").contains("Tess Muster from “Muster IT”"), "{request:?}");
    host.program.say("deny");
    expect_end(&mut technician, SOON, exit::DENIED, &[]);
    assert!(host.program.events().iter().all(|event| event.kind() != "granted"));

    // Somebody else's preset is not used before the user agrees.
    tool.set_up("other", "organisation = \"Muster Again\"\nnetwork = \"again\"\n");
    let state = || tool.preset(&tool.path("user"), &["--json"]);
    assert!(state().contains("\"waiting\""), "{}", state());
    let agreed = tool.preset(&tool.path("user"), &["agree"]);
    assert!(agreed.contains("Set up by “Muster Again”"), "{agreed}");
    assert!(state().contains("\"used\""), "{}", state());
    let mut plain = tool.start("share", "user").arguments(["--no-preset", "--capture", "fake"]).start();
    plain.expect("invite", PATIENCE);
    assert!(plain.events().iter().all(|event| event.kind() != "preset"));
}
