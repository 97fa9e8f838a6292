//! A session of the real programs across a lab: who stands behind what, how the session came up, and how long
//! it took.
//!
//! What it does not do: it asserts nothing about the way that a session took; that is for the test that runs
//! it.

use std::fmt;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{Behaviour, Conditions, INTERNET, Lab, Plan, Router};
use crate::{Process, Program, Screen, Start, programs_dir};

/// How long each step may take: starting, stretching the key, and punching in vain before a relay is taken.
const PATIENCE: Duration = Duration::from_secs(40);

/// How often the technician is asked for a picture, which is how exactly its coming is known.
const GLANCE: Duration = Duration::from_millis(25);

/// The port of public helpers, by UDP and TCP.
const SERVER_PORT: u16 = 4001;

/// What stands between a program and the internet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Side {
    /// From the internet to the household; none for a public host.
    pub routers: Vec<Router>,
}

impl Side {
    /// A public address.
    #[must_use]
    pub fn public() -> Self {
        Self::default()
    }

    /// Behind one router.
    #[must_use]
    pub fn behind(router: impl Into<Router>) -> Self {
        Self { routers: vec![router.into()] }
    }

    /// Behind a household's router behind a carrier's.
    #[must_use]
    pub fn behind_two(carrier: impl Into<Router>, household: impl Into<Router>) -> Self {
        Self { routers: vec![carrier.into(), household.into()] }
    }

    /// What all its NATs together do.
    pub fn behaviour(&self) -> Behaviour {
        self.routers.iter().fold(Behaviour::OPEN, |inner, router| router.nat.behaviour().behind(inner))
    }

    /// Whether UDP gets through.
    pub fn udp(&self) -> bool {
        self.routers.iter().all(|router| router.udp)
    }

    fn add_to(&self, mut plan: Plan, name: &str, line: Option<Conditions>) -> Plan {
        let mut behind = INTERNET.to_owned();
        let mut outermost = None;
        for (number, router) in self.routers.iter().enumerate() {
            let router_name = format!("{name}-router{number}");
            plan = plan.router(&router_name, *router, &behind);
            outermost.get_or_insert_with(|| router_name.clone());
            behind = router_name;
        }
        plan = plan.host(name, &behind);
        match line {
            Some(line) => plan.line(outermost.as_deref().unwrap_or(name), line),
            None => plan,
        }
    }

    /// The node whose line leads to the internet.
    fn outermost(&self, name: &str) -> String {
        if self.routers.is_empty() { name.to_owned() } else { format!("{name}-router0") }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.routers.is_empty() {
            return formatter.write_str("none");
        }
        // As seen from the program.
        let names: Vec<String> = self.routers.iter().rev().map(Router::to_string).collect();
        formatter.write_str(&names.join(", behind "))
    }
}

/// What the technician is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InviteForm {
    /// The link, with addresses.
    Link,
    /// The words: the host must be found.
    Words,
}

/// A session to be tried.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Where the user who needs help is.
    pub host: Side,
    /// Where the technician is.
    pub technician: Side,
    /// Each side's line to the internet, alike in both directions; so packets between them pass two.
    pub line: Option<Conditions>,
    /// Public helpers: how many run `beistand-node serve`, by which both sides join the network.
    pub servers: usize,
    /// What the technician is given.
    pub invite: InviteForm,
    /// More arguments of both programs.
    pub arguments: Vec<String>,
}

/// Why there was no session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// These programs have no `serve` yet.
    NoServe,
    /// A program did not say in time what it should.
    Silent {
        /// Which program.
        program: &'static str,
        /// The event that was waited for.
        event: &'static str,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoServe => formatter.write_str("needs `beistand-node serve`"),
            Self::Silent { program, event } => write!(formatter, "no `{event}` at the {program}"),
        }
    }
}

/// How long a session took to come up, from the start of the technician's program with the invite on, without
/// the user's own time from the question to the yes.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// Until the user was asked.
    pub request: Duration,
    /// Until the technician knew that the user had said yes.
    pub granted: Duration,
    /// Until the technician had the first picture.
    pub picture: Duration,
}

/// A session that came up.
#[derive(Debug)]
pub struct Running {
    // In the order in which they are to end.
    /// `beistand-node connect`.
    pub technician: Program,
    /// `beistand-node share`.
    pub host: Program,
    /// The public helpers.
    pub servers: Vec<Program>,
    /// The host's screen.
    pub screen: Screen,
    /// The networks; the programs' hosts are called `host`, `technician` and `server0` on.
    pub lab: Lab,
    /// How long it took.
    pub times: Times,
    lines: [String; 2],
}

impl Running {
    /// The way that the technician's program says it takes now: `lan`, `direct` or `relay`, and the
    /// transport.
    pub fn path(&self) -> (String, String) {
        let path = self.technician.newest("path");
        path.map_or_else(Default::default, |path| (path.text("kind"), path.text("transport")))
    }

    /// The way that it takes as soon as that is of this kind, or at the latest after `patience`: a session
    /// may start by a relay and move when a hole is punched.
    pub fn settled_path(&mut self, kind: &str, patience: Duration) -> (String, String) {
        let deadline = Instant::now() + patience;
        while self.path().0 != kind && Instant::now() < deadline {
            let _ = self.technician.wait_for("path", deadline - Instant::now());
        }
        self.path()
    }

    /// The round trip that the technician's program says the path has, in milliseconds; `None` where it says
    /// nothing.
    pub fn round_trip_millis(&self) -> Option<f64> {
        self.technician.newest("path").map(|path| path.number("rtt_ms")).filter(|rtt| rtt.is_finite())
    }

    /// The host's and the technician's node of the lab that is on the internet, for its line and its address.
    pub fn outermost(&self) -> [&str; 2] {
        self.lines.each_ref().map(String::as_str)
    }
}

impl Scenario {
    /// Both sides by cable, the link as invite, no public helpers.
    #[must_use]
    pub fn new(host: Side, technician: Side) -> Self {
        Self { host, technician, line: None, servers: 0, invite: InviteForm::Link, arguments: Vec::new() }
    }

    /// With lines instead of cables.
    #[must_use]
    pub fn line(self, line: Conditions) -> Self {
        Self { line: Some(line), ..self }
    }

    /// With public helpers.
    #[must_use]
    pub fn servers(self, servers: usize) -> Self {
        Self { servers, ..self }
    }

    /// Whether it can come up at all without public helpers: the link leads to the host only where that is
    /// public.
    pub fn needs_servers(&self) -> bool {
        !self.host.routers.is_empty() || self.invite == InviteForm::Words
    }

    /// The kind of path that theory promises, with public helpers: `direct` where both can be punched by UDP
    /// (or the host is public), `relay` otherwise. Where UDP is blocked TCP may do better.
    pub fn promised_path(&self) -> &'static str {
        let udp = self.host.udp() && self.technician.udp();
        let punched = udp && self.host.behaviour().punches(self.technician.behaviour());
        if punched || self.host.routers.is_empty() { "direct" } else { "relay" }
    }

    /// Runs it until the first picture; `None` (with a line that says so) where this is not root.
    ///
    /// # Errors
    /// Where the session does not come up: see [`Failure`].
    ///
    /// # Panics
    /// Where the lab can't be built or a program not started.
    #[track_caller]
    pub fn run(&self) -> Option<Result<Running, Failure>> {
        if self.servers > 0 && !serve_available() {
            return Some(Err(Failure::NoServe));
        }
        let mut plan = self.host.add_to(Plan::new(), "host", self.line);
        plan = self.technician.add_to(plan, "technician", self.line);
        for number in 0..self.servers {
            plan = plan.host(&format!("server{number}"), INTERNET);
        }
        let lab = Lab::build(&plan)?;
        Some(self.run_in(lab))
    }

    #[track_caller]
    fn run_in(&self, lab: Lab) -> Result<Running, Failure> {
        let (servers, bootstrap) = self.start_servers(&lab)?;
        let screen = Screen::new(640, 480);
        screen.paint_background([40, 90, 160]);
        let start =
            |subcommand| Start::node_anywhere(subcommand).arguments(&bootstrap).arguments(&self.arguments);
        let mut host = start("share").on(&screen).inside(lab.network("host")).start();
        let invite = wait(&mut host, "host", "invite")?;
        let field = if self.invite == InviteForm::Link { "link" } else { "words" };
        let began = Instant::now();
        let mut technician =
            start("connect").invite(invite.text(field)).inside(lab.network("technician")).start();
        let request = wait(&mut host, "host", "request")?;
        host.allow("view,pointer,keyboard");
        let said_yes = Instant::now();
        let granted = wait(&mut technician, "technician", "granted")?;
        let picture = first_picture(&mut technician, &screen)?;
        let asked = request.at - began;
        let times = Times {
            request: asked,
            granted: asked + (granted.at - said_yes),
            picture: asked + (picture - said_yes),
        };
        let lines = [self.host.outermost("host"), self.technician.outermost("technician")];
        Ok(Running { technician, host, servers, screen, lab, times, lines })
    }

    /// The helpers, and the arguments by which others find them.
    #[track_caller]
    fn start_servers(&self, lab: &Lab) -> Result<(Vec<Program>, Vec<String>), Failure> {
        let (mut programs, mut arguments) = (Vec::new(), Vec::new());
        if self.servers > 0 {
            // A network of the lab's own: nobody looks for those of the real internet.
            arguments.extend(["--network".to_owned(), "lab".to_owned()]);
        }
        for number in 0..self.servers {
            let name = format!("server{number}");
            let address = lab.address(&name);
            let listen = [
                format!("/ip4/{address}/udp/{SERVER_PORT}/quic-v1"),
                format!("/ip4/{address}/tcp/{SERVER_PORT}"),
            ];
            let mut start = Start::node_anywhere("serve").arguments(&arguments);
            for address in &listen {
                start = start.arguments(["--listen", address]);
            }
            let mut program = start.inside(lab.network(&name)).start();
            let peer = wait(&mut program, "server", "serving")?.text("peer_id");
            for address in listen {
                arguments.extend(["--bootstrap".to_owned(), format!("{address}/p2p/{peer}")]);
            }
            programs.push(program);
        }
        Ok((programs, arguments))
    }
}

/// Whether the programs have public helpers: `beistand-node serve`.
pub fn serve_available() -> bool {
    let mut command = Process::command(programs_dir().join("beistand-node"));
    command.args(["serve", "--help"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn wait(program: &mut Program, name: &'static str, event: &'static str) -> Result<crate::Event, Failure> {
    program.wait_for(event, PATIENCE).ok_or(Failure::Silent { program: name, event })
}

/// When the technician has a picture for the first time.
fn first_picture(technician: &mut Program, screen: &Screen) -> Result<Instant, Failure> {
    let file = screen.folder().join("first.png");
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline && technician.running() {
        technician.say(&format!("screenshot {}", file.display()));
        if let Some(event) = technician.wait_for("screenshot", GLANCE) {
            return Ok(event.at);
        }
    }
    Err(Failure::Silent { program: "technician", event: "screenshot" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::{Nat, Ports};

    #[test]
    fn the_promised_path_follows_from_both_sides() {
        let symmetric = || Side::behind(Nat::Symmetric);
        let restricted = || Side::behind(Nat::PortRestricted(Ports::Changed));
        let path = |host, technician| Scenario::new(host, technician).promised_path();
        assert_eq!(path(Side::public(), symmetric()), "direct");
        assert_eq!(path(symmetric(), Side::public()), "direct");
        assert_eq!(path(restricted(), restricted()), "direct");
        assert_eq!(path(restricted(), symmetric()), "relay");
        let blocked = Side::behind(Router::without_udp(Nat::FullCone(Ports::Preserved)));
        assert_eq!(path(restricted(), blocked.clone()), "relay");
        assert_eq!(path(Side::public(), blocked), "direct");
        let twice = Side::behind_two(Nat::Symmetric, Nat::FullCone(Ports::Preserved));
        assert_eq!(path(restricted(), twice.clone()), "relay");
        assert_eq!(twice.to_string(), "full cone, behind symmetric");
    }
}
