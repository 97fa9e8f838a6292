//! What the window shows beside what egui draws: the picture where it is painted apart, and the host's
//! pointer.
//!
//! It reads no keys and runs no event loop.

use std::sync::{Arc, Weak};

use beistand_node::{
    ControlCommand, DesktopFault, DesktopPart, InputEvent, PicturePainting, WindowNumber, draws_in_software,
    picture_pane,
};
use winit::event::WindowEvent;
use winit::event_loop::ActiveEventLoop;
use winit::window::{Window, WindowId};

use super::number_of;
use crate::hand_pointer::{HandPointer, PointerColours};
use crate::pane::PaneLink;
use crate::shader::ShaderLink;
use crate::wake::WindowWake;

/// What is shown in the window beside what egui draws, and what egui can't draw by itself.
#[derive(Default)]
pub(super) struct BesideWindow {
    /// Not kept: the event loop ends when eframe has let its window go.
    window: Weak<Window>,
    wake: Option<WindowWake>,
    pub(super) pane: PaneLink,
    pub(super) shader: ShaderLink,
    pub(super) hand: HandPointer,
    /// Where the pointer is, which egui doesn't know yet.
    pub(super) moved: Option<WindowEvent>,
}

impl BesideWindow {
    pub(super) fn open(
        context: &eframe::CreationContext<'_>,
        wake: WindowWake,
        painting: PicturePainting,
    ) -> Self {
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
    pub(super) fn take(&mut self, window: WindowId, event: &WindowEvent) -> bool {
        let WindowEvent::CursorMoved { position, .. } = event else { return false };
        let ours = self.window.upgrade().is_some_and(|ours| ours.id() == window);
        let taken = ours && self.pane.hand_moved([position.x, position.y]);
        if taken {
            self.moved = Some(event.clone());
        }
        taken
    }

    /// All that had happened has been looked at, and the newest frame is on the screen.
    pub(super) fn settle(&self, event_loop: &ActiveEventLoop) {
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
