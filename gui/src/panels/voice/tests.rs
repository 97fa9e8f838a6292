//! The panel on both sides.

use beistand_node::words::{Language, Words};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::app::words;
use crate::hand_check::{GrantOffer, HandCheck, Sight, WideningAct};
use crate::panels::SessionStage;
use crate::state::{PageAction, SessionFacts};
use crate::theme;
use crate::views::PageContext;
use beistand_node::{FeatureCommand, NodeCommand, Origin, PermissionSet, PressOrigin, SeenPress};

struct VoiceWindow {
    panel: VoicePanel,
    side: PanelSide,
    words: Words,
    actions: Vec<PageAction>,
    granted: bool,
    hidden: bool,
    hand: Option<(HandCheck, HandsOrigin)>,
}

/// A desktop on which all presses are of this origin.
struct HandsOrigin(Origin);

impl PressOrigin for HandsOrigin {
    fn origin_of(&mut self, _press: &SeenPress) -> Origin {
        self.0
    }
}

const OPEN: VoiceEvent = VoiceEvent::Talk { who: VoiceOwner::Us, state: TalkState::Open };
const CLOSED: VoiceEvent = VoiceEvent::Talk { who: VoiceOwner::Us, state: TalkState::Muted };

fn draw(ui: &mut Ui, window: &mut VoiceWindow) {
    theme::apply(ui.ctx());
    let granted = PermissionSet::NONE.with(Permission::Voice);
    let granted = if window.granted { granted } else { PermissionSet::NONE };
    let facts = SessionFacts { granted, ..SessionFacts::default() };
    let mut page = PageContext { words: &window.words, now: Instant::now(), actions: &mut window.actions };
    let mut cx = PanelContext::new(window.side, SessionStage::Running, &facts, &mut page);
    let panel = &mut window.panel;
    if window.side == PanelSide::Technician {
        panel.toolbar_ui(ui, &mut cx.speaking());
    }
    if window.hidden {
        return;
    }
    match &mut window.hand {
        None => panel.panel_ui(ui, &mut cx.speaking()),
        Some((check, origin)) => {
            check.begin(ui, origin);
            panel.panel_ui(ui, &mut cx.with_hand(check).speaking());
            let offer = GrantOffer { parts: panel.offered(), ..GrantOffer::default() };
            check.end(ui, Sight::Whole, offer);
        }
    }
}

fn shown(side: PanelSide, events: impl IntoIterator<Item = VoiceEvent>) -> Harness<'static, VoiceWindow> {
    let mut panel = VoicePanel::default();
    for event in events {
        panel.apply(event, Instant::now());
    }
    let window = VoiceWindow {
        panel,
        side,
        words: words(Language::English),
        actions: Vec::new(),
        granted: true,
        hidden: false,
        hand: None,
    };
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
    test.get_by_label("Open my microphone").click();
    assert!(sent(&mut test).is_empty());
    test.get_by_label("Hang up").click();
    assert_eq!(sent(&mut test), [VoiceCommand::HangUp]);
    let open = VoiceEvent::Talk { who: VoiceOwner::Us, state: TalkState::Open };
    let mut test = shown(PanelSide::Host, [open]);
    let bar = test.state_mut().panel.under_way().expect("the bar says so");
    assert_eq!(bar.stop, VoiceCommand::Mute);
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
fn the_helpers_microphone_is_open_while_the_button_or_its_key_is_held() {
    let mut test = shown(PanelSide::Technician, []);
    let place = test.get_by_label("Hold to talk (F9)").rect().center();
    test.drag_at(place);
    assert_eq!(sent(&mut test), [VoiceCommand::Press]);
    test.drop_at(place);
    assert_eq!(sent(&mut test), [VoiceCommand::Mute]);
    test.key_down(Key::F9);
    assert_eq!(sent(&mut test), [VoiceCommand::Press]);
    test.state_mut().panel.apply(OPEN, Instant::now());
    assert!(test.query_by_label("Close my microphone").is_none(), "what is held stays where it is");
    assert!(sent(&mut test).is_empty());
    test.key_up(Key::F9);
    assert_eq!(sent(&mut test), [VoiceCommand::Mute]);
    test.state_mut().panel.apply(CLOSED, Instant::now());
    test.get_by_label("Hold to talk (F9)").focus();
    assert!(sent(&mut test).is_empty());
    test.key_down(Key::Space);
    assert_eq!(sent(&mut test), [VoiceCommand::Press]);
    // The panel is closed while it is held.
    test.state_mut().hidden = true;
    assert_eq!(sent(&mut test), [VoiceCommand::Mute]);
}

#[test]
fn the_users_microphone_is_open_while_a_hand_holds_the_button_and_by_no_other_press() {
    for origin in [Origin::Physical, Origin::Injected, Origin::Unclear] {
        let mut test = shown(PanelSide::Host, []);
        test.state_mut().hand = Some((HandCheck::default(), HandsOrigin(origin)));
        // What is asked has to have been in sight for a while.
        test.run_steps(120);
        let place = test.get_by_label("Hold to talk").rect().center();
        test.key_down(Key::F9);
        assert!(sent(&mut test).is_empty(), "keys are also the helper's");
        test.key_up(Key::F9);
        test.drag_at(place);
        test.run_steps(2);
        let actions = std::mem::take(&mut test.state_mut().actions);
        let hold = WideningAct::More(VoiceCommand::Hold.into());
        match &actions[..] {
            [PageAction::Widen(act)] => {
                assert_eq!((act.act(), origin), (&hold, Origin::Physical));
                test.state_mut().panel.apply(OPEN, Instant::now());
                test.run_steps(120);
                assert!(sent(&mut test).is_empty(), "a press is said once");
                test.drop_at(place);
                assert_eq!(sent(&mut test), [VoiceCommand::Mute]);
            }
            [] => assert_ne!(origin, Origin::Physical),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn who_toggles_their_microphone_does_not_fill_the_others_screen() {
    let (mut panel, start) = (VoicePanel::default(), Instant::now());
    let mut toasts = 0;
    for tenth in 0..100 {
        for state in [TalkState::Open, TalkState::Muted] {
            let told = VoiceEvent::Talk { who: VoiceOwner::Peer, state };
            let now = start + Duration::from_millis(100) * tenth;
            toasts += u32::from(matches!(panel.apply(told, now), Attention::Toast(_)));
        }
    }
    assert_eq!(toasts, 1);
}

#[test]
fn without_the_permission_nothing_is_shown_as_open_whatever_was_said_before() {
    let open = |who| VoiceEvent::Talk { who, state: TalkState::Open };
    let mut test = shown(PanelSide::Host, [open(VoiceOwner::Us), open(VoiceOwner::Peer)]);
    assert!(test.query_by_label_contains("Your microphone is open").is_some());
    test.state_mut().granted = false;
    test.run_steps(2);
    assert!(test.query_by_label_contains("Your microphone is open").is_none());
    assert!(test.query_by_label("Their microphone is open.").is_none());
}

#[test]
fn whoever_leaves_where_nobody_may_talk_is_refused_once_and_not_without_end() {
    let mut panel = VoicePanel::default();
    assert_eq!(panel.leave(), Some(VoiceCommand::Mute));
    panel.apply(VoiceEvent::Refused { why: VoiceRefusal::NotAllowed }, Instant::now());
    assert_eq!(panel.leave(), None, "after each of its events it is asked again");
    assert_eq!(panel.leave(), Some(VoiceCommand::Mute), "where permissions have changed");
}
