//! How it looks: one accent colour, a light and a dark palette, four sizes of a typeface that is easy to
//! read, and the ring round what has the keyboard.
//!
//! Nothing here knows a page, or what a person has chosen.

mod focus;

use beistand_node::{HYPERLEGIBLE, SystemMotion};
use egui::epaint::text::{FontInsert, FontPriority, InsertFontFamily};
use egui::style::ScrollAnimation;
use egui::{
    Color32, CornerRadius, FontData, FontFamily, FontId, Margin, Stroke, Style, TextStyle, Theme, Ui, Visuals,
};

pub use focus::{RING_PT, focus_ring_ui};

/// The one accent: what a person is meant to press next. The same in both themes, with white on it at 5.5 :
/// 1. The consent dialog fills nothing but a yes with it.
pub const ACCENT: Color32 = Color32::from_rgb(15, 118, 110);
/// The accent under the pointer.
pub const ACCENT_HOVER: Color32 = Color32::from_rgb(17, 94, 89);
/// What ends or refuses something.
pub const DANGER: Color32 = Color32::from_rgb(185, 28, 28);
/// The same under the pointer.
pub const DANGER_HOVER: Color32 = Color32::from_rgb(153, 27, 27);
/// What is written on these four.
pub const ON_FILL: Color32 = Color32::WHITE;

/// The window's size on the home page and wherever there is no picture, in points.
pub const HOME_SIZE: [f32; 2] = [560.0, 640.0];
/// The least size of the main window, in points.
pub const LEAST_SIZE: [f32; 2] = [420.0, 420.0];
/// The consent dialog's size in points: the pictures and what the helper says on one side, nine permissions
/// in two columns with their lines on the other.
pub const CONSENT_SIZE: [f32; 2] = [1040.0, 640.0];
/// The least size of the consent dialog, in points: what a screen of 1280x720 with two pixels a point has
/// room for. What a yes would allow is in sight.
pub const CONSENT_LEAST_SIZE: [f32; 2] = [616.0, 264.0];
/// The viewer's size before it knows the host's screen, in points.
pub const VIEWER_SIZE: [f32; 2] = [1280.0, 800.0];

/// The colours that egui's own visuals have no place for.
#[derive(Debug, Clone, Copy)]
pub struct Palette {
    /// The page behind everything.
    pub page: Color32,
    /// A card on the page.
    pub card: Color32,
    /// A button under the pointer.
    pub hover: Color32,
    /// Behind what is chosen of several.
    pub chosen: Color32,
    /// The line round a card.
    pub line: Color32,
    /// Text to be read.
    pub text: Color32,
    /// Text that explains.
    pub weak: Color32,
    /// The accent as text or line: legible on the page.
    pub accent_text: Color32,
    /// Trouble as text.
    pub danger_text: Color32,
    /// Something to be careful about, as text.
    pub warning_text: Color32,
    /// Behind a warning.
    pub warning_fill: Color32,
    /// Something that is well.
    pub good: Color32,
}

/// The palette of the light theme.
pub const LIGHT: Palette = Palette {
    page: Color32::from_rgb(246, 247, 249),
    card: Color32::WHITE,
    hover: Color32::from_rgb(238, 241, 243),
    chosen: Color32::from_rgb(147, 193, 189),
    line: Color32::from_rgb(218, 223, 229),
    text: Color32::from_rgb(24, 29, 36),
    weak: Color32::from_rgb(84, 94, 107),
    accent_text: Color32::from_rgb(13, 105, 98),
    danger_text: DANGER,
    warning_text: Color32::from_rgb(133, 77, 14),
    warning_fill: Color32::from_rgb(254, 246, 224),
    good: Color32::from_rgb(20, 120, 64),
};

/// The palette of the dark theme.
pub const DARK: Palette = Palette {
    page: Color32::from_rgb(20, 23, 28),
    card: Color32::from_rgb(29, 33, 40),
    hover: Color32::from_rgb(39, 45, 53),
    chosen: Color32::from_rgb(23, 71, 72),
    line: Color32::from_rgb(52, 59, 69),
    text: Color32::from_rgb(232, 235, 239),
    weak: Color32::from_rgb(160, 169, 181),
    accent_text: Color32::from_rgb(94, 214, 200),
    danger_text: Color32::from_rgb(252, 140, 140),
    warning_text: Color32::from_rgb(250, 204, 106),
    warning_fill: Color32::from_rgb(56, 45, 22),
    good: Color32::from_rgb(74, 201, 126),
};

/// The palette of the theme that `ui` is drawn in.
pub fn palette(ui: &Ui) -> Palette {
    if ui.visuals().dark_mode { DARK } else { LIGHT }
}

/// The size of a page's title in points.
pub const TITLE_PT: f32 = 27.0;
/// The size of what a person has to read aloud, in points.
pub const SPOKEN_PT: f32 = 26.0;
/// The size of the lead-in of a card, in points.
pub const LEAD_PT: f32 = 18.0;
/// The size of text in points, and the least on the user's own pages: what old eyes read without glasses.
pub const BODY_PT: f32 = 16.0;
/// The least size of a picture's name, in points, where the four stand in a narrow column.
pub const SMALLEST_NAME_PT: f32 = 11.0;
/// The size of what explains on the helper's pages, in points.
pub const SMALL_PT: f32 = 14.0;

/// Dresses `ctx` in both themes.
pub fn apply(ctx: &egui::Context) {
    let first = InsertFontFamily { family: FontFamily::Proportional, priority: FontPriority::Highest };
    ctx.add_font(FontInsert::new("hyperlegible", FontData::from_static(HYPERLEGIBLE), vec![first]));
    // Where the system has no opinion, as on plain X11.
    ctx.options_mut(|options| options.fallback_theme = Theme::Light);
    ctx.set_style_of(Theme::Light, style(Visuals::light(), LIGHT));
    ctx.set_style_of(Theme::Dark, style(Visuals::dark(), DARK));
}

/// Whether pages move by themselves from now on.
pub fn set_motion(ctx: &egui::Context, motion: SystemMotion) {
    let usual = Style::default();
    ctx.all_styles_mut(|style| match motion {
        SystemMotion::Full => {
            style.visuals.text_cursor.blink = true;
            style.animation_time = usual.animation_time;
            style.scroll_animation = usual.scroll_animation;
        }
        SystemMotion::Reduced => {
            style.visuals.text_cursor.blink = false;
            style.animation_time = 0.0;
            style.scroll_animation = ScrollAnimation::none();
        }
    });
}

/// Whether the page that `ui` is on keeps still.
pub fn is_still(ui: &Ui) -> bool {
    ui.style().animation_time == 0.0
}

/// What is drawn with `ui` from here on is on a page of the user's: nothing is smaller than text.
pub fn for_user(ui: &mut Ui) {
    ui.style_mut().text_styles.insert(TextStyle::Small, FontId::proportional(BODY_PT));
}

fn style(visuals: Visuals, palette: Palette) -> Style {
    let mut style = Style { visuals: dressed(visuals, palette), ..Style::default() };
    let font = |size| FontId::new(size, FontFamily::Proportional);
    style.text_styles = [
        (TextStyle::Heading, font(TITLE_PT)),
        (TextStyle::Body, font(BODY_PT)),
        (TextStyle::Button, font(BODY_PT)),
        (TextStyle::Small, font(SMALL_PT)),
        (TextStyle::Monospace, FontId::new(BODY_PT, FontFamily::Monospace)),
    ]
    .into();
    style.spacing.item_spacing = egui::vec2(10.0, 8.0);
    style.spacing.button_padding = egui::vec2(12.0, 8.0);
    style.spacing.interact_size.y = 34.0;
    style.spacing.menu_margin = Margin::same(8);
    style.interaction.selectable_labels = false;
    style
}

fn dressed(mut visuals: Visuals, palette: Palette) -> Visuals {
    visuals.panel_fill = palette.page;
    visuals.window_fill = palette.card;
    visuals.window_stroke = Stroke::new(1.0, palette.line);
    visuals.window_corner_radius = CornerRadius::same(12);
    visuals.menu_corner_radius = CornerRadius::same(10);
    visuals.extreme_bg_color = palette.card;
    visuals.weak_text_color = Some(palette.weak);
    visuals.hyperlink_color = palette.accent_text;
    visuals.selection.bg_fill = palette.chosen;
    // Also the colour of what a pressed button says.
    visuals.selection.stroke = Stroke::new(2.0, palette.text);
    let widgets = &mut visuals.widgets;
    for (look, line, width) in [
        (&mut widgets.noninteractive, palette.line, 1.0),
        (&mut widgets.inactive, palette.line, 1.0),
        (&mut widgets.hovered, palette.weak, 1.0),
        (&mut widgets.active, palette.accent_text, 2.0),
        (&mut widgets.open, palette.weak, 1.0),
    ] {
        look.corner_radius = CornerRadius::same(8);
        look.bg_stroke = Stroke::new(width, line);
        look.fg_stroke = Stroke::new(1.5, palette.text);
        look.bg_fill = palette.card;
        look.weak_bg_fill = palette.card;
        look.expansion = 0.0;
    }
    widgets.hovered.weak_bg_fill = palette.hover;
    widgets.hovered.bg_fill = palette.hover;
    visuals
}
