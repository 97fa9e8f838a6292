//! The windows of the bar: one at the top of each monitor, and four thin ones along its edges.
//!
//! All belong to one thread, which draws them and takes their presses. They lie above all others, never get
//! the keyboard, and are no part of the taskbar.

use std::cell::RefCell;
use std::ptr::{null, null_mut};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use windows_sys::Win32::Foundation::{COLORREF, HWND, LPARAM, LRESULT, POINT, RECT, WPARAM};
use windows_sys::Win32::Graphics::Gdi::{
    BeginPaint, CLEARTYPE_QUALITY, ClientToScreen, CreateFontW, CreateSolidBrush, DEFAULT_CHARSET, DT_CENTER,
    DT_END_ELLIPSIS, DT_LEFT, DT_NOPREFIX, DT_SINGLELINE, DT_VCENTER, DeleteObject, DrawTextW, EndPaint,
    FillRect, HDC, HFONT, InvalidateRect, PAINTSTRUCT, SelectObject, SetBkMode, SetTextColor, TRANSPARENT,
};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::UI::HiDpi::GetDpiForSystem;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DefWindowProcW, DestroyWindow, GetClientRect, HWND_TOPMOST, IDC_ARROW, IsWindow,
    LoadCursorW, MA_NOACTIVATE, RegisterClassW, SW_SHOWNOACTIVATE, SWP_NOACTIVATE, SWP_SHOWWINDOW,
    SetWindowPos, ShowWindow, WM_LBUTTONDOWN, WM_LBUTTONUP, WM_MOUSEACTIVATE, WM_PAINT, WNDCLASSW,
    WS_EX_NOACTIVATE, WS_EX_TOOLWINDOW, WS_EX_TOPMOST, WS_POPUP,
};

use super::hook::HookedPresses;
use super::last_fault;
use super::monitors::{DesktopBounds, MonitorPlace, SeenMonitors};
use super::wide;
use crate::{
    DesktopFault, DesktopPart, IndicatorFace, IndicatorFlow, IndicatorPress, IndicatorPressReceiver, Origin,
    PressOrigin as _, SeenPress,
};

/// The bar's height in pixels of a screen that isn't scaled: two lines of text.
const BAR_HEIGHT_PX: i32 = 48;

/// Its width, of which a narrow monitor shows what it has.
const BAR_WIDTH_PX: i32 = 900;

/// A button's width, for words such as "Continue".
const BUTTON_WIDTH_PX: i32 = 96;

/// Characters of a name that are shown: a first and a last one.
const MAX_NAME_CHARS: usize = 32;

/// How thick the frame round the monitor is.
const EDGE_PX: i32 = 3;

/// The letters' height: 12 points.
const TEXT_PX: i32 = 16;

/// A monitor's pixels per inch that isn't scaled.
const PLAIN_DPI: i32 = 96;

/// Blue, green, red from the highest byte: as the window has them while a session runs, and while it rests.
const RUNNING: COLORREF = 0x00_1c_1c_b4;
const PAUSED: COLORREF = 0x00_6e_50_28;
const WHITE: COLORREF = 0x00_ff_ff_ff;
const BUTTON: COLORREF = 0x00_30_30_30;

thread_local! {
    /// What the windows of this thread show; Windows hands a window nothing of its program's.
    static SHOWN: RefCell<Option<Rc<BarDesk>>> = const { RefCell::new(None) };
}

/// What all windows of a bar have in common.
pub(super) struct BarDesk {
    pub(super) face: Arc<Mutex<IndicatorFace>>,
    pressed: RefCell<IndicatorPressReceiver>,
    origin: RefCell<Option<HookedPresses>>,
    /// The button on which the mouse went down, and by whom.
    down: RefCell<Option<(IndicatorPress, Origin)>>,
}

/// A window of the bar's; gone when dropped.
pub(super) struct BarWindow {
    pub(super) handle: HWND,
    kind: BarKind,
}

/// Which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BarKind {
    /// With text and buttons.
    Bar,
    /// A side of the frame.
    Edge,
}

impl Drop for BarWindow {
    fn drop(&mut self) {
        // SAFETY: it is this thread's; one that is gone already fails.
        unsafe { DestroyWindow(self.handle) };
    }
}

/// All windows, on all monitors.
pub(super) struct BarWindows {
    monitors: SeenMonitors,
    pub(super) windows: Vec<BarWindow>,
    /// Whether the bars are at the bottom, out of the pointer's way.
    is_below: bool,
}

impl BarWindows {
    /// Shows them; for the thread that waits for their messages.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`].
    pub(super) fn show(
        face: Arc<Mutex<IndicatorFace>>,
        pressed: IndicatorPressReceiver,
    ) -> Result<Self, DesktopFault> {
        // Without hooks nobody can go on by the bar, which is the safe side.
        let origin = RefCell::new(HookedPresses::open().ok());
        let desk = BarDesk { face, pressed: RefCell::new(pressed), origin, down: RefCell::new(None) };
        SHOWN.set(Some(Rc::new(desk)));
        register();
        let mut windows = Self { monitors: SeenMonitors::look(), windows: Vec::new(), is_below: false };
        windows.build()?;
        Ok(windows)
    }

    /// Puts each window in its place: those that are there are moved, since what is taken away and made again
    /// at once may not be shown.
    fn build(&mut self) -> Result<(), DesktopFault> {
        let mut wanted: Vec<(BarKind, MonitorPlace)> = Vec::new();
        for (_, monitor) in &self.monitors.places {
            wanted.extend(edges(*monitor).map(|edge| (BarKind::Edge, edge)));
            // Last, so that it lies above the edges.
            wanted.push((BarKind::Bar, bar(*monitor, self.is_below)));
        }
        if wanted.len() == self.windows.len() && self.windows.iter().all(BarWindow::is_there) {
            for (window, (_, place)) in self.windows.iter().zip(wanted) {
                window.put(place);
            }
            return Ok(());
        }
        let new = wanted.into_iter().map(|(kind, place)| BarWindow::new(kind, place));
        self.windows = new.collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Draws them again.
    pub(super) fn draw(&self) {
        for window in &self.windows {
            // SAFETY: it is this thread's.
            unsafe { InvalidateRect(window.handle, null(), 0) };
        }
    }

    /// Puts them back: above all others, and onto the monitors that there are now.
    pub(super) fn restore(&mut self) -> Result<(), DesktopFault> {
        self.monitors = SeenMonitors::look();
        self.build()
    }

    /// Moves the bars to the other end of their monitors.
    pub(super) fn step_aside(&mut self) -> Result<(), DesktopFault> {
        self.is_below = !self.is_below;
        self.build()
    }

    pub(super) fn bars(&self) -> impl Iterator<Item = HWND> {
        self.windows.iter().filter(|window| window.kind == BarKind::Bar).map(|window| window.handle)
    }
}

impl BarWindow {
    fn new(kind: BarKind, place: MonitorPlace) -> Result<Self, DesktopFault> {
        let class = wide(class_name(kind));
        let MonitorPlace { left, top, right, bottom } = place;
        let extended = WS_EX_TOPMOST | WS_EX_TOOLWINDOW | WS_EX_NOACTIVATE;
        // SAFETY: the class is registered by this program; all other values are numbers or nothing.
        let handle = unsafe {
            CreateWindowExW(
                extended,
                class.as_ptr(),
                wide("Beistand").as_ptr(),
                WS_POPUP,
                left,
                top,
                right - left,
                bottom - top,
                null_mut(),
                null_mut(),
                GetModuleHandleW(null()),
                null(),
            )
        };
        if handle.is_null() {
            return Err(last_fault(DesktopPart::Indicator));
        }
        let window = Self { handle, kind };
        window.put(place);
        Ok(window)
    }

    /// Shows it there, above all others.
    fn put(&self, place: MonitorPlace) {
        let MonitorPlace { left, top, right, bottom } = place;
        // SAFETY: it is ours.
        unsafe {
            ShowWindow(self.handle, SW_SHOWNOACTIVATE);
            let flags = SWP_NOACTIVATE | SWP_SHOWWINDOW;
            SetWindowPos(self.handle, HWND_TOPMOST, left, top, right - left, bottom - top, flags);
        }
    }

    fn is_there(&self) -> bool {
        // SAFETY: it only asks.
        unsafe { IsWindow(self.handle) != 0 }
    }
}

/// So many pixels of a screen that isn't scaled, on this one.
fn scaled(px: i32) -> i32 {
    // SAFETY: it only asks.
    let dpi = i32::try_from(unsafe { GetDpiForSystem() }).unwrap_or(PLAIN_DPI);
    px * dpi.max(PLAIN_DPI) / PLAIN_DPI
}

/// Where the bar of a monitor is.
fn bar(monitor: MonitorPlace, is_below: bool) -> MonitorPlace {
    let MonitorPlace { left, top, right, bottom } = monitor;
    let (width, height) = (scaled(BAR_WIDTH_PX).min(right - left), scaled(BAR_HEIGHT_PX));
    let left = left + (right - left - width) / 2;
    let top = if is_below { bottom - height } else { top };
    MonitorPlace { left, top, right: left + width, bottom: top + height }
}

/// The four sides of a monitor's frame.
fn edges(monitor: MonitorPlace) -> [MonitorPlace; 4] {
    let MonitorPlace { left, top, right, bottom } = monitor;
    let edge = scaled(EDGE_PX);
    [
        MonitorPlace { bottom: top + edge, ..monitor },
        MonitorPlace { top: bottom - edge, ..monitor },
        MonitorPlace { right: left + edge, ..monitor },
        MonitorPlace { left: right - edge, ..monitor },
    ]
}

/// Where a bar's buttons are, in its own pixels: pause or go on, and end.
fn buttons(client: RECT) -> [RECT; 2] {
    let (inset, width) = (scaled(5), scaled(BUTTON_WIDTH_PX));
    let at = |right: i32| RECT {
        left: right - width,
        top: client.top + inset,
        right,
        bottom: client.bottom - inset,
    };
    [at(client.right - width - 2 * inset), at(client.right - inset)]
}

fn class_name(kind: BarKind) -> &'static str {
    match kind {
        BarKind::Bar => "BeistandBar",
        BarKind::Edge => "BeistandEdge",
    }
}

fn register() {
    for (kind, call) in [
        (BarKind::Bar, bar_window as unsafe extern "system" fn(_, _, _, _) -> _),
        (BarKind::Edge, edge_window),
    ] {
        let name = wide(class_name(kind));
        // SAFETY: all zeros is a valid value of it; the name lives until it is registered, the function
        // always. It fails where it was registered before.
        unsafe {
            let class = WNDCLASSW {
                lpfnWndProc: Some(call),
                hInstance: GetModuleHandleW(null()),
                hCursor: LoadCursorW(null_mut(), IDC_ARROW),
                lpszClassName: name.as_ptr(),
                ..std::mem::zeroed()
            };
            RegisterClassW(&raw const class);
        }
    }
}

fn desk() -> Option<Rc<BarDesk>> {
    SHOWN.with_borrow(Clone::clone)
}

/// # Safety
/// As Windows calls it.
unsafe extern "system" fn edge_window(window: HWND, message: u32, wide: WPARAM, long: LPARAM) -> LRESULT {
    if message == WM_PAINT
        && let Some(desk) = desk()
    {
        let face = desk.face.lock().unwrap_or_else(PoisonError::into_inner).clone();
        paint(window, |context, client| fill(context, client, colour(&face)));
        return 0;
    }
    // SAFETY: what isn't ours is Windows's.
    unsafe { DefWindowProcW(window, message, wide, long) }
}

/// # Safety
/// As Windows calls it.
unsafe extern "system" fn bar_window(window: HWND, message: u32, wide: WPARAM, long: LPARAM) -> LRESULT {
    let Some(desk) = desk() else {
        // SAFETY: what isn't ours is Windows's.
        return unsafe { DefWindowProcW(window, message, wide, long) };
    };
    match message {
        WM_PAINT => {
            let face = desk.face.lock().unwrap_or_else(PoisonError::into_inner).clone();
            paint(window, |context, client| draw_bar(context, client, &face));
            0
        }
        WM_MOUSEACTIVATE => MA_NOACTIVATE as LRESULT,
        WM_LBUTTONDOWN => {
            let at = point(long);
            let origin = desk.origin_at(window, at);
            *desk.down.borrow_mut() = desk.button_at(window, at).map(|button| (button, origin));
            0
        }
        WM_LBUTTONUP => {
            let down = desk.down.borrow_mut().take();
            if let (Some((pressed, origin)), Some(now)) = (down, desk.button_at(window, point(long)))
                && pressed == now
                && (now != IndicatorPress::GoOn || origin == Origin::Physical)
            {
                (desk.pressed.borrow_mut())(now);
            }
            0
        }
        // SAFETY: what isn't ours is Windows's.
        _ => unsafe { DefWindowProcW(window, message, wide, long) },
    }
}

impl BarDesk {
    fn button_at(&self, window: HWND, at: POINT) -> Option<IndicatorPress> {
        let [first, end] = buttons(client(window));
        let hits = |button: RECT| {
            (button.left..button.right).contains(&at.x) && (button.top..button.bottom).contains(&at.y)
        };
        let flow = self.face.lock().unwrap_or_else(PoisonError::into_inner).flow;
        match flow {
            _ if hits(end) => Some(IndicatorPress::End),
            IndicatorFlow::Running if hits(first) => Some(IndicatorPress::Pause),
            IndicatorFlow::Paused if hits(first) => Some(IndicatorPress::GoOn),
            IndicatorFlow::Running | IndicatorFlow::Paused => None,
        }
    }

    fn origin_at(&self, window: HWND, at: POINT) -> Origin {
        let mut on_screen = at;
        // SAFETY: it changes the point alone.
        unsafe { ClientToScreen(window, &raw mut on_screen) };
        let bounds = DesktopBounds::look();
        let (x, y) = (on_screen.x - bounds.left, on_screen.y - bounds.top);
        let seen = SeenPress { seen: Instant::now(), position: Some((x as f32, y as f32)) };
        self.origin.borrow_mut().as_mut().map_or(Origin::Unknown, |origin| origin.origin_of(&seen))
    }
}

/// What a message of the mouse says of its place: two signed halves.
fn point(long: LPARAM) -> POINT {
    let half = |bits: isize| i32::from((bits & 0xffff) as u16 as i16);
    POINT { x: half(long), y: half(long >> 16) }
}

fn client(window: HWND) -> RECT {
    let mut rect = RECT { left: 0, top: 0, right: 0, bottom: 0 };
    // SAFETY: it fills the rectangle.
    unsafe { GetClientRect(window, &raw mut rect) };
    rect
}

fn paint(window: HWND, draw: impl FnOnce(HDC, RECT)) {
    // SAFETY: all zeros is a valid value of it, which Windows fills; what begins is ended.
    unsafe {
        let mut painting: PAINTSTRUCT = std::mem::zeroed();
        let context = BeginPaint(window, &raw mut painting);
        draw(context, client(window));
        EndPaint(window, &raw const painting);
    }
}

fn colour(face: &IndicatorFace) -> COLORREF {
    match face.flow {
        IndicatorFlow::Running => RUNNING,
        IndicatorFlow::Paused => PAUSED,
    }
}

fn fill(context: HDC, rect: RECT, colour: COLORREF) {
    // SAFETY: the brush is ours until it is deleted, the context whoever's paints.
    unsafe {
        let brush = CreateSolidBrush(colour);
        FillRect(context, &raw const rect, brush);
        DeleteObject(brush);
    }
}

fn draw_bar(context: HDC, client: RECT, face: &IndicatorFace) {
    fill(context, client, colour(face));
    let font = TextFont::new();
    // SAFETY: the context is whoever's paints, and gets its own font back below.
    let before = unsafe {
        SetBkMode(context, TRANSPARENT as i32);
        SetTextColor(context, WHITE);
        SelectObject(context, font.0)
    };
    let [first, end] = buttons(client);
    let go = match face.flow {
        IndicatorFlow::Running => &face.pause,
        IndicatorFlow::Paused => &face.go_on,
    };
    for (button, label) in [(first, go), (end, &face.end)] {
        fill(context, button, BUTTON);
        write(context, button, label, DT_CENTER);
    }
    let middle = i32::midpoint(client.top, client.bottom);
    let upper = RECT { left: client.left + 12, right: first.left - 12, top: client.top + 4, bottom: middle };
    let lower = RECT { top: middle, bottom: client.bottom - 4, ..upper };
    let name = cut(&face.name);
    for (place, parts) in [(upper, [&*name, &face.mark, &face.doing]), (lower, [&face.may, &face.key, ""])] {
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        write(context, place, &parts.join("  ·  "), DT_LEFT);
    }
    // SAFETY: as above.
    unsafe { SelectObject(context, before) };
}

/// A name that leaves room for what is to be thought of it.
fn cut(name: &str) -> String {
    match name.char_indices().nth(MAX_NAME_CHARS) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

fn write(context: HDC, place: RECT, text: &str, align: u32) {
    let mut place = place;
    let text: Vec<u16> = text.encode_utf16().collect();
    let Ok(length) = i32::try_from(text.len()) else { return };
    let format = align | DT_SINGLELINE | DT_VCENTER | DT_END_ELLIPSIS | DT_NOPREFIX;
    // SAFETY: the text is as long as is said.
    unsafe { DrawTextW(context, text.as_ptr(), length, &raw mut place, format) };
}

/// The letters of a bar; given back when dropped.
struct TextFont(HFONT);

impl TextFont {
    fn new() -> Self {
        let (charset, quality) = (u32::from(DEFAULT_CHARSET), u32::from(CLEARTYPE_QUALITY));
        let (height, name) = (scaled(TEXT_PX), wide("Segoe UI"));
        // SAFETY: the name lives until this returns; all others are numbers.
        Self(unsafe { CreateFontW(-height, 0, 0, 0, 600, 0, 0, 0, charset, 0, 0, quality, 0, name.as_ptr()) })
    }
}

impl Drop for TextFont {
    fn drop(&mut self) {
        // SAFETY: it is ours, and no context has it any more.
        unsafe { DeleteObject(self.0) };
    }
}
