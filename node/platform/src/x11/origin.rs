//! X11: the X Input extension names the device that each press came from, the SYNC extension how long each
//! device has rested. Devices of the XTEST extension are programs.
//!
//! Programs that make a device in the kernel (uinput) look like hands; that takes rights over the machine,
//! though.

use std::time::Duration;

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::sync::{ConnectionExt as _, Counter};
use x11rb::protocol::xinput::{self, ConnectionExt as _, Device, DeviceId, DeviceType, XIEventMask};
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt as _};

use crate::x11::{X11Display, X11Failure};
use crate::{DesktopFault, DesktopPart, Origin, PressOrigin};

/// Follows the devices of a display.
pub struct X11PressOrigin {
    display: X11Display,
    devices: Vec<KnownDevice>,
    last: Origin,
}

/// A device that events come from.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownDevice {
    pub(super) id: DeviceId,
    pub(super) physical: bool,
    /// How long it has rested, in milliseconds, where the server counts that.
    idle: Option<Counter>,
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
        // Raw presses arrive whoever has grabbed the pointer and whichever window is hit.
        let masks = xinput::EventMask {
            deviceid: Device::ALL.into(),
            mask: vec![XIEventMask::RAW_BUTTON_PRESS | XIEventMask::HIERARCHY],
        };
        display.conn.xinput_xi_select_events(display.root(), &[masks])?.check()?;
        let devices = devices(&display)?;
        Ok(Self { display, devices, last: Origin::Unknown })
    }

    fn follow(&mut self) -> Result<(), X11Failure> {
        // The reply comes after every event that the server sent before it.
        self.display.conn.get_input_focus()?.reply()?;
        while let Some(event) = self.display.conn.poll_for_event()? {
            match event {
                // The wheel answers no dialog, and an injected turn must not spoil the user's own click.
                Event::XinputRawButtonPress(press) if !WHEEL.contains(&press.detail) => {
                    self.last = self.origin(press.sourceid)?;
                }
                Event::XinputHierarchy(_) => self.devices = devices(&self.display)?,
                _ => {}
            }
        }
        Ok(())
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

    fn rested(&self) -> Result<Option<Duration>, X11Failure> {
        let mut shortest = None;
        for device in self.devices.iter().filter(|device| device.physical) {
            let Some(counter) = device.idle else { continue };
            let value = self.display.conn.sync_query_counter(counter)?.reply()?.counter_value;
            let millis = ((i64::from(value.hi) << 32) | i64::from(value.lo)).max(0).unsigned_abs();
            shortest = Some(shortest.map_or(millis, |shortest: u64| shortest.min(millis)));
        }
        Ok(shortest.map(Duration::from_millis))
    }
}

impl PressOrigin for X11PressOrigin {
    fn last_button_press(&mut self) -> Origin {
        if let Err(failure) = self.follow() {
            tracing::warn!(%failure, "the origin of presses can no longer be told");
            self.last = Origin::Unknown;
        }
        self.last
    }

    fn since_physical_input(&mut self) -> Option<Duration> {
        // Takes in new devices, and keeps the queue of presses short where nobody asks for those.
        self.last_button_press();
        match self.rested() {
            Ok(rested) => rested,
            Err(failure) => {
                tracing::debug!(%failure, "a device went away while it was asked");
                None
            }
        }
    }
}

/// The buttons that stand for the wheel.
const WHEEL: std::ops::RangeInclusive<u32> = 4..=7;

/// The devices that events come from: those that are plugged in, and XTEST's.
pub(super) fn devices(display: &X11Display) -> Result<Vec<KnownDevice>, X11Failure> {
    let conn = &display.conn;
    let marker = conn.intern_atom(false, b"XTEST Device")?.reply()?.atom;
    let counters = conn.sync_list_system_counters()?.reply()?.counters;
    let mut known = Vec::new();
    for device in conn.xinput_xi_query_device(Device::ALL)?.reply()?.infos {
        if matches!(device.type_, DeviceType::MASTER_POINTER | DeviceType::MASTER_KEYBOARD) {
            continue;
        }
        let id = device.deviceid;
        let name = format!("DEVICEIDLETIME {id}");
        known.push(KnownDevice {
            id,
            physical: !is_xtest(display, marker, id, &device.name)?,
            idle: counters
                .iter()
                .find(|counter| counter.name == name.as_bytes())
                .map(|counter| counter.counter),
        });
    }
    Ok(known)
}

fn is_xtest(display: &X11Display, marker: Atom, id: DeviceId, name: &[u8]) -> Result<bool, X11Failure> {
    if name.windows(5).any(|part| part == b"XTEST") {
        return Ok(true);
    }
    let property =
        display.conn.xinput_xi_get_property(id, false, marker, AtomEnum::ANY.into(), 0, 1)?.reply();
    // A device that went away meanwhile sends nothing any more.
    Ok(property.is_ok_and(|reply| reply.num_items > 0))
}
