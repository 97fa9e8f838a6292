//! Both kinds of peers: a js-libp2p one, and `beistand-node serve`.

use std::path::PathBuf;

use beistand_tests::{Event, Network, Program, Start};

use crate::{NETWORK, PATIENCE};

/// A running js-libp2p peer; what it can do is in tests/interop/commands.mjs.
#[derive(Debug)]
pub(crate) struct Js {
    program: Program,
    pub(crate) peer_id: String,
    /// Its addresses, each with its identity.
    pub(crate) listen: Vec<String>,
}

impl Js {
    /// Starts one on loopback.
    #[track_caller]
    pub(crate) fn start(role: &str) -> Self {
        let listen = if role == "stranger" { None } else { Some("/ip4/127.0.0.1/tcp/0") };
        Self::started(js(role, listen).start())
    }

    /// Starts one in a network, or on loopback, that listens at an address, which may be a relay's circuit.
    #[track_caller]
    pub(crate) fn listening(role: &str, address: &str, network: Option<&Network>) -> Self {
        let start = js(role, Some(address));
        Self::started(match network {
            Some(network) => start.inside(network).start(),
            None => start.start(),
        })
    }

    #[track_caller]
    fn started(mut program: Program) -> Self {
        let started = program.expect("started", PATIENCE);
        let listen = started.text("listen").split_terminator(',').map(str::to_owned).collect();
        Self { program, peer_id: started.text("peer_id"), listen }
    }

    /// Has it do something, and waits until that is done.
    ///
    /// # Panics
    /// Where it fails.
    #[track_caller]
    pub(crate) fn ask(&mut self, command: &str, words: &[&str]) -> Event {
        self.program.say(&[&[command], words].concat().join(" "));
        self.program.expect(command, PATIENCE)
    }

    /// Has it do something that must fail, and says why it did.
    #[track_caller]
    pub(crate) fn refused(&mut self, command: &str, words: &[&str]) -> String {
        self.program.say(&[&[command], words].concat().join(" "));
        self.program.expect_that("failed", PATIENCE, |event| event.text("command") == command).text("reason")
    }

    /// Waits for something that happens to it by itself.
    #[track_caller]
    pub(crate) fn expect(&mut self, event: &str, holds: impl Fn(&Event) -> bool) -> Event {
        self.program.expect_that(event, PATIENCE, holds)
    }

    /// All that has happened to it.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.program.events()
    }

    /// Whether it runs.
    pub(crate) fn running(&mut self) -> bool {
        self.program.running()
    }
}

fn js(role: &str, listen: Option<&str>) -> Start<'static> {
    let folder = std::env::var_os("BEISTAND_INTEROP_DIR").map(PathBuf::from);
    let folder = folder.expect("run this by `cargo xtask interop`, which sets BEISTAND_INTEROP_DIR");
    // It is looked for in PATH, as a person's shell does.
    let start = Start::bare("/usr/bin/env").arguments(["node".into(), folder.join("peer.mjs")]);
    let start = start.arguments(["--role", role, "--network", NETWORK]);
    start.arguments(listen.iter().flat_map(|address| ["--listen", address]))
}

/// A running `beistand-node serve` on loopback.
#[derive(Debug)]
pub(crate) struct Serve {
    pub(crate) program: Program,
    pub(crate) peer_id: String,
    /// Its TCP address, with its identity.
    pub(crate) address: String,
}

impl Serve {
    /// Starts one that enters the network by these.
    #[track_caller]
    pub(crate) fn start(bootstrap: &[String]) -> Self {
        let mut config = tempfile::NamedTempFile::new().expect("a temporary folder");
        std::io::Write::write_all(&mut config, b"[serve]\nmetrics = \"off\"\n").expect("a file of ours");
        let start = ours(Start::node("serve"), bootstrap).arguments(["--config".as_ref(), config.path()]);
        let mut program = start.start();
        let serving = program.expect("serving", PATIENCE);
        let address =
            serving.text("listen").split(',').find(|address| address.contains("/tcp/")).map(str::to_owned);
        Self { program, peer_id: serving.text("peer_id"), address: address.expect("it listens by TCP") }
    }

    /// Whether it still runs and has not said that anything went wrong.
    #[track_caller]
    pub(crate) fn expect_unharmed(&mut self) {
        assert!(self.program.running(), "it ended: {}", self.program.errors());
        assert!(!self.program.errors().contains("panicked"), "{}", self.program.errors());
    }
}

/// A program of ours in the tests' network, which it enters by these.
pub(crate) fn ours<'a>(start: Start<'a>, bootstrap: &[String]) -> Start<'a> {
    let start = start.arguments(["--network", NETWORK]);
    start.arguments(bootstrap.iter().flat_map(|address| ["--bootstrap", address]))
}
