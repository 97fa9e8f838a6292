//! The generated desktop sequences at the size of a screen: some frames of each, refined now and then, by
//! both decoders.

use beistand_sequences::{Kind, Sequence};

use super::ends::StreamEnds;
use super::exact;
use crate::av1::types::Chroma;
use crate::{Damage, Frame, Rect, Size};

/// Frames of each sequence.
const FRAMES: usize = 5;

/// Plays a sequence. Its crate is built with another copy of this one, so pictures and damage are handed over
/// by parts.
fn play(kind: Kind, size: (u16, u16), chroma: Chroma, frames: usize) {
    let mut ends =
        StreamEnds::new(Size::new(size.0, size.1).expect("a size"), chroma, exact()).kept_for_libaom();
    let their_size = beistand_sequences::Size::new(size.0, size.1).expect("a size");
    let mut sequence = Sequence::new(kind, their_size, 7);
    let mut picture = beistand_sequences::Frame::new(their_size);
    for frame in 0..frames {
        let changed = sequence.next(&mut picture);
        ends.picture = Frame::from_pixels(ends.size(), picture.pixels().to_vec()).expect("of one size");
        let mut damage = Damage::none(ends.size());
        for tile in changed.tiles() {
            damage.add(Rect::new(tile.x(), tile.y(), tile.width(), tile.height()).expect("a tile"));
        }
        ends.show(&damage);
        if frame % 2 == 1 {
            ends.sharpen(128);
        }
    }
    ends.rest(128);
    ends.check_with_programs();
}

macro_rules! sequences {
    ($($name:ident: $kind:ident,)*) => {
        $(
            #[test]
            fn $name() {
                for chroma in [Chroma::Full, Chroma::Half] {
                    play(Kind::$kind, (1920, 1080), chroma, FRAMES);
                    play(Kind::$kind, (501, 333), chroma, 2 * FRAMES);
                }
            }
        )*
    };
}

sequences! {
    idle: Idle,
    typing: Typing,
    scroll: Scroll,
    document: Document,
    drag: Drag,
    slides: Slides,
    video: Video,
}
