//! Pictures of the screen, from the host to the technician, and the technician's word about them.
//!
//! It bounds what waits to be shown by what was, and sees to it that the next picture is a whole one where
//! one was lost. Whether a picture makes sense is the decoder's to say.

mod departures;
mod live;
mod picture;
#[cfg(test)]
pub(crate) mod tests;
mod window;
mod wire;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use live::LiveVideo;
pub use picture::{MAX_PICTURE_BYTES, MAX_UNITS, Picture, PictureUnit};
use wire::WirePicture;

use super::{ChannelSpec, Delivery, Moment, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase};

/// What is said about the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VideoMessage {
    /// Host: a picture of the screen. Its id must be higher than the last one's.
    Picture(Picture),
    /// Technician: the chain of pictures is broken. Host: the next picture must be a whole one, also where it
    /// was broken by a pause, a revoke or a change of path.
    KeyRequest,
    /// Technician: this picture is on the screen, and so are, or never will be, all before it.
    Shown {
        /// [`Picture::id`].
        picture: u64,
        /// What the technician says: from its arrival to its being shown. What the host hears: from its
        /// capture to its being shown.
        latency: Duration,
        /// What the host hears beside that; what a technician says is left out.
        way: PictureWay,
    },
}

impl VideoMessage {
    /// Technician: this picture is on the screen, so long after it arrived.
    pub fn shown(picture: u64, latency: Duration) -> Self {
        Self::Shown { picture, latency, way: PictureWay::default() }
    }
}

/// Where a picture's time went once it was said, as the host knows it when the picture is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PictureWay {
    /// From its being said until its last record left.
    pub queue: Duration,
    /// From then until it had arrived, the time there and the way back left out.
    pub network: Duration,
    /// From its arrival to its being shown, as the technician says; never more than there was time.
    pub there: Duration,
}

/// A message of the video channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum VideoWire {
    Picture(WirePicture),
    /// All pictures up to this number have arrived; 0: none has.
    KeyRequest {
        received: u64,
    },
    /// The picture with this number, and all before it.
    Shown {
        number: u64,
        /// From its arrival to its being shown, in microseconds.
        took: u64,
    },
}

/// Rows of what the technician says about pictures.
const fn about_pictures(name: &'static str, words: &'static str) -> Row {
    Row {
        name,
        words,
        from: RowSender::Technician,
        during: (Phase::Active, Phase::Active),
        needs: Some(Permission::View),
        delivery: Delivery::Once,
    }
}

static PICTURE: Row = Row {
    name: "Picture",
    words: "a picture",
    from: RowSender::Host,
    during: (Phase::Active, Phase::Active),
    needs: Some(Permission::View),
    delivery: Delivery::InOrder,
};
static KEY_REQUEST: Row = about_pictures("KeyRequest", "a request for a whole picture");
static SHOWN: Row = about_pictures("Shown", "an acknowledgement of a picture");

impl WireForm for VideoWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "video",
        // A whole 8-megapixel picture at the worst quality-to-size ratio that the encoder may pick.
        max_message_bytes: MAX_PICTURE_BYTES,
        // The next one is made when the last has left; what is said about pictures are two rows.
        waiting: 3,
        // A second of a slow path. What was more on its way is sooner replaced by a whole new picture.
        keep_bytes: Some(256 << 10),
        // As many as may wait to be shown, and one.
        inbox: window::MAX_UNSHOWN + 1,
        class: TrafficClass::Media,
        rows: &[&PICTURE, &KEY_REQUEST, &SHOWN],
    };

    type Plain = VideoMessage;
    type Live = LiveVideo;

    fn row(&self) -> &'static Row {
        match self {
            Self::Picture(_) => &PICTURE,
            Self::KeyRequest { .. } => &KEY_REQUEST,
            Self::Shown { .. } => &SHOWN,
        }
    }

    fn number(&self) -> Option<u64> {
        match self {
            Self::Picture(picture) => Some(number(picture.id)),
            Self::KeyRequest { .. } | Self::Shown { .. } => None,
        }
    }

    fn replaces(&self, older: &Self) -> bool {
        match (self, older) {
            (Self::KeyRequest { .. }, Self::KeyRequest { .. }) | (Self::Shown { .. }, Self::Shown { .. }) => true,
            (Self::Picture(_) | Self::KeyRequest { .. } | Self::Shown { .. }, _) => false,
        }
    }

    fn pack(plain: VideoMessage, moment: &Moment<'_>) -> Result<Self, CommandError> {
        match plain {
            VideoMessage::Picture(Picture { id, captured_at, screen, units }) => {
                WirePicture::new(id, moment.clock.stamp(captured_at), screen, units)
                    .map(Self::Picture)
                    .ok_or(CommandError::Invalid("picture"))
            }
            VideoMessage::KeyRequest => Ok(Self::KeyRequest { received: 0 }),
            VideoMessage::Shown { picture, latency, .. } => {
                let took = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
                Ok(Self::Shown { number: number(picture), took })
            }
        }
    }

    fn unpack(self, number: Option<u64>, moment: &Moment<'_>) -> VideoMessage {
        match self {
            Self::Picture(picture) => VideoMessage::Picture(Picture {
                id: id(number.unwrap_or_default()).unwrap_or_default(),
                captured_at: moment.clock.moment(moment.now, picture.captured),
                screen: picture.screen,
                units: picture.into_units(),
            }),
            Self::KeyRequest { .. } => VideoMessage::KeyRequest,
            Self::Shown { number, took } => {
                VideoMessage::shown(id(number).unwrap_or_default(), Duration::from_micros(took))
            }
        }
    }
}

/// The number under which a picture travels.
const fn number(id: u64) -> u64 {
    id.saturating_add(1)
}

/// The id of the picture that travels under this number; 0 is no picture's.
const fn id(number: u64) -> Option<u64> {
    number.checked_sub(1)
}
