//! Asks a person where a file of theirs is to be, by the desktop's own dialog: the portal for files on D-Bus.
//!
//! It makes and writes nothing, and starts no service that the desktop doesn't start itself. Where there is
//! no portal it says so, and a person types the path.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use futures::channel::oneshot;
use futures::executor::block_on;
use futures::future::{Either, select};
use futures::stream::StreamExt as _;
use zbus::connection::Builder;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, Proxy};

use crate::system::path_of_bytes;

const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PORTAL_PATH: &str = "/org/freedesktop/portal/desktop";
const CHOOSER: &str = "org.freedesktop.portal.FileChooser";
const REQUEST: &str = "org.freedesktop.portal.Request";

/// By what the portal calls this one question; it is the only one of its connection.
const TOKEN: &str = "beistand_save";

/// How long the portal may take to say that it shows the dialog.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// What the portal says of a person who chose.
const CHOSEN: u32 = 0;

/// The longest path that is taken, in bytes: what the system opens.
const MAX_PATH_BYTES: usize = 4096;

/// What is asked.
#[derive(Debug, Clone)]
pub struct SaveQuestion {
    /// The dialog's title, in the person's language.
    pub title: String,
    /// The folder that it shows first.
    pub folder: PathBuf,
    /// The name that it proposes.
    pub name: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveAnswer {
    /// The person chose this path; where there was a file, they said that it may be replaced.
    Chosen(PathBuf),
    /// They closed the dialog, or didn't answer in time.
    Closed,
    /// This desktop has no such dialog.
    NotHere,
}

/// Asks, on the session's bus or on the one with this address, and waits for the answer, `patience` at most.
/// For a thread of its own.
pub fn ask_where_to_save(bus: Option<String>, question: SaveQuestion, patience: Duration) -> SaveAnswer {
    let (alive, over) = oneshot::channel::<()>();
    let (outbox, inbox) = sync_channel(1);
    let run = move || {
        let asking = Box::pin(ask(bus.as_deref(), &question));
        let answer = match block_on(select(asking, over)) {
            Either::Left((Ok(Some(path)), _)) => SaveAnswer::Chosen(path),
            Either::Left((Ok(None), _)) | Either::Right(_) => SaveAnswer::Closed,
            Either::Left((Err(error), _)) => {
                tracing::info!(%error, "this desktop shows no dialog for files");
                SaveAnswer::NotHere
            }
        };
        // Nobody may want to know any more.
        let _ = outbox.send(answer);
    };
    if let Err(error) = std::thread::Builder::new().name("save dialog".to_owned()).spawn(run) {
        tracing::warn!(%error, "no thread for a dialog");
        return SaveAnswer::NotHere;
    }
    let answer = inbox.recv_timeout(patience).unwrap_or(SaveAnswer::Closed);
    // The connection is closed with it, and with that the dialog.
    drop(alive);
    answer
}

async fn ask(bus: Option<&str>, question: &SaveQuestion) -> zbus::Result<Option<PathBuf>> {
    let builder = bus.map_or_else(Builder::session, Builder::address)?;
    let connection: Connection = builder.method_timeout(ANSWER_TIME).build().await?;
    let own = connection.unique_name().map(|name| name.as_str().trim_start_matches(':').replace('.', "_"));
    let path = format!("{PORTAL_PATH}/request/{}/{TOKEN}", own.unwrap_or_default());
    let request = Proxy::new(&connection, PORTAL, path, REQUEST).await?;
    // Listened to before it is asked: the answer may come first.
    let mut responses = request.receive_signal("Response").await?;
    let chooser = Proxy::new(&connection, PORTAL, PORTAL_PATH, CHOOSER).await?;
    let mut folder = question.folder.as_os_str().as_encoded_bytes().to_vec();
    folder.push(0);
    let options = HashMap::from([
        ("handle_token", Value::from(TOKEN)),
        ("current_name", Value::from(question.name.as_str())),
        ("current_folder", Value::from(folder)),
    ]);
    let _: OwnedObjectPath = chooser.call("SaveFile", &("", question.title.as_str(), options)).await?;
    let Some(response) = responses.next().await else { return Ok(None) };
    let (code, results): (u32, HashMap<String, OwnedValue>) = response.body().deserialize()?;
    let uris = results.get("uris").and_then(|uris| Vec::<String>::try_from(uris.try_clone().ok()?).ok());
    let first = uris.and_then(|uris| uris.into_iter().next());
    Ok(first.filter(|_| code == CHOSEN).and_then(|uri| path_of(&uri)))
}

/// The path of a file on this computer.
fn path_of(uri: &str) -> Option<PathBuf> {
    let mut rest = uri.strip_prefix("file://")?.bytes();
    let mut path = Vec::new();
    while let Some(byte) = rest.next() {
        let byte = if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
        } else {
            byte
        };
        path.push(byte);
    }
    let is_good = path.len() <= MAX_PATH_BYTES && !path.contains(&0);
    let path = path_of_bytes(path);
    (is_good && path.is_absolute() && path != Path::new("/")).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_from_what_the_portal_calls_a_file() {
        let path = |uri| path_of(uri);
        assert_eq!(path("file:///home/a/b%20%C3%BC.txt"), Some(PathBuf::from("/home/a/b ü.txt")));
        for none in [
            "",
            "http://a/b",
            "file://",
            "file:///",
            "file://host/a",
            "file:///a%0",
            "file:///a%zz",
            "file:///a%00",
        ] {
            assert_eq!(path(none), None, "{none}");
        }
        assert_eq!(path(&format!("file:///{}", "a".repeat(MAX_PATH_BYTES))), None);
    }

    #[test]
    fn where_there_is_no_bus_it_is_said_at_once() {
        let question = SaveQuestion { title: String::new(), folder: "/tmp".into(), name: "a".to_owned() };
        let nowhere = Some("unix:path=/nonexistent/bus".to_owned());
        assert_eq!(ask_where_to_save(nowhere, question, Duration::from_secs(20)), SaveAnswer::NotHere);
    }
}
