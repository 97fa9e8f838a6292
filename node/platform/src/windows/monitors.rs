//! The monitors, and where on them the desktop begins: Windows counts from the corner of the first one.

use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::{BOOL, LPARAM, RECT};
use windows_sys::Win32::Graphics::Gdi::{
    EnumDisplayMonitors, GetMonitorInfoW, HDC, HMONITOR, MONITORINFO, MONITORINFOEXW,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    GetSystemMetrics, SM_CXVIRTUALSCREEN, SM_CYVIRTUALSCREEN, SM_XVIRTUALSCREEN, SM_YVIRTUALSCREEN,
};

use crate::{DesktopArea, DesktopMonitor, MAX_MONITOR_NAME_BYTES, MAX_MONITORS};

/// The rectangle around all monitors, as Windows counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DesktopBounds {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl DesktopBounds {
    pub(super) fn look() -> Self {
        // SAFETY: it only asks for numbers.
        let metric = |which| unsafe { GetSystemMetrics(which) };
        Self {
            left: metric(SM_XVIRTUALSCREEN),
            top: metric(SM_YVIRTUALSCREEN),
            width: metric(SM_CXVIRTUALSCREEN),
            height: metric(SM_CYVIRTUALSCREEN),
        }
    }

    /// The same as an area of its own; `None` where there is no monitor.
    pub(super) fn area(self) -> Option<DesktopArea> {
        DesktopArea::new(0, 0, u16::try_from(self.width).ok()?, u16::try_from(self.height).ok()?)
    }

    /// Where on the desktop a point is.
    pub(super) fn position(self, x: i32, y: i32) -> Option<(u16, u16)> {
        Some((u16::try_from(x - self.left).ok()?, u16::try_from(y - self.top).ok()?))
    }

    /// The point of this place of the desktop; `None` where it is off it.
    pub(super) fn point(self, x: u16, y: u16) -> Option<(i32, i32)> {
        let (x, y) = (i32::from(x), i32::from(y));
        (x < self.width && y < self.height).then_some((x + self.left, y + self.top))
    }
}

/// The monitors that are on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SeenMonitors {
    pub(super) bounds: DesktopBounds,
    /// As Windows calls them and counts.
    pub(super) places: Vec<(String, MonitorPlace)>,
}

/// Where a monitor is, as Windows counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MonitorPlace {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) right: i32,
    pub(super) bottom: i32,
}

impl SeenMonitors {
    pub(super) fn look() -> Self {
        let mut handles: Vec<HMONITOR> = Vec::new();
        // SAFETY: the callback gets the list by its address and is called before this returns.
        unsafe { EnumDisplayMonitors(null_mut(), null(), Some(take_handle), &raw mut handles as LPARAM) };
        let places = handles.into_iter().filter_map(place).collect();
        Self { bounds: DesktopBounds::look(), places }
    }

    /// The same as areas of the desktop.
    pub(super) fn named(&self) -> Vec<DesktopMonitor> {
        let named = |(name, place): &(String, MonitorPlace)| {
            let (x, y) = self.bounds.position(place.left, place.top)?;
            let width = u16::try_from(place.right - place.left).ok()?;
            let height = u16::try_from(place.bottom - place.top).ok()?;
            Some(DesktopMonitor { name: name.clone(), area: DesktopArea::new(x, y, width, height)? })
        };
        self.places.iter().filter_map(named).collect()
    }
}

/// # Safety
/// `list` is the address of the list that takes the handles.
unsafe extern "system" fn take_handle(monitor: HMONITOR, _: HDC, _: *mut RECT, list: LPARAM) -> BOOL {
    // SAFETY: it is the list of whoever asked, who waits meanwhile.
    let handles = unsafe { &mut *(list as *mut Vec<HMONITOR>) };
    handles.push(monitor);
    BOOL::from(handles.len() < MAX_MONITORS)
}

fn place(monitor: HMONITOR) -> Option<(String, MonitorPlace)> {
    // SAFETY: all zeros is a valid value of it.
    let mut info: MONITORINFOEXW = unsafe { std::mem::zeroed() };
    info.monitorInfo.cbSize = size_of::<MONITORINFOEXW>() as u32;
    // SAFETY: Windows fills as many bytes as are said in it.
    let known = unsafe { GetMonitorInfoW(monitor, (&raw mut info).cast::<MONITORINFO>()) };
    if known == 0 {
        return None;
    }
    let name: Vec<u16> = info.szDevice.iter().copied().take_while(|unit| *unit != 0).collect();
    let mut name = String::from_utf16_lossy(&name).trim_start_matches(r"\\.\").to_owned();
    name.truncate(name.floor_char_boundary(MAX_MONITOR_NAME_BYTES));
    let RECT { left, top, right, bottom } = info.monitorInfo.rcMonitor;
    Some((name, MonitorPlace { left, top, right, bottom }))
}
