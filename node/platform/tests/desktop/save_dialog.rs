//! Where a file is to be saved: what a portal's dialog answers on a bus of our own.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use beistand_platform::save_dialog::{SaveAnswer, SaveQuestion, ask_where_to_save};
use futures::executor::block_on;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::session_lock::Bus;
use crate::support::PATIENCE;

/// The portal for files: answers with this code and this file, or never.
struct FakeChooser(Option<(u32, &'static str)>);

#[zbus::interface(name = "org.freedesktop.portal.FileChooser")]
impl FakeChooser {
    async fn save_file(
        &self,
        #[zbus(header)] header: zbus::message::Header<'_>,
        #[zbus(connection)] connection: &zbus::Connection,
        _parent: &str,
        title: &str,
        options: HashMap<String, OwnedValue>,
    ) -> zbus::fdo::Result<OwnedObjectPath> {
        assert_eq!(title, "Save the notes");
        let text = |key: &str| String::try_from(options[key].try_clone().unwrap()).unwrap();
        assert_eq!(text("current_name"), "notes.txt");
        let folder = Vec::<u8>::try_from(options["current_folder"].try_clone().unwrap()).unwrap();
        assert_eq!(folder, b"/home/anna\0");
        let sender = header.sender().unwrap().as_str().trim_start_matches(':').replace('.', "_");
        let path = format!("/org/freedesktop/portal/desktop/request/{sender}/{}", text("handle_token"));
        if let Some((code, file)) = self.0 {
            // Before the call is answered, as a quick portal does.
            let emitter = SignalEmitter::new(connection, path.clone()).map_err(zbus::fdo::Error::from)?;
            let results = HashMap::from([("uris", Value::from(vec![file]))]);
            let sent = emitter.emit("org.freedesktop.portal.Request", "Response", &(code, results)).await;
            sent.map_err(zbus::fdo::Error::from)?;
        }
        Ok(OwnedObjectPath::try_from(path).unwrap())
    }
}

fn answer(chooser: FakeChooser, patience: Duration) -> SaveAnswer {
    let bus = Bus::start();
    let serving = zbus::connection::Builder::address(bus.address.as_str())
        .unwrap()
        .name("org.freedesktop.portal.Desktop")
        .unwrap()
        .serve_at("/org/freedesktop/portal/desktop", chooser)
        .unwrap();
    let _serving = block_on(serving.build()).unwrap();
    let question = SaveQuestion {
        title: "Save the notes".to_owned(),
        folder: PathBuf::from("/home/anna"),
        name: "notes.txt".to_owned(),
    };
    ask_where_to_save(Some(bus.address.clone()), question, patience)
}

#[test]
fn what_a_person_chooses_in_the_dialog_is_the_path_and_a_closed_one_is_none() {
    let chosen = answer(FakeChooser(Some((0, "file:///home/anna/my%20notes.txt"))), PATIENCE);
    assert_eq!(chosen, SaveAnswer::Chosen(PathBuf::from("/home/anna/my notes.txt")));
    assert_eq!(answer(FakeChooser(Some((1, "file:///home/anna/x"))), PATIENCE), SaveAnswer::Closed);
    assert_eq!(answer(FakeChooser(Some((0, "http://elsewhere/x"))), PATIENCE), SaveAnswer::Closed);
}

#[test]
fn a_dialog_that_nobody_answers_is_given_up() {
    assert_eq!(answer(FakeChooser(None), Duration::from_millis(300)), SaveAnswer::Closed);
}
