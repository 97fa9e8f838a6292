//! What a thread that is stopped says of the layout, which is nothing; and what is due to be refined.

use beistand_codec::{Rect, Sharpness};
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
    thread_with(Backends::fake().encoder(), runtime, seen)
}

fn thread_with(
    encoder: Box<dyn ScreenEncoder>,
    runtime: &Runtime,
    seen: &SeenLayout,
) -> (CaptureThread, CaptureLoop) {
    let switch = Arc::new(CaptureSwitch::default());
    let (news_outbox, news) = mpsc::channel(NEWS_QUEUE);
    let capturer = Backends::fake().capturer()().expect("a screen in memory");
    let wires = CaptureWires {
        outbox: Outbox::new(mpsc::channel(1).0),
        room: watch::channel(None).1,
        choice: watch::channel(MonitorChoice::default()).1,
        quality: watch::channel(PictureQuality::default()).1,
        seen: seen.clone(),
        ids: Arc::new(AtomicU64::new(1)),
        shown: watch::channel(0).1,
        stages: StageRecord::default(),
    };
    let frame = Frame::new(capturer.size());
    let stillness = TileStillness::new(frame.size());
    let inside = CaptureLoop {
        switch: switch.clone(),
        runtime: runtime.handle().clone(),
        frame,
        capturer,
        encoder,
        wires,
        news: news_outbox,
        captured: false,
        chosen_at: Instant::now(),
        stillness,
        pointer: None,
        refined_at: Instant::now(),
        large_change: None,
        pace: PicturePace::default(),
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

/// An encoder that shows one tile coarsely and another closely, and all others exactly.
struct ShownTiles {
    coarse: Rect,
    close: Rect,
}

impl ScreenEncoder for ShownTiles {
    fn encode(&mut self, _: &Frame, _: &Damage, _: ByteBudget) -> Result<EncodedPicture, EncodeError> {
        Ok(EncodedPicture::default())
    }

    fn request_key(&mut self) {}

    fn refinable(&self) -> bool {
        true
    }

    fn sharpness(&self, within: &Damage) -> Sharpness {
        let touched = |rect: Rect| within.tiles().any(|tile| tile.intersection(rect).is_some());
        match (touched(self.coarse), touched(self.close)) {
            (true, _) => Sharpness::Coarse,
            (false, true) => Sharpness::Close,
            (false, false) => Sharpness::Exact,
        }
    }

    fn name(&self) -> &'static str {
        "shown tiles"
    }
}

#[test]
fn what_is_coarse_is_due_at_once_what_is_close_after_some_rest_and_a_film_never() {
    let (runtime, seen) = (runtime(), SeenLayout::default());
    let tile = |x| Rect::new(x, 0, 1, 1).expect("a pixel");
    let encoder = ShownTiles { coarse: tile(0), close: tile(70) };
    let (_thread, mut inside) = thread_with(Box::new(encoder), &runtime, &seen);
    let size = inside.frame.size();
    let damage = |x| {
        let mut damage = Damage::none(size);
        damage.add(tile(x));
        damage
    };
    let mut due = |stillness: &mut dyn FnMut(&mut TileStillness), now| {
        inside.stillness = TileStillness::new(size);
        stillness(&mut inside.stillness);
        inside.due_refinement(now).map(|due| due.depth)
    };
    let start = Instant::now();
    let after = |millis| start + Duration::from_millis(millis);
    let mut slide = |tiles: &mut TileStillness| tiles.note(&Damage::all(size), start);
    assert_eq!(due(&mut slide, start), Some(SharpeningDepth::Close));
    let mut film = |tiles: &mut TileStillness| {
        for millis in [0, 33, 66] {
            tiles.note(&damage(0), after(millis));
        }
        tiles.note(&damage(70), after(66));
    };
    assert_eq!(due(&mut film, after(70)), None, "the other tile has just changed");
    assert_eq!(due(&mut film, after(95)), Some(SharpeningDepth::Exact), "it rests, beside the film");
    assert_eq!(due(&mut film, after(300)), Some(SharpeningDepth::Close), "the film has ended");
}

#[test]
fn nothing_is_made_exact_while_a_large_change_is_on_its_way() {
    let (runtime, seen) = (runtime(), SeenLayout::default());
    let tile = |x| Rect::new(x, 0, 1, 1).expect("a pixel");
    // Nothing that can be seen is coarse.
    let encoder = ShownTiles { coarse: tile(8_000), close: tile(70) };
    let (_thread, mut inside) = thread_with(Box::new(encoder), &runtime, &seen);
    let (shown_outbox, shown) = watch::channel(6);
    inside.wires.shown = shown;
    let left_at = Instant::now();
    inside.large_change = Some(LargeChange { id: 7, left_at, had_room: true });
    let mut due = |now| inside.due_refinement(now).map(|due| due.depth);
    assert_eq!(due(left_at), None);
    assert_eq!(due(left_at + SHOWN_PATIENCE), Some(SharpeningDepth::Exact), "the path is long");
    shown_outbox.send_replace(7);
    assert_eq!(due(left_at), Some(SharpeningDepth::Exact));
}

#[test]
fn what_is_coarse_waits_for_a_large_change_unless_that_filled_the_path() {
    let (runtime, seen) = (runtime(), SeenLayout::default());
    let tile = |x| Rect::new(x, 0, 1, 1).expect("a pixel");
    let encoder = ShownTiles { coarse: tile(70), close: tile(8_000) };
    let (_thread, mut inside) = thread_with(Box::new(encoder), &runtime, &seen);
    let (shown_outbox, shown) = watch::channel(6);
    inside.wires.shown = shown;
    let left_at = Instant::now();
    let mut due = |had_room, now| {
        inside.large_change = Some(LargeChange { id: 7, left_at, had_room });
        inside.due_refinement(now).map(|due| due.depth)
    };
    assert_eq!(due(true, left_at), None);
    assert_eq!(due(false, left_at), Some(SharpeningDepth::Close));
    assert_eq!(due(true, left_at + SHOWN_PATIENCE), Some(SharpeningDepth::Close), "the path is long");
    shown_outbox.send_replace(7);
    assert_eq!(due(true, left_at), Some(SharpeningDepth::Close));
}
