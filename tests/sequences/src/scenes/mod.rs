//! What happens on the screen, one file a kind.

mod document;
mod drag;
mod idle;
mod scroll;
mod slides;
mod typing;
mod video;

use crate::canvas::{Area, Image};
use crate::desktop::BAR_PX;
use crate::text::{Antialias, Typesetter};
use crate::{Kind, desktop};

/// Something that changes a screen which it has drawn before.
pub(crate) trait Scene {
    /// Draws the next picture over the last one.
    fn advance(&mut self, screen: &mut Image);
}

/// Draws the first picture of a kind onto `screen` and returns what continues it.
pub(crate) fn open(kind: Kind, screen: &mut Image, seed: u64, antialias: Antialias) -> Box<dyn Scene + Send> {
    let text = Typesetter::new(antialias);
    match kind {
        Kind::Idle => Box::new(idle::Idle::open(screen, text, seed)),
        Kind::Typing => Box::new(typing::Typing::open(screen, text, seed)),
        Kind::Scroll => Box::new(scroll::Scroll::open(screen, text, seed)),
        Kind::Document => Box::new(document::Document::open(screen, text, seed)),
        Kind::Drag => Box::new(drag::Drag::open(screen, text, seed)),
        Kind::Slides => Box::new(slides::Slides::open(screen, text, seed)),
        Kind::Video => Box::new(video::Video::open(screen, text, seed)),
    }
}

/// A desktop on which one window covers most.
fn desktop_with_window(
    screen: &mut Image,
    text: &mut Typesetter,
    title: &str,
    dark: bool,
    seed: u64,
) -> Area {
    let area = screen.area();
    *screen = desktop::bare(area, text, seed);
    let (across, down) = (area.width / 24, area.height / 24);
    let window = Area::new(across, BAR_PX + down, area.width - 2 * across, area.height - BAR_PX - 2 * down);
    desktop::window(&mut screen.canvas(), text, window, title, dark)
}
