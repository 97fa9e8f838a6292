//! What a session costs in which nothing happens.

use std::time::{Duration, Instant};

use beistand_tests::{Network, Screen, Start, cost::CpuMeter, poll};

use crate::picture::desktop;
use crate::support::{Host, SOON, Session};

/// Over so long it is measured: fifty heartbeats make chance small.
const MEASURED: Duration = Duration::from_secs(12);

/// Percent of one core a side.
pub(crate) const CPU: f64 = 3.0;

/// All bytes, both directions, with headers.
pub(crate) const KBIT_PER_SECOND: f64 = 5.0;

#[expect(clippy::print_stderr, reason = "the figures are worth reading where the test passes, too")]
fn idle(transport: &str) {
    let Some(network) = Network::new() else { return };
    let screen = desktop(1920, 1080);
    let (network, screen): (&Network, &Screen) = (&network, &screen);
    let flags = ["--no-mdns", "--listen", transport];
    let share = Start::node_anywhere("share").arguments(flags).on(screen).inside(network);
    let mut session = Session::of(Host::of(share), |host| {
        Start::node_anywhere("connect").arguments(flags).invite(&host.link).inside(network).start()
    });
    session.expect_picture(screen, 40.0, SOON);
    quiet(network);
    let (host, technician) = (CpuMeter::start(session.host.pid()), CpuMeter::start(session.technician.pid()));
    let (start, before) = (Instant::now(), network.bytes("lo"));
    std::thread::sleep(MEASURED);
    let kbps = (network.bytes("lo") - before) as f64 * 8.0 / 1000.0 / start.elapsed().as_secs_f64();
    let (host, technician) = (host.percent(), technician.percent());
    eprintln!("idle over {transport}: host {host:.2} %, technician {technician:.2} %, {kbps:.2} kbit/s");
    assert!(host < CPU && technician < CPU, "host {host:.2} %, technician {technician:.2} % of a core");
    assert!(kbps < KBIT_PER_SECOND, "{kbps:.2} kbit/s");
    assert!(session.host.running() && session.technician.running());
}

/// Waits until little has gone over the network for three seconds: the picture is refined, and the editor's
/// cursor has stopped to blink, as GTK's does after ten seconds (until then something does change on the
/// screen).
pub(crate) fn quiet(network: &Network) {
    let mut last = network.bytes("lo");
    let found = poll(Duration::from_secs(40), || {
        std::thread::sleep(Duration::from_secs(3));
        let now = network.bytes("lo");
        let quiet = now - last < 1700;
        last = now;
        quiet.then_some(())
    });
    // Whether it ever gets quiet is what is measured next.
    let _ = found;
}

/// Both at once: each has a network and a screen of its own, and neither keeps the machine busy.
#[test]
fn an_idle_session_costs_next_to_nothing_over_quic_and_over_tcp() {
    std::thread::scope(|scope| {
        for transport in ["/ip4/127.0.0.1/udp/0/quic-v1", "/ip4/127.0.0.1/tcp/0"] {
            scope.spawn(move || idle(transport));
        }
    });
}
