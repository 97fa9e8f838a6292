//! The user of an X11 display, watched by raw events (X Input 2.2): these come from the devices themselves,
//! so that no grab and no window hides them, and each names its device, so that XTEST's don't count.
//!
//! A thread waits for them and tells at once. It ends when the value is dropped.

use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use beistand_session::PhysicalKey;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xinput::{self, ConnectionExt as _, Device, DeviceId, XIEventMask};
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, EventMask, MapIndex,
};

use super::devices::{KnownDevice, devices};
use super::display::WakeSignal;
use crate::x11::{KEYCODE_OFFSET, X11Display, X11Failure};
use crate::{
    DesktopFault, DesktopObstacle, DesktopPart, KeyCombination, UserSign, UserSignReceiver, UserWatch,
};

const CONTROL: u16 = 1 << 2;
const MOD1: u16 = 1 << 3;
const SHIFT: u16 = 1;

/// How often a hand that goes on is told of: a mouse sends a thousand events a second.
const HAND_INTERVAL: Duration = Duration::from_millis(50);

/// Keys that may be down at once: a hand has ten fingers, and what is lost on the way stays until it is
/// pressed again.
const MAX_DOWN: usize = 32;

/// The running watch.
#[derive(Debug)]
pub struct X11UserWatch {
    stop: WakeSignal,
    thread: Option<JoinHandle<()>>,
}

impl X11UserWatch {
    /// Watches the display of this name (`:0`) and tells of the user's hand and of `combination`.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`]: no display, or it has no raw events.
    pub fn start(
        display: &str,
        combination: KeyCombination,
        tell: UserSignReceiver,
    ) -> Result<Self, DesktopFault> {
        let unavailable = |failure: X11Failure| failure.fault(DesktopPart::UserWatch);
        let watch = WatchLoop::open(display, combination, tell).map_err(unavailable)?;
        let stop = WakeSignal::new().map_err(unavailable)?;
        let stopped = stop.clone();
        let thread = std::thread::Builder::new()
            .name("user-watch".to_owned())
            .spawn(move || watch.run(&stopped))
            .map_err(|error| unavailable(X11Failure::system(error.to_string())))?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl UserWatch for X11UserWatch {}

impl Drop for X11UserWatch {
    fn drop(&mut self) {
        self.stop.raise();
        if let Some(thread) = self.thread.take() {
            // Fails only where the thread has panicked, and then it tells nothing any more.
            let _ = thread.join();
        }
    }
}

/// Whether pressing `key` while the modifiers `mods` are in force would be this combination, whatever else
/// is in force.
pub(super) fn fires(combination: KeyCombination, key: PhysicalKey, in_force: u16) -> bool {
    let wanted = [(combination.shift, SHIFT), (combination.control, CONTROL), (combination.alt, MOD1)];
    key.code() == combination.key_code() && wanted.iter().all(|(part, bit)| !part || in_force & bit != 0)
}

struct WatchLoop {
    display: X11Display,
    combination: KeyCombination,
    tell: UserSignReceiver,
    devices: Vec<KnownDevice>,
    modifiers: ModifierKeys,
    /// The physical keys that are down.
    down: Vec<(DeviceId, u32)>,
    /// When the hand was last told of.
    told: Option<Instant>,
    has_vt: Atom,
}

impl WatchLoop {
    fn open(display: &str, combination: KeyCombination, tell: UserSignReceiver) -> Result<Self, X11Failure> {
        let display = X11Display::open(display)?;
        let conn = &display.conn;
        let version = conn.xinput_xi_query_version(2, 2)?.reply()?;
        if (version.major_version, version.minor_version) < (2, 2) {
            return Err(X11Failure(DesktopObstacle::NoExtension("X Input 2.2")));
        }
        let mask = XIEventMask::RAW_KEY_PRESS
            | XIEventMask::RAW_KEY_RELEASE
            | XIEventMask::RAW_BUTTON_PRESS
            | XIEventMask::RAW_BUTTON_RELEASE
            | XIEventMask::RAW_MOTION
            | XIEventMask::RAW_TOUCH_BEGIN
            | XIEventMask::RAW_TOUCH_UPDATE
            | XIEventMask::HIERARCHY;
        let masks = xinput::EventMask { deviceid: Device::ALL.into(), mask: vec![mask] };
        conn.xinput_xi_select_events(display.root(), &[masks])?.check()?;
        let properties = ChangeWindowAttributesAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        conn.change_window_attributes(display.root(), &properties)?.check()?;
        let has_vt = conn.intern_atom(false, b"XFree86_has_VT")?.reply()?.atom;
        Ok(Self {
            devices: devices(&display)?,
            modifiers: ModifierKeys::load(&display)?,
            display,
            combination,
            tell,
            down: Vec::new(),
            told: None,
            has_vt,
        })
    }

    fn run(mut self, stop: &WakeSignal) {
        if let Err(failure) = self.watch(stop) {
            tracing::error!(%failure, "the user's own hand can't be watched any more");
            (self.tell)(UserSign::Unwatched);
        }
    }

    fn watch(&mut self, stop: &WakeSignal) -> Result<(), X11Failure> {
        self.look_at_console()?;
        while !stop.take() {
            while let Some(event) = self.display.conn.poll_for_event()? {
                self.handle(event)?;
            }
            self.display.wait_or(stop, None)?;
        }
        Ok(())
    }

    fn handle(&mut self, event: Event) -> Result<(), X11Failure> {
        match event {
            Event::XinputRawKeyPress(event) if self.by_hand(event.sourceid) => {
                self.key_down(event.sourceid, event.detail);
            }
            Event::XinputRawKeyRelease(event) if self.by_hand(event.sourceid) => {
                self.down.retain(|key| *key != (event.sourceid, event.detail));
                self.used();
            }
            Event::XinputRawButtonPress(event)
            | Event::XinputRawButtonRelease(event)
            | Event::XinputRawMotion(event)
                if self.by_hand(event.sourceid) =>
            {
                self.used();
            }
            Event::XinputRawTouchBegin(event) | Event::XinputRawTouchUpdate(event)
                if self.by_hand(event.sourceid) =>
            {
                self.used();
            }
            Event::XinputHierarchy(_) => {
                self.devices = devices(&self.display)?;
                let known = &self.devices;
                self.down.retain(|(id, _)| known.iter().any(|device| device.id == *id));
            }
            Event::MappingNotify(_) => self.modifiers = ModifierKeys::load(&self.display)?,
            Event::PropertyNotify(event) if event.atom == self.has_vt => self.look_at_console()?,
            _ => {}
        }
        Ok(())
    }

    /// What is plugged in a moment before this program hears of it is a hand as well.
    fn by_hand(&self, source: DeviceId) -> bool {
        self.devices.iter().find(|device| device.id == source).is_none_or(|device| device.physical)
    }

    fn key_down(&mut self, device: DeviceId, keycode: u32) {
        let repeated = self.down.contains(&(device, keycode));
        if !repeated {
            if self.down.len() == MAX_DOWN {
                self.down.remove(0);
            }
            self.down.push((device, keycode));
        }
        let key = u32::from(self.combination.key_code() + KEYCODE_OFFSET);
        if keycode == key && !repeated && self.modifiers.held(self.combination, &self.down) {
            (self.tell)(UserSign::Panic);
        }
        self.used();
    }

    fn used(&mut self) {
        let now = Instant::now();
        if self.told.is_none_or(|told| now.duration_since(told) >= HAND_INTERVAL) {
            self.told = Some(now);
            (self.tell)(UserSign::Hand);
        }
    }

    /// X.Org notes at the root window whether it has the console that the monitor shows; other servers don't,
    /// and have none to lose.
    fn look_at_console(&mut self) -> Result<(), X11Failure> {
        let (conn, root) = (&self.display.conn, self.display.root());
        let noted = conn.get_property(false, root, self.has_vt, AtomEnum::ANY, 0, 1)?.reply()?;
        if noted.value32().and_then(|mut values| values.next()) == Some(0) {
            (self.tell)(UserSign::Away);
        }
        Ok(())
    }
}

/// Which keys are modifiers: by the present layout, and by where they are on every keyboard, so that neither
/// a layout that moves them nor one that lacks them takes the combination away.
struct ModifierKeys {
    shift: Vec<u8>,
    control: Vec<u8>,
    alt: Vec<u8>,
}

impl ModifierKeys {
    fn load(display: &X11Display) -> Result<Self, X11Failure> {
        let mapping = display.conn.get_modifier_mapping()?.reply()?;
        let per_modifier = usize::from(mapping.keycodes_per_modifier());
        let keys = |modifier: MapIndex, codes: [u8; 2]| {
            let row = usize::from(u8::from(modifier)) * per_modifier;
            let mapped = mapping.keycodes.iter().skip(row).take(per_modifier);
            let mapped = mapped.copied().filter(|keycode| *keycode != 0);
            mapped.chain(codes.map(|code| code + KEYCODE_OFFSET)).collect()
        };
        Ok(Self {
            shift: keys(MapIndex::SHIFT, [42, 54]),
            control: keys(MapIndex::CONTROL, [29, 97]),
            alt: keys(MapIndex::M1, [56, 100]),
        })
    }

    /// Whether what is down includes the combination's modifiers.
    fn held(&self, combination: KeyCombination, down: &[(DeviceId, u32)]) -> bool {
        let any = |keys: &[u8]| down.iter().any(|(_, down)| keys.iter().any(|key| u32::from(*key) == *down));
        (!combination.shift || any(&self.shift))
            && (!combination.control || any(&self.control))
            && (!combination.alt || any(&self.alt))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_combination_is_refused_whatever_else_is_held() {
        let fires = |mods| {
            let end = PhysicalKey::from_name("End").expect("in the table");
            fires(KeyCombination::PANIC, end, mods)
        };
        assert!(fires(CONTROL | MOD1));
        assert!(fires(CONTROL | MOD1 | 2 | 16));
        assert!(fires(CONTROL | MOD1 | SHIFT));
        assert!(!fires(CONTROL));
    }

    #[test]
    fn modifiers_count_from_any_keyboard_and_with_anything_else() {
        let keys = ModifierKeys { shift: vec![50], control: vec![37], alt: vec![64] };
        let held = |down: &[(DeviceId, u32)]| keys.held(KeyCombination::PANIC, down);
        assert!(held(&[(10, 37), (10, 64)]));
        assert!(held(&[(10, 37), (11, 64), (11, 50), (11, 38)]));
        assert!(!held(&[(10, 37), (10, 50)]));
        assert!(!held(&[]));
    }
}
