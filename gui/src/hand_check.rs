//! The one check for everything that lets the helper do more: a tick in the question, yes, a grant in the
//! bar, going on after a pause.
//!
//! It lets a click through that a hand made here, at what has been in sight for a while, or a hand's Space
//! or Enter on what its keys have gone to. An assistive program gets nothing through, nor does a program's
//! click or key, or one of which the desktop can't say whose it is. What comes through is a [`HandedAct`];
//! nothing else makes one, and [`crate::backend`] takes what widens in no other form.
//!
//! It draws nothing. Taking something back never passes it: that works always and for everybody.

mod keyboard;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::{Duration, Instant};

use egui::{Event, PointerButton, Pos2, Response, Ui, Vec2, accesskit};

use beistand_node::{
    FeatureCommand, NodeCommand, Origin, Permission, PermissionSet, PressOrigin, ReturnTicket, SeenPress,
};

pub use keyboard::keep_answer_keys;
use keyboard::{KeyboardHand, KeysHeard};

/// How long what is asked must have been in sight before a click counts, in seconds: longer than a double
/// click that was meant for another window, or for what was there before.
pub const ARM_SECS: f64 = 1.5;

/// How often a window is drawn while the time passes.
const ARM_STEP: Duration = Duration::from_millis(50);

/// The longest time between two drawings of a window that is in sight, in seconds: a busy machine skips a few
/// of [`ARM_STEP`].
const MAX_GAP_SECS: f64 = 0.5;

/// Something that lets the helper do more than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WideningAct {
    /// This will be part of the yes.
    Tick(Permission),
    /// Yes to the request with this id.
    Allow {
        /// Which request.
        request: u64,
        /// What is allowed.
        permissions: PermissionSet,
    },
    /// One thing more, in a session.
    Grant(Permission),
    /// It goes on after a pause.
    Resume,
    /// A feature gives more, such as one more screen.
    More(FeatureCommand),
    /// The helper of this ticket may come back.
    Return(Box<ReturnTicket>),
    /// The helper of a session that was ended a moment ago may go on.
    WayBack(Box<ReturnTicket>),
    /// Whoever asks with this id is whom they say they are, though they have another key than is known.
    Vouch {
        /// Which request.
        request: u64,
    },
}

/// A [`WideningAct`] that a hand did. Only [`HandCheck::pass`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedAct(WideningAct);

impl HandedAct {
    /// What was done.
    pub fn act(&self) -> &WideningAct {
        &self.0
    }

    /// What the node is told; a tick alone is no word to it, and for a return there is none yet.
    pub fn command(self) -> Option<NodeCommand> {
        match self.0 {
            WideningAct::Tick(_) | WideningAct::Return(_) | WideningAct::WayBack(_) => None,
            WideningAct::Vouch { request } => Some(NodeCommand::Vouch { request }),
            WideningAct::Allow { request, permissions } => Some(NodeCommand::Allow { request, permissions }),
            WideningAct::Grant(permission) => Some(NodeCommand::Grant(permission)),
            WideningAct::Resume => Some(NodeCommand::Resume),
            WideningAct::More(command) => Some(NodeCommand::Feature(command)),
        }
    }
}

/// Whether the command lets the helper do more, so that it comes from a [`HandedAct`] or not at all.
pub fn widens(command: &NodeCommand) -> bool {
    match command {
        NodeCommand::Feature(command) => command.widening().is_some(),
        NodeCommand::Allow { .. }
        | NodeCommand::Vouch { .. }
        | NodeCommand::Grant(_)
        | NodeCommand::Resume => true,
        NodeCommand::NewInvite
        | NodeCommand::Deny { .. }
        | NodeCommand::Revoke(_)
        | NodeCommand::GrantDialog { .. }
        | NodeCommand::Pause
        | NodeCommand::Finish
        | NodeCommand::End => false,
    }
}

/// Why the last click did not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClickRefusal {
    /// A program made it, not a hand.
    Injected,
    /// Whose it was can't be said.
    Unclear,
}

impl ClickRefusal {
    /// What is answered: the key of a text.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Injected => "page-consent-injected",
            Self::Unclear => "page-consent-unclear",
        }
    }
}

/// Whether a window must have the keyboard before anything in it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FocusNeed {
    /// It came up by itself, so a click may be meant for another.
    Needed,
    /// The user opened it. The bar may never have the keyboard.
    #[default]
    Indifferent,
}

/// What of a window can be granted in: a change of it is something new to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GrantOffer {
    /// Whether permissions can be granted.
    pub permissions: bool,
    /// Whether a pause can be undone.
    pub resume: bool,
    /// Which parts of permissions can be given: [`share_fingerprint`](crate::panels::share_fingerprint); in
    /// the main window what panels have to give: [`Panels::offered`](crate::panels::Panels::offered).
    pub parts: u64,
    /// How far what can be ticked is scrolled, in points.
    pub scrolled: i32,
}

/// Whether all that the user should read is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sight {
    /// All of it.
    #[default]
    Whole,
    /// Some of it is scrolled away or cut off.
    Partial,
}

impl Sight {
    /// Also this is to be read.
    pub fn add(&mut self, ui: &Ui, place: egui::Rect) {
        // Parts of a point are rounding.
        if !ui.clip_rect().expand(1.0).contains_rect(place) {
            *self = Self::Partial;
        }
    }
}

/// The check of one window.
#[derive(Debug, Default)]
pub struct HandCheck {
    focus: FocusNeed,
    /// Since when all is in sight and in its place, in seconds of egui's clock.
    ready_since: Option<f64>,
    /// Where the window is, how large, and what it offers where.
    place: Option<(Option<Pos2>, Vec2, GrantOffer, u64)>,
    /// A number that is another one where something else is [placed](Self::place), or elsewhere.
    drawn: u64,
    /// The newest press in this window.
    press: Option<CheckedPress>,
    keyboard: KeyboardHand,
    refusal: Option<ClickRefusal>,
    /// egui's clock.
    now: f64,
    /// Whether the desktop tells a hand from a program at all.
    told: bool,
}

/// A press of the main button in the window.
#[derive(Debug, Clone, Copy)]
struct CheckedPress {
    position: Pos2,
    origin: Origin,
    /// Whether it came when clicks counted already.
    armed: bool,
}

impl HandCheck {
    /// A check for a window that came up by itself.
    pub fn of_question() -> Self {
        Self { focus: FocusNeed::Needed, ..Self::default() }
    }

    /// Whether the window must have the keyboard from now on.
    pub fn need_focus(&mut self, need: FocusNeed) {
        self.focus = need;
    }

    /// Before a window is drawn: takes in who pressed in it.
    pub fn begin(&mut self, ui: &Ui, origin: &mut dyn PressOrigin) {
        let (now, presses) = ui.input(|input| (input.time, presses(&input.events)));
        // While the time passes it is drawn all the time, unless it is hidden: then it has not been in sight.
        if !self.armed() && now - self.now > MAX_GAP_SECS {
            self.ready_since = None;
        }
        self.now = now;
        self.told = origin.tells();
        let astray = self.keyboard.begin(ui, origin, self.armed()) == KeysHeard::Astray;
        if astray && self.focus == FocusNeed::Needed {
            // Whoever writes into another window has not read this one.
            self.ready_since = None;
        }
        let Some((position, button)) = presses.last().copied() else { return };
        let pixels = ui.ctx().pixels_per_point();
        let corner = ui.input(|input| input.viewport().inner_rect).map(|window| window.min);
        let on_screen = corner.map(|corner| (corner + position.to_vec2()) * pixels);
        let seen = SeenPress { seen: Instant::now(), position: on_screen.map(|place| (place.x, place.y)) };
        let origin = match origin.origin_of(&seen) {
            Origin::Physical if presses.len() > 1 => Origin::Unclear,
            origin @ (Origin::Physical | Origin::Injected | Origin::Unclear | Origin::Unknown) => origin,
        };
        let armed = self.armed();
        self.press = (button == PointerButton::Primary).then_some(CheckedPress { position, origin, armed });
    }

    /// What `response` is of can be pressed for `act`. Where one of these moves, all are to be looked at
    /// again: the other side, which can write something above, can't push one under a hand that is about to
    /// press.
    pub fn place(&mut self, response: &Response, act: &WideningAct) {
        let corner = response.rect.min;
        let mut hasher = DefaultHasher::new();
        (self.drawn, corner.x.to_bits(), corner.y.to_bits(), format!("{act:?}")).hash(&mut hasher);
        self.drawn = hasher.finish();
    }

    /// Lets a click on what `response` is of through, if it is one of a hand, and a hand's key on it as well.
    /// Where it isn't, that is said ([`Self::refusal`]).
    pub fn pass(&mut self, ui: &Ui, response: &Response, act: WideningAct) -> Option<HandedAct> {
        if !response.clicked() {
            return None;
        }
        if !response.clicked_by(PointerButton::Primary) {
            let (origin, armed) = self.keyboard.take(ui, response)?;
            return if armed && self.armed() { self.judge(origin, act) } else { None };
        }
        let press = self.press.take()?;
        let (by_program, released) = ui.input(|input| {
            let by_program = input.has_accesskit_action_request(response.id, accesskit::Action::Click);
            (by_program, input.pointer.interact_pos())
        });
        let there = |position: Pos2| response.interact_rect.contains(position);
        if by_program || !there(press.position) || !released.is_some_and(there) {
            return None;
        }
        if press.armed && self.armed() { self.judge(press.origin, act) } else { None }
    }

    /// Lets a press on what `response` is of through while it is still down, if it is one of a hand; each
    /// press once. Where it isn't, that is said as above.
    pub fn hold(&mut self, response: &Response, act: WideningAct) -> Option<HandedAct> {
        if !response.is_pointer_button_down_on() {
            return None;
        }
        let press = self.press.take_if(|press| response.interact_rect.contains(press.position))?;
        if press.armed && self.armed() { self.judge(press.origin, act) } else { None }
    }

    /// What a hand did is done, and of all else it is said why not.
    fn judge(&mut self, origin: Origin, act: WideningAct) -> Option<HandedAct> {
        self.refusal = match origin {
            Origin::Physical => None,
            // The window says that this desktop can't tell.
            Origin::Unknown if !self.told => None,
            Origin::Injected => Some(ClickRefusal::Injected),
            Origin::Unclear | Origin::Unknown => Some(ClickRefusal::Unclear),
        };
        self.refusal.is_none().then_some(HandedAct(act))
    }

    /// After a window was drawn: whether what must be read is in sight decides from when on clicks count.
    pub fn end(&mut self, ui: &Ui, sight: Sight, offer: GrantOffer) {
        let (visible, corner, size) = ui.input(|input| {
            let viewport = input.viewport();
            let visible = viewport.minimized != Some(true) && viewport.occluded != Some(true);
            let focused = self.focus == FocusNeed::Indifferent || input.focused;
            (visible && focused, viewport.inner_rect.map(|window| window.min), input.content_rect().size())
        });
        self.keyboard.end(ui);
        let place = Some((corner, size, offer, std::mem::take(&mut self.drawn)));
        let moved = std::mem::replace(&mut self.place, place) != place;
        let offers = offer.permissions || offer.resume || offer.parts != 0;
        let readable = visible && offers && sight == Sight::Whole;
        if moved || !readable {
            self.ready_since = None;
        } else {
            self.ready_since.get_or_insert(self.now);
        }
        if readable && !self.armed() {
            ui.request_repaint_after(ARM_STEP);
        }
    }

    /// How much of the time is over before which no click counts, from 0 to 1.
    pub fn progress(&self) -> f32 {
        let since = self.ready_since.map_or(0.0, |since| self.now - since);
        (since / ARM_SECS).clamp(0.0, 1.0) as f32
    }

    /// Whether a click counts.
    pub fn armed(&self) -> bool {
        self.progress() >= 1.0
    }

    /// Whether the time passes at all.
    pub fn arming(&self) -> bool {
        self.ready_since.is_some()
    }

    /// Why the last click did not count.
    pub fn refusal(&self) -> Option<ClickRefusal> {
        self.refusal
    }

    /// The refusal is no longer of interest.
    pub fn forget_refusal(&mut self) {
        self.refusal = None;
    }

    /// Whether the desktop tells a hand from a program.
    pub fn told(&self) -> bool {
        self.told
    }
}

/// The presses of buttons and fingers among what came since the window was last drawn.
fn presses(events: &[Event]) -> Vec<(Pos2, PointerButton)> {
    let press = |event: &Event| match event {
        Event::PointerButton { pos, button, pressed: true, .. } => Some((*pos, *button)),
        _ => None,
    };
    events.iter().filter_map(press).collect()
}
