//! What both windows cost in a session in which nothing happens.

use std::time::{Duration, Instant};

use beistand_tests::cost::CpuMeter;
use beistand_tests::desktop::{User, full_screen_one_to_one, granted};
use beistand_tests::{Device, Hand, Network, Screen, Start};

use crate::idle::{CPU, KBIT_PER_SECOND, quiet};
use crate::picture::desktop;
use crate::support::PATIENCE;

/// Over so long it is measured: twenty heartbeats make chance small. What a change of the bar's clock costs
/// each minute is not seen by it.
const MEASURED: Duration = Duration::from_secs(22);

#[test]
fn both_windows_cost_next_to_nothing_while_nothing_happens() {
    let Some(network) = Network::new() else { return };
    let network: &Network = &network;
    let screen = desktop(1920, 1080);
    let technicians = Screen::with_window_manager(2048, 1200);
    let mut host = Start::desktop(&[]).on(&screen).inside(network).start();
    let user = User::at(&screen, Device::Physical);
    let link = user.get_help(&screen);
    let mut technician =
        Start::desktop(&["view", "--name", "Tess"]).invite(link).on(&technicians).inside(network).start();
    host.expect("request", PATIENCE);
    user.press_allow(&screen);
    granted(&mut technician);
    // As dear as it gets: every pixel of a large screen.
    let hand = Hand::new(&technicians, Device::Injected);
    full_screen_one_to_one(&technicians, &screen, &hand);
    quiet(network);
    let (host_cpu, technician_cpu) = (CpuMeter::start(host.pid()), CpuMeter::start(technician.pid()));
    let (start, before) = (Instant::now(), network.bytes("lo"));
    std::thread::sleep(MEASURED);
    let kbps = (network.bytes("lo") - before) as f64 * 8.0 / 1000.0 / start.elapsed().as_secs_f64();
    let (host_cpu, technician_cpu) = (host_cpu.percent(), technician_cpu.percent());
    eprintln!("idle windows: host {host_cpu:.2} %, technician {technician_cpu:.2} %, {kbps:.2} kbit/s");
    assert!(
        host_cpu < CPU && technician_cpu < CPU,
        "host {host_cpu:.2} %, technician {technician_cpu:.2} % of a core"
    );
    assert!(kbps < KBIT_PER_SECOND, "{kbps:.2} kbit/s");
    assert!(host.running() && technician.running());
}
