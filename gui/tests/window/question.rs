//! The question on small screens, with a helper who tries to push it away: the pictures, the choices and the
//! buttons are on the screen together.

use beistand_gui::backend::fake;
use beistand_gui::panels::PanelName;
use beistand_gui::panels::permission_words;
use beistand_gui::state::{AppState, ConnectForm};
use beistand_gui::theme;
use beistand_node::words::{Language, Phrase};
use beistand_node::{NodeEvent, PermissionSet, RequestInfo};
use egui::{Rect, Theme};
use egui_kittest::kittest::Queryable as _;

use crate::common::{Look, Test, arm, drawing, open_as};

/// What the window has of these screens beside a desktop's own bars, in points.
const WINDOWS: [([f32; 2], f32); 5] = [
    // 1366x768 with two pixels a point.
    ([659.0, 288.0], 2.0),
    ([640.0, 288.0], 2.0),
    // 1024x600.
    ([880.0, 504.0], 1.0),
    ([1000.0, 504.0], 1.0),
    (theme::CONSENT_SIZE, 1.0),
];

/// What a helper asks for where nobody says anything else.
fn usual() -> PermissionSet {
    ConnectForm::default().wants
}

/// As long as the protocol lets names and reasons be, escaped.
fn pushy() -> RequestInfo {
    RequestInfo {
        name: "\\u{1f98a}".repeat(64),
        reason: "\\u{200b}".repeat(500),
        warning: Some(Phrase::new("node-name-company")),
        wants: usual(),
        ..fake::request()
    }
}

fn asked(request: RequestInfo, look: Look) -> Test {
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
            theme: Theme::Light,
        })
    })
}

#[test]
fn pictures_choices_and_buttons_are_in_sight_together_on_small_screens() {
    for look in looks() {
        for request in [pushy(), RequestInfo { wants: usual(), ..fake::request() }] {
            let pictures = request.sas;
            let mut test = asked(request, look);
            let window = Rect::from_min_size(egui::Pos2::ZERO, look.size.into());
            let texts = drawing::texts(&test.harness.output().shapes, theme::LIGHT.page);
            let mut wanted: Vec<String> =
                pictures.spoken(&test.words).into_iter().map(|(_, name)| name).collect();
            wanted.extend(usual().iter().map(|one| test.words.text(permission_words(one).title)));
            wanted.extend(usual().iter().map(|one| test.words.text(permission_words(one).line)));
            wanted.extend(["page-consent-no", "page-consent-allow"].map(|key| test.words.text(key)));
            for what in wanted {
                let drawn = texts.iter().find(|text| text.text == what);
                let drawn = drawn.unwrap_or_else(|| panic!("{what:?} is not drawn in {look:?}"));
                let seen = drawn.clip.intersect(window).expand(1.0);
                assert!(seen.contains_rect(drawn.rect), "{what:?} at {} in {seen}, {look:?}", drawn.rect);
            }
            arm(&mut test);
            let allow = test.words.text("page-consent-allow");
            assert!(!test.disabled().contains(&allow), "armed in {look:?}");
            test.click(&allow);
            assert!(test.state().host_session().is_some());
        }
    }
}

#[test]
fn the_helpers_words_are_cut_off_as_they_are_drawn() {
    for look in looks() {
        let test = asked(pushy(), look);
        let texts = drawing::texts(&test.harness.output().shapes, theme::LIGHT.page);
        let theirs: Vec<_> = texts.iter().filter(|text| text.text.contains("\\u{")).collect();
        assert!(!theirs.is_empty(), "the name at least is in sight in {look:?}");
        for text in theirs {
            assert!(text.elided && text.rows.len() <= 3, "{} rows in {look:?}", text.rows.len());
        }
        let page = theme::LIGHT.page;
        let faults = drawing::faults(&test.harness.output().shapes, page, false);
        let ours: Vec<_> = faults.iter().filter(|fault| !fault.contains("is shortened")).collect();
        assert!(ours.is_empty(), "{look:?}: {ours:#?}");
    }
}

/// Where the window is too small all the same, a click doesn't count until it was made larger.
#[test]
fn nothing_can_be_granted_where_not_all_is_in_sight() {
    for size in [[640.0, 200.0], [420.0, 420.0]] {
        let mut test = asked(pushy(), Look::of_size(size));
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
