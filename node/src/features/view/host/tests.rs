//! What a choice of the user's does at once, before any thread has captured by it.

use std::time::Instant;

use beistand_platform::DesktopArea;
use beistand_session::Role;

use super::*;
use crate::features::side::{EventEmitter, SideLoadMeter};
use crate::features::wire::Outbox;

/// Two monitors, side by side.
fn monitors() -> Vec<DesktopMonitor> {
    let area = |x| DesktopArea::new(x, 0, 1000, 800).expect("not empty");
    [("left", 0), ("right", 1000)]
        .map(|(name, x)| DesktopMonitor { name: name.to_owned(), area: area(x) })
        .into()
}

/// The user's side before they have consented, and what it has noted as seen.
fn host() -> (ViewHost, SeenLayout) {
    let seen = SeenLayout::default();
    let world = ScreenSource {
        backends: Backends::fake(),
        picture_room: watch::channel(None).1,
        seen: seen.clone(),
        next_picture: Arc::new(AtomicU64::new(1)),
    };
    let cx = SideContext {
        outbox: Outbox::new(mpsc::channel(1).0),
        events: EventEmitter::new(mpsc::channel(1).0),
        world,
        role: Role::Host,
        load: SideLoadMeter::default(),
    };
    let host = ViewHost::start(cx, &Standing::new(Instant::now())).expect("nothing is captured yet");
    (host, seen)
}

#[tokio::test]
async fn what_is_hidden_is_told_to_nobody_and_pointed_at_by_nobody_though_it_is_all_that_was_shown() {
    let (mut host, seen) = host();
    let whole = ScreenLayout::uncaptured(monitors(), &MonitorChoice::default());
    host.take_list(monitors());
    seen.captured(Some(1), whole.clone());
    seen.shown(1);
    assert_eq!(seen.on_desktop((5, 5)), Some((5, 5)));
    host.untold = Some(UntoldMonitors::Captured(whole));
    host.command(ViewCommand::Hide("left".to_owned())).await;
    assert!(matches!(host.untold, Some(UntoldMonitors::Listed)), "what was captured before is not told");
    assert_eq!(seen.on_desktop((5, 5)), None);
    assert_eq!(seen.on_desktop((1005, 5)), Some((1005, 5)));
    host.command(ViewCommand::Show("left".to_owned())).await;
    assert_eq!(seen.on_desktop((5, 5)), Some((5, 5)));
}

#[tokio::test]
async fn what_is_chosen_in_the_question_is_all_that_is_pointed_at_also_before_the_monitors_are_known() {
    let (mut host, seen) = host();
    host.command(ViewCommand::Only(vec!["right".to_owned()])).await;
    assert_eq!((seen.on_desktop((5, 5)), seen.on_desktop((1005, 5))), (None, None));
    host.take_list(monitors());
    assert_eq!(seen.on_desktop((5, 5)), None);
    assert_eq!(seen.on_desktop((1005, 5)), Some((1005, 5)));
}
