//! The event loop round egui: what the host gets is taken out here, before egui sees it.
//!
//! egui merges the numeric pad with the digits and loses AltGr, so it can't be asked. It draws nothing, and
//! passes on everything else untouched; which keys are taken is for `route` to say.

mod beside;
mod route;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use beistand_node::words::Phrase;
use beistand_node::{APP_ID, PicturePainting};
use eframe::{EframeWinitApplication, UserEvent};
use winit::application::ApplicationHandler;
use winit::event::{DeviceEvent, DeviceId, StartCause, WindowEvent};
use winit::event_loop::{ActiveEventLoop, EventLoop};
use winit::window::WindowId;

use self::beside::BesideWindow;
pub use self::route::KeyRoute;
use crate::app::{App, OnLink, StartPage};
use crate::backend::{EventLine, NodeStarter};
use crate::icon::{WINDOW_ICON_PX, icon_pixels};
use crate::keys::names_input_method;
use crate::signals::close_window_on_signals;
use crate::theme;

fn window_icon() -> egui::IconData {
    let side = u32::from(WINDOW_ICON_PX);
    egui::IconData { rgba: icon_pixels(WINDOW_ICON_PX), width: side, height: side }
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
    let no_window = |error: &dyn std::fmt::Display| {
        tracing::info!(%error, "no window can be opened");
        Phrase::new("cli-no-window")
    };
    let event_loop = EventLoop::<UserEvent>::with_user_event().build().map_err(|error| no_window(&error))?;
    let keys = KeyRoute::default();
    keys.inner.borrow_mut().input_method =
        std::env::var("XMODIFIERS").is_ok_and(|value| names_input_method(&value));
    let exit_code = Rc::new(Cell::new(Rc::new(Cell::new(0))));
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Beistand")
            .with_app_id(APP_ID)
            .with_icon(window_icon())
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
        if beside.take(window, &event, self.keys.to_host()) {
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
        // It may go by the event loop's own connection.
        self.keys.drop_shortcuts();
        self.egui.exiting(event_loop);
    }

    fn memory_warning(&mut self, event_loop: &ActiveEventLoop) {
        self.egui.memory_warning(event_loop);
    }
}
