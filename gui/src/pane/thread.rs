//! The thread that paints the pane: what changed in the picture, or all of it where the pane is another one.
//!
//! It ends when the window closes, and when the pane fails; then the window draws the picture itself.

use std::sync::Arc;

use beistand_node::{Damage, DesktopFault, PicturePane, PictureReader, PictureSlot, PictureView, Rect};

use super::fill::{PointerPlace, fill};
use super::sight::{KnownNews, PaneSight};
use super::{PaneEnd, PaneShared};
use crate::texture::runs;

/// Pixels that are painted while nobody else gets at the picture: a millisecond's work, two where they are
/// made smaller.
const SLICE_PX: usize = 256 << 10;

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
    shown: Option<(Arc<PaneSight>, PictureSlot)>,
    /// Where the host's pointer is in it.
    pointer: Option<Rect>,
}

/// What came of looking at the picture.
struct LookedAt {
    /// Of the canvas, in its own pixels.
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
        let Some((sight, picture)) = wanted else { return self.blank() };
        if picture.peek(|_| ()).is_none() {
            // The user shows nothing any more.
            self.shared.draw_window();
            return self.blank();
        }
        let before = self.shown.replace((Arc::clone(&sight), picture.clone()));
        let same = before
            .as_ref()
            .is_some_and(|(before, shown)| shown.is_same(&picture) && is_same_but_holes(before, &sight));
        if before.as_ref().is_none_or(|(before, _)| before.place != sight.place) {
            self.pane.place(&sight.place)?;
        }
        let seen = picture.take(PictureReader::Pane, |view, damage| {
            (view.size() == sight.picture).then(|| self.look(&sight, view, same.then_some(damage)))
        });
        let Some(Some(LookedAt { parts, news })) = seen else {
            // Of another size, or none yet: the window has to say where it lies.
            self.shared.draw_window();
            return Ok(());
        };
        if !self.paint(&sight, &picture, &parts) {
            self.shared.draw_window();
            return Ok(());
        }
        self.pane.show(&parts)?;
        picture.painted(PictureReader::Pane);
        if news || sight.is_covered(&parts) {
            self.shared.draw_window();
        }
        Ok(())
    }

    /// Nothing is shown, and nothing of what was is left.
    fn blank(&mut self) -> Result<(), DesktopFault> {
        (self.shown, self.pointer) = (None, None);
        self.pane.hide()
    }

    /// Which parts of the canvas are to be painted: where there is `damage` in the picture, or all.
    fn look(&mut self, sight: &PaneSight, view: &PictureView, damage: Option<&Damage>) -> LookedAt {
        let changed = damage.map_or_else(|| vec![sight.picture.rect()], runs);
        let mut parts: Vec<Rect> = changed.into_iter().filter_map(|part| sight.pane_part(part)).collect();
        let pointer = PointerPlace::of(sight, view).and_then(|pointer| pointer.part(sight));
        let before = std::mem::replace(&mut self.pointer, pointer);
        if before != pointer {
            let pane = sight.place.area.size().rect();
            parts.extend(before.into_iter().chain(pointer).filter_map(|part| part.intersection(pane)));
        }
        LookedAt { parts, news: KnownNews::of(view) != sight.known }
    }

    /// Brings these parts of the canvas up to date. Whether the picture still has the size that it had: the
    /// decoder and the window get their turns in between, and what they change comes with the next damage.
    fn paint(&mut self, sight: &PaneSight, picture: &PictureSlot, parts: &[Rect]) -> bool {
        let Some(mut canvas) = self.pane.canvas() else { return false };
        parts.iter().flat_map(|part| slices(*part, sight)).all(|slice| {
            let painted = picture.peek(|view| {
                let same = view.size() == sight.picture;
                if same {
                    fill(&mut canvas, sight, view, slice);
                }
                same
            });
            painted.unwrap_or_default()
        })
    }
}

/// Cuts a part of the pane into strips that take about as long each.
fn slices(part: Rect, sight: &PaneSight) -> impl Iterator<Item = Rect> {
    let drawn = sight.drawn.width * sight.drawn.height;
    let row = usize::from(part.width()) * (sight.picture.area() / drawn).max(1);
    let rows = (SLICE_PX / row).clamp(1, part.height().into()) as u16;
    (part.y()..part.bottom())
        .step_by(rows.into())
        .filter_map(move |y| Rect::new(part.x(), y, part.width(), rows.min(part.bottom() - y)))
}

/// Whether what is on the canvas stays right.
fn is_same_but_holes(before: &PaneSight, now: &PaneSight) -> bool {
    before.place.area == now.place.area
        && before.drawn == now.drawn
        && before.picture == now.picture
        && before.pointer == now.pointer
}

#[cfg(test)]
mod tests {
    use super::super::sight::tests::sight;
    use super::*;

    #[test]
    fn strips_are_all_of_the_part_and_none_of_them_takes_long() {
        for (width, height) in [(100, 50), (4000, 2000), (1, 1), (60, 30)] {
            let sight = sight(width, height);
            let whole = sight.place.area.size().rect();
            let strips: Vec<_> = slices(whole, &sight).collect();
            assert_eq!(strips.iter().copied().reduce(Rect::union), Some(whole));
            assert_eq!(strips.iter().map(|strip| strip.area()).sum::<usize>(), whole.area());
            assert!(strips.iter().all(|strip| strip.area() <= SLICE_PX));
        }
    }
}
