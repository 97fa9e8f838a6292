//! How many points the primary monitor shows: by RandR, on X11. Under Wayland only the desktop itself may do
//! it.

use beistand_session::AdjustFault;
use x11rb::connection::Connection as _;
use x11rb::errors::{ConnectionError, ReplyError};
use x11rb::protocol::randr::{
    Connection as OutputConnection, ConnectionExt as _, Crtc, GetCrtcInfoReply, ModeInfo, Output, Rotation,
    SetConfig,
};
use x11rb::protocol::xproto::{ConnectionExt as _, Window};
use x11rb::rust_connection::RustConnection;

use crate::{AdjustMachine, AdjustPresent};

/// What an X server means by now.
const NOW: u32 = 0;

pub(crate) fn read(machine: &AdjustMachine) -> Result<AdjustPresent, AdjustFault> {
    let monitor = RandrMonitor::open(machine)?;
    let mut modes = monitor.modes.clone();
    modes.sort_by_key(|mode| std::cmp::Reverse(u32::from(mode.width) * u32::from(mode.height)));
    let now = monitor.mode().map(|mode| (size(mode), refresh(mode))).ok_or(AdjustFault::Unreadable)?;
    let present = AdjustPresent::of_choices(now.0.clone(), modes.iter().map(size));
    Ok(AdjustPresent { raw: format!("{} {}@{}", monitor.name, now.0, now.1), ..present })
}

pub(crate) fn raw_after(size: &str, before: &str) -> String {
    format!("{} {size}", before.split(' ').next().unwrap_or_default())
}

pub(crate) fn set(machine: &AdjustMachine, size: &str) -> Result<(), AdjustFault> {
    let monitor = RandrMonitor::open(machine)?;
    let rate = monitor.mode().map(refresh).unwrap_or_default();
    monitor.show_nearest(size, rate)
}

pub(crate) fn restore(machine: &AdjustMachine, raw: &str) -> Result<(), AdjustFault> {
    let monitor = RandrMonitor::open(machine)?;
    let (name, mode) = raw.split_once(' ').ok_or(AdjustFault::Unreadable)?;
    let (size, rate) = mode.split_once('@').ok_or(AdjustFault::Unreadable)?;
    if name != monitor.name {
        return Err(AdjustFault::MovedOn);
    }
    monitor.show_nearest(size, rate.parse().unwrap_or_default())
}

/// A mode's size as it is typed.
fn size(mode: &ModeInfo) -> String {
    format!("{}x{}", mode.width, mode.height)
}

/// How often it is drawn, in thousandths of a second's number.
fn refresh(mode: &ModeInfo) -> u64 {
    let points = u64::from(mode.htotal) * u64::from(mode.vtotal);
    (u64::from(mode.dot_clock) * 1000).checked_div(points).unwrap_or_default()
}

/// The primary monitor, or the first where none is.
struct RandrMonitor {
    conn: RustConnection,
    root: Window,
    /// Its output's name, without blanks.
    name: String,
    crtc: Crtc,
    info: GetCrtcInfoReply,
    modes: Vec<ModeInfo>,
    /// Where the other monitors end: right and bottom.
    others: (u32, u32),
}

/// Why the X server did not do it.
struct DisplayLost;

impl From<ConnectionError> for DisplayLost {
    fn from(_: ConnectionError) -> Self {
        Self
    }
}

impl From<ReplyError> for DisplayLost {
    fn from(_: ReplyError) -> Self {
        Self
    }
}

impl From<DisplayLost> for AdjustFault {
    fn from(_: DisplayLost) -> Self {
        Self::Broken
    }
}

impl RandrMonitor {
    fn open(machine: &AdjustMachine) -> Result<Self, AdjustFault> {
        let name = machine.x11_display().ok_or(AdjustFault::NoDisplay)?;
        let (conn, screen) = x11rb::connect(Some(name)).map_err(|_| AdjustFault::NoDisplay)?;
        let root = conn.setup().roots[screen].root;
        Self::find(conn, root)?.ok_or(AdjustFault::NoDevice)
    }

    fn find(conn: RustConnection, root: Window) -> Result<Option<Self>, DisplayLost> {
        let resources = conn.randr_get_screen_resources_current(root)?.reply()?;
        let primary = conn.randr_get_output_primary(root)?.reply()?.output;
        let mut outputs: Vec<Output> = resources.outputs.clone();
        outputs.sort_by_key(|output| *output != primary);
        let mut found = None;
        for output in outputs {
            let about = conn.randr_get_output_info(output, resources.config_timestamp)?.reply()?;
            if found.is_none() && about.connection == OutputConnection::CONNECTED && about.crtc != 0 {
                found = Some(about);
            }
        }
        let Some(about) = found else { return Ok(None) };
        let (mut info, mut others) = (None, (0, 0));
        for crtc in resources.crtcs.iter().copied() {
            let one = conn.randr_get_crtc_info(crtc, resources.config_timestamp)?.reply()?;
            if crtc == about.crtc {
                info = Some(one);
            } else if one.mode != 0 {
                others = (others.0.max(end(one.x, one.width)), others.1.max(end(one.y, one.height)));
            }
        }
        let modes = resources.modes.iter().filter(|mode| about.modes.contains(&mode.id)).copied().collect();
        let name = String::from_utf8_lossy(&about.name).replace(' ', "_");
        Ok(info.map(|info| Self { conn, root, name, crtc: about.crtc, info, modes, others }))
    }

    fn mode(&self) -> Option<&ModeInfo> {
        self.modes.iter().find(|mode| mode.id == self.info.mode)
    }

    /// Shows the mode of this size that is drawn most nearly as often.
    fn show_nearest(&self, wanted: &str, rate: u64) -> Result<(), AdjustFault> {
        let fitting = self.modes.iter().filter(|mode| size(mode) == wanted);
        let mode = fitting.min_by_key(|mode| refresh(mode).abs_diff(rate)).ok_or(AdjustFault::NoDevice)?;
        self.show(mode)
    }

    /// Shows a mode on a screen that is as large as all monitors then are.
    fn show(&self, mode: &ModeInfo) -> Result<(), AdjustFault> {
        let sideways = Rotation::ROTATE90 | Rotation::ROTATE270;
        let (width, height) = match self.info.rotation & sideways == Rotation::from(0u8) {
            true => (mode.width, mode.height),
            false => (mode.height, mode.width),
        };
        let needed =
            (self.others.0.max(end(self.info.x, width)), self.others.1.max(end(self.info.y, height)));
        let now = self.screen_size()?;
        let between = (needed.0.max(now.0), needed.1.max(now.1));
        if between != now {
            self.resize(between)?;
        }
        let (x, y, rotation) = (self.info.x, self.info.y, self.info.rotation);
        let status = self.configure(x, y, mode.id, rotation)?;
        if status != SetConfig::SUCCESS {
            return Err(AdjustFault::Broken);
        }
        if between != needed {
            self.resize(needed)?;
        }
        Ok(())
    }

    fn configure(&self, x: i16, y: i16, mode: u32, rotation: Rotation) -> Result<SetConfig, DisplayLost> {
        let outputs = &self.info.outputs;
        let call = self.conn.randr_set_crtc_config(self.crtc, NOW, NOW, x, y, mode, rotation, outputs)?;
        Ok(call.reply()?.status)
    }

    fn screen_size(&self) -> Result<(u32, u32), DisplayLost> {
        let root = self.conn.get_geometry(self.root)?.reply()?;
        Ok((u32::from(root.width), u32::from(root.height)))
    }

    fn resize(&self, (width, height): (u32, u32)) -> Result<(), DisplayLost> {
        // As `xrandr` has it: 96 points per inch.
        let millimetres = |points: u32| points * 254 / 960;
        let (width_mm, height_mm) = (millimetres(width), millimetres(height));
        let cut = |points: u32| u16::try_from(points).unwrap_or(u16::MAX);
        self.conn
            .randr_set_screen_size(self.root, cut(width), cut(height), width_mm, height_mm)?
            .check()
            .map_err(DisplayLost::from)
    }
}

/// Where something ends that begins at `start`.
fn end(start: i16, length: u16) -> u32 {
    u32::try_from(i32::from(start) + i32::from(length)).unwrap_or_default()
}
