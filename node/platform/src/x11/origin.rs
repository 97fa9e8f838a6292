//! X11: the X Input extension names the device that each press came from. Devices of the XTEST extension are
//! programs.
//!
//! A press is known by its time, which is the server's, and by where the pointer is when the window asks; a
//! key by its time and its place on the keyboard. It says nothing of programs that act as a device: one in
//! the kernel (uinput) takes rights over the machine, and XTEST in the name of a plugged-in device takes
//! access to the display.

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::sync::{ConnectionExt as _, Counter};
use x11rb::protocol::xinput::{
    self, ConnectionExt as _, Device, DeviceId, KeyEventFlags, PointerEventFlags, XIEventMask,
};
use x11rb::protocol::xproto::{ConnectionExt as _, Timestamp};

use super::devices::{KnownDevice, devices};
use crate::x11::{KEYCODE_OFFSET, X11Display, X11Failure};
use crate::{AnswerKey, DesktopFault, DesktopPart, Origin, PressOrigin, SeenKey, SeenPress};

/// How long before a window comes to a press it may have been made, in milliseconds: a window that is drawn
/// without a graphics card on a busy machine takes a few hundred.
const RECENT_MILLIS: u32 = 1000;

/// How far the pointer may have moved on from a press, in pixels: a click is over where it began, but the
/// hand may have gone on before the window comes to it.
const NEAR_PX: f32 = 64.0;

/// Presses that are kept between two questions: of more than one within a second none counts.
const KEPT_PRESSES: usize = 16;

/// Follows the devices of a display.
pub struct X11PressOrigin {
    display: X11Display,
    devices: Vec<KnownDevice>,
    /// What counts the server's time.
    clock: Counter,
    /// Since the last question, oldest first.
    presses: Vec<RawPress>,
    /// The same of keys.
    keys: Vec<RawKey>,
}

/// A press as the server tells it, whichever window it was for.
#[derive(Debug, Clone, Copy)]
struct RawPress {
    /// When, by the server's clock.
    time: Timestamp,
    /// The pointer that it moved on the screen.
    pointer: DeviceId,
    /// The device that made it.
    source: DeviceId,
}

/// A key as the server tells it, whichever window it was for.
#[derive(Debug, Clone, Copy)]
struct RawKey {
    time: Timestamp,
    source: DeviceId,
    /// The server's number of it.
    code: u32,
}

impl X11PressOrigin {
    /// Connects to the display of this name (`:0`).
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`]: no display, or it can't tell.
    pub fn open(display: &str) -> Result<Self, DesktopFault> {
        Self::start(display).map_err(|failure| failure.fault(DesktopPart::PressOrigin))
    }

    fn start(display: &str) -> Result<Self, X11Failure> {
        let display = X11Display::open(display)?;
        display.conn.xinput_xi_query_version(2, 2)?.reply()?;
        display.conn.sync_initialize(3, 1)?.reply()?;
        // Raw presses arrive whoever has grabbed pointer or keyboard and whichever window is hit. By the
        // masters alone: each device would tell the same again.
        let presses =
            XIEventMask::RAW_BUTTON_PRESS | XIEventMask::RAW_TOUCH_BEGIN | XIEventMask::RAW_KEY_PRESS;
        let masks = [(Device::ALL_MASTER, presses), (Device::ALL, XIEventMask::HIERARCHY)]
            .map(|(device, mask)| xinput::EventMask { deviceid: device.into(), mask: vec![mask] });
        display.conn.xinput_xi_select_events(display.root(), &masks)?.check()?;
        let counters = display.conn.sync_list_system_counters()?.reply()?.counters;
        let clock = counters.iter().find(|counter| counter.name == b"SERVERTIME");
        let clock = clock.ok_or_else(|| X11Failure::system("the X server has no clock"))?.counter;
        let devices = devices(&display)?;
        Ok(Self { display, devices, clock, presses: Vec::new(), keys: Vec::new() })
    }

    /// Takes in every press that was made before this call.
    fn follow(&mut self) -> Result<(), X11Failure> {
        // The reply comes after every event that the server sent before it.
        self.display.conn.get_input_focus()?.reply()?;
        while let Some(event) = self.display.conn.poll_for_event()? {
            match event {
                // The wheel answers no dialog, and an injected turn must not spoil the user's own click. What
                // a finger emulates was told as a touch.
                Event::XinputRawButtonPress(press)
                    if !WHEEL.contains(&press.detail)
                        && !press.flags.contains(PointerEventFlags::POINTER_EMULATED) =>
                {
                    let (pointer, source) = (press.deviceid, press.sourceid);
                    keep(&mut self.presses, RawPress { time: press.time, pointer, source });
                }
                Event::XinputRawTouchBegin(touch) => {
                    let (pointer, source) = (touch.deviceid, touch.sourceid);
                    keep(&mut self.presses, RawPress { time: touch.time, pointer, source });
                }
                Event::XinputRawKeyPress(key) if !key.flags.contains(KeyEventFlags::KEY_REPEAT) => {
                    keep(&mut self.keys, RawKey { time: key.time, source: key.sourceid, code: key.detail });
                }
                Event::XinputHierarchy(_) => self.devices = devices(&self.display)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Where the press came from that a window has just got.
    fn examine(&mut self, seen: &SeenPress) -> Result<Origin, X11Failure> {
        self.follow()?;
        let late = u32::try_from(seen.seen.elapsed().as_millis()).unwrap_or(u32::MAX);
        let now = self.now()?;
        let mut presses = std::mem::take(&mut self.presses);
        // The server's clock starts again after 49 days; a press may be newer than the answer about it.
        presses.retain(|press| now.wrapping_sub(press.time).cast_signed() <= age_limit(late));
        let mut origins = Vec::new();
        for press in &presses {
            origins.push(self.origin(press.source)?);
        }
        match (&presses[..], &origins[..]) {
            ([press], [Origin::Physical]) if !self.is_at(press, seen)? => Ok(Origin::Unclear),
            (_, [origin]) => Ok(*origin),
            (_, []) => Ok(Origin::Unknown),
            (_, origins) if origins.contains(&Origin::Injected) => Ok(Origin::Injected),
            _ => Ok(Origin::Unclear),
        }
    }

    /// Where the key came from that a window has just got.
    fn examine_key(&mut self, seen: &SeenKey) -> Result<Origin, X11Failure> {
        self.follow()?;
        let late = u32::try_from(seen.seen.elapsed().as_millis()).unwrap_or(u32::MAX);
        let now = self.now()?;
        let mut keys = std::mem::take(&mut self.keys);
        keys.retain(|key| now.wrapping_sub(key.time).cast_signed() <= age_limit(late));
        let (modifiers, others): (Vec<_>, Vec<_>) = keys.into_iter().partition(|key| is_modifier(key.code));
        let mut held = Vec::new();
        for key in &modifiers {
            held.push(self.origin(key.source)?);
        }
        // A program's modifier changes what the hand's key does.
        let foreign = held.iter().copied().find(|origin| *origin != Origin::Physical);
        if seen.key == AnswerKey::Modifier {
            // The window comes to the others in its next drawing.
            self.keys = others;
            return Ok(foreign.or(held.first().copied()).unwrap_or(Origin::Unknown));
        }
        let mut origins = Vec::new();
        for key in &others {
            origins.push(self.origin(key.source)?);
        }
        if let (Some(foreign), false) = (foreign, origins.contains(&Origin::Injected)) {
            return Ok(foreign);
        }
        Ok(match (&others[..], &origins[..]) {
            (_, origins) if origins.contains(&Origin::Injected) => Origin::Injected,
            ([key], [Origin::Physical]) if !is_key(key.code, seen.key) => Origin::Unclear,
            (_, [origin]) => *origin,
            (_, []) => Origin::Unknown,
            _ => Origin::Unclear,
        })
    }

    /// The server's time, as presses carry it.
    fn now(&self) -> Result<Timestamp, X11Failure> {
        Ok(self.display.conn.sync_query_counter(self.clock)?.reply()?.counter_value.lo)
    }

    /// Whether the pointer that made `press` is still where the window has seen it.
    fn is_at(&self, press: &RawPress, seen: &SeenPress) -> Result<bool, X11Failure> {
        let Some((x, y)) = seen.position else { return Ok(false) };
        let pointer =
            self.display.conn.xinput_xi_query_pointer(self.display.root(), press.pointer)?.reply()?;
        // The server counts in parts of a pixel.
        let is_near = |one: i32, other: f32| (one as f32 / 65_536.0 - other).abs() <= NEAR_PX;
        Ok(is_near(pointer.root_x, x) && is_near(pointer.root_y, y))
    }

    fn origin(&mut self, source: DeviceId) -> Result<Origin, X11Failure> {
        if !self.devices.iter().any(|device| device.id == source) {
            self.devices = devices(&self.display)?;
        }
        Ok(match self.devices.iter().find(|device| device.id == source) {
            Some(device) if device.physical => Origin::Physical,
            Some(_) => Origin::Injected,
            None => Origin::Unknown,
        })
    }
}

impl PressOrigin for X11PressOrigin {
    fn origin_of(&mut self, press: &SeenPress) -> Origin {
        self.examine(press).unwrap_or_else(|failure| {
            tracing::warn!(%failure, "the origin of presses can no longer be told");
            Origin::Unknown
        })
    }

    fn key_origin_of(&mut self, key: &SeenKey) -> Origin {
        self.examine_key(key).unwrap_or_else(|failure| {
            tracing::warn!(%failure, "the origin of keys can no longer be told");
            Origin::Unknown
        })
    }
}

fn keep<T>(kept: &mut Vec<T>, one: T) {
    if kept.len() == KEPT_PRESSES {
        kept.remove(0);
    }
    kept.push(one);
}

/// Whether the server's number of a key is that of `key`, where it is told.
fn is_key(code: u32, key: AnswerKey) -> bool {
    let codes: &[u32] = match key {
        AnswerKey::Space => &[57],
        AnswerKey::Enter => &[28, 96],
        AnswerKey::Modifier | AnswerKey::Other => return true,
    };
    codes.iter().any(|of_linux| code == of_linux + u32::from(KEYCODE_OFFSET))
}

/// Whether the server's number of a key is that of a modifier or a lock, or of a key that screen readers take
/// for a modifier: Insert, also that of the number block.
fn is_modifier(code: u32) -> bool {
    /// Control, Shift and Alt of either side, Super of either side, the three locks, both Inserts.
    const MODIFIERS: [u32; 13] = [29, 97, 42, 54, 56, 100, 125, 126, 58, 69, 70, 110, 82];
    MODIFIERS.iter().any(|of_linux| code == of_linux + u32::from(KEYCODE_OFFSET))
}

/// How old a press may be that a window came to `late` milliseconds ago.
fn age_limit(late: u32) -> i32 {
    i32::try_from(RECENT_MILLIS.saturating_add(late)).unwrap_or(i32::MAX)
}

/// The buttons that stand for the wheel.
const WHEEL: std::ops::RangeInclusive<u32> = 4..=7;
