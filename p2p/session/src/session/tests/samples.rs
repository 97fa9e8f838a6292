//! Messages as samples, and how each is said and heard.

use std::time::{Duration, Instant};

use crate::channels::WireMessage;
use crate::{
    Channel, ChatMessage, Command, CursorMessage, CursorShape, Event, InputEvent, KeyText, Message,
    PhysicalKey, Picture, PictureUnit, VideoMessage,
};

pub(crate) fn pointer(x: u16) -> InputEvent {
    InputEvent::PointerMove { x, y: 1 }
}

pub(crate) fn key(pressed: bool) -> InputEvent {
    let key = PhysicalKey::from_name("KeyA").unwrap();
    InputEvent::Key { key, pressed, text: KeyText::split("a").pop() }
}

pub(crate) fn picture(id: u64, bytes: usize, captured_at: Instant) -> Picture {
    let data = (0..bytes).map(|index| (index % 251) as u8).collect();
    let unit = PictureUnit { stream: 0, x: 0, y: 0, width: 640, height: 480, key: true, data };
    Picture { id, captured_at, screen: (640, 480), units: vec![unit] }
}

/// The host's program lets go of keys and buttons.
pub(crate) const LET_GO: Event = Event::Void(Channel::Input);

/// The next picture must be a whole one.
pub(crate) const KEY_REQUESTED: Event = Event::Heard(Message::Video(VideoMessage::KeyRequest));

pub(crate) fn say(message: impl Into<Message>) -> Command {
    Command::Say(message.into())
}

pub(crate) fn heard(message: impl Into<Message>) -> Event {
    Event::Heard(message.into())
}

pub(crate) fn say_input(event: InputEvent) -> Command {
    say(event)
}

/// One as it travels, of just now.
pub(crate) fn wire_input(event: InputEvent) -> WireMessage {
    crate::channels::input::tests::just_now(event).into()
}

pub(crate) fn heard_input(event: InputEvent) -> Event {
    heard(event)
}

pub(crate) fn say_picture(picture: Picture) -> Command {
    say(VideoMessage::Picture(picture))
}

pub(crate) fn say_key_request() -> Command {
    say(VideoMessage::KeyRequest)
}

pub(crate) fn say_shown(picture: u64) -> Command {
    say(VideoMessage::shown(picture, Duration::ZERO))
}

pub(crate) fn say_shape(shape: CursorShape) -> Command {
    say(CursorMessage::Shape(shape))
}

pub(crate) fn say_position(position: Option<(u16, u16)>) -> Command {
    say(CursorMessage::Position(position))
}

pub(crate) fn heard_shape(shape: CursorShape) -> Event {
    heard(CursorMessage::Shape(shape))
}

pub(crate) fn heard_position(position: Option<(u16, u16)>) -> Event {
    heard(CursorMessage::Position(position))
}

pub(crate) fn say_line(text: String) -> Command {
    say(ChatMessage::Line { number: 1, text })
}

pub(crate) fn heard_line(text: String) -> Event {
    heard(ChatMessage::Line { number: 1, text })
}
