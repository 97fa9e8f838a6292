//! The invite page: what the user reads out or sends, and how long it is good for.

use std::time::Duration;

use beistand_node::words::args;
use egui::{Color32, ColorImage, FontId, RichText, TextEdit, TextureOptions, Ui, Vec2};
use qrcode::{EcLevel, QrCode};

use super::PageContext;
use super::widgets::{
    ButtonLook, busy_ui, button_ui, card_ui, dot_ui, page_ui, quiet_button_ui, small_ui, title_ui,
    warning_ui, weak_ui, wrapped_ui,
};
use crate::phrases;
use crate::state::{HostPhase, HostState, OpenInvite, PageAction, RenewalState};
use crate::theme::{self, palette};
use beistand_node::{MAX_ABOUT_CHARS, NodeCommand, NodeReach, ReplaceCause, Role, reach_phrase};

/// The side of the QR code on the page, in points.
const QR_PT: f32 = 148.0;
/// How wide three words side by side are, in points: the longest have eight letters.
const THREE_WORDS_PT: f32 = 400.0;
/// Modules of white round a QR code: what the standard (ISO/IEC 18004) asks for.
const QUIET_MODULES: usize = 4;
/// The edges of the card round it, and what stands below the card, in points.
const QR_CARD_PT: f32 = 44.0;
const BUTTONS_PT: f32 = 56.0;
/// What the line of what is wrong needs in points, with its caption: in a low window the words go before it.
const ABOUT_PT: f32 = 72.0;
/// How long "Copied" is shown, in seconds.
const COPIED_SECS: f64 = 2.0;

/// Draws the invite page.
pub fn invite_ui(ui: &mut Ui, state: &mut HostState, cx: &mut PageContext<'_>) {
    page_ui(ui, |ui| {
        title_ui(ui, cx.text("page-invite-title"));
        match (&state.phase, &state.invite) {
            (HostPhase::Starting | HostPhase::Waiting | HostPhase::Answered, _)
                if state.awaited.is_some() =>
            {
                reach_ui(ui, state.reach, cx);
                moment_ui(ui, "page-return-waiting", cx);
                if let Some(notice) = &state.notice {
                    weak_ui(ui, cx.say(notice));
                }
            }
            (HostPhase::Waiting, Some(_)) => return waiting_ui(ui, state, cx),
            (HostPhase::Answered, _) => moment_ui(ui, "page-invite-moment", cx),
            (HostPhase::Waiting, None)
            | (HostPhase::Starting | HostPhase::Asked(_) | HostPhase::Running(_) | HostPhase::Ended(_), _) => {
                reach_ui(ui, state.reach, cx);
                moment_ui(ui, "page-invite-making", cx);
            }
        }
        ui.add_space(6.0);
        cancel_ui(ui, cx);
    });
}

fn cancel_ui(ui: &mut Ui, cx: &mut PageContext<'_>) {
    if button_ui(ui, ButtonLook::Plain, &cx.text("page-invite-cancel")).clicked() {
        cx.act(PageAction::Home);
    }
}

/// Whether the helper can find this computer at all: it is said before anybody reads words aloud.
fn reach_ui(ui: &mut Ui, reach: Option<NodeReach>, cx: &PageContext<'_>) {
    match reach.and_then(|reach| reach_phrase(reach, Role::Host)) {
        Some(trouble) => low_warning_ui(ui, cx.say(&trouble)),
        None if reach == Some(NodeReach::Internet) => {
            ui.horizontal(|ui| {
                ui.label(RichText::new("✔").small().color(palette(ui).good));
                small_ui(ui, cx.text("page-invite-found"));
            });
        }
        None => {}
    }
}

/// A warning in small letters: there may be several, and the words must stay in sight.
fn low_warning_ui(ui: &mut Ui, text: String) {
    ui.scope(|ui| {
        ui.style_mut().override_font_id = Some(FontId::proportional(theme::SMALL_PT));
        warning_ui(ui, text);
    });
}

fn moment_ui(ui: &mut Ui, what: &str, cx: &PageContext<'_>) {
    ui.add_space(60.0);
    ui.vertical_centered(|ui| {
        busy_ui(ui, 36.0, &cx.text("page-busy"));
        ui.add_space(10.0);
        weak_ui(ui, cx.text(what));
    });
    ui.add_space(60.0);
}

fn waiting_ui(ui: &mut Ui, state: &mut HostState, cx: &mut PageContext<'_>) {
    let Some(invite) = &state.invite else { return };
    let left = invite.expires.saturating_duration_since(cx.now);
    weak_ui(ui, cx.text("page-invite-what"));
    reach_ui(ui, state.reach, cx);
    if let Some(notice) = &state.notice {
        low_warning_ui(ui, cx.say(notice));
    }
    if let Some(cause) = state.replaced {
        let (key, times) = match cause {
            ReplaceCause::BrokenOff { times } => ("page-invite-replaced-broken-off", times),
            ReplaceCause::AskedAgain { times } => ("page-invite-replaced-asked-again", times),
        };
        low_warning_ui(ui, cx.with(key, args![times = times]));
    }
    card_ui(ui, |ui| {
        words_ui(ui, &invite.text.words);
        ui.horizontal_wrapped(|ui| {
            small_ui(ui, cx.text("page-invite-code"));
            ui.label(RichText::new(&invite.text.code).monospace().color(palette(ui).text));
            ui.add_space(16.0);
            validity_ui(ui, left, cx);
        });
    });
    if left.is_zero() {
        wrapped_ui(ui, cx.text("page-invite-over"), theme::SMALL_PT, palette(ui).warning_text);
    }
    copy_ui(ui, invite, cx);
    ui.horizontal_top(|ui| {
        // Still: beside it a countdown moves once a second.
        let is_found = state.reach.and_then(|reach| reach_phrase(reach, Role::Host)).is_none();
        let colour = if is_found { palette(ui).good } else { palette(ui).warning_text };
        dot_ui(ui, colour, &cx.text("page-running"));
        let text = RichText::new(cx.text("page-invite-waiting")).color(palette(ui).text);
        ui.add(egui::Label::new(text).wrap());
    });
    let below = ui.clip_rect().bottom() - ui.cursor().top() - BUTTONS_PT;
    if below >= QR_PT + QR_CARD_PT {
        card_ui(ui, |ui| {
            ui.horizontal_top(|ui| {
                qr_ui(ui, &invite.text.link, cx);
                ui.add_space(8.0);
                ui.vertical(|ui| {
                    weak_ui(ui, cx.text("page-invite-scan"));
                    about_ui(ui, &mut state.about, cx);
                });
            });
        });
    } else if below >= ABOUT_PT {
        about_ui(ui, &mut state.about, cx);
    }
    renewal_ui(ui, &mut state.renewal, left, cx);
}

/// What is wrong, in a line, for whoever likes to write it meanwhile.
fn about_ui(ui: &mut Ui, about: &mut String, cx: &PageContext<'_>) {
    let label = cx.text("page-invite-about");
    small_ui(ui, label.as_str());
    let field = TextEdit::singleline(about).id(about_id()).char_limit(MAX_ABOUT_CHARS);
    let field = ui.add(field.desired_width(f32::INFINITY));
    let hint = cx.text("page-invite-about-hint");
    field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &label));
    field.on_hover_text(hint);
}

/// What names the field of what is wrong.
fn about_id() -> egui::Id {
    egui::Id::unique("about")
}

/// The way to another invite, which asks first: somebody may be typing these words. And the way out.
fn renewal_ui(ui: &mut Ui, renewal: &mut RenewalState, left: Duration, cx: &mut PageContext<'_>) {
    match renewal {
        RenewalState::None => {
            ui.horizontal(|ui| {
                cancel_ui(ui, cx);
                if !quiet_button_ui(ui, &cx.text("page-invite-new")).clicked() {
                    return;
                }
                if left.is_zero() {
                    cx.send(NodeCommand::NewInvite);
                } else {
                    *renewal = RenewalState::Asked;
                }
            });
        }
        RenewalState::Asked => {
            small_ui(ui, cx.text("page-invite-void"));
            ui.horizontal(|ui| {
                if button_ui(ui, ButtonLook::Plain, &cx.text("page-invite-keep")).clicked() {
                    *renewal = RenewalState::None;
                }
                if button_ui(ui, ButtonLook::Danger, &cx.text("page-invite-replace")).clicked() {
                    *renewal = RenewalState::None;
                    cx.send(NodeCommand::NewInvite);
                }
            });
        }
    }
}

fn words_ui(ui: &mut Ui, words: &str) {
    let words: Vec<_> = words.split_whitespace().collect();
    let (weak, text) = (palette(ui).weak, palette(ui).text);
    let in_row = if ui.available_width() < THREE_WORDS_PT { 2 } else { 3 };
    for (row, some) in words.chunks(in_row).enumerate() {
        ui.columns(in_row, |columns| {
            for (index, (column, word)) in columns.iter_mut().zip(some).enumerate() {
                column.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = 6.0;
                    ui.label(RichText::new(format!("{}", row * in_row + index + 1)).small().color(weak));
                    ui.label(RichText::new(*word).size(theme::SPOKEN_PT).color(text));
                });
            }
        });
        ui.add_space(4.0);
    }
}

/// Both buttons, and Ctrl+C for the link.
fn copy_ui(ui: &mut Ui, invite: &OpenInvite, cx: &mut PageContext<'_>) {
    let writes = ui.memory(|memory| memory.has_focus(about_id()));
    let by_key = !writes && ui.input(|input| input.events.contains(&egui::Event::Copy));
    ui.horizontal_wrapped(|ui| {
        if copy_button_ui(ui, ButtonLook::Primary, "page-invite-copy-link", by_key, cx) {
            cx.act(PageAction::Copy(invite.text.link.clone()));
        }
        if copy_button_ui(ui, ButtonLook::Plain, "page-invite-copy-words", false, cx) {
            cx.act(PageAction::Copy(invite.text.words.clone()));
        }
    });
}

/// A button that says "Copied" for a while. Returns whether to copy now.
fn copy_button_ui(ui: &mut Ui, look: ButtonLook, label: &str, pressed: bool, cx: &PageContext<'_>) -> bool {
    let id = ui.scope_id().with(label);
    let now = ui.input(|input| input.time);
    let copied_at: Option<f64> = ui.data(|data| data.get_temp(id));
    let fresh = copied_at.is_some_and(|at| now - at < COPIED_SECS);
    let text = cx.text(if fresh { "page-invite-copied" } else { label });
    let size = Vec2::new(128.0, 40.0);
    let clicked =
        super::widgets::sized_button_ui(ui, look, &text, size, egui::Sense::click()).clicked() || pressed;
    if clicked {
        ui.data_mut(|data| data.insert_temp(id, now));
    }
    if fresh || clicked {
        ui.request_repaint_after(Duration::from_millis(500));
    }
    clicked
}

fn validity_ui(ui: &mut Ui, left: Duration, cx: &PageContext<'_>) {
    if left.is_zero() {
        return;
    }
    small_ui(ui, cx.text("page-invite-valid"));
    ui.label(RichText::new(phrases::clock(left)).monospace().color(palette(ui).text));
    // To the next full second of the countdown.
    ui.request_repaint_after(Duration::from_millis(u64::from(left.subsec_millis()) + 1));
}

fn qr_ui(ui: &mut Ui, link: &str, cx: &PageContext<'_>) {
    // Made once for each link: the texture is kept under the link's hash.
    let id = egui::Id::unique(("qr", link));
    let texture: Option<egui::TextureHandle> = ui.data(|data| data.get_temp(id));
    let texture = match texture {
        Some(texture) => texture,
        None => {
            let Some(image) = qr_image(link) else {
                small_ui(ui, cx.text("page-invite-no-picture"));
                return;
            };
            let texture = ui.ctx().load_texture("qr", image, TextureOptions::NEAREST);
            ui.data_mut(|data| data.insert_temp(id, texture.clone()));
            texture
        }
    };
    let side = whole_modules_pt(texture.size()[0], ui.ctx().pixels_per_point());
    let image = egui::Image::new((texture.id(), Vec2::splat(side))).corner_radius(6);
    ui.add(image.alt_text(cx.text("page-invite-qr")));
}

/// The side in points, [`QR_PT`] or a little more, at which each of `modules` is equally many pixels wide:
/// readers go by the modules' edges.
fn whole_modules_pt(modules: usize, pixels_per_point: f32) -> f32 {
    let modules = modules as f32;
    (QR_PT * pixels_per_point / modules).ceil() * modules / pixels_per_point
}

/// The QR code of `link`, a pixel a module, dark on white in any theme so that every reader takes it.
fn qr_image(link: &str) -> Option<ColorImage> {
    let code = QrCode::with_error_correction_level(link.as_bytes(), EcLevel::L).ok()?;
    let modules = code.width();
    let side = modules + 2 * QUIET_MODULES;
    let mut image = ColorImage::filled([side, side], Color32::WHITE);
    for (index, colour) in code.to_colors().into_iter().enumerate() {
        if colour == qrcode::Color::Dark {
            let (x, y) = (index % modules + QUIET_MODULES, index / modules + QUIET_MODULES);
            image.pixels[y * side + x] = Color32::BLACK;
        }
    }
    Some(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_has_its_quiet_zone() {
        let image = qr_image("beistand:ABC").unwrap();
        let white = |index: usize| image.pixels[index] == Color32::WHITE;
        assert!((0..image.size[0] * QUIET_MODULES).all(white));
        assert_eq!(image.pixels[QUIET_MODULES * image.size[0] + QUIET_MODULES], Color32::BLACK);
    }

    #[test]
    fn all_modules_are_of_one_size() {
        for (modules, pixels_per_point) in [(53, 1.0), (57, 1.25), (61, 2.0)] {
            let side = whole_modules_pt(modules, pixels_per_point);
            let pixels = side * pixels_per_point / modules as f32;
            assert!(side >= QR_PT && (pixels - pixels.round()).abs() < 1e-3, "{pixels}");
        }
    }

    #[test]
    fn what_no_code_can_hold_is_no_picture() {
        assert!(qr_image(&"x".repeat(5_000)).is_none());
    }
}
