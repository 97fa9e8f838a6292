//! What the home page says of an organisation that has set the program up.

use std::path::PathBuf;

use beistand_gui::app::StartPage;
use beistand_node::{Preset, PresetFault, PresetState};

use crate::common::{Test, open};

/// The home page, with this beside the program.
fn home(preset: PresetState) -> Test {
    let mut test = open(StartPage::Home, [560.0, 860.0]);
    test.node.set_up(preset);
    let label = format!("{}. {}", test.words.text("page-home-give"), test.words.text("page-home-give-line"));
    test.click(&label);
    let back = test.words.text("page-give-back");
    test.click(&back);
    test
}

#[test]
fn who_has_set_the_program_up_is_said_with_the_file_and_how_to_do_without() {
    let test = home(PresetState::Used(Box::new(Preset::sample("Muster IT"))));
    assert!(test.shows("Set up by “Muster IT”.") && test.shows("+49 30 1234567"));
    assert!(test.shows("beistand.preset") && test.shows("it allows nobody anything"));
    assert!(test.shows("move the file away") && !test.shows("Use it from now on"));
}

#[test]
fn another_organisations_preset_is_used_once_the_person_agrees() {
    let (found, before) = (Box::new(Preset::sample("Muster Again")), Some("Muster IT".to_owned()));
    let mut test = home(PresetState::OfAnotherSigner { found, before });
    assert!(test.shows("set up by “Muster IT” before") && !test.shows("Set up by “Muster Again”"));
    test.click("Use it from now on");
    assert!(test.shows("Set up by “Muster Again”.") && !test.shows("set up by “Muster IT”"));
    assert_eq!(test.heard_names(), [""; 0], "no node was told anything");
}

#[test]
fn a_preset_of_no_use_is_named_with_what_is_wrong() {
    let path = PathBuf::from("/opt/beistand/beistand.preset");
    let test = home(PresetState::Broken { path, fault: PresetFault::Changed });
    assert!(test.shows("/opt/beistand/beistand.preset") && test.shows("changed after it was signed"));
    assert!(!test.shows("Use it from now on"));
}
