//! X11: the X Input extension names the device that each press came from. Devices of the XTEST extension are
//! programs.
//!
//! Programs that make a device in the kernel (uinput) look like hands; that takes rights over the machine,
//! though.

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xinput::{self, ConnectionExt as _, Device, DeviceId, XIEventMask};
use x11rb::protocol::xproto::ConnectionExt as _;

use super::devices::{KnownDevice, devices};
use crate::x11::{X11Display, X11Failure};
use crate::{DesktopFault, DesktopPart, Origin, PressOrigin};

/// Follows the devices of a display.
pub struct X11PressOrigin {
    display: X11Display,
    devices: Vec<KnownDevice>,
    last: Origin,
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
}

impl PressOrigin for X11PressOrigin {
    fn last_button_press(&mut self) -> Origin {
        if let Err(failure) = self.follow() {
            tracing::warn!(%failure, "the origin of presses can no longer be told");
            self.last = Origin::Unknown;
        }
        self.last
    }
}

/// The buttons that stand for the wheel.
const WHEEL: std::ops::RangeInclusive<u32> = 4..=7;
