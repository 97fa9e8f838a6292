//! What the video channel does by itself: it bounds what is not shown, and knows when the chain of pictures
//! is broken.

use std::time::{Duration, Instant};

use super::departures::PictureDepartures;
use super::window::PictureWindow;
use super::wire::HEADS_BYTES;
use super::{KEY_REQUEST, PICTURE, VideoMessage, VideoWire, id, number};
use crate::channels::{Hearing, LiveChannel, Moment, Row, WireForm};
use crate::{CommandError, Role, Verdict, Violation};

/// How often the encoder is asked to start over at most: a whole picture takes longer to arrive.
const KEY_REQUEST_INTERVAL: Duration = Duration::from_millis(250);

/// The pictures of a session.
#[derive(Default)]
pub(crate) struct LiveVideo {
    /// Host: pictures that are not shown.
    window: PictureWindow,
    /// Host: when they left.
    departures: PictureDepartures,
    /// The number of the last picture that was sent, or that arrived.
    last: u64,
    /// Host: a picture was lost, so that the next must be a whole one.
    chain_broken: bool,
    key_requested: Option<Instant>,
}

impl LiveVideo {
    /// Whether a request for a whole picture is to be passed on now.
    fn key_requested(&mut self, now: Instant) -> bool {
        let recent =
            self.key_requested.is_some_and(|last| now.saturating_duration_since(last) < KEY_REQUEST_INTERVAL);
        if !recent {
            self.key_requested = Some(now);
        }
        !recent
    }

    fn hear_shown(&mut self, moment: &Moment<'_>, number: u64, there: Duration) -> Hearing<VideoMessage> {
        let shown = id(number).and_then(|picture| Some((picture, self.window.shown(moment.now, picture)?)));
        let plain = shown.map(|(picture, captured_at)| {
            // The acknowledgement itself took half a round trip.
            let way_back = moment.clock.round_trip().unwrap_or_default() / 2;
            let latency = moment.now.saturating_duration_since(captured_at).saturating_sub(way_back);
            let way = self.departures.shown(moment.now, picture, there, way_back);
            VideoMessage::Shown { picture, latency, way }
        });
        Hearing { plain, ..Hearing::kept(Some(number)) }
    }
}

impl LiveChannel<VideoWire> for LiveVideo {
    fn say(&mut self, _: &Moment<'_>, message: &mut VideoWire) -> Result<(), CommandError> {
        match message {
            VideoWire::Picture(picture) if number(picture.id) <= self.last => {
                return Err(CommandError::Invalid("picture"));
            }
            VideoWire::KeyRequest { received } => *received = self.last,
            VideoWire::Picture(_) | VideoWire::Shown { .. } => {}
        }
        Ok(())
    }

    fn queued(&mut self, moment: &Moment<'_>, message: &VideoWire) {
        if let VideoWire::Picture(picture) = message {
            self.last = number(picture.id);
            let captured_at = moment.clock.at(picture.captured);
            self.window.sent(picture.id, captured_at);
            self.departures.queued(moment.now, picture.id);
        }
    }

    fn left(&mut self, moment: &Moment<'_>, number: u64) {
        if let Some(picture) = id(number) {
            self.departures.left(moment.now, picture);
        }
    }

    fn hear(
        &mut self,
        moment: &Moment<'_>,
        message: VideoWire,
        number: Option<u64>,
    ) -> Result<Hearing<VideoMessage>, Violation> {
        match message {
            VideoWire::Picture(_) => {
                self.last = number.ok_or(Violation::Malformed)?;
                Ok(Hearing::passed_on(message.unpack(number, moment)))
            }
            VideoWire::KeyRequest { received } => {
                if let Some(picture) = id(received) {
                    self.window.received(picture);
                }
                let plain = self.key_requested(moment.now).then_some(VideoMessage::KeyRequest);
                Ok(Hearing { plain, ..Hearing::kept(Some(received)) })
            }
            VideoWire::Shown { number, took } => {
                Ok(self.hear_shown(moment, number, Duration::from_micros(took)))
            }
        }
    }

    fn allowed(
        &mut self,
        moment: &Moment<'_>,
        verdict: &dyn Fn(&Row, Role) -> Verdict,
        lost: bool,
    ) -> Option<(VideoMessage, &'static Row)> {
        if verdict(&PICTURE, Role::Host) != Verdict::Act {
            // What is on its way will be dropped there, so the chain of pictures ends here.
            self.chain_broken |= lost || self.window.unshown() > 0;
            self.withdrawn();
            return None;
        }
        let key = moment.role == Role::Host && std::mem::take(&mut self.chain_broken);
        key.then_some((VideoMessage::KeyRequest, &KEY_REQUEST))
    }

    fn resumed(
        &mut self,
        _: &Moment<'_>,
        verdict: &dyn Fn(&Row, Role) -> Verdict,
        received: u64,
        lost: bool,
    ) -> Option<(VideoMessage, &'static Row)> {
        self.window.resume(id(received), lost);
        let act = verdict(&PICTURE, Role::Host) == Verdict::Act;
        self.chain_broken |= lost && !act;
        (lost && act).then_some((VideoMessage::KeyRequest, &KEY_REQUEST))
    }

    /// Whoever takes pictures back begins again with a whole one.
    fn withdrawn(&mut self) {
        self.window.clear();
        self.departures.clear();
    }

    fn room(&self, path_room: u32, on_path: usize) -> Option<u32> {
        // What fills it must not be larger for its heads.
        self.window.is_open(on_path).then(|| path_room.saturating_sub(HEADS_BYTES))
    }

    fn unshown(&self) -> usize {
        self.window.unshown()
    }
}
