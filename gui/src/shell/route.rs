//! Where the window's keys go: to egui, or to the host. What a key means is for [`crate::keys`] to say.
//!
//! It takes nothing before [`KeyRoute::set_host`] names a host, and draws nothing.

use std::cell::RefCell;
use std::rc::Rc;

use beistand_node::{ControlCommand, GrabState, InputEvent, WindowNumber};
use winit::event::{Ime, KeyEvent, WindowEvent};
use winit::keyboard::{ModifiersState, PhysicalKey as Place};
use winit::platform::modifier_supplement::KeyEventExtModifierSupplement as _;
use winit::window::{Window, WindowId};

use crate::backend::CommandSender;
use crate::keys::{
    KeyReader, KeyStroke, KeyWay, OpenedShortcuts, ShortcutHold, ShortcutObstacle, WayOutWatch, physical_key,
    written,
};

/// The key that switches full screen here; it never goes to the host but by the menu of special keys.
const OUR_KEY: &str = "F11";

/// Where keys go; shared by the event loop and the application, which run on one thread.
#[derive(Debug, Clone, Default)]
pub struct KeyRoute {
    pub(super) inner: Rc<RefCell<KeyState>>,
}

#[derive(Debug, Default)]
pub(super) struct KeyState {
    window: Option<WindowId>,
    /// The same as its window system numbers it.
    number: Option<WindowNumber>,
    host: Option<CommandSender>,
    /// Keys that stay here, by name: those of open panels.
    kept: Vec<&'static str>,
    /// Whether the window has lost the focus. It counts as having it before anything is reported: without a
    /// window manager it may get keys and no word of the focus.
    focus_elsewhere: bool,
    reader: KeyReader,
    modifiers: ModifiersState,
    pub(super) shortcuts: ShortcutHold,
    way_out: WayOutWatch,
    /// Whether the way out was taken and nobody has asked for it yet.
    taken_back: bool,
    /// Whether an input method may take keys before they are read here.
    pub(super) input_method: bool,
}

impl KeyRoute {
    /// Keys of this window are the ones that count.
    pub fn set_window(&self, window: &Window) {
        let mut inner = self.inner.borrow_mut();
        inner.window = Some(window.id());
        inner.number = Some(WindowNumber::of(window));
    }

    /// From now on keys go to `host`, or to egui where there is none. Keys that the old host
    /// believes to be down are released.
    pub fn set_host(&self, host: Option<&CommandSender>) {
        let mut inner = self.inner.borrow_mut();
        let same = match (&inner.host, host) {
            (Some(old), Some(new)) => old.is_same(new),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !same {
            inner.release_all();
            inner.way_out.forget();
            inner.host = host.cloned();
        }
    }

    /// Of the keys that go down from now on these stay here.
    pub fn keep(&self, keys: Vec<&'static str>) {
        self.inner.borrow_mut().kept = keys;
    }

    /// Keys that go down from now on arrive at the host in this way.
    pub fn set_way(&self, way: KeyWay) {
        self.inner.borrow_mut().reader.set_way(way);
    }

    /// The shortcuts of this computer's desktop go the same way as all keys from now on, or stay here.
    pub fn want_shortcuts(&self, wanted: bool, open: impl FnOnce(WindowNumber) -> OpenedShortcuts) {
        let mut inner = self.inner.borrow_mut();
        let number = inner.number.unwrap_or(WindowNumber::Foreign);
        inner.shortcuts.want(wanted, || open(number));
    }

    /// The session is over: obstacles of this one don't hold for the next.
    pub fn drop_shortcuts(&self) {
        self.inner.borrow_mut().shortcuts = ShortcutHold::default();
    }

    /// Whether the shortcuts go to the host.
    pub fn shortcuts_held(&self) -> bool {
        self.inner.borrow().shortcuts.state() == GrabState::Held
    }

    /// What keeps them from going there.
    pub fn shortcut_obstacle(&self) -> ShortcutObstacle {
        self.inner.borrow().shortcuts.obstacle()
    }

    /// Whether the way out was taken since this was last asked.
    pub fn was_taken_back(&self) -> bool {
        std::mem::take(&mut self.inner.borrow_mut().taken_back)
    }

    /// Whether keys go to a host, and an input method may take them first.
    pub fn input_method(&self) -> bool {
        let inner = self.inner.borrow();
        inner.input_method && inner.host.is_some()
    }

    /// Whether keys go to a host.
    pub fn to_host(&self) -> bool {
        self.inner.borrow().host.is_some()
    }

    /// Takes the event if it is for the host. Returns whether egui must not see it.
    pub(super) fn take(&self, window: WindowId, event: &WindowEvent) -> bool {
        let mut inner = self.inner.borrow_mut();
        if inner.window != Some(window) {
            return false;
        }
        match event {
            WindowEvent::ModifiersChanged(modifiers) => {
                inner.modifiers = modifiers.state();
                false
            }
            WindowEvent::Focused(here) => {
                inner.move_focus(*here);
                false
            }
            WindowEvent::MouseInput { .. } | WindowEvent::MouseWheel { .. } => {
                inner.way_out.disturb();
                false
            }
            WindowEvent::KeyboardInput { event, is_synthetic, .. } => inner.take_key(event, *is_synthetic),
            WindowEvent::Ime(Ime::Commit(text)) => inner.take_text(text),
            _ => false,
        }
    }
}

impl KeyState {
    /// The focus has come to our window or has gone to another one.
    fn move_focus(&mut self, here: bool) {
        self.focus_elsewhere = !here;
        if !here {
            self.release_all();
            self.way_out.forget();
        }
    }

    /// Whether a key at this place goes down or comes up for the host.
    fn is_for_host(&self, place: Place, pressed: bool) -> bool {
        if self.host.is_none() {
            return false;
        }
        if pressed {
            let ours = |name: &str| name == OUR_KEY || self.kept.contains(&name);
            // What a grab still brings was typed for another window. That one gets the release as well, so
            // the key would stay down at the host.
            !self.focus_elsewhere && !physical_key(place).is_some_and(|key| ours(key.name()))
        } else {
            // A key that went down before the host had the keyboard comes up for egui.
            self.reader.holds(place)
        }
    }

    fn take_key(&mut self, event: &KeyEvent, synthetic: bool) -> bool {
        let stroke = KeyStroke {
            place: event.physical_key,
            logical: &event.logical_key,
            alone: &event.key_without_modifiers(),
            location: event.location,
            text: event.text.as_deref(),
            pressed: event.state.is_pressed(),
            command: self.command(),
        };
        self.take_stroke(stroke, synthetic)
    }

    fn take_stroke(&mut self, stroke: KeyStroke<'_>, synthetic: bool) -> bool {
        if !self.is_for_host(stroke.place, stroke.pressed) {
            return false;
        }
        // A key that was held when the window got the focus was not pressed for the host.
        if synthetic && stroke.pressed {
            return true;
        }
        let events = self.reader.stroke(stroke);
        self.send(events);
        if !self.way_out.stroke(&stroke) {
            return true;
        }
        // At once, and not when the page is drawn the next time: that it is drawn is why egui sees this key.
        self.release_all();
        self.host = None;
        self.shortcuts.let_go();
        self.taken_back = true;
        false
    }

    /// Whether a key pressed now is part of a command.
    fn command(&self) -> bool {
        let alt_gr = ModifiersState::CONTROL | ModifiersState::ALT;
        // Windows reports AltGr as Ctrl and Alt.
        let only_alt_gr = self.reader.third_level() && self.modifiers.contains(alt_gr);
        self.modifiers.intersects(alt_gr | ModifiersState::SUPER) && !only_alt_gr
    }

    /// An input method has finished a text.
    fn take_text(&mut self, text: &str) -> bool {
        let to_host = self.host.is_some();
        if to_host {
            self.send(written(text));
        }
        to_host
    }

    fn release_all(&mut self) {
        let events = self.reader.release_all();
        self.send(events);
    }

    fn send(&self, events: Vec<InputEvent>) {
        let Some(host) = &self.host else { return };
        for event in events {
            host.send(ControlCommand::Input(event).into());
        }
    }
}

#[cfg(test)]
mod tests {
    use beistand_node::{CommandInbox, FeatureCommand, NodeCommand, command_channel};
    use winit::keyboard::{Key, KeyCode, KeyLocation, NamedKey};

    use super::*;

    const WINDOW: WindowId = WindowId::dummy();

    /// Keys go to a host.
    fn host() -> (KeyRoute, CommandInbox) {
        let (commands, heard) = command_channel(8);
        let keys = KeyRoute::default();
        keys.inner.borrow_mut().window = Some(WINDOW);
        keys.set_host(Some(&CommandSender::new(commands)));
        (keys, heard)
    }

    /// Enter goes down or comes up. Returns whether it was taken.
    fn enter(keys: &KeyRoute, pressed: bool) -> bool {
        key(keys, KeyCode::Enter, NamedKey::Enter, pressed)
    }

    fn key(keys: &KeyRoute, code: KeyCode, named: NamedKey, pressed: bool) -> bool {
        let meaning = Key::Named(named);
        let (place, location) = (Place::Code(code), KeyLocation::Standard);
        let (logical, alone) = (&meaning, &meaning);
        let stroke = KeyStroke { place, logical, alone, location, text: None, pressed, command: false };
        keys.inner.borrow_mut().take_stroke(stroke, false)
    }

    fn focus(keys: &KeyRoute, here: bool) {
        assert!(!keys.take(WINDOW, &WindowEvent::Focused(here)), "egui sees where the focus is");
    }

    /// Which of the host's keys went down (`true`) and came up.
    fn sent(heard: &mut CommandInbox) -> Vec<bool> {
        let commands = std::iter::from_fn(|| heard.try_recv());
        let changes = commands.map(|command| match command {
            NodeCommand::Feature(FeatureCommand::Control(ControlCommand::Input(InputEvent::Key {
                pressed,
                ..
            }))) => pressed,
            other => panic!("{other:?}"),
        });
        changes.collect()
    }

    #[test]
    fn a_key_that_is_typed_for_another_window_is_not_taken() {
        let (keys, mut heard) = host();
        focus(&keys, false);
        assert!(!enter(&keys, true) && !enter(&keys, false));
        assert!(sent(&mut heard).is_empty());
        focus(&keys, true);
        assert!(enter(&keys, true) && enter(&keys, false));
        assert_eq!(sent(&mut heard), [true, false]);
    }

    #[test]
    fn a_key_that_a_panel_has_stays_here_and_one_that_the_host_has_comes_up_there() {
        let (keys, mut heard) = host();
        let f9 = |pressed| key(&keys, KeyCode::F9, NamedKey::F9, pressed);
        assert!(f9(true), "the host's, as long as no panel has it");
        keys.keep(vec![egui::Key::F9.name()]);
        assert!(f9(false));
        assert_eq!(sent(&mut heard), [true, false]);
        assert!(!f9(true) && !f9(false));
        assert!(enter(&keys, true) && enter(&keys, false));
        assert_eq!(sent(&mut heard), [true, false], "others go on");
    }

    #[test]
    fn a_key_that_is_down_when_the_focus_goes_comes_up_and_its_repetition_is_not_taken() {
        let (keys, mut heard) = host();
        assert!(enter(&keys, true), "nobody has said yet where the focus is");
        focus(&keys, false);
        assert!(!enter(&keys, true));
        assert_eq!(sent(&mut heard), [true, false]);
    }
}
