//! The event loop round egui: keys for the host are read here, before egui sees them.
//!
//! egui merges the numeric pad with the digits and loses AltGr, so it can't be asked. It draws nothing, and
//! passes on everything else untouched; what a key means is for [`crate::keys`] to say.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Weak};

use eframe::{EframeWinitApplication, UserEvent};
use winit::application::ApplicationHandler;
use winit::event::{DeviceEvent, DeviceId, Ime, KeyEvent, StartCause, WindowEvent};
use winit::event_loop::{ActiveEventLoop, EventLoop};
use winit::keyboard::{ModifiersState, PhysicalKey as Place};
use winit::platform::modifier_supplement::KeyEventExtModifierSupplement as _;
use winit::raw_window_handle::{HasWindowHandle as _, RawWindowHandle};
use winit::window::{Window, WindowId};

use crate::app::{App, OnLink, StartPage};
use crate::backend::{CommandSender, EventLine, NodeStarter};
use crate::hand_pointer::{HandPointer, PointerColours};
use crate::keys::{
    KeyReader, KeyStroke, KeyWay, OpenedShortcuts, ShortcutHold, ShortcutObstacle, WayOutWatch,
    names_input_method, physical_key, written,
};
use crate::pane::PaneLink;
use crate::shader::ShaderLink;
use crate::signals::close_window_on_signals;
use crate::theme;
use crate::wake::WindowWake;
use beistand_node::words::{Phrase, args};
use beistand_node::{
    ControlCommand, DesktopFault, DesktopPart, GrabState, InputEvent, PicturePainting, WindowNumber,
    draws_in_software, picture_pane,
};

/// The key that switches full screen here; it never goes to the host but by the menu of special keys.
const OUR_KEY: &str = "F11";

/// Where keys go; shared by the event loop and the application, which run on one thread.
#[derive(Debug, Clone, Default)]
pub struct KeyRoute {
    inner: Rc<RefCell<KeyState>>,
}

#[derive(Debug, Default)]
struct KeyState {
    window: Option<WindowId>,
    /// The same as its window system numbers it.
    number: Option<WindowNumber>,
    host: Option<CommandSender>,
    /// Whether the window has lost the focus. It counts as having it before anything is reported: without a
    /// window manager it may get keys and no word of the focus.
    focus_elsewhere: bool,
    reader: KeyReader,
    modifiers: ModifiersState,
    shortcuts: ShortcutHold,
    way_out: WayOutWatch,
    /// Whether the way out was taken and nobody has asked for it yet.
    taken_back: bool,
    /// Whether an input method may take keys before they are read here.
    input_method: bool,
}

impl KeyRoute {
    /// Keys of this window are the ones that count.
    pub fn set_window(&self, window: &Window) {
        let mut inner = self.inner.borrow_mut();
        inner.window = Some(window.id());
        inner.number = Some(number_of(window));
    }

    /// From now on keys go to `host`, or to egui where there is none. What the old host believes to be down
    /// is released.
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

    /// The session is over: the next one begins without what was in the way of this one.
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
    fn take(&self, window: WindowId, event: &WindowEvent) -> bool {
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
        let ours = physical_key(place).is_some_and(|key| key.name() == OUR_KEY);
        if self.host.is_none() || ours {
            return false;
        }
        if pressed {
            // What a grab still brings was typed for another window. That one gets the release as well, so
            // the key would stay down at the host.
            !self.focus_elsewhere
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

    /// Whether what is typed now is a command.
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

/// The window as its window system numbers it.
fn number_of(window: &Window) -> WindowNumber {
    match window.window_handle().map(|handle| handle.as_raw()) {
        Ok(RawWindowHandle::Xlib(handle)) => {
            u32::try_from(handle.window).map_or(WindowNumber::Foreign, WindowNumber::X11)
        }
        Ok(RawWindowHandle::Xcb(handle)) => WindowNumber::X11(handle.window.get()),
        Ok(_) | Err(_) => WindowNumber::Foreign,
    }
}

/// What is shown in the window beside what egui draws, and what egui can't draw by itself.
#[derive(Default)]
struct BesideWindow {
    /// Not kept: the event loop ends when eframe has let its window go.
    window: Weak<Window>,
    wake: Option<WindowWake>,
    pane: PaneLink,
    shader: ShaderLink,
    hand: HandPointer,
    /// Where the pointer is, which egui doesn't know yet.
    moved: Option<WindowEvent>,
}

impl BesideWindow {
    fn open(context: &eframe::CreationContext<'_>, wake: WindowWake, painting: PicturePainting) -> Self {
        let Some(window) = context.winit_window() else { return Self::default() };
        let number = number_of(window);
        let gl = context.gl.as_deref();
        let way = match painting {
            PicturePainting::Auto if gl.is_some_and(draws_in_software) => PicturePainting::Pane,
            PicturePainting::Auto => PicturePainting::Shader,
            asked @ (PicturePainting::Window | PicturePainting::Shader | PicturePainting::Pane) => asked,
        };
        let pane = match way {
            PicturePainting::Pane => picture_pane(number),
            PicturePainting::Auto | PicturePainting::Window | PicturePainting::Shader => {
                Err(DesktopFault::NotHere(DesktopPart::PicturePane))
            }
        };
        let pane =
            pane.inspect_err(|fault| tracing::info!(%fault, "the picture is drawn with the window")).ok();
        let shader = match gl {
            Some(gl) if way == PicturePainting::Shader => ShaderLink::of_window(gl),
            Some(_) | None => ShaderLink::default(),
        };
        let colours = match number {
            WindowNumber::X11(_) => PointerColours::Premultiplied,
            WindowNumber::Foreign => PointerColours::Straight,
        };
        Self {
            window: Arc::downgrade(window),
            pane: PaneLink::of_window(&context.egui_ctx, wake.clone(), pane),
            wake: Some(wake),
            shader,
            hand: HandPointer::of_desktop(colours),
            moved: None,
        }
    }

    /// Takes a move of the pointer that only the host has to know. Whether egui must not see it; it hears of
    /// the last one before anything else.
    fn take(&mut self, window: WindowId, event: &WindowEvent) -> bool {
        let WindowEvent::CursorMoved { position, .. } = event else { return false };
        let ours = self.window.upgrade().is_some_and(|ours| ours.id() == window);
        let taken = ours && self.pane.hand_moved([position.x, position.y]);
        if taken {
            self.moved = Some(event.clone());
        }
        taken
    }

    /// All that had happened has been looked at, and the newest frame is on the screen.
    fn settle(&self, event_loop: &ActiveEventLoop) {
        if let Some((host, (x, y))) = self.pane.take_hand() {
            host.send(ControlCommand::Input(InputEvent::PointerMove { x, y }).into());
        }
        self.pane.frame_is_shown();
        if let Some(wake) = &self.wake {
            wake.renew();
        }
        if let Some(window) = self.window.upgrade() {
            self.hand.give(event_loop, &window);
        }
    }
}

/// What the application opens with.
#[derive(Default)]
pub struct LaunchOptions {
    /// Who paints the picture.
    pub painting: PicturePainting,
    /// The page.
    pub start: StartPage,
    /// What is done with the first invite's link.
    pub on_link: Option<OnLink>,
    /// How events are written to standard output, where they are.
    pub event_line: Option<EventLine>,
}

/// Opens the window and runs until it is closed. Returns the exit code.
///
/// # Errors
/// Where no window can be opened: why, and what to do.
pub fn run(
    launch: LaunchOptions,
    backend: Box<dyn NodeStarter>,
    make: impl FnOnce(&egui::Context, Box<dyn NodeStarter>, KeyRoute) -> App,
) -> Result<u8, Phrase> {
    let no_window =
        |error: &dyn std::fmt::Display| Phrase::with("cli-no-window", args![detail = error.to_string()]);
    let event_loop = EventLoop::<UserEvent>::with_user_event().build().map_err(|error| no_window(&error))?;
    let keys = KeyRoute::default();
    keys.inner.borrow_mut().input_method =
        std::env::var("XMODIFIERS").is_ok_and(|value| names_input_method(&value));
    let exit_code = Rc::new(Cell::new(Rc::new(Cell::new(0))));
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Beistand")
            .with_app_id("beistand")
            .with_inner_size(theme::HOME_SIZE)
            .with_min_inner_size(theme::LEAST_SIZE),
        renderer: eframe::Renderer::Glow,
        run_and_return: true,
        centered: true,
        // No page has a gradient to smooth, and it is the dearest part of a pixel where the processor paints.
        dithering: false,
        ..eframe::NativeOptions::default()
    };
    let (route, code) = (keys.clone(), Rc::clone(&exit_code));
    let beside = Rc::new(RefCell::new(BesideWindow::default()));
    let opened = Rc::clone(&beside);
    let create = move |context: &eframe::CreationContext<'_>| -> Result<Box<dyn eframe::App>, _> {
        if let Some(window) = context.winit_window() {
            route.set_window(window);
        }
        close_window_on_signals(context.egui_ctx.clone());
        let mut app = make(&context.egui_ctx, backend, route);
        *opened.borrow_mut() = BesideWindow::open(context, app.wake(), launch.painting);
        let beside = opened.borrow();
        app.show_beside(beside.pane.clone(), beside.shader.clone(), beside.hand.clone());
        code.set(app.exit_code());
        if let Some(on_link) = launch.on_link {
            app.on_link(on_link);
        }
        if let Some(line) = launch.event_line {
            app.print_events(line);
        }
        app.open(launch.start);
        Ok(Box::new(app))
    };
    let egui = eframe::create_native("Beistand", options, Box::new(create), &event_loop);
    KeyShell { egui, keys, beside }.run(event_loop).map_err(|error| no_window(&error))?;
    Ok(exit_code.take().get())
}

/// egui's event handler with our key reader before it.
struct KeyShell<'app> {
    egui: EframeWinitApplication<'app>,
    keys: KeyRoute,
    beside: Rc<RefCell<BesideWindow>>,
}

impl KeyShell<'_> {
    fn run(mut self, event_loop: EventLoop<UserEvent>) -> Result<(), winit::error::EventLoopError> {
        event_loop.run_app(&mut self)
    }
}

impl ApplicationHandler<UserEvent> for KeyShell<'_> {
    fn window_event(&mut self, event_loop: &ActiveEventLoop, window: WindowId, event: WindowEvent) {
        if self.keys.take(window, &event) {
            return;
        }
        let mut beside = self.beside.borrow_mut();
        if beside.take(window, &event) {
            return;
        }
        let moved = beside.moved.take();
        drop(beside);
        if let Some(moved) = moved {
            self.egui.window_event(event_loop, window, moved);
        }
        self.egui.window_event(event_loop, window, event);
    }

    fn resumed(&mut self, event_loop: &ActiveEventLoop) {
        self.egui.resumed(event_loop);
    }

    fn new_events(&mut self, event_loop: &ActiveEventLoop, cause: StartCause) {
        self.egui.new_events(event_loop, cause);
    }

    fn user_event(&mut self, event_loop: &ActiveEventLoop, event: UserEvent) {
        self.egui.user_event(event_loop, event);
    }

    fn device_event(&mut self, event_loop: &ActiveEventLoop, device: DeviceId, event: DeviceEvent) {
        // Nothing here goes by how far the mouse itself moved, and eframe draws a frame for each of them.
        if !matches!(event, DeviceEvent::MouseMotion { .. }) {
            self.egui.device_event(event_loop, device, event);
        }
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        self.keys.inner.borrow().shortcuts.answered();
        self.beside.borrow().settle(event_loop);
        self.egui.about_to_wait(event_loop);
    }

    fn suspended(&mut self, event_loop: &ActiveEventLoop) {
        self.egui.suspended(event_loop);
    }

    fn exiting(&mut self, event_loop: &ActiveEventLoop) {
        self.beside.borrow().pane.close();
        self.egui.exiting(event_loop);
    }

    fn memory_warning(&mut self, event_loop: &ActiveEventLoop) {
        self.egui.memory_warning(event_loop);
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
        let meaning = Key::Named(NamedKey::Enter);
        let (place, location) = (Place::Code(KeyCode::Enter), KeyLocation::Standard);
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
    fn a_key_that_is_down_when_the_focus_goes_comes_up_and_its_repetition_is_not_taken() {
        let (keys, mut heard) = host();
        assert!(enter(&keys, true), "nobody has said yet where the focus is");
        focus(&keys, false);
        assert!(!enter(&keys, true));
        assert_eq!(sent(&mut heard), [true, false]);
    }
}
