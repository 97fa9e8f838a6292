//! The thread that paints the pane: what changed in the picture, or all of it where the pane is another one.
//!
//! It ends when the window closes, and when the pane fails; then the window draws the picture itself.

use std::sync::Arc;

use beistand_node::{Damage, DesktopFault, PicturePane, PictureReader, PictureSlot, PictureView, Rect};

use super::fill::{PointerPlace, fill};
use super::sight::{KnownNews, PaneSight};
use super::{PaneEnd, PaneShared};
use crate::texture::runs;

/// Starts the thread.
pub(super) fn start(shared: Arc<PaneShared>, pane: Box<dyn PicturePane>) -> std::io::Result<()> {
    let painter = PanePainter { shared, pane, shown: None, pointer: None };
    std::thread::Builder::new().name("pane".to_owned()).spawn(move || painter.run())?;
    Ok(())
}

struct PanePainter {
    shared: Arc<PaneShared>,
    pane: Box<dyn PicturePane>,
    /// What the pane shows, and of which session's picture.
    shown: Option<Arc<PaneSight>>,
    /// Where the host's pointer is in it.
    pointer: Option<Rect>,
}

/// What came of looking at the picture.
struct PaintedParts {
    parts: Vec<Rect>,
    /// Whether there is something that only the window can show.
    news: bool,
}

impl PanePainter {
    fn run(mut self) {
        let end = loop {
            if let Err(fault) = self.pane.wait() {
                break Some(fault);
            }
            let (sight, picture) = {
                let state = self.shared.state();
                if state.end == PaneEnd::Ended {
                    break None;
                }
                (state.sight.clone(), state.picture.clone())
            };
            if let Err(fault) = self.follow(sight.zip(picture)) {
                break Some(fault);
            }
        };
        if let Some(fault) = end {
            tracing::warn!(%fault, "the picture is drawn with the window from now on");
            self.shared.end();
            self.shared.draw_window();
        }
    }

    fn follow(&mut self, wanted: Option<(Arc<PaneSight>, PictureSlot)>) -> Result<(), DesktopFault> {
        let Some((sight, picture)) = wanted else {
            self.shown = None;
            return self.pane.hide();
        };
        let before = self.shown.replace(Arc::clone(&sight));
        let same = before.as_ref().is_some_and(|before| is_same_but_holes(before, &sight));
        if before.as_ref().is_none_or(|before| before.place != sight.place) {
            self.pane.place(&sight.place)?;
        }
        let painted = picture.take(PictureReader::Pane, |view, damage| {
            (view.frame.size() == sight.picture).then(|| self.paint(&sight, view, same.then_some(damage)))
        });
        let Some(Some(painted)) = painted else {
            // Of another size, or none yet: the window has to say where it lies.
            self.shared.draw_window();
            return Ok(());
        };
        self.pane.show(&painted.parts)?;
        picture.painted(PictureReader::Pane);
        if painted.news || sight.is_covered(&painted.parts) {
            self.shared.draw_window();
        }
        Ok(())
    }

    /// Brings the canvas up to date: where there is `damage` in the picture, or all of it.
    fn paint(&mut self, sight: &PaneSight, view: &PictureView, damage: Option<&Damage>) -> PaintedParts {
        let changed = damage.map_or_else(|| vec![sight.picture.rect()], runs);
        let mut parts: Vec<Rect> = changed.into_iter().filter_map(|part| sight.pane_part(part)).collect();
        let pointer = PointerPlace::of(sight, view).and_then(|pointer| pointer.part(sight));
        let before = std::mem::replace(&mut self.pointer, pointer);
        if before != pointer {
            parts.extend(before.into_iter().chain(pointer));
        }
        if let Some(mut canvas) = self.pane.canvas() {
            parts = parts.iter().filter_map(|part| part.intersection(canvas.size.rect())).collect();
            for part in &parts {
                fill(&mut canvas, sight, view, *part);
            }
        }
        PaintedParts { parts, news: KnownNews::of(view) != sight.known }
    }
}

/// Whether what is on the canvas stays right.
fn is_same_but_holes(before: &PaneSight, now: &PaneSight) -> bool {
    before.place.area == now.place.area
        && before.drawn == now.drawn
        && before.picture == now.picture
        && before.pointer == now.pointer
}
