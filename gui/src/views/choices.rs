//! The permissions that a user can tick, in groups: in as many columns and with as much detail as there is
//! room for.
//!
//! It lays them out and draws them. What a click on one of them does, and whether it counts, is for the pages
//! to say.

use std::sync::Arc;

use beistand_node::words::Words;
use egui::{FontId, Galley, Rect, Response, Ui, UiBuilder, Vec2};

use super::tick::{LaidTick, TickBox, TickDetail, TickReadiness};
use crate::panels::permission_words;
use crate::theme::palette;
use beistand_node::{Permission, PermissionGroup, PermissionSet, PermissionWeight};

/// Columns side by side: of more than three the eye finds no way through.
const MAX_COLUMNS: usize = 3;
/// The space between two columns in points.
const COLUMN_GAP_PT: f32 = 12.0;

/// The headings of the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GroupHeadings {
    Shown,
    /// The order alone says what belongs together.
    Left,
}

/// Where a column may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ColumnBreak {
    BetweenGroups,
    /// The group's heading stands above both parts.
    Anywhere,
}

/// How the choices may be drawn, what is read best first.
const WAYS: [(TickDetail, GroupHeadings); 7] = [
    (TickDetail::Roomy, GroupHeadings::Shown),
    (TickDetail::Close, GroupHeadings::Shown),
    (TickDetail::Close, GroupHeadings::Left),
    (TickDetail::Titles, GroupHeadings::Shown),
    (TickDetail::Titles, GroupHeadings::Left),
    (TickDetail::Tight, GroupHeadings::Shown),
    (TickDetail::Tight, GroupHeadings::Left),
];

/// What is said of a permission.
struct ChoiceTexts {
    permission: Permission,
    title: String,
    /// What stands below the title where there is room, and where there is little.
    lines: [Option<String>; 2],
    heading: String,
}

/// A permission as it is laid out.
#[derive(Debug)]
struct LaidChoice {
    permission: Permission,
    tick: LaidTick,
    indent: f32,
    /// That of its group, drawn where a column or the group begins.
    heading: Option<Arc<Galley>>,
    /// The space below it.
    gap: f32,
}

/// Choices and where they go.
#[derive(Debug)]
pub struct ChoicePlan {
    detail: TickDetail,
    columns: Vec<Vec<LaidChoice>>,
    column_width: f32,
    height: f32,
}

/// What a group is called: the key of a text.
pub const fn group_words(group: PermissionGroup) -> &'static str {
    match group {
        PermissionGroup::SeeAndControl => "page-choices-see",
        PermissionGroup::Exchange => "page-choices-exchange",
        PermissionGroup::Look => "page-choices-look",
        PermissionGroup::Work => "page-choices-work",
        PermissionGroup::Beyond => "page-choices-beyond",
    }
}

/// The permissions in the order of their groups, in which what needs another one follows it.
pub fn in_groups(permissions: PermissionSet) -> Vec<Permission> {
    let mut all: Vec<_> = permissions.iter().collect();
    all.sort_by_key(|permission| permission.group());
    all
}

/// Whether a click on a choice counts.
pub fn readiness_of(permission: Permission, ticked: PermissionSet, armed: bool) -> TickReadiness {
    let counts = ticked.contains(permission) || armed && ticked.has_what_it_needs(permission);
    if counts { TickReadiness::Ready } else { TickReadiness::Waiting }
}

impl ChoicePlan {
    /// The way of drawing all of `permissions` in `room` that is read best, or `None` where there is none.
    pub fn fit(ui: &Ui, permissions: PermissionSet, room: Vec2, words: &Words) -> Option<Self> {
        let texts = choice_texts(permissions, words);
        let mut ways = WAYS.into_iter();
        ways.find_map(|way| {
            (1..=MAX_COLUMNS).find_map(|columns| Self::in_columns(ui, &texts, room, way, columns))
        })
    }

    /// As [`Self::fit`] where there is none: in one column, whatever its height.
    pub fn list(ui: &Ui, permissions: PermissionSet, width: f32, detail: TickDetail, words: &Words) -> Self {
        let texts = choice_texts(permissions, words);
        let column = laid_choices(ui, &texts, (detail, GroupHeadings::Shown), width);
        Self { detail, height: column_height(&column), columns: vec![column], column_width: width }
    }

    fn in_columns(
        ui: &Ui,
        texts: &[ChoiceTexts],
        room: Vec2,
        way: (TickDetail, GroupHeadings),
        columns: usize,
    ) -> Option<Self> {
        let (detail, _) = way;
        let column_width = (room.x - COLUMN_GAP_PT * (columns - 1) as f32) / columns as f32;
        if columns > 1 && column_width < detail.measures().least_width {
            return None;
        }
        let mut choices = laid_choices(ui, texts, way, column_width);
        let splits = [ColumnBreak::BetweenGroups, ColumnBreak::Anywhere]
            .into_iter()
            .filter_map(|breaks| split(&choices, columns, breaks));
        // Parts of a point are rounding.
        let (height, breaks) = splits.into_iter().find(|(height, _)| *height <= room.y + 0.5)?;
        let mut columns: Vec<_> = breaks.into_iter().rev().map(|at| choices.split_off(at)).collect();
        columns.push(choices);
        columns.reverse();
        Some(Self { detail, columns, column_width, height })
    }

    /// Whether the lines that explain are drawn. Where they aren't, one has room for that of
    /// [`explained`].
    pub fn has_lines(&self) -> bool {
        self.detail.has_lines()
    }

    /// Its height in points.
    pub fn height(&self) -> f32 {
        self.height
    }

    /// Draws them, and returns what was drawn of each. `state` says what is ticked and what counts.
    pub fn choices_ui(
        self,
        ui: &mut Ui,
        words: &Words,
        state: impl Fn(Permission) -> (bool, TickReadiness),
    ) -> Vec<(Permission, Response)> {
        let (corner, mut drawn) = (ui.cursor().min, Vec::new());
        let step = self.column_width + COLUMN_GAP_PT;
        let width = step * self.columns.len() as f32 - COLUMN_GAP_PT;
        for (index, column) in self.columns.into_iter().enumerate() {
            let left_top = corner + Vec2::new(step * index as f32, 0.0);
            let place = Rect::from_min_size(left_top, Vec2::new(self.column_width, self.height));
            let mut ui = ui.new_child(UiBuilder::new().max_rect(place).id_salt(("column", index)));
            ui.spacing_mut().item_spacing = Vec2::ZERO;
            ui.spacing_mut().interact_size.y = 0.0;
            let mut group = None;
            for choice in column {
                let permission = choice.permission;
                ui.add_space(choice.space_above(group));
                if group.replace(choice.group()) != Some(choice.group()) {
                    choice.heading.iter().for_each(|heading| _ = ui.label(Arc::clone(heading)));
                }
                let response = choice_ui(&mut ui, choice, state(permission), words);
                drawn.push((permission, response));
            }
        }
        ui.allocate_space(Vec2::new(width, self.height));
        drawn
    }
}

fn choice_ui(
    ui: &mut Ui,
    choice: LaidChoice,
    (ticked, readiness): (bool, TickReadiness),
    words: &Words,
) -> Response {
    let texts = permission_words(choice.permission);
    let line = words.text(texts.line);
    let name = format!("{}. {line}", words.text(texts.title));
    let response = ui.horizontal(|ui| {
        ui.add_space(choice.indent);
        choice.tick.tick_ui(ui, &name, ticked, readiness)
    });
    ui.add_space(choice.gap);
    response.inner
}

fn choice_texts(permissions: PermissionSet, words: &Words) -> Vec<ChoiceTexts> {
    let texts = |permission: Permission| ChoiceTexts {
        permission,
        title: words.text(permission_words(permission).title),
        lines: [true, false].map(|explains| line_of(permission, explains, words)),
        heading: words.text(group_words(permission.group())),
    };
    in_groups(permissions).into_iter().map(texts).collect()
}

/// What stands below a title. What gives the helper the most power says so in any room.
fn line_of(permission: Permission, explains: bool, words: &Words) -> Option<String> {
    let meaning = match (explains, permission.weight()) {
        (true, _) => Some(words.text(permission_words(permission).line)),
        (false, PermissionWeight::Everything) => Some(words.text("page-choice-everything")),
        (false, PermissionWeight::Bounded) => None,
    };
    let needs = permission.needs().map(|_| words.text("page-choice-needs"));
    let said: Vec<String> = meaning.into_iter().chain(needs).collect();
    let mark = if warns(permission) { "⚠ " } else { "" };
    (!said.is_empty()).then(|| format!("{mark}{}", said.join(" ")))
}

fn warns(permission: Permission) -> bool {
    permission.weight() == PermissionWeight::Everything
}

fn laid_choices(
    ui: &Ui,
    texts: &[ChoiceTexts],
    (detail, headings): (TickDetail, GroupHeadings),
    width: f32,
) -> Vec<LaidChoice> {
    let measures = detail.measures();
    let one_group = texts.iter().all(|one| one.heading == texts[0].heading);
    let lay = |texts: &ChoiceTexts| {
        let permission = texts.permission;
        let indent = if permission.needs().is_some() { measures.indent } else { 0.0 };
        let [explained, short] = &texts.lines;
        let line = if detail.has_lines() { explained } else { short }.clone();
        let tick = TickBox { title: texts.title.clone(), line, warns: warns(permission), detail };
        let heading = match headings {
            GroupHeadings::Shown if !one_group => {
                let (text, font) = (texts.heading.clone(), FontId::proportional(measures.line));
                Some(ui.painter().layout(text, font, palette(ui).accent_text, width))
            }
            GroupHeadings::Shown | GroupHeadings::Left => None,
        };
        LaidChoice { permission, tick: tick.lay(ui, width - indent), indent, heading, gap: measures.gap }
    };
    texts.iter().map(lay).collect()
}

/// The height of the highest column, and where columns begin after the first one, so that it is as low as can
/// be. No column begins with what needs the one above. `None` where there are too few choices or groups.
fn split(choices: &[LaidChoice], columns: usize, breaks: ColumnBreak) -> Option<(f32, Vec<usize>)> {
    if columns == 1 {
        return Some((column_height(choices), Vec::new()));
    }
    let may_begin = |at: usize| match breaks {
        ColumnBreak::BetweenGroups => choices[at].group() != choices[at - 1].group(),
        ColumnBreak::Anywhere => choices[at].permission.needs().is_none(),
    };
    let mut lowest: Option<(f32, Vec<usize>)> = None;
    // The later of two that are as good: what comes first may take more room.
    for at in (1..choices.len()).rev().filter(|at| may_begin(*at)) {
        let Some((rest, later)) = split(&choices[at..], columns - 1, breaks) else { continue };
        let height = column_height(&choices[..at]).max(rest);
        if lowest.as_ref().is_none_or(|(lowest, _)| height < *lowest) {
            let begins = std::iter::once(at).chain(later.into_iter().map(|later| later + at)).collect();
            lowest = Some((height, begins));
        }
    }
    lowest
}

/// The choices of a column, each with the heading above it where its group begins there.
fn column_height(column: &[LaidChoice]) -> f32 {
    let (mut group, mut height) = (None, 0.0);
    for choice in column {
        height += choice.space_above(group);
        if group.replace(choice.group()) != Some(choice.group()) {
            height += choice.heading.as_ref().map_or(0.0, |heading| heading.size().y);
        }
        height += choice.tick.height() + choice.gap;
    }
    height
}

/// The choice under the pointer.
pub fn explained(drawn: &[(Permission, Response)]) -> Option<Permission> {
    drawn.iter().find(|(_, choice)| choice.hovered()).map(|(permission, _)| *permission)
}

impl LaidChoice {
    fn group(&self) -> PermissionGroup {
        self.permission.group()
    }

    /// The space between it and one of this group above it in the column: two groups stand apart.
    fn space_above(&self, above: Option<PermissionGroup>) -> f32 {
        if above.is_some_and(|group| group != self.group()) { 2.0 * self.gap } else { 0.0 }
    }
}
