//! What a thread that is stopped says of the layout: nothing.

use beistand_platform::{DesktopArea, DesktopMonitor, SharedMonitors};
use tokio::runtime::{Builder, Runtime};

use super::*;
use crate::backends::Backends;

fn runtime() -> Runtime {
    Builder::new_current_thread().build().expect("a runtime")
}

/// A desktop of two monitors, of which the user shares the one that begins at `x`.
fn layout(x: u16) -> ScreenLayout {
    let area = |x| DesktopArea::new(x, 0, 1000, 800).expect("not empty");
    let monitors = [0, 1000].map(|x: u16| DesktopMonitor { name: x.to_string(), area: area(x) });
    let shared = SharedMonitors::Only([x.to_string()].into());
    let choice = MonitorChoice { shared, ..MonitorChoice::default() };
    ScreenLayout::uncaptured(monitors.into(), &choice)
}

/// A thread's two ends, of which the test plays the inner one.
fn thread(runtime: &Runtime, seen: &SeenLayout) -> (CaptureThread, CaptureLoop) {
    let switch = Arc::new(CaptureSwitch::default());
    let (news_outbox, news) = mpsc::channel(NEWS_QUEUE);
    let capturer = Backends::fake().capturer()().expect("a screen in memory");
    let wires = CaptureWires {
        outbox: Outbox::new(mpsc::channel(1).0),
        room: watch::channel(None).1,
        choice: watch::channel(MonitorChoice::default()).1,
        seen: seen.clone(),
        ids: Arc::new(AtomicU64::new(1)),
        stages: StageRecord::default(),
    };
    let inside = CaptureLoop {
        switch: switch.clone(),
        runtime: runtime.handle().clone(),
        frame: Frame::new(capturer.size()),
        capturer,
        encoder: Backends::fake().encoder(),
        wires,
        news: news_outbox,
        captured: false,
        chosen_at: Instant::now(),
        refined_at: Instant::now(),
    };
    (CaptureThread { switch, news }, inside)
}

/// Where the left upper corner of the picture is.
fn corner(seen: &SeenLayout) -> Option<(u16, u16)> {
    seen.on_desktop((0, 0))
}

#[test]
fn a_thread_that_was_stopped_tells_no_layout() {
    let (runtime, seen) = (runtime(), SeenLayout::default());
    let (mut thread, inside) = thread(&runtime, &seen);
    inside.tell_layout(layout(1000));
    assert_eq!(corner(&seen), Some((1000, 0)));
    assert!(matches!(thread.news.try_recv(), Ok(CaptureNews::Layout(told)) if told == layout(1000)));
    thread.switch.stop();
    inside.tell_layout(layout(0));
    assert_eq!(corner(&seen), Some((1000, 0)), "nothing is noted");
    assert!(thread.news.try_recv().is_err(), "nothing is told");
}

#[test]
fn news_of_the_thread_before_are_dropped_whether_they_waited_or_came_late() {
    let (runtime, seen) = (runtime(), SeenLayout::default());
    let (first, before) = thread(&runtime, &seen);
    let (second, after) = thread(&runtime, &seen);
    let mut current = Some(first);
    before.tell_layout(layout(0));
    drop(current.replace(second));
    after.tell_layout(layout(1000));
    before.tell_layout(layout(0));
    let news = runtime.block_on(CaptureThread::news(&mut current));
    assert!(matches!(news, CaptureNews::Layout(told) if told == layout(1000)));
    assert!(current.is_some_and(|mut thread| thread.news.try_recv().is_err()), "nothing else");
    assert_eq!(corner(&seen), Some((1000, 0)), "the newer thread's");
}
