//! The form in which PipeWire's parameters travel (SPA's plain old data): those that a stream of pictures
//! offers, and what it is told of the format that was agreed on.
//!
//! What is read was written by another process: it is read with its lengths checked, and what makes no sense
//! is nothing.

use std::ops::Range;

use beistand_codec::{MAX_SCREEN_PX, Size};

/// `SPA_PARAM_EnumFormat`, `_Format`, `_Buffers` and `_Meta`.
const PARAM_ENUM_FORMAT: u32 = 3;
pub(super) const PARAM_FORMAT: u32 = 4;
const PARAM_BUFFERS: u32 = 5;
const PARAM_META: u32 = 6;

/// `SPA_TYPE_OBJECT_Format`, `_ParamBuffers` and `_ParamMeta`.
const OBJECT_FORMAT: u32 = 0x4_0003;
const OBJECT_BUFFERS: u32 = 0x4_0004;
const OBJECT_META: u32 = 0x4_0005;

/// Types of values.
const TYPE_ID: u32 = 3;
const TYPE_INT: u32 = 4;
const TYPE_RECTANGLE: u32 = 10;
const TYPE_FRACTION: u32 = 11;
const TYPE_OBJECT: u32 = 15;
const TYPE_CHOICE: u32 = 19;

/// Kinds of choices.
const CHOICE_RANGE: u32 = 1;
const CHOICE_ENUM: u32 = 3;
const CHOICE_FLAGS: u32 = 4;

/// Keys of a format.
const KEY_MEDIA_TYPE: u32 = 1;
const KEY_MEDIA_SUBTYPE: u32 = 2;
const KEY_FORMAT: u32 = 0x2_0001;
const KEY_SIZE: u32 = 0x2_0003;
const KEY_RATE: u32 = 0x2_0004;

/// `SPA_MEDIA_TYPE_video`, `SPA_MEDIA_SUBTYPE_raw`.
const MEDIA_VIDEO: u32 = 2;
const MEDIA_RAW: u32 = 1;

/// `SPA_PARAM_BUFFERS_dataType`: memory that is mapped (`SPA_DATA_MemPtr`, `SPA_DATA_MemFd`).
const KEY_DATA_TYPE: u32 = 6;
const MAPPED_MEMORY: u32 = 1 << 1 | 1 << 2;

/// `SPA_META_VideoDamage` and `SPA_META_Cursor`.
pub(super) const META_DAMAGE: u32 = 3;
pub(super) const META_CURSOR: u32 = 5;
/// `SPA_META_VideoTransform`, and its bytes.
pub(super) const META_TURN: u32 = 8;
pub(super) const TURN_BYTES: usize = 4;

/// Bytes of a damaged rectangle (`struct spa_meta_region`).
pub(super) const REGION_BYTES: usize = 16;
/// Damaged rectangles of a picture: as many as mutter and KWin name.
const REGIONS: u32 = 16;

/// Bytes of a pointer (`struct spa_meta_cursor`) and of its picture's description (`struct spa_meta_bitmap`).
pub(super) const CURSOR_BYTES: usize = 28;
pub(super) const BITMAP_BYTES: usize = 20;
/// The longest side of a pointer's picture that is asked for, in pixels: as GNOME's.
const CURSOR_SIDE_PX: u32 = 384;

/// Frames a second at most, as a range has it: from whenever something changes.
const RATE: [u32; 6] = [60, 1, 0, 1, 60, 1];

/// How a pixel lies in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::wayland) enum PixelOrder {
    /// B G R, and a byte that is not shown or says how opaque it is.
    Bgr,
    /// The same from R to B.
    Rgb,
}

impl PixelOrder {
    /// The numbers of SPA's formats, the ones without conversion first: BGRx, BGRA, RGBx, RGBA.
    const FORMATS: [u32; 4] = [8, 12, 7, 11];

    /// Of one of SPA's formats.
    pub(super) fn of_format(format: u32) -> Option<Self> {
        match format {
            8 | 12 => Some(Self::Bgr),
            7 | 11 => Some(Self::Rgb),
            _ => None,
        }
    }
}

/// What was agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::wayland) struct VideoFormat {
    pub(in crate::wayland) order: PixelOrder,
    /// Width and height.
    pub(in crate::wayland) size: (u32, u32),
}

impl VideoFormat {
    /// The size of a screen that can be shown; `None` for a larger one.
    pub(super) fn screen_size(self) -> Option<Size> {
        let side = |side: u32| u16::try_from(side).ok();
        Size::new(side(self.size.0)?, side(self.size.1)?).filter(|size| size.area() <= MAX_SCREEN_PX)
    }
}

/// Parameters in the memory that PipeWire wants them in: aligned to eight bytes.
pub(super) struct Pod(Vec<u64>);

impl Pod {
    pub(super) fn as_ptr(&self) -> *const u8 {
        self.0.as_ptr().cast()
    }

    fn of(words: &[u32]) -> Self {
        let pairs = words.chunks(2).map(|pair| {
            let [low, high] = [pair[0], pair.get(1).copied().unwrap_or(0)].map(u32::to_ne_bytes);
            u64::from_ne_bytes([low[0], low[1], low[2], low[3], high[0], high[1], high[2], high[3]])
        });
        Self(pairs.collect())
    }
}

/// The formats of which the other side may choose one.
pub(super) fn offered_formats() -> Pod {
    let most = u32::from(u16::MAX);
    let mut formats = vec![PixelOrder::FORMATS[0]];
    formats.extend(PixelOrder::FORMATS);
    object(
        OBJECT_FORMAT,
        PARAM_ENUM_FORMAT,
        &[
            (KEY_MEDIA_TYPE, value(TYPE_ID, &[MEDIA_VIDEO])),
            (KEY_MEDIA_SUBTYPE, value(TYPE_ID, &[MEDIA_RAW])),
            (KEY_FORMAT, choice(CHOICE_ENUM, TYPE_ID, 1, &formats)),
            (KEY_SIZE, choice(CHOICE_RANGE, TYPE_RECTANGLE, 2, &[1920, 1080, 1, 1, most, most])),
            (KEY_RATE, choice(CHOICE_RANGE, TYPE_FRACTION, 2, &RATE)),
        ],
    )
}

/// What is wanted of the buffers once the format is known: memory, what has changed, the pointer, and how the
/// picture is turned.
pub(super) fn wanted_buffers() -> [Pod; 4] {
    let region = REGION_BYTES as u32;
    let cursor = |side: u32| (CURSOR_BYTES + BITMAP_BYTES) as u32 + side * side * 4;
    let sizes = [cursor(CURSOR_SIDE_PX), cursor(1), cursor(1024)];
    [
        object(
            OBJECT_BUFFERS,
            PARAM_BUFFERS,
            &[(KEY_DATA_TYPE, choice(CHOICE_FLAGS, TYPE_INT, 1, &[MAPPED_MEMORY]))],
        ),
        object(
            OBJECT_META,
            PARAM_META,
            &[
                (1, value(TYPE_ID, &[META_DAMAGE])),
                (2, choice(CHOICE_RANGE, TYPE_INT, 1, &[region * REGIONS, region, region * REGIONS])),
            ],
        ),
        object(
            OBJECT_META,
            PARAM_META,
            &[(1, value(TYPE_ID, &[META_CURSOR])), (2, choice(CHOICE_RANGE, TYPE_INT, 1, &sizes))],
        ),
        object(
            OBJECT_META,
            PARAM_META,
            &[(1, value(TYPE_ID, &[META_TURN])), (2, value(TYPE_INT, &[TURN_BYTES as u32]))],
        ),
    ]
}

/// A value with its header, filled up to eight bytes.
fn value(kind: u32, words: &[u32]) -> Vec<u32> {
    let mut pod = vec![words.len() as u32 * 4, kind];
    pod.extend_from_slice(words);
    if pod.len() % 2 == 1 {
        pod.push(0);
    }
    pod
}

/// Several values of one kind, each of so many words.
fn choice(kind: u32, of: u32, each: u32, words: &[u32]) -> Vec<u32> {
    let mut body = vec![kind, 0, each * 4, of];
    body.extend_from_slice(words);
    value(TYPE_CHOICE, &body)
}

fn object(kind: u32, param: u32, properties: &[(u32, Vec<u32>)]) -> Pod {
    let mut body = vec![kind, param];
    for (key, value) in properties {
        body.extend([*key, 0]);
        body.extend_from_slice(value);
    }
    Pod::of(&value(TYPE_OBJECT, &body))
}

/// The format that this object (with its header) says, where it is one of pictures that were offered.
pub(super) fn parse_format(pod: &[u8]) -> Option<VideoFormat> {
    let body = pod.get(8..8 + word(pod, 0)? as usize)?;
    if word(pod, 4)? != TYPE_OBJECT || word(body, 0)? != OBJECT_FORMAT {
        return None;
    }
    let (mut order, mut size, mut at) = (None, None, 8);
    while let Some(key) = word(body, at) {
        let length = word(body, at + 8)? as usize;
        let kind = word(body, at + 12)?;
        let content = body.get(at + 16..(at + 16).checked_add(length)?)?;
        // A choice of which only one value is left has that one first.
        let content = if kind == TYPE_CHOICE { content.get(16..)? } else { content };
        match key {
            KEY_FORMAT => order = PixelOrder::of_format(word(content, 0)?),
            KEY_SIZE => size = Some((word(content, 0)?, word(content, 4)?)),
            _ => {}
        }
        at = (at + 16).checked_add(length.checked_next_multiple_of(8)?)?;
    }
    Some(VideoFormat { order: order?, size: size? })
}

/// Four bytes as a number.
pub(super) fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let range: Range<usize> = at..at.checked_add(4)?;
    Some(u32::from_ne_bytes(bytes.get(range)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(pod: &Pod) -> Vec<u8> {
        pod.0.iter().flat_map(|word| word.to_ne_bytes()).collect()
    }

    #[test]
    fn a_format_that_was_offered_is_understood_and_its_pieces_are_not() {
        let pod = bytes(&offered_formats());
        let agreed = VideoFormat { order: PixelOrder::Bgr, size: (1920, 1080) };
        assert_eq!(parse_format(&pod), Some(agreed), "the first of each choice");
        for length in 0..pod.len() {
            assert_eq!(parse_format(&pod[..length]), None, "{length}");
        }
    }

    #[test]
    fn no_bytes_of_a_format_make_it_panic() {
        let pod = bytes(&offered_formats());
        for at in 0..pod.len() {
            for flipped in [0x01, 0x80, 0xff] {
                let mut broken = pod.clone();
                broken[at] ^= flipped;
                let _ = parse_format(&broken);
            }
        }
    }

    #[test]
    fn a_screen_that_is_too_large_is_none() {
        let of = |width, height| VideoFormat { order: PixelOrder::Bgr, size: (width, height) }.screen_size();
        assert!(of(1920, 1080).is_some());
        assert!(of(0, 1080).is_none() && of(65536, 1).is_none() && of(32768, 32768).is_none());
    }

    #[test]
    fn parameters_are_filled_up_to_eight_bytes() {
        for pod in wanted_buffers() {
            let bytes = bytes(&pod);
            assert_eq!(word(&bytes, 0).map(|length| length as usize + 8), Some(bytes.len()));
        }
    }
}
