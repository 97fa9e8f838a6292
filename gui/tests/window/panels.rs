//! Every panel of the list: empty and full, wide and narrow, in both themes and both languages.

use std::time::Instant;

use beistand_gui::app::words;
use beistand_gui::backend::fake;
use beistand_gui::hand_check::{HandCheck, Sight};
use beistand_gui::input::PictureMap;
use beistand_gui::panels::{PanelContext, PanelName, PanelPlace, PanelSide, Panels, SessionStage};
use beistand_gui::state::{PageAction, SessionFacts, SessionWay};
use beistand_gui::theme;
use beistand_gui::views::PageContext;
use beistand_gui::views::share::{keep_ui, share_ui};
use beistand_node::words::{Language, Words};
use beistand_node::{
    FeatureCommand, NodeCommand, PathInfo, PathKind, Permission, Size, TerminalCommand, ViewCommand,
};
use egui::{Color32, Theme, Vec2};
use egui_kittest::Harness;

use crate::common::{access, drawing};

const SIDES: [PanelSide; 2] = [PanelSide::Host, PanelSide::Technician];

/// As narrow as a panel beside the picture with its margins, and with room.
const WIDTHS: [f32; 2] = [276.0, 520.0];

/// How a panel is looked at.
#[derive(Debug, Clone)]
struct PanelCase {
    name: PanelName,
    side: PanelSide,
    stage: SessionStage,
    full: bool,
    width: f32,
    theme: Theme,
    language: Language,
}

fn cases() -> Vec<PanelCase> {
    let mut cases = Vec::new();
    for name in PanelName::ALL.iter().copied() {
        for side in SIDES {
            for stage in [SessionStage::Asking, SessionStage::Running] {
                for full in [false, true] {
                    for width in WIDTHS {
                        for theme in [Theme::Light, Theme::Dark] {
                            for language in Language::ALL {
                                cases.push(PanelCase { name, side, stage, full, width, theme, language });
                            }
                        }
                    }
                }
            }
        }
    }
    cases
}

/// A session in which everything is allowed, by a way that takes the most words.
fn facts() -> SessionFacts {
    let path = PathInfo {
        kind: PathKind::Relay,
        transport: "quic",
        rtt: Some(std::time::Duration::from_micros(123_400)),
    };
    SessionFacts {
        granted: Permission::ALL.into_iter().collect(),
        way: SessionWay::Known(path),
        pictures: Some(fake::request().sas),
        ..SessionFacts::default()
    }
}

fn draw(ui: &mut egui::Ui, panels: &mut Panels, case: &PanelCase, words: &Words) {
    theme::apply(ui.ctx());
    ui.ctx().set_theme(case.theme);
    let (facts, mut actions) = (facts(), Vec::new());
    let mut page = PageContext { words, now: Instant::now(), actions: &mut actions };
    let mut cx = PanelContext::new(case.side, case.stage, &facts, &mut page).with_peer("Anna Berger");
    match (case.side, case.stage) {
        (PanelSide::Host, _) => {
            let (mut check, mut sight) = (HandCheck::default(), Sight::default());
            assert!(share_ui(ui, &panels.shares(), &mut check, &mut sight, words).is_empty());
            assert!(keep_ui(ui, &panels.shares(), words).is_empty());
        }
        // While it runs, what lies over the picture is drawn here.
        (PanelSide::Technician, SessionStage::Asking) => panels.toolbar_ui(ui, &mut cx),
        (PanelSide::Technician, SessionStage::Running) => {}
    }
    match (case.stage, case.name.place(case.side)) {
        (_, PanelPlace::Nowhere) => {}
        (SessionStage::Asking, _) => panels.question_ui(ui, &mut cx),
        (SessionStage::Running, PanelPlace::Over) => {
            let map = PictureMap::fit(Size::new(1920, 1080).expect("valid"), ui.max_rect());
            panels.over_ui(case.name, ui, &map, &mut cx);
        }
        (SessionStage::Running, PanelPlace::Beside | PanelPlace::Menu) => {
            panels.panel_ui(case.name, ui, &mut cx);
        }
    }
    assert!(actions.iter().all(only_asks), "nobody did anything");
}

/// Whether a panel does this by itself: it asks for measurements, and fits a terminal to its place.
fn only_asks(action: &PageAction) -> bool {
    let PageAction::Send(NodeCommand::Feature(command)) = action else { return false };
    matches!(
        command,
        FeatureCommand::View(ViewCommand::Stages) | FeatureCommand::Terminal(TerminalCommand::Resize { .. })
    )
}

fn drawn(case: &PanelCase) -> Harness<'static, Panels> {
    let mut panels = Panels::default();
    if case.full {
        for event in case.name.sample() {
            panels.apply(event, Instant::now());
        }
    }
    let (case, words) = (case.clone(), words(case.language));
    let size = Vec2::new(case.width, 640.0);
    let draw = move |ui: &mut egui::Ui, panels: &mut Panels| draw(ui, panels, &case, &words);
    let mut harness = Harness::builder().with_size(size).build_ui_state(draw, panels);
    harness.run_steps(4);
    harness.check_accessibility();
    harness
}

fn page(theme: Theme) -> Color32 {
    match theme {
        Theme::Light => theme::LIGHT.card,
        Theme::Dark => theme::DARK.card,
    }
}

#[test]
fn every_panel_can_be_read_whole_and_by_name() {
    let mut all = Vec::new();
    // Where it is drawn is the same in both.
    for case in cases().into_iter().filter(|case| case.theme == Theme::Light) {
        let harness = drawn(&case);
        let mut faults = drawing::faults(&harness.output().shapes, page(case.theme), false);
        faults.extend(access::faults(&harness));
        all.extend((!faults.is_empty()).then(|| format!("{case:?}: {faults:#?}")));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn every_panel_can_be_read_in_both_themes() {
    for case in cases().into_iter().filter(|case| case.full) {
        let harness = drawn(&case);
        let weak = drawing::weak(&harness.output().shapes, page(case.theme));
        assert!(weak.is_empty(), "{case:?}: {weak:#?}");
    }
}

#[test]
fn a_full_panel_shows_more_than_an_empty_one() {
    let running = |full| {
        move |case: &PanelCase| {
            let light = case.theme == Theme::Light;
            case.full == full
                && light
                && case.stage == SessionStage::Running
                && !case.name.sample().is_empty()
        }
    };
    for case in cases().into_iter().filter(running(true)) {
        if case.name.place(case.side) == PanelPlace::Nowhere {
            continue;
        }
        let texts = |case: &PanelCase| {
            let harness = drawn(case);
            let texts = drawing::texts(&harness.output().shapes, page(case.theme));
            texts.into_iter().map(|text| text.text).collect::<Vec<_>>()
        };
        assert_ne!(texts(&case), texts(&PanelCase { full: false, ..case.clone() }), "{case:?}");
    }
}

#[test]
fn what_was_not_seen_is_counted_until_it_is() {
    for name in PanelName::ALL.iter().copied() {
        let mut panels = Panels::default();
        let counted = name
            .sample()
            .into_iter()
            .filter(|event| {
                let (which, attention) = panels.apply(event.clone(), Instant::now());
                assert_eq!(which, name);
                attention != beistand_gui::panels::Attention::Quiet
            })
            .count();
        assert_eq!(panels.unseen(name), counted);
        panels.see(name);
        assert_eq!(panels.unseen(name), 0);
    }
}

#[test]
fn beside_the_picture_is_room_for_one_panel() {
    let side = PanelSide::Technician;
    let mut panels = Panels::default();
    for name in PanelName::on(side) {
        panels.toggle(name, side);
        assert!(panels.is_open(name));
        assert!(panels.open_at(PanelPlace::Beside, side).len() <= 1);
        panels.toggle(name, side);
        assert!(!panels.is_open(name));
    }
}
