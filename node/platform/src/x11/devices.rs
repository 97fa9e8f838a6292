//! The devices that a display's events come from: what is plugged in, and the XTEST extension's, by which
//! programs act.
//!
//! Programs that make a device in the kernel (uinput) look like hands; that takes rights over the machine,
//! though.

use x11rb::protocol::xinput::{ConnectionExt as _, Device, DeviceId, DeviceType};
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt as _};

use super::{X11Display, X11Failure};

/// A device that events come from.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownDevice {
    pub(super) id: DeviceId,
    /// Whether it is plugged in, and not XTEST's.
    pub(super) physical: bool,
}

/// All devices but the masters, which only pass on what others send.
pub(super) fn devices(display: &X11Display) -> Result<Vec<KnownDevice>, X11Failure> {
    let conn = &display.conn;
    let marker = conn.intern_atom(false, b"XTEST Device")?.reply()?.atom;
    let mut known = Vec::new();
    for device in conn.xinput_xi_query_device(Device::ALL)?.reply()?.infos {
        if matches!(device.type_, DeviceType::MASTER_POINTER | DeviceType::MASTER_KEYBOARD) {
            continue;
        }
        let id = device.deviceid;
        known.push(KnownDevice { id, physical: !is_xtest(display, marker, id, &device.name)? });
    }
    Ok(known)
}

/// The keyboards that a program's presses belong to: the one by which it presses, and the plugged-in ones
/// that act together with that. Each has a layout of its own; windows follow the one that was last used.
#[derive(Debug)]
pub(super) struct PressingKeyboards {
    /// XTEST's.
    pub(super) xtest: Option<DeviceId>,
    pub(super) others: Vec<DeviceId>,
}

impl PressingKeyboards {
    pub(super) fn find(display: &X11Display) -> Result<Self, X11Failure> {
        let conn = &display.conn;
        conn.xinput_xi_query_version(2, 2)?.reply()?;
        let marker = conn.intern_atom(false, b"XTEST Device")?.reply()?.atom;
        let pointer = conn.xinput_xi_get_client_pointer(x11rb::NONE)?.reply()?.deviceid;
        let infos = conn.xinput_xi_query_device(Device::ALL)?.reply()?.infos;
        let master = infos.iter().find(|device| device.deviceid == pointer).map(|device| device.attachment);
        let mut found = Self { xtest: None, others: Vec::new() };
        for device in &infos {
            if device.type_ != DeviceType::SLAVE_KEYBOARD || Some(device.attachment) != master {
                continue;
            }
            if is_xtest(display, marker, device.deviceid, &device.name)? {
                found.xtest = Some(device.deviceid);
            } else {
                found.others.push(device.deviceid);
            }
        }
        Ok(found)
    }
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
