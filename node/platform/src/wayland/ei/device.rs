//! The devices that the desktop has made, and what is done on them.

use std::collections::BTreeSet;

use reis::ei;
use reis::event::{Device, DeviceCapability, Region};

use super::keymap::{KeymapStroke, LockState, SignMap};
use crate::wayland::portal::PortalFault;

/// Most devices that are kept: desktops make two or three.
const MAX_DEVICES: usize = 64;

/// Linux's numbers of the Shift keys, left and right.
const SHIFTS: [u32; 2] = [42, 54];

/// All of them.
#[derive(Default)]
pub(super) struct EiDevices {
    devices: Vec<EmulatedDevice>,
    /// Of the keyboard that was made last.
    signs: SignMap,
    locks: LockState,
    /// Keys that are down by their place.
    places: BTreeSet<u32>,
    /// Keys that are down for a sign, with that.
    pressed: Vec<(u32, u32)>,
    /// Counts the times that a device was taken into use, as the protocol wants it.
    sequence: u32,
}

struct EmulatedDevice {
    device: Device,
    is_resumed: bool,
    /// Whether the desktop knows that something is about to be done with it.
    is_used: bool,
}

/// A sign that is to go down or up.
#[derive(Debug, Clone, Copy)]
pub(super) struct SignStroke {
    pub(super) sign: u32,
    pub(super) down: bool,
}

impl EiDevices {
    pub(super) fn add(&mut self, device: Device, signs: Option<SignMap>) {
        if self.devices.len() < MAX_DEVICES {
            self.signs = signs.unwrap_or(std::mem::take(&mut self.signs));
            self.devices.push(EmulatedDevice { device, is_resumed: false, is_used: false });
        }
    }

    pub(super) fn remove(&mut self, device: &Device) {
        self.devices.retain(|known| known.device != *device);
        self.forget_keys_without_keyboard();
    }

    pub(super) fn resume(&mut self, device: &Device) {
        for known in self.devices.iter_mut().filter(|known| known.device == *device) {
            (known.is_resumed, known.is_used) = (true, false);
        }
    }

    pub(super) fn pause(&mut self, device: &Device) {
        for known in self.devices.iter_mut().filter(|known| known.device == *device) {
            (known.is_resumed, known.is_used) = (false, false);
        }
        self.forget_keys_without_keyboard();
    }

    pub(super) fn clear(&mut self) {
        self.devices.clear();
        self.forget_keys_without_keyboard();
    }

    /// The desktop lets go by itself what is down on a device that is paused or ends.
    fn forget_keys_without_keyboard(&mut self) {
        if !self.has(DeviceCapability::Keyboard) {
            self.places.clear();
            self.pressed.clear();
        }
    }

    pub(super) fn note_locks(&mut self, locked: u32, group: u32) {
        self.locks = LockState::new(locked, group);
    }

    /// Whether something like that can be done now.
    pub(super) fn has(&self, capability: DeviceCapability) -> bool {
        self.devices.iter().any(|known| known.is_resumed && known.device.has_capability(capability))
    }

    /// Takes a device that can do this into use.
    fn take<T: ei::Interface>(
        &mut self,
        serial: u32,
        fits: impl Fn(&Device) -> bool,
    ) -> Result<(Device, T), PortalFault> {
        let missing = PortalFault::Refused("the desktop lets nothing be pressed now");
        let interface =
            |known: &EmulatedDevice| known.device.interface::<T>().filter(|_| fits(&known.device));
        let found = self.devices.iter_mut().filter(|known| known.is_resumed);
        let found = found.into_iter().find_map(|known| interface(known).map(|interface| (known, interface)));
        let (known, interface) = found.ok_or(missing)?;
        if !known.is_used {
            known.is_used = true;
            self.sequence = self.sequence.wrapping_add(1);
            known.device.device().start_emulating(serial, self.sequence);
        }
        Ok((known.device.clone(), interface))
    }

    pub(super) fn point(
        &mut self,
        serial: u32,
        screen: Option<&str>,
        (x, y): (f64, f64),
    ) -> Result<(), PortalFault> {
        let is_shown = |device: &Device| region(device, screen).is_some();
        let (device, pointer) = self.take::<ei::PointerAbsolute>(serial, is_shown)?;
        let (left, top) = region(&device, screen).map_or((0, 0), |region| (region.x, region.y));
        // The protocol has no more digits than that.
        #[expect(clippy::cast_possible_truncation, reason = "a screen has fewer pixels than a float digits")]
        pointer.motion_absolute((f64::from(left) + x) as f32, (f64::from(top) + y) as f32);
        frame(&device, serial);
        Ok(())
    }

    pub(super) fn button(&mut self, serial: u32, button: u32, down: bool) -> Result<(), PortalFault> {
        let (device, buttons) = self.take::<ei::Button>(serial, |_| true)?;
        let state = if down { ei::button::ButtonState::Press } else { ei::button::ButtonState::Released };
        buttons.button(button, state);
        frame(&device, serial);
        Ok(())
    }

    pub(super) fn turn(&mut self, serial: u32, (x, y): (i32, i32)) -> Result<(), PortalFault> {
        let (device, wheel) = self.take::<ei::Scroll>(serial, |_| true)?;
        wheel.scroll_discrete(x, y);
        frame(&device, serial);
        Ok(())
    }

    pub(super) fn key(&mut self, serial: u32, key: u32, down: bool) -> Result<(), PortalFault> {
        self.strike(serial, key, down)?;
        if down {
            self.places.insert(key);
        } else {
            self.places.remove(&key);
        }
        Ok(())
    }

    fn strike(&mut self, serial: u32, key: u32, down: bool) -> Result<(), PortalFault> {
        let (device, keyboard) = self.take::<ei::Keyboard>(serial, |_| true)?;
        let state = if down { ei::keyboard::KeyState::Press } else { ei::keyboard::KeyState::Released };
        keyboard.key(key, state);
        frame(&device, serial);
        Ok(())
    }

    pub(super) fn sign(&mut self, serial: u32, stroke: SignStroke) -> Result<(), PortalFault> {
        let SignStroke { sign, down } = stroke;
        if !down {
            let Some(at) = self.pressed.iter().position(|(pressed, _)| *pressed == sign) else {
                return Ok(());
            };
            let (_, key) = self.pressed.remove(at);
            return self.strike(serial, key, false);
        }
        let made = self.signs.stroke(self.locks, sign);
        let made = made.ok_or(PortalFault::Refused("no key of the user's keyboard makes this sign"))?;
        if self.places.contains(&made.key) || self.pressed.iter().any(|(_, key)| *key == made.key) {
            return Err(PortalFault::Refused("the key is down already"));
        }
        let strokes = self.modifier_strokes(made);
        for (modifier, down) in &strokes {
            self.strike(serial, *modifier, *down)?;
        }
        self.strike(serial, made.key, true)?;
        self.pressed.push((sign, made.key));
        // What the helper holds is held again.
        for (modifier, down) in strokes.iter().rev() {
            self.strike(serial, *modifier, !*down)?;
        }
        Ok(())
    }

    /// What must go down or up for this stroke beside what is held.
    fn modifier_strokes(&self, made: KeymapStroke) -> Vec<(u32, bool)> {
        let levels = self.signs.level_key();
        let wanted = [(&SHIFTS[..], made.shift), (levels.as_slice(), made.level)];
        let mut strokes = Vec::new();
        for (keys, wants) in wanted {
            let held = || keys.iter().copied().filter(|key| self.places.contains(key));
            match wants {
                true if held().next().is_none() => strokes.extend(keys.first().map(|key| (*key, true))),
                false => strokes.extend(held().map(|key| (key, false))),
                true => {}
            }
        }
        strokes
    }
}

/// Where on this device the screen of this name is; the first one where no name is known.
fn region<'a>(device: &'a Device, screen: Option<&str>) -> Option<&'a Region> {
    let regions = device.regions();
    let named = regions.iter().find(|region| screen.is_some() && region.mapping_id.as_deref() == screen);
    named.or_else(|| regions.first().filter(|region| screen.is_none() || region.mapping_id.is_none()))
}

/// What was said belongs together, and is done.
fn frame(device: &Device, serial: u32) {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    let micros = now.tv_sec.unsigned_abs() * 1_000_000 + now.tv_nsec.unsigned_abs() / 1000;
    device.device().frame(serial, micros);
}
