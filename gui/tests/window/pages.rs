//! Every page in both languages, walked by one driver: nothing is cut off, shortened, laid on something else
//! or outside the window, everything has a name for assistive programs, and nothing is drawn again at rest.

use std::time::Duration;

use beistand_gui::WORD_ROOMS;
use beistand_gui::app::{StartPage, words};
use beistand_gui::backend::CommandSender;
use beistand_gui::backend::fake;
use beistand_gui::panels::{PanelName, PanelSide};
use beistand_gui::state::{ConnectForm, InviteField, SessionFacts, SessionFlow, SessionWay};
use beistand_gui::theme;
use beistand_gui::views::session_bar::{BAR_SIZE, BarSession, SessionBar, session_bar_ui};
use beistand_node::words::{Language, Phrase, testing};
use beistand_node::{
    Acquaintance, ConnectStep, EndWord, EndedBy, NodeEvent, Notice, PastPeer, PastSession, PathInfo,
    PathKind, Permission, PermissionSet, Preset, PresetFault, PresetState, ReplaceCause, RequestInfo, Size,
};
use egui::Theme;
use egui_kittest::Harness;

use crate::common::{Look, Test, access, arm, drawing, next_drawing, open_as, permissions};

/// A page, and what the node says on the way there.
pub(crate) struct PageCase {
    pub(crate) name: &'static str,
    start: fn() -> StartPage,
    events: Vec<NodeEvent>,
    then: PageStep,
}

/// What is done on the page then.
#[derive(Clone)]
enum PageStep {
    Nothing,
    OpenPanels,
    /// A tick for each thing.
    Ticks,
    /// The user says yes, and the node says this.
    Allow(Vec<NodeEvent>),
    /// The program was found to be set up so, when the home page is come back to.
    SetUp(fn() -> PresetState),
    /// The page for helpers is opened by somebody who has helped before.
    GiveAgain,
}

fn technician() -> StartPage {
    let mut invite = InviteField::default();
    invite.set(fake::invite().words);
    StartPage::Technician(ConnectForm { invite, name: "Anna".to_owned(), ..ConnectForm::default() })
}

fn path(kind: PathKind) -> NodeEvent {
    NodeEvent::Path(PathInfo { kind, transport: "quic", rtt: Some(Duration::from_micros(123_400)) })
}

fn samples() -> Vec<NodeEvent> {
    PanelName::ALL.iter().flat_map(|name| name.sample()).map(NodeEvent::Feature).collect()
}

fn notice() -> NodeEvent {
    let why = Phrase::new("cause-lost");
    NodeEvent::Notice(Notice::FeatureFailed { feature: "view", why })
}

pub(crate) fn cases() -> Vec<PageCase> {
    let page = |name, start, events: Vec<Vec<NodeEvent>>| PageCase {
        name,
        start,
        events: events.concat(),
        then: PageStep::Nothing,
    };
    let helped = |name, events| PageCase {
        name,
        start: || StartPage::Host,
        events: vec![NodeEvent::Request(fake::request())],
        then: PageStep::Allow(events),
    };
    let host: fn() -> StartPage = || StartPage::Host;
    let invited = vec![NodeEvent::Invite(fake::invite())];
    let replaced = |cause| vec![NodeEvent::InviteReplaced(cause)];
    let asked = vec![NodeEvent::Invite(fake::invite()), NodeEvent::Request(fake::request())];
    let warned = RequestInfo { warning: Some(Phrase::new("node-name-company")), ..fake::request() };
    let viewing = vec![permissions(PermissionSet::DESKTOP), path(PathKind::Relay)];
    let mut cases = vec![
        page("home", || StartPage::Home, vec![]),
        page("starting", host, vec![]),
        page("invite", host, vec![invited.clone(), vec![notice()]]),
        page("replaced", host, vec![replaced(ReplaceCause::BrokenOff { times: 3 }), invited.clone()]),
        page("asked-again", host, vec![replaced(ReplaceCause::AskedAgain { times: 3 }), invited.clone()]),
        page("withdrawn", host, vec![asked.clone(), vec![NodeEvent::Withdrawn { request: 7 }], invited]),
        page("consent", host, vec![asked.clone()]),
        page("warning", host, vec![vec![NodeEvent::Request(warned)]]),
        PageCase { then: PageStep::Ticks, ..page("ticks", host, vec![asked.clone()]) },
        page("said", host, vec![asked, samples()]),
        page("give", || StartPage::Technician(ConnectForm::default()), vec![]),
        page("connecting", technician, vec![vec![NodeEvent::Progress(ConnectStep::Searching), notice()]]),
        page("compare", technician, vec![vec![NodeEvent::Request(fake::request())], samples()]),
        page("viewer", technician, vec![viewing.clone()]),
        PageCase {
            then: PageStep::OpenPanels,
            ..page("panels", technician, vec![viewing.clone(), samples()])
        },
        helped("helped", [vec![path(PathKind::Relay), notice()], samples()].concat()),
        helped("pausing", vec![NodeEvent::Paused(true), NodeEvent::Reconnecting]),
        page("paused", technician, vec![viewing.clone(), vec![NodeEvent::Paused(true)]]),
        page("hidden", technician, vec![viewing.clone(), vec![permissions(keyboard_only())]]),
        page("lost", technician, vec![viewing, vec![NodeEvent::Reconnecting]]),
    ];
    cases.extend(home_cases());
    for reason in ENDS {
        for (start, by) in [(host, EndedBy::Peer), (technician as fn() -> StartPage, EndedBy::Nobody)] {
            cases.push(page("ended", start, vec![vec![fake::end(reason, by, 4, "cause-lost")]]));
        }
    }
    cases
}

/// The home page as an organisation has set it up, and the page for helpers of one who has helped before.
fn home_cases() -> [PageCase; 4] {
    let home = |name, then| PageCase { name, start: || StartPage::Home, events: Vec::new(), then };
    let set_up = |name, preset| home(name, PageStep::SetUp(preset));
    [
        set_up("set-up", || PresetState::Used(Box::new(Preset::sample("Muster IT")))),
        set_up("set-up-by-another", || PresetState::OfAnotherSigner {
            found: Box::new(Preset::sample("Muster Again")),
            before: Some("Muster IT".to_owned()),
        }),
        set_up("set-up-badly", || PresetState::Broken {
            path: "/opt/beistand/beistand.preset".into(),
            fault: PresetFault::Changed,
        }),
        home("give-again", PageStep::GiveAgain),
    ]
}

const ENDS: [EndWord; 11] = [
    EndWord::Ended,
    EndWord::Denied,
    EndWord::Unanswered,
    EndWord::InviteWrong,
    EndWord::InviteExpired,
    EndWord::InviteUsed,
    EndWord::Busy,
    EndWord::TooManyTries,
    EndWord::NotFound,
    EndWord::Lost,
    EndWord::Failed,
];

/// The pages on which nearly everything is asked for or allowed.
fn full_cases() -> [PageCase; 3] {
    let case = |name, start, event, then| PageCase { name, start, events: vec![event], then };
    let host: fn() -> StartPage = || StartPage::Host;
    let allowed = permissions(more().wants);
    [
        case("asked", host, NodeEvent::Request(more()), PageStep::Ticks),
        case("helped", host, NodeEvent::Request(fake::request()), PageStep::Allow(vec![allowed.clone()])),
        case("viewer", technician, allowed, PageStep::Nothing),
    ]
}

#[test]
fn nothing_is_cut_off_where_nearly_everything_is_allowed() {
    for look in Language::ALL.into_iter().flat_map(looks) {
        for case in full_cases() {
            let test = drawn(&case, look);
            let faults = drawing::faults(&test.harness.output().shapes, theme::LIGHT.page, false);
            assert!(faults.is_empty(), "{} in {look:?}: {faults:#?}", case.name);
        }
    }
}

/// A request for nearly all that the protocol has.
fn more() -> RequestInfo {
    RequestInfo { wants: Permission::ALL.into_iter().take(13).collect(), ..fake::request() }
}

fn keyboard_only() -> PermissionSet {
    PermissionSet::NONE.with(Permission::Keyboard)
}

/// From the home page, in a window in which each button is in sight.
fn open_give(test: &mut Test) {
    test.harness.set_size([900.0, 3000.0].into());
    test.steps(2);
    let label = ["page-home-give", "page-home-give-line"].map(|key| test.words.text(key)).join(". ");
    test.click(&label);
}

pub(crate) fn drawn(case: &PageCase, look: Look) -> Test {
    let mut test = open_as((case.start)(), look);
    test.harness.ctx.set_embed_viewports(false);
    // Small, since it is drawn for each page and has no text.
    fake::draw_desktop(&test.node.picture(), Size::new(640, 360).expect("valid"), 0);
    for event in &case.events {
        test.node.say(event.clone());
    }
    test.catch_up();
    match &case.then {
        PageStep::Nothing => {}
        PageStep::OpenPanels => {
            for name in PanelName::on(PanelSide::Technician) {
                test.open_panel(name);
            }
        }
        PageStep::Ticks => test.tick_one_by_one(),
        PageStep::Allow(events) => {
            arm(&mut test);
            let look = test.words.text("page-large-look");
            test.click_on(&look);
            assert!(test.state().host_session().is_some());
            for event in events {
                test.node.say(event.clone());
            }
            test.catch_up();
        }
        PageStep::SetUp(preset) => {
            test.node.set_up(preset());
            open_give(&mut test);
            let back = test.words.text("page-give-back");
            test.click(&back);
        }
        PageStep::GiveAgain => {
            let known = Some(Acquaintance::sample("Anna Berger", 1_777_593_600));
            test.node.has_helped(vec![
                (PastSession::sample("Anna Berger", 2), PastPeer { known, may_return: true }),
                (PastSession::sample("Ben", 1), PastPeer::default()),
            ]);
            open_give(&mut test);
        }
    }
    // The application has sized its window by itself.
    test.harness.set_size(look.size.into());
    test.steps(3);
    if test.state().viewing().is_some() {
        // Passing notices lie on the picture, and go.
        test.pass_time();
    }
    test
}

/// The windows in which the pages must be readable: as they open, on a screen of 1280x720, as small as they
/// can be made, and what is left of a screen of 1280x720 and of 1920x1080 where everything is twice as large.
fn looks(language: Language) -> [Look; 5] {
    [
        (theme::HOME_SIZE, 1.0),
        ([1280.0, 720.0], 1.0),
        (theme::LEAST_SIZE, 2.0),
        ([560.0, 264.0], 2.0),
        ([936.0, 444.0], 2.0),
    ]
    .map(|(size, pixels_per_point)| Look { size, pixels_per_point, language, theme: Theme::Light })
}

#[test]
fn every_page_is_whole_named_and_at_rest_in_english() {
    expect_sound(Language::English);
}

#[test]
fn every_page_is_whole_named_and_at_rest_in_german() {
    expect_sound(Language::German);
}

#[track_caller]
fn expect_sound(language: Language) {
    let mut all = Vec::new();
    for (number, look) in looks(language).into_iter().enumerate() {
        for case in cases() {
            let mut test = drawn(&case, look);
            let shapes = &test.harness.output().shapes;
            let mut faults = drawing::faults(shapes, theme::LIGHT.page, false);
            faults.extend(drawing::outside(shapes, look.size[0]));
            faults.extend(access::faults(&test.harness));
            // Once for each page: it is the same in each window.
            if number == 1 {
                faults.extend(unrest(&mut test));
            }
            all.extend((!faults.is_empty()).then(|| format!("{} in {look:?}: {faults:#?}", case.name)));
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// The least time between two drawings of a page that is at rest, twice a second: dots while something is
/// waited for, and the mark in a field that comes and goes.
const REST: Duration = Duration::from_millis(400);

/// Whether the page is drawn again although nothing happens.
fn unrest(test: &mut Test) -> Option<String> {
    // Whatever fades or is armed has come to its end.
    arm(test);
    // A clock is drawn at each full second, which may be near: six parts of a second reach past it.
    let rests = |test: &mut Test| {
        test.put_clock_on(REST / 2);
        test.harness.step();
        next_drawing(&test.harness) >= REST
    };
    let again = (0..6).all(|_| !rests(test));
    again.then(|| format!("it is drawn again after {:?}", next_drawing(&test.harness)))
}

/// The pages that are worked on with a mouse or without; in the viewer the keyboard is the host's.
#[test]
fn everything_is_reached_by_the_keyboard_alone() {
    let names = [
        "home",
        "set-up",
        "set-up-by-another",
        "set-up-badly",
        "invite",
        "consent",
        "give",
        "give-again",
        "connecting",
        "compare",
        "helped",
        "pausing",
        "ended",
    ];
    let (mut done, mut all) = (Vec::new(), Vec::new());
    for case in cases() {
        if !names.contains(&case.name) || done.contains(&case.name) {
            continue;
        }
        done.push(case.name);
        let mut test = drawn(&case, Look::of_size([900.0, 3000.0]));
        arm(&mut test);
        let faults = access::out_of_reach(&mut test.harness);
        all.extend((!faults.is_empty()).then(|| format!("{}: {faults:#?}", case.name)));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
    assert_eq!(done.len(), names.len());
}

#[test]
fn the_four_pictures_are_named_in_the_language_of_the_page() {
    for (language, names) in [
        (Language::English, ["dog", "cactus", "key", "train"]),
        (Language::German, ["Hund", "Kaktus", "Schlüssel", "Lokomotive"]),
    ] {
        let look = Look { language, ..Look::of_size(theme::HOME_SIZE) };
        for case in cases().iter().filter(|case| ["consent", "compare"].contains(&case.name)) {
            let test = drawn(case, look);
            for name in names {
                assert!(test.shows(name), "{name} on {}", case.name);
            }
        }
    }
}

#[test]
fn in_a_window_that_is_high_enough_nothing_is_cut_off_above_or_below() {
    for language in Language::ALL {
        let look = Look { size: [560.0, 2000.0], language, ..Look::of_size([0.0, 0.0]) };
        for case in
            cases().iter().filter(|case| !["said", "compare", "panels", "helped"].contains(&case.name))
        {
            let test = drawn(case, look);
            let faults = drawing::faults(&test.harness.output().shapes, theme::LIGHT.page, true);
            assert!(faults.is_empty(), "{} in {look:?}: {faults:#?}", case.name);
        }
    }
}

#[test]
fn every_page_can_be_read_in_both_themes() {
    for (theme, page) in [(Theme::Light, theme::LIGHT.page), (Theme::Dark, theme::DARK.page)] {
        for case in cases() {
            let look = Look { theme, ..Look::of_size([560.0, 900.0]) };
            let test = drawn(&case, look);
            let mut weak = drawing::weak(&test.harness.output().shapes, page);
            // What can't be pressed is meant to be seen less.
            weak.retain(|text| !test.disabled().iter().any(|label| text.contains(label)));
            assert!(weak.is_empty(), "{} in {theme:?}: {weak:#?}", case.name);
        }
    }
}

/// The bar in each state that changes its words, at its own size.
#[test]
fn nothing_is_cut_off_in_the_session_bar() {
    let known = |kind| SessionWay::Known(PathInfo { kind, transport: "quic", rtt: None });
    for language in Language::ALL {
        for way in [known(PathKind::Lan), known(PathKind::Relay), SessionWay::Lost, SessionWay::Unknown] {
            for (flow, unseen) in [(SessionFlow::Running, 0), (SessionFlow::Paused, 12)] {
                for granted in [PermissionSet::NONE, PermissionSet::DESKTOP, more().wants] {
                    let facts = SessionFacts { granted, flow, way: way.clone(), pictures: None };
                    let faults = bar_faults(facts, unseen, language);
                    assert!(faults.is_empty(), "{way:?} {flow:?} {granted:?}: {faults:#?}");
                }
            }
        }
    }
}

fn bar_faults(facts: SessionFacts, unseen: usize, language: Language) -> Vec<String> {
    let session = BarSession {
        wants: PermissionSet::DESKTOP,
        facts,
        panels: PanelName::on(PanelSide::Host).map(|name| (name, unseen)).collect(),
        shares: Vec::new(),
        under_way: Vec::new(),
        asked: None,
    };
    let (commands, _heard) = beistand_node::command_channel(16);
    let origin = std::sync::Mutex::new(Box::new(fake::FakeNode::default()) as Box<_>);
    let bar = SessionBar::new(session, words(language), CommandSender::new(commands), origin.into());
    let draw = |ui: &mut egui::Ui, bar: &mut SessionBar| {
        theme::apply(ui.ctx());
        session_bar_ui(ui, bar);
    };
    let mut harness = Harness::builder().with_size(BAR_SIZE).build_ui_state(draw, bar);
    harness.run_steps(4);
    drawing::faults(&harness.output().shapes, theme::LIGHT.card, true)
}

#[test]
fn the_texts_of_this_crate_are_whole() {
    let faults = testing::faults(WORD_ROOMS, beistand_node::words::ROOMS, env!("CARGO_MANIFEST_DIR"));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_language_is_changed_on_the_home_page() {
    let mut test = open_as(StartPage::Home, Look::of_size(theme::HOME_SIZE));
    assert!(test.shows("Get help"));
    test.click("Deutsch");
    assert!(test.shows("Hilfe bekommen") && !test.shows("Get help"));
    test.click("English");
    assert!(test.shows("Get help"));
}
