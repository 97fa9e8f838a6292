//! What the window shows beside what egui draws: the picture where it is painted apart, and the host's
//! pointer.
//!
//! It reads no keys and runs no event loop.

use std::sync::{Arc, Weak};

use beistand_node::{
    ControlCommand, DesktopFault, DesktopPart, InputEvent, PicturePainting, PointerButton, WindowNumber,
    draws_in_software, picture_pane,
};
use winit::event::{MouseButton, WindowEvent};
use winit::event_loop::ActiveEventLoop;
use winit::window::{Window, WindowId};

use crate::hand_pointer::{HandPointer, PointerColours};
use crate::pane::{HandPress, PaneLink, PressHeard};
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
    /// Where it is, in pixels of the window.
    hand_at: Option<[f64; 2]>,
}

impl BesideWindow {
    pub(super) fn open(
        context: &eframe::CreationContext<'_>,
        wake: WindowWake,
        painting: PicturePainting,
    ) -> Self {
        let Some(window) = context.winit_window() else { return Self::default() };
        let number = WindowNumber::of(window);
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
            WindowNumber::Wayland(_) | WindowNumber::Foreign => PointerColours::Straight,
        };
        Self {
            window: Arc::downgrade(window),
            pane: PaneLink::of_window(&context.egui_ctx, wake.clone(), pane),
            wake: Some(wake),
            shader,
            hand: HandPointer::of_desktop(colours),
            moved: None,
            hand_at: None,
        }
    }

    /// Takes a move of the pointer that only the host has to know. Whether egui must not see it; it hears of
    /// the last one before anything else.
    /// A press goes to the host at once; egui sees it as well, unless it has nothing to do with it:
    /// `keys_at_host` says that the keyboard needn't go there first.
    pub(super) fn take(&mut self, window: WindowId, event: &WindowEvent, keys_at_host: bool) -> bool {
        if self.window.upgrade().is_none_or(|ours| ours.id() != window) {
            return false;
        }
        match event {
            WindowEvent::CursorMoved { position, .. } => {
                let at = [position.x, position.y];
                self.hand_at = Some(at);
                let taken = self.pane.hand_moved(at);
                if taken {
                    self.moved = Some(event.clone());
                }
                taken
            }
            WindowEvent::CursorLeft { .. } => {
                self.hand_at = None;
                false
            }
            WindowEvent::MouseInput { state, button, .. } => {
                let bare = keys_at_host && self.pane.is_bare();
                let heard = if bare { PressHeard::ByHost } else { PressHeard::ByWindow };
                self.press(*button, state.is_pressed(), heard) == Some(PressHeard::ByHost)
            }
            _ => false,
        }
    }

    /// Who hears of it, where it was sent.
    fn press(&self, button: MouseButton, pressed: bool, heard: PressHeard) -> Option<PressHeard> {
        let (at, button) = self.hand_at.zip(button_of(button))?;
        let sent = self.pane.hand_pressed(at, HandPress { button, pressed, heard })?;
        for event in sent.events {
            sent.host.send(ControlCommand::Input(event).into());
        }
        Some(sent.heard)
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

/// The button that winit names so, where the host has it. egui knows the same ones.
const fn button_of(button: MouseButton) -> Option<PointerButton> {
    match button {
        MouseButton::Left => Some(PointerButton::Left),
        MouseButton::Right => Some(PointerButton::Right),
        MouseButton::Middle => Some(PointerButton::Middle),
        MouseButton::Back => Some(PointerButton::Back),
        MouseButton::Forward => Some(PointerButton::Forward),
        MouseButton::Other(_) => None,
    }
}
