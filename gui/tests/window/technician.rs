//! The technician's pages, a file per subject. Here is only what several of them need: a form that is filled
//! in, and where the picture is.

mod connecting;
mod invite_field;
mod picture;
mod pointer;
mod pointing;
mod shortcuts;
mod tabs;
mod tools;
mod typing;

use beistand_gui::app::StartPage;
use beistand_gui::backend::fake;
use beistand_gui::state::ConnectForm;
use egui_kittest::kittest::Queryable as _;

use crate::common::{Test, open};

fn filled() -> Test {
    let mut test = open(StartPage::Technician(ConnectForm::default()), [560.0, 640.0]);
    test.harness.get_by_label("Invite").focus();
    test.steps(2);
    test.harness.event(egui::Event::Paste(fake::invite().words));
    test.steps(2);
    test.harness.get_by_label("Your name").focus();
    test.steps(2);
    test.harness.event(egui::Event::Text("Anna".to_owned()));
    test.steps(2);
    test
}

/// Drawings that all of a page's animations take.
const ANIMATIONS: usize = 20;

/// Where the middle of the host's screen is drawn.
fn middle(test: &Test) -> egui::Pos2 {
    test.harness.get_by_label("Their screen").rect().center()
}
