//! The question on small screens, with a helper who tries to push it away or asks for a lot: the pictures,
//! the choices and the buttons are on the screen together, or those of the choices that a yes would allow.

use beistand_gui::backend::fake;
use beistand_gui::panels::PanelName;
use beistand_gui::panels::permission_words;
use beistand_gui::state::AppState;
use beistand_gui::theme;
use beistand_node::words::{Language, Phrase};
use beistand_node::{NodeEvent, Permission, PermissionSet, PermissionWeight, RequestInfo};
use egui::{Color32, Rect, Theme};
use egui_kittest::kittest::Queryable as _;

use crate::common::{Look, Test, arm, drawing, open_as};

/// What the window has of these screens beside a desktop's own bars, in points, or with all of it.
const WINDOWS: [([f32; 2], f32); 8] = [
    // 1366x768 with two pixels a point.
    ([659.0, 288.0], 2.0),
    ([640.0, 288.0], 2.0),
    // 640x400.
    ([616.0, 304.0], 1.0),
    // 800x600.
    ([776.0, 504.0], 1.0),
    // 1024x600.
    ([880.0, 504.0], 1.0),
    ([1000.0, 504.0], 1.0),
    // 1280x720.
    ([1256.0, 624.0], 1.0),
    (theme::CONSENT_SIZE, 1.0),
];

/// What may be asked for: today's desktop, with looking at the machine and working on it, and all that this
/// build can do.
fn asked_for() -> [PermissionSet; 3] {
    let all = Permission::ALL;
    let [few, more] =
        [&all[..5], &[&all[..5], &all[8..12]].concat()].map(|few| few.iter().copied().collect());
    [few, more, beistand_node::offers()]
}

fn of_count(count: usize) -> PermissionSet {
    asked_for().into_iter().find(|set| set.iter().count() == count).expect("5, 9 or 17")
}

fn page(theme: Theme) -> Color32 {
    match theme {
        Theme::Light => theme::LIGHT.page,
        Theme::Dark => theme::DARK.page,
    }
}

/// Checks that each of these texts is in sight as often as it is in the list.
#[track_caller]
fn expect_in_sight(test: &Test, look: Look, wanted: &[String]) {
    let window = Rect::from_min_size(egui::Pos2::ZERO, look.size.into());
    let texts = drawing::texts(&test.harness.output().shapes, page(look.theme));
    for what in wanted {
        let seen = |text: &&drawing::DrawnText| {
            text.text == *what && text.clip.intersect(window).expand(1.0).contains_rect(text.rect)
        };
        let (seen, times) = (texts.iter().filter(seen).count(), wanted.iter().filter(|one| *one == what));
        assert!(seen >= times.count(), "{what:?} is in sight {seen} times in {look:?}");
    }
}

/// The pictures' names and what the buttons say.
fn always(test: &Test, request: &RequestInfo) -> Vec<String> {
    let pictures = request.sas.spoken(&test.words).into_iter().map(|(_, name)| name);
    pictures.chain(["page-consent-no", "page-consent-allow"].map(|key| test.words.text(key))).collect()
}

/// As long as the protocol lets names and reasons be, escaped.
fn pushy() -> RequestInfo {
    RequestInfo {
        name: "\\u{1f98a}".repeat(64),
        reason: "\\u{200b}".repeat(500),
        warning: Some(Phrase::new("node-name-company")),
        ..fake::request()
    }
}

/// The question by a tick for each thing.
fn asked(request: RequestInfo, look: Look) -> Test {
    let mut test = asked_large(request, look);
    test.tick_one_by_one();
    test
}

/// The question by two large choices.
fn asked_large(request: RequestInfo, look: Look) -> Test {
    let mut test = open_as(beistand_gui::app::StartPage::Host, look);
    test.harness.ctx.set_embed_viewports(false);
    test.node.say(NodeEvent::Invite(fake::invite()));
    test.say(NodeEvent::Request(request), AppState::asks_for_consent);
    for event in PanelName::ALL.iter().flat_map(|name| name.sample()) {
        test.node.say(NodeEvent::Feature(event));
    }
    test.catch_up();
    // The application has sized its window by itself.
    test.harness.set_size(look.size.into());
    test.steps(3);
    test
}

fn looks() -> impl Iterator<Item = Look> {
    WINDOWS.into_iter().flat_map(|(size, pixels_per_point)| {
        Language::ALL.into_iter().map(move |language| Look {
            size,
            pixels_per_point,
            language,
            theme: if size[0] < 700.0 { Theme::Dark } else { Theme::Light },
        })
    })
}

#[test]
fn pictures_choices_and_buttons_are_in_sight_together_on_small_screens() {
    for look in looks() {
        for wants in [5, 9].map(of_count) {
            for request in [RequestInfo { wants, ..pushy() }, RequestInfo { wants, ..fake::request() }] {
                let mut test = asked(request.clone(), look);
                let mut wanted = always(&test, &request);
                wanted.extend(wants.iter().map(|one| test.words.text(permission_words(one).title)));
                // A window of 616x304 has room for the titles alone.
                if wants == of_count(5) && look.size[0] >= 640.0 {
                    wanted.extend(wants.iter().map(|one| line(&test, one)));
                }
                expect_in_sight(&test, look, &wanted);
                arm(&mut test);
                let allow = test.words.text("page-consent-allow");
                assert!(!test.disabled().contains(&allow), "armed in {look:?}");
                test.click(&allow);
                assert!(test.state().host_session().is_some());
            }
        }
    }
}

/// As much as an honest helper may say, and a name of which the question warns.
fn wordy() -> RequestInfo {
    let reason = "Your printer does not print any more since yesterday, and the scanner is not found either. \
                  I would like to look at its settings, at the cable, and at what the system says of both of \
                  them, please.";
    assert!((190..=beistand_gui::views::connect::MAX_REASON_CHARS).contains(&reason.chars().count()));
    RequestInfo {
        name: "Microsoft Support".to_owned(),
        reason: reason.to_owned(),
        warning: Some(Phrase::new("node-name-company")),
        wants: beistand_node::offers(),
        ..fake::request()
    }
}

#[test]
fn both_large_choices_are_in_sight_with_all_that_must_be_read_on_small_screens() {
    for look in looks() {
        for request in [wordy(), RequestInfo { wants: of_count(17), ..pushy() }] {
            let mut test = asked_large(request.clone(), look);
            let keys = ["page-consent-no", "page-consent-more", "page-large-help", "page-large-help-line"];
            let mut wanted: Vec<_> = keys.map(|key| test.words.text(key)).into();
            wanted.extend(["page-large-look", "page-large-look-line"].map(|key| test.words.text(key)));
            wanted.extend(request.sas.spoken(&test.words).into_iter().map(|(_, name)| name));
            let warning = request.warning.as_ref().map(|warning| test.words.say(warning));
            expect_in_sight(&test, look, &wanted);
            let texts = drawing::texts(&test.harness.output().shapes, page(look.theme));
            let whole = |part: &str| {
                texts.iter().any(|text| {
                    text.text.contains(part) && !text.elided && text.clip.contains_rect(text.rect)
                })
            };
            for part in warning.iter().map(String::as_str) {
                assert!(whole(part), "{part:?} is whole in {look:?}");
            }
            if request.name == wordy().name && look.size[1] > 310.0 {
                assert!(whole(&request.reason) && whole(&request.name), "the reason is whole in {look:?}");
            }
            let mut faults = drawing::faults(&test.harness.output().shapes, page(look.theme), false);
            faults.retain(|fault| !fault.contains("is shortened"));
            assert!(faults.is_empty(), "{look:?}: {faults:#?}");
            arm(&mut test);
            let help = test.words.text("page-large-help");
            test.click_on(&format!("{help}. "));
            assert!(test.state().host_session().is_some(), "{look:?}");
        }
    }
}

/// What explains a permission, as it is drawn where there is room.
fn line(test: &Test, permission: Permission) -> String {
    let line = test.words.text(permission_words(permission).line);
    match permission.weight() {
        PermissionWeight::Bounded => line,
        PermissionWeight::Everything => format!("⚠ {line}"),
    }
}

#[test]
fn what_gives_the_most_power_says_so_beside_it_on_every_screen() {
    for look in looks() {
        for (wants, large) in asked_for().into_iter().flat_map(|wants| [(wants, false), (wants, true)]) {
            let request = RequestInfo { wants, ..fake::request() };
            let test = if large { asked_large(request, look) } else { asked(request, look) };
            let wants = if large { wants.intersection(PermissionSet::DESKTOP) } else { wants };
            let texts = drawing::texts(&test.harness.output().shapes, page(look.theme));
            let warned = texts.iter().filter(|text| text.text.starts_with("⚠ ")).count();
            let heavy = wants.iter().filter(|one| one.weight() == PermissionWeight::Everything).count();
            assert_eq!(warned, heavy, "{} in {look:?}", wants.words());
        }
    }
}

#[test]
fn a_question_for_a_lot_can_be_read_on_every_screen() {
    for look in looks() {
        // Each number in both themes, one in each language.
        let (few, many) = match look.language {
            Language::English => (Theme::Light, Theme::Dark),
            Language::German => (Theme::Dark, Theme::Light),
        };
        for (theme, wants) in [(few, of_count(9)), (many, of_count(17))] {
            let look = Look { theme, ..look };
            let test = asked(RequestInfo { wants, ..fake::request() }, look);
            let shapes = &test.harness.output().shapes;
            let mut faults = drawing::faults(shapes, page(theme), false);
            // A helper's words are cut off where they are too long.
            faults.retain(|fault| !fault.contains("is shortened"));
            let mut weak = drawing::weak(shapes, page(theme));
            // What can't be pressed yet is meant to be seen less.
            weak.retain(|text| !test.disabled().iter().any(|label| text.contains(label)));
            faults.extend(weak);
            assert!(faults.is_empty(), "{} in {look:?}: {faults:#?}", wants.words());
        }
    }
}

/// The boxes to tick, in the order in which they are drawn.
fn boxes(test: &Test) -> Vec<egui_kittest::Node<'_>> {
    test.harness.get_all_by_role(egui::accesskit::Role::CheckBox).collect()
}

#[test]
fn where_not_all_has_room_only_what_was_in_sight_is_ticked_and_what_is_ticked_stays_in_sight() {
    for language in Language::ALL {
        let look = Look { language, pixels_per_point: 2.0, ..Look::of_size(theme::CONSENT_LEAST_SIZE) };
        let request = RequestInfo { wants: of_count(17), ..fake::request() };
        let mut test = asked(request.clone(), look);
        arm(&mut test);
        let ticked = |test: &Test| {
            let AppState { page, .. } = test.state();
            let beistand_gui::state::OpenPage::Host(host) = page else { panic!("the user's page") };
            let beistand_gui::state::HostPhase::Asked(consent) = &host.phase else { panic!("the question") };
            consent.chosen
        };
        let summary = |test: &Test| {
            let titles: Vec<_> =
                ticked(test).iter().map(|one| Phrase::new(permission_words(one).title)).collect();
            test.words.with("page-consent-part", beistand_node::words::args![what = titles])
        };
        let mut wanted = always(&test, &request);
        wanted.push(summary(&test));
        expect_in_sight(&test, look, &wanted);
        boxes(&test)[1].click();
        test.steps(3);
        assert_eq!(ticked(&test).iter().count(), 2);
        let last = boxes(&test).len() - 1;
        let (place, below) = (boxes(&test)[0].rect().center(), boxes(&test)[last].rect());
        assert!(below.top() > look.size[1] - 100.0, "the last one is out of sight");
        boxes(&test)[last].click();
        test.steps(3);
        assert!(ticked(&test).iter().count() <= 2, "what is out of sight is not ticked");
        test.harness.hover_at(place);
        test.harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::Vec2::new(0.0, -2000.0),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: egui::Modifiers::NONE,
        });
        test.steps(4);
        assert!(test.disabled().contains(&test.words.text("page-consent-allow")), "it is new to be read");
        arm(&mut test);
        boxes(&test)[last].click();
        test.steps(3);
        assert_eq!(ticked(&test).iter().count(), 3, "{}", ticked(&test).words());
        let mut wanted = always(&test, &request);
        wanted.push(summary(&test));
        expect_in_sight(&test, look, &wanted);
        let allow = test.words.text("page-consent-allow");
        test.click(&allow);
        assert!(test.state().host_session().is_some());
    }
}

#[test]
fn the_helpers_words_are_cut_off_as_they_are_drawn() {
    for look in looks() {
        for test in [asked(pushy(), look), asked_large(pushy(), look)] {
            let texts = drawing::texts(&test.harness.output().shapes, page(look.theme));
            let theirs: Vec<_> = texts.iter().filter(|text| text.text.contains("\\u{")).collect();
            assert!(!theirs.is_empty(), "the name at least is in sight in {look:?}");
            for text in theirs {
                let cut = text.elided || text.rows.len() == 1 && text.text.contains('…');
                assert!(cut && text.rows.len() <= 3, "{} rows in {look:?}", text.rows.len());
            }
            let faults = drawing::faults(&test.harness.output().shapes, page(look.theme), false);
            let ours: Vec<_> = faults.iter().filter(|fault| !fault.contains("is shortened")).collect();
            assert!(ours.is_empty(), "{look:?}: {ours:#?}");
        }
    }
}

/// Where the window is too small all the same, a click doesn't count until it was made larger.
#[test]
fn nothing_can_be_granted_where_not_all_is_in_sight() {
    for size in [[640.0, 200.0], [420.0, 420.0]] {
        let mut test = asked(RequestInfo { wants: of_count(9), ..pushy() }, Look::of_size(size));
        arm(&mut test);
        assert!(test.shows("make it large enough to see all of it"));
        test.harness.get_by_label("Allow what is ticked").click();
        test.steps(3);
        assert!(test.state().asks_for_consent());
        test.harness.set_size(theme::CONSENT_SIZE.into());
        arm(&mut test);
        test.click("Allow what is ticked");
        assert!(test.state().host_session().is_some());
    }
}

#[test]
fn a_narrow_window_warns_of_a_name_once() {
    for shape in [asked_large as fn(RequestInfo, Look) -> Test, asked] {
        let mut test = shape(RequestInfo { wants: of_count(5), ..wordy() }, Look::of_size([420.0, 1400.0]));
        test.harness.set_size(egui::Vec2::new(420.0, 1400.0));
        test.steps(3);
        let warning = test.words.text("node-name-company");
        assert_eq!(test.harness.query_all_by_label_contains(&warning).count(), 1);
    }
}
