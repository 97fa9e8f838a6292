//! The field for the invite: proposals and completions, taken by click and by key, and Enter.

use beistand_gui::app::StartPage;
use beistand_gui::backend::fake;
use beistand_gui::state::{ConnectForm, OpenPage};
use egui::Key;
use egui_kittest::kittest::Queryable as _;

use crate::common::{Test, open};

fn typed(text: &str) -> Test {
    let form = ConnectForm { name: "Anna".to_owned(), ..ConnectForm::default() };
    let mut test = open(StartPage::Technician(form), [560.0, 640.0]);
    test.steps(2);
    more(&mut test, text);
    test
}

fn more(test: &mut Test, text: &str) {
    test.harness.event(egui::Event::Text(text.to_owned()));
    test.steps(2);
}

fn press(test: &mut Test, key: Key) {
    test.harness.key_press(key);
    test.steps(2);
}

fn text(test: &Test) -> String {
    match &test.state().page {
        OpenPage::Technician(technician) => technician.form.invite.text().to_owned(),
        OpenPage::Home | OpenPage::Host(_) | OpenPage::Changes(_) | OpenPage::Acquaintances(_) => {
            panic!("the technician's page")
        }
    }
}

#[test]
fn a_begun_word_is_completed_with_tab_with_arrows_and_by_click() {
    let mut test = typed("avoid aco");
    assert!(test.shows("acoustic"));
    press(&mut test, Key::Tab);
    assert_eq!(text(&test), "avoid acorn ");
    more(&mut test, "el");
    press(&mut test, Key::ArrowDown);
    press(&mut test, Key::ArrowDown);
    press(&mut test, Key::Enter);
    let taken = text(&test);
    assert!(taken.starts_with("avoid acorn el") && taken.ends_with(' '), "{taken}");
    assert!(test.node.asked().is_empty(), "Enter took the word");
    more(&mut test, "olivi");
    test.harness.get_by_label("olive").click();
    test.steps(2);
    assert_eq!(text(&test), format!("{taken}olive "), "what is wrong is replaced as well");
}

#[test]
fn a_wrong_word_is_named_with_proposals_to_take() {
    let mut test = typed("avoid acoustic aviatoin olive ");
    assert!(test.shows("“aviatoin” isn't one of our words"));
    test.harness.get_by_label("aviation").click();
    test.steps(2);
    assert_eq!(text(&test), "avoid acoustic aviation olive ");
    assert!(!test.shows("isn't one of our words"));
}

#[test]
fn enter_connects_once_the_invite_is_complete_and_says_before_what_is_missing() {
    let mut test = typed("avoid acoustic aviation ");
    press(&mut test, Key::Enter);
    assert!(test.node.asked().is_empty() && test.shows("An invite has six words"));
    more(&mut test, "olive ambush eggshell");
    assert!(test.shows("This invite is complete"));
    press(&mut test, Key::Enter);
    let asked = test.node.asked();
    assert_eq!((asked.len(), asked[0].invite.as_str()), (1, fake::invite().words.as_str()));
}

#[test]
fn six_words_that_do_not_belong_together_are_told_at_once() {
    let test = typed("avoid acoustic aviation olive ambush zigzag ");
    assert!(test.shows("These six words don't belong together"));
}
