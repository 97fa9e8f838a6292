//! The panel on both sides.

use beistand_node::words::{Language, Words};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::app::words;
use crate::panels::SessionStage;
use crate::state::{PageAction, SessionFacts};
use crate::theme;
use crate::views::PageContext;
use beistand_node::{FeatureCommand, NodeCommand, PermissionSet};

struct VoiceWindow {
    panel: VoicePanel,
    side: PanelSide,
    words: Words,
    actions: Vec<PageAction>,
}

fn draw(ui: &mut Ui, window: &mut VoiceWindow) {
    theme::apply(ui.ctx());
    let granted = PermissionSet::NONE.with(Permission::Voice);
    let facts = SessionFacts { granted, ..SessionFacts::default() };
    let mut page = PageContext { words: &window.words, now: Instant::now(), actions: &mut window.actions };
    let mut cx = PanelContext::new(window.side, SessionStage::Running, &facts, &mut page);
    window.panel.panel_ui(ui, &mut cx.speaking());
}

fn shown(side: PanelSide, events: impl IntoIterator<Item = VoiceEvent>) -> Harness<'static, VoiceWindow> {
    let mut panel = VoicePanel::default();
    for event in events {
        panel.apply(event, Instant::now());
    }
    let window = VoiceWindow { panel, side, words: words(Language::English), actions: Vec::new() };
    let mut test = Harness::builder().with_size([420.0, 900.0]).build_ui_state(draw, window);
    test.run_steps(3);
    test
}

fn sent(test: &mut Harness<'static, VoiceWindow>) -> Vec<VoiceCommand> {
    test.run_steps(2);
    let actions = std::mem::take(&mut test.state_mut().actions);
    let command = |action| match action {
        PageAction::Send(NodeCommand::Feature(FeatureCommand::Voice(command))) => command,
        other => panic!("{other:?}"),
    };
    actions.into_iter().map(command).collect()
}

#[test]
fn without_a_hand_the_users_microphone_stays_closed_but_anybody_can_close_it() {
    let mut test = shown(PanelSide::Host, []);
    for widening in ["Open my microphone", "Use push to talk"] {
        test.get_by_label(widening).click();
        assert!(sent(&mut test).is_empty(), "{widening}");
    }
    assert!(test.query_by_label("Hold to talk").is_none(), "it has to be switched on first");
    test.get_by_label("Hang up").click();
    assert_eq!(sent(&mut test), [VoiceCommand::HangUp]);
    let open = VoiceEvent::Talk { who: VoiceOwner::Us, state: TalkState::Open };
    let mut test = shown(PanelSide::Host, [open]);
    assert!(test.query_by_label_contains("Your microphone is open").is_some());
    test.get_by_label("Close my microphone").click();
    assert_eq!(sent(&mut test), [VoiceCommand::Mute]);
}

#[test]
fn the_helper_opens_their_own_microphone_and_sees_that_the_other_is_closed() {
    let mut test = shown(PanelSide::Technician, []);
    assert!(test.query_by_label("Their microphone is closed.").is_some());
    test.get_by_label("Open my microphone").click();
    assert_eq!(sent(&mut test), [VoiceCommand::Speak]);
    test.get_by_label("Choose devices").click();
    assert_eq!(sent(&mut test), [VoiceCommand::Devices]);
}

#[test]
fn the_microphone_is_open_while_the_button_is_held_and_closed_when_it_is_let_go() {
    for (side, events) in [(PanelSide::Technician, vec![]), (PanelSide::Host, vec![VoiceEvent::Armed])] {
        let mut test = shown(side, events);
        let place = test.get_by_label("Hold to talk").rect().center();
        test.drag_at(place);
        assert_eq!(sent(&mut test), [VoiceCommand::Press], "{side:?}");
        test.drop_at(place);
        assert_eq!(sent(&mut test), [VoiceCommand::Mute], "{side:?}");
    }
}
