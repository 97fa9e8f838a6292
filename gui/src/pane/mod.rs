//! The picture of the host's screen, painted beside the rest of the window where no graphics card draws.
//!
//! Without a card a toolkit's frame costs the whole window, 25 ms of both cores at full HD, for each change
//! of the picture. So the picture has a [`PicturePane`] and a thread of its own: a change costs what changed.
//! What lies over the picture (menus, notices, scroll bars) is found in each frame's shapes, and the pane has
//! holes there, in which the window is seen, with the picture as a texture as ever.
//!
//! It doesn't decide where the picture lies or what lies over it: that is the page's, which draws as if there
//! were no pane.

mod fill;
mod frame;
mod hand;
mod sight;
mod thread;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beistand_node::{PaneWaker, PicturePane, PictureReader, PictureSlot};
use egui::Context;

use crate::backend::CommandSender;
use crate::wake::WindowWake;
use frame::FramePlugin;
pub use frame::{DrawnPicture, PanePointer};
use hand::PaneHand;
pub use hand::{HandPress, PressHeard, SentPress};
use sight::PaneSight;

/// The pane of a window, where it has one. Clones are one.
#[derive(Clone, Default)]
pub struct PaneLink(Option<Arc<PaneShared>>);

struct PaneShared {
    state: Mutex<PaneState>,
    wake: PaneWaker,
    window: WindowWake,
}

/// What the window and the pane's thread know of each other.
#[derive(Default)]
struct PaneState {
    picture: Option<PictureSlot>,
    hand: PaneHand,
    /// What was drawn in the frame that is being made; `None` where none is.
    frame: Option<Option<DrawnPicture>>,
    /// What the newest frame comes to, once it is on the screen.
    next: Option<NextSight>,
    /// What the pane shows now.
    sight: Option<Arc<PaneSight>>,
    /// Whether the picture is drawn by the window as well, for what is seen of it in holes.
    texture_wanted: bool,
    end: PaneEnd,
}

/// What a pane is to show next.
#[derive(Debug, Clone, PartialEq)]
enum NextSight {
    Nothing,
    Picture(PaneSight),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum PaneEnd {
    #[default]
    Open,
    /// The window is closing, or the pane is broken.
    Ended,
}

impl PaneLink {
    /// The picture in the window that `ctx` draws, painted into `pane` where there is one.
    pub fn of_window(ctx: &Context, window: WindowWake, pane: Option<Box<dyn PicturePane>>) -> Self {
        let wake = pane.as_ref().map_or_else(|| Box::new(|| ()) as PaneWaker, |pane| pane.waker());
        let shared = Arc::new(PaneShared { state: Mutex::default(), wake, window });
        match pane.map(|pane| thread::start(Arc::clone(&shared), pane)) {
            None => shared.end(),
            Some(Err(error)) => {
                tracing::warn!(%error, "no thread for the picture");
                shared.end();
            }
            Some(Ok(())) => {}
        }
        let link = Self(Some(shared));
        if link.is_open() {
            ctx.add_plugin(FramePlugin(link.clone()));
        }
        link
    }

    /// Shows the picture in this slot, once a frame says where; what a hand does on it goes to `host`.
    pub fn set_picture(&self, picture: &PictureSlot, host: &CommandSender) {
        let Some(mut state) = self.state() else { return };
        if !state.picture.as_ref().is_some_and(|shown| shown.is_same(picture)) {
            // Where the one before lay, and what was allowed on it, says nothing of this one.
            (state.sight, state.frame, state.next) = (None, None, Some(NextSight::Nothing));
        }
        state.picture = Some(picture.clone());
        state.hand = PaneHand::of(host);
    }

    /// There is no picture any more.
    pub fn drop_picture(&self) {
        let Some(mut state) = self.state() else { return };
        if state.picture.take().is_some() {
            state.hand = PaneHand::default();
            state.next = Some(NextSight::Nothing);
        }
    }

    /// The technician's pointer is at this pixel of the window. Whether the pane sees to it; otherwise it is
    /// the window's.
    pub fn hand_moved(&self, position: [f64; 2]) -> bool {
        let Some(mut state) = self.state() else { return false };
        let PaneState { sight, hand, .. } = &mut *state;
        sight.as_ref().is_some_and(|sight| hand.moved(sight, position))
    }

    /// A button of the technician's pointer went down or came up at this pixel of the window: what is to be
    /// sent at once and to whom, unless the window decides.
    pub fn hand_pressed(&self, position: [f64; 2], press: HandPress) -> Option<SentPress> {
        let mut state = self.state()?;
        let PaneState { sight, hand, .. } = &mut *state;
        hand.pressed(sight.as_ref()?, position, press)
    }

    /// Whether nothing lies over the picture.
    pub fn is_bare(&self) -> bool {
        let sight = self.state().and_then(|state| state.sight.clone());
        sight.is_some_and(|sight| sight.place.holes.is_empty())
    }

    /// The presses since the last call that were sent already.
    pub fn take_presses(&self) -> VecDeque<HandPress> {
        self.state().map_or_else(VecDeque::new, |mut state| state.hand.take_presses())
    }

    /// The newest of the hand's places that is to be sent, once all that had happened has been looked at, and
    /// to whom.
    pub fn take_hand(&self) -> Option<(CommandSender, (u16, u16))> {
        self.state().and_then(|mut state| state.hand.take())
    }

    /// Whether the hand was at places since the last call of which the window doesn't know.
    pub fn hand_was_sent(&self) -> bool {
        self.state().is_some_and(|mut state| state.hand.was_sent())
    }

    /// A frame of the main window begins.
    pub fn begin_frame(&self) {
        if let Some(mut state) = self.state() {
            state.frame = Some(None);
        }
    }

    /// The picture is drawn so in this frame.
    pub fn draw(&self, drawn: DrawnPicture) {
        if let Some(frame) = self.state().as_mut().and_then(|state| state.frame.as_mut()) {
            *frame = Some(drawn);
        }
    }

    /// Whether the picture is painted beside the window.
    pub fn is_open(&self) -> bool {
        self.state().is_some_and(|state| state.end == PaneEnd::Open)
    }

    /// Whether the window needs the picture as a texture: without a pane, and where something lies over it.
    pub fn texture_wanted(&self) -> bool {
        self.state().is_none_or(|state| state.end == PaneEnd::Ended || state.texture_wanted)
    }

    /// The newest frame is on the screen: what it showed of the picture has been seen, and the pane follows
    /// it.
    pub fn frame_is_shown(&self) {
        let Some(shared) = &self.0 else { return };
        let mut state = shared.state();
        if let Some(picture) = state.picture.clone() {
            drop(state);
            picture.painted(PictureReader::Window);
            state = shared.state();
        }
        let Some(next) = state.next.take() else { return };
        let sight = match next {
            NextSight::Picture(sight) if state.end == PaneEnd::Open => Some(Arc::new(sight)),
            NextSight::Picture(_) | NextSight::Nothing => None,
        };
        if let Some(picture) = &state.picture {
            let painter = if sight.is_some() { PictureReader::Pane } else { PictureReader::Window };
            picture.painted_by(painter);
        }
        state.sight = sight;
        drop(state);
        (shared.wake)();
    }

    /// The picture has changed. Whether the pane sees to it; otherwise the window has to be drawn.
    pub fn picture_changed(&self) -> bool {
        let Some(shared) = &self.0 else { return false };
        let shows = shared.state().sight.is_some();
        if shows {
            (shared.wake)();
        }
        shows
    }

    /// The window is closing.
    pub fn close(&self) {
        if let Some(shared) = &self.0 {
            shared.end();
            (shared.wake)();
        }
    }

    fn state(&self) -> Option<MutexGuard<'_, PaneState>> {
        self.0.as_ref().map(|shared| shared.state())
    }
}

impl std::fmt::Debug for PaneLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "PaneLink" } else { "PaneLink(none)" })
    }
}

impl PaneShared {
    fn state(&self) -> MutexGuard<'_, PaneState> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on the window draws the picture itself.
    fn end(&self) {
        let mut state = self.state();
        state.end = PaneEnd::Ended;
        state.sight = None;
        if let Some(picture) = &state.picture {
            picture.painted_by(PictureReader::Window);
        }
    }

    /// The window is to be drawn again soon.
    fn draw_window(&self) {
        self.window.wake();
    }
}
