//! Generated desktop sequences: what the encoders are tested and measured with.
//!
//! What it does: draws, from a seed, pictures of a screen on which somebody works (text in real fonts,
//! windows, photographs, film) and says which tiles changed. The same seed gives the same pictures on every
//! machine.
//!
//! What it does not do: it asks no screen, no clock and no file, and it knows nothing of encoders.

mod canvas;
mod desktop;
mod noise;
mod photo;
mod random;
mod scenes;
mod text;
mod words;

pub use beistand_codec::{Damage, Frame, Size};

pub use beistand_codec as codec;
use canvas::Image;
use scenes::Scene;
pub use text::Antialias;

/// What happens on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Nothing.
    Idle,
    /// A letter a picture in an editor, and a blinking cursor.
    Typing,
    /// An editor's code scrolls by one to three lines a picture, on most of the screen.
    Scroll,
    /// A white page with proportional text, tables and photographs scrolls by 40 to 120 pixels a picture.
    Document,
    /// A window with its shadow is dragged across a photograph.
    Drag,
    /// Each picture is another slide on the full screen: gradients, large text, photographs.
    Slides,
    /// A film of 640x360 plays in a window; the rest is still.
    Video,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Idle, Self::Typing, Self::Scroll, Self::Document, Self::Drag, Self::Slides, Self::Video];

    /// A word for tables and for choosing on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Typing => "typing",
            Self::Scroll => "scroll",
            Self::Document => "document",
            Self::Drag => "drag",
            Self::Slides => "slides",
            Self::Video => "video",
        }
    }
}

/// An endless sequence of pictures of one size.
pub struct Sequence {
    size: Size,
    scene: Box<dyn Scene + Send>,
    screen: Image,
    /// The last picture handed out; none before the first.
    last: Option<Frame>,
}

impl Sequence {
    /// A sequence with text smoothed in grey. Made for 320x200 and larger; smaller screens show only parts.
    pub fn new(kind: Kind, size: Size, seed: u64) -> Self {
        Self::with_antialias(kind, size, seed, Antialias::Grey)
    }

    /// A sequence with text smoothed as `antialias` says.
    pub fn with_antialias(kind: Kind, size: Size, seed: u64, antialias: Antialias) -> Self {
        let mut screen = Image::new(size.width().into(), size.height().into(), canvas::rgb(0));
        let scene = scenes::open(kind, &mut screen, seed, antialias);
        Self { size, scene, screen, last: None }
    }

    /// The size of all its pictures.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Writes the next picture into `frame`, which takes the sequence's size whatever it was, and says which
    /// tiles differ from the picture before: all of them at first, later exactly those with a pixel that
    /// changed.
    pub fn next(&mut self, frame: &mut Frame) -> Damage {
        let mut damage = Damage::all(self.size);
        if self.last.is_some() {
            self.scene.advance(&mut self.screen);
        }
        let picture =
            Frame::from_pixels(self.size, self.screen.pixels().to_vec()).expect("one size throughout");
        if let Some(last) = &self.last {
            damage.keep_changed(last, &picture);
        }
        frame.clone_from(&picture);
        self.last = Some(picture);
        damage
    }
}
