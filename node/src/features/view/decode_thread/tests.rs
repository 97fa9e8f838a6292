//! The thread with a decoder that does what the test says.

use std::sync::mpsc;
use std::time::Duration;

use beistand_codec::Canvas;
use beistand_session::{Command as SessionCommand, Message};
use tokio::time::timeout;

use super::*;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A decoder whose results come from the test.
struct ScriptedDecoder {
    results: mpsc::Receiver<Result<(), DecodeError>>,
    rect: Option<Rect>,
}

impl ScreenDecoder for ScriptedDecoder {
    fn take_in(&mut self, unit: &EncodedUnit, _screen: Size) -> Result<(), DecodeError> {
        self.rect = Some(unit.rect);
        self.results.recv().unwrap_or(Ok(()))
    }

    fn draw(&mut self, _screen: &mut Canvas<'_>) -> Result<Vec<Rect>, DecodeError> {
        self.rect.take().map(|rect| vec![rect]).ok_or(DecodeError::MissingKey)
    }

    fn reset(&mut self) {}
}

struct Stage {
    thread: DecodeThread,
    results: mpsc::Sender<Result<(), DecodeError>>,
    said: tokio::sync::mpsc::Receiver<SessionCommand>,
    slot: PictureSlot,
    next: u64,
}

impl Stage {
    fn new() -> Self {
        let (results, script) = mpsc::channel();
        let (commands, said) = tokio::sync::mpsc::channel(64);
        let slot = PictureSlot::default();
        let decoder = Box::new(ScriptedDecoder { results: script, rect: None });
        let thread = DecodeThread::start(slot.clone(), Outbox::new(commands), decoder).unwrap();
        Self { thread, results, said, slot, next: 0 }
    }

    /// Shows a picture of one key unit.
    fn show(&mut self, screen: (u16, u16), result: Result<(), DecodeError>) {
        self.results.send(result).unwrap();
        self.show_unit(screen, true);
    }

    fn show_unit(&mut self, screen: (u16, u16), key: bool) {
        let unit = PictureUnit { stream: 0, x: 0, y: 0, width: 8, height: 8, key, data: vec![1] };
        let picture = Picture { id: self.next, captured_at: Instant::now(), screen, units: vec![unit] };
        self.next += 1;
        self.thread.show(picture);
    }

    async fn heard(&mut self) -> VideoMessage {
        let said = timeout(PATIENCE, self.said.recv()).await.expect("something is said");
        let Some(SessionCommand::Say(Message::Video(message))) = said else { panic!("{said:?}") };
        message
    }

    async fn heard_shown(&mut self) {
        let message = self.heard().await;
        assert!(matches!(message, VideoMessage::Shown { .. }), "{message:?}");
    }

    /// As [`Self::heard_shown`], whether or not a key picture is asked for before.
    async fn heard_shown_at_last(&mut self) {
        while self.heard().await == VideoMessage::KeyRequest {}
    }
}

#[tokio::test]
async fn whenever_the_decoder_is_lost_a_key_picture_is_asked_for_within_500_ms() {
    let mut stage = Stage::new();
    stage.show((64, 64), Ok(()));
    stage.heard_shown().await;
    stage.show((64, 64), Err(DecodeError::DecoderLost));
    stage.heard_shown().await;
    assert_eq!(stage.heard().await, VideoMessage::KeyRequest, "at once");
    // What came in answer breaks it again, and nothing comes after it.
    let since = Instant::now();
    stage.show((64, 64), Err(DecodeError::TooSlow));
    stage.heard_shown().await;
    assert_eq!(stage.heard().await, VideoMessage::KeyRequest);
    assert!(since.elapsed() < Duration::from_millis(600), "{:?}", since.elapsed());
    assert!(stage.slot.peek(|view| view.stale).unwrap_or_default(), "the window says that it is behind");
    stage.show((64, 64), Ok(()));
    stage.heard_shown().await;
    assert_eq!(stage.slot.peek(|view| view.stale), Some(false));
}

#[tokio::test]
async fn a_screen_of_8192x8192_is_refused_with_words_and_takes_no_memory() {
    let mut stage = Stage::new();
    for _ in 0..10 {
        stage.show((8192, 8192), Ok(()));
        stage.heard_shown().await;
    }
    let trouble = ViewTrouble::ScreenTooLarge { width: 8192, height: 8192 };
    assert_eq!(stage.thread.trouble(), Some(trouble));
    assert!(stage.slot.peek(|_| ()).is_none(), "no picture of this size was made");
    stage.show((64, 64), Ok(()));
    stage.heard_shown().await;
    assert_eq!(stage.thread.trouble(), None, "it is over");
}

#[tokio::test]
async fn where_there_is_no_cage_nothing_is_decoded_and_the_reason_is_told() {
    let mut stage = Stage::new();
    stage.show((64, 64), Err(DecodeError::NoCage("no seccomp".to_owned())));
    stage.heard_shown().await;
    let trouble = stage.thread.trouble().expect("a reason");
    assert_eq!(trouble, ViewTrouble::NoDecoder { detail: "no seccomp".to_owned() });
    assert_eq!(stage.heard().await, VideoMessage::KeyRequest, "it may be better next time");
}

/// The size of what is shown, and whether it is behind.
fn seen(stage: &Stage) -> Option<((u16, u16), bool)> {
    stage.slot.peek(|view| ((view.size().width(), view.size().height()), view.stale))
}

#[tokio::test]
async fn two_changes_of_the_size_within_a_moment_are_both_followed_without_a_question() {
    let mut stage = Stage::new();
    for screen in [(1600, 1200), (1280, 800), (1024, 768)] {
        stage.show(screen, Ok(()));
        stage.heard_shown().await;
        assert_eq!(seen(&stage), Some((screen, false)));
    }
}

#[tokio::test]
async fn after_a_storm_of_sizes_the_last_one_is_asked_for_and_shown_though_the_screen_rests() {
    let mut stage = Stage::new();
    let last = loop {
        let size = (640 + stage.next as u16, 480);
        stage.show(size, Ok(()));
        stage.heard_shown().await;
        if seen(&stage).is_some_and(|(shown, _)| shown != size) {
            break size;
        }
    };
    assert!(
        seen(&stage).is_some_and(|(shown, stale)| shown != last && stale),
        "the old one, not a black one"
    );
    assert_eq!(stage.heard().await, VideoMessage::KeyRequest);
    // The screen rests: nothing comes but the answer.
    stage.show_unit(last, true);
    stage.heard_shown_at_last().await;
    assert_eq!(seen(&stage), Some((last, false)));
}

#[tokio::test]
async fn a_picture_that_goes_on_from_one_of_another_size_leaves_the_old_one_and_asks_for_a_whole_one() {
    let mut stage = Stage::new();
    stage.show((1280, 800), Ok(()));
    stage.heard_shown().await;
    stage.show_unit((1024, 768), false);
    stage.heard_shown().await;
    assert_eq!(stage.heard().await, VideoMessage::KeyRequest);
    assert_eq!(seen(&stage), Some(((1280, 800), true)));
    stage.show((1024, 768), Err(DecodeError::DecoderLost));
    stage.heard_shown_at_last().await;
    assert_eq!(seen(&stage), Some(((1280, 800), true)), "not a black one of the new size");
    stage.show((1024, 768), Ok(()));
    stage.heard_shown_at_last().await;
    assert_eq!(seen(&stage), Some(((1024, 768), false)));
}
