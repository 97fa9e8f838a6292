//! How the window looks: as a person has chosen it, or as their desktop says.

use std::sync::{Arc, Mutex, PoisonError};

use egui::gui_zoom::kb_shortcuts::{ZOOM_IN, ZOOM_IN_SECONDARY, ZOOM_OUT, ZOOM_RESET};
use egui::{Context, ThemePreference};

use super::App;
use crate::backend::NodeStarter;
use crate::state::AppearanceWish;
use crate::theme;
use crate::wake::WindowWake;
use beistand_node::{
    Appearance, AppearanceWatch, MotionChoice, SystemAppearance, SystemMotion, SystemTheme, ThemeChoice,
    ZoomPercent,
};

/// How the window looks, and what it follows.
pub(super) struct WornAppearance {
    pub(super) chosen: Appearance,
    system: Arc<Mutex<SystemAppearance>>,
    /// What is on the screen.
    worn: Option<(Appearance, SystemAppearance)>,
    fit: WindowFit,
    _watch: Option<AppearanceWatch>,
}

/// How many frames after everything has another size the screen's size is known in it.
const FRAMES_TO_KNOW: u8 = 2;

/// Whether the window is to be fitted to its page and the screen, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WindowFit {
    Done,
    /// After so many frames, and then in any case or where it is larger than the screen.
    Due {
        frames: u8,
        always: bool,
    },
}

impl WornAppearance {
    pub(super) fn new(starter: &dyn NodeStarter, wake: WindowWake) -> Self {
        let system = Arc::new(Mutex::new(SystemAppearance::default()));
        let heard = Arc::clone(&system);
        let tell = move |said| {
            *heard.lock().unwrap_or_else(PoisonError::into_inner) = said;
            wake.wake();
        };
        let watch = starter.watch_appearance(Box::new(tell));
        // The window opens before anything is known of the screen.
        let fit = WindowFit::Due { frames: FRAMES_TO_KNOW, always: false };
        Self { chosen: starter.appearance(), system, worn: None, fit, _watch: watch }
    }

    /// Dresses the window, if that has changed.
    pub(super) fn wear(&mut self, ctx: &Context) {
        let system = *self.system.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.chosen, system);
        let before = self.worn.replace(now);
        if before == Some(now) {
            return;
        }
        ctx.set_theme(match (self.chosen.theme, system.theme) {
            (ThemeChoice::Light, _) | (ThemeChoice::Auto, SystemTheme::Light) => ThemePreference::Light,
            (ThemeChoice::Dark, _) | (ThemeChoice::Auto, SystemTheme::Dark) => ThemePreference::Dark,
            (ThemeChoice::Auto, SystemTheme::Unsaid) => ThemePreference::System,
        });
        let still = match (self.chosen.motion, system.motion) {
            (MotionChoice::Reduced, _) | (MotionChoice::Auto, SystemMotion::Reduced) => true,
            (MotionChoice::Full, _) | (MotionChoice::Auto, SystemMotion::Full) => false,
        };
        theme::set_motion(ctx, if still { SystemMotion::Reduced } else { SystemMotion::Full });
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        ctx.set_zoom_factor(self.chosen.zoom.factor());
        if before.map_or(ZoomPercent::LEAST, |(before, _)| before.zoom) != self.chosen.zoom {
            self.fit = WindowFit::Due { frames: FRAMES_TO_KNOW, always: true };
        }
    }

    /// A frame is over: whether the window is to be fitted now, and if so whether in any case.
    fn fit_now(&mut self, ctx: &Context) -> Option<bool> {
        match self.fit {
            WindowFit::Done => None,
            WindowFit::Due { frames: 0, always } => {
                self.fit = WindowFit::Done;
                Some(always)
            }
            WindowFit::Due { frames, always } => {
                self.fit = WindowFit::Due { frames: frames - 1, always };
                ctx.request_repaint();
                None
            }
        }
    }
}

impl App {
    /// Keeps what is on the screen in step with what was chosen.
    pub(super) fn keep_appearance(&mut self) {
        self.appearance.wear(&self.ctx);
        match self.appearance.fit_now(&self.ctx) {
            Some(always) if always || !self.is_within_screen() => self.fit_shape(),
            Some(_) | None => {}
        }
    }

    /// Reads the keys by which everything is made larger and smaller, on every page.
    pub(super) fn read_zoom(&mut self) {
        let wish = self.ctx.input_mut(|input| {
            if input.consume_shortcut(&ZOOM_RESET) {
                Some(AppearanceWish::Zoom(ZoomPercent::LEAST))
            } else if input.consume_shortcut(&ZOOM_IN) || input.consume_shortcut(&ZOOM_IN_SECONDARY) {
                Some(AppearanceWish::Zoom(self.appearance.chosen.zoom.larger()))
            } else if input.consume_shortcut(&ZOOM_OUT) {
                Some(AppearanceWish::Zoom(self.appearance.chosen.zoom.smaller()))
            } else {
                None
            }
        });
        if let Some(wish) = wish {
            self.choose_appearance(wish);
        }
    }

    pub(super) fn choose_appearance(&mut self, wish: AppearanceWish) {
        let chosen = self.appearance.chosen;
        self.appearance.chosen = match wish {
            AppearanceWish::Theme(theme) => Appearance { theme, ..chosen },
            AppearanceWish::Zoom(zoom) => Appearance { zoom, ..chosen },
        };
        self.state.home.appearance = self.appearance.chosen;
        if self.appearance.chosen != chosen {
            self.starter.keep_appearance(self.appearance.chosen);
            self.keep_appearance();
        }
    }
}
