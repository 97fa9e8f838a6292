//! A key combination that the portal listens for (GlobalShortcuts): its user may be asked, and may choose
//! another one.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use futures::future::{Either, select};
use futures::{StreamExt as _, pin_mut};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{MatchRule, Message, MessageStream, message};

use super::client::{PORTAL, SHORTCUTS};
use super::request::{PortalRequests, RequestSubject};
use super::session::{SESSION, SessionEndings};
use super::{PortalClient, PortalFault};

/// The one shortcut of its session.
const NAME: &str = "end";

/// Signals that wait: a person presses no faster than they are heard.
const SIGNALS: usize = 16;

/// Shortcuts with their names, as the portal has them.
type BoundShortcuts = Vec<(String, HashMap<String, OwnedValue>)>;

/// The shortcut, in a session of its own, which ends when this is dropped.
pub(in crate::wayland) struct PortalShortcut {
    client: PortalClient,
    session: OwnedObjectPath,
    signals: MessageStream,
    endings: SessionEndings,
}

/// What the portal says of it.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::wayland) enum ShortcutNews {
    /// It is what the user has to press, in words; empty where there is nothing.
    Bound(String),
    Pressed,
}

impl PortalShortcut {
    /// Asks for a shortcut that does this, best with these keys (as the desktop's files write them); and by
    /// which it is had. A person may be asked.
    pub(in crate::wayland) async fn bind(
        client: &PortalClient,
        title: &str,
        keys: &str,
    ) -> Result<(Self, ShortcutNews), PortalFault> {
        let name = format!("beistand_{:016x}", RandomState::new().build_hasher().finish());
        let mut requests = PortalRequests::open(client, &name).await?;
        let shortcuts = client.shortcuts().await?;
        let options = HashMap::from([("session_handle_token", Value::from(name.as_str()))]);
        let made = requests.ask(&shortcuts, "CreateSession", RequestSubject::Nothing, options).await?;
        let session = made.get("session_handle").and_then(session_path);
        let session = session.ok_or_else(|| PortalFault::Failed("a session without a name".to_owned()))?;
        let rule = MatchRule::builder().msg_type(message::Type::Signal).interface(SHORTCUTS)?;
        let rule = rule.sender(PORTAL)?.build();
        let signals = MessageStream::for_match_rule(rule, &client.connection, Some(SIGNALS)).await?;
        let endings = SessionEndings::watch(client, &session).await?;
        // From here on it is closed where the question fails.
        let bound = Self { client: client.clone(), session, signals, endings };
        let about = HashMap::from([("description", title.into()), ("preferred_trigger", keys.into())]);
        let subject = RequestSubject::Shortcut(&bound.session, NAME, about);
        let answer = requests.ask(&shortcuts, "BindShortcuts", subject, HashMap::new()).await?;
        let all = answer.get("shortcuts").and_then(|all| all.try_clone().ok());
        let all = all.and_then(|all| BoundShortcuts::try_from(all).ok()).unwrap_or_default();
        Ok((bound, trigger(&all)))
    }

    /// Waits for what it says next; `None`: nothing more.
    pub(in crate::wayland) async fn next(&mut self) -> Option<ShortcutNews> {
        loop {
            let signal = {
                let ended = self.endings.next();
                pin_mut!(ended);
                match select(self.signals.next(), ended).await {
                    Either::Left((signal, _)) => signal?.ok()?,
                    Either::Right(_) => return None,
                }
            };
            if let Some(news) = news(&signal, &self.session) {
                return Some(news);
            }
        }
    }
}

impl Drop for PortalShortcut {
    fn drop(&mut self) {
        let (client, path) = (self.client.clone(), self.session.clone());
        self.client.finish(async move {
            let session = client.at(path.as_str(), SESSION).await?;
            Ok(session.call_noreply("Close", &()).await?)
        });
    }
}

/// Some portals say it as a text.
fn session_path(handle: &OwnedValue) -> Option<OwnedObjectPath> {
    let path = handle.downcast_ref::<String>().ok();
    path.map_or_else(
        || OwnedObjectPath::try_from(handle.try_clone().ok()?).ok(),
        |path| OwnedObjectPath::try_from(path).ok(),
    )
}

/// What a signal says of this session's shortcut.
fn news(signal: &Message, session: &OwnedObjectPath) -> Option<ShortcutNews> {
    let (header, body) = (signal.header(), signal.body());
    match header.member()?.as_str() {
        "Activated" => {
            let (of, name, _, _): (OwnedObjectPath, String, u64, HashMap<String, OwnedValue>) =
                body.deserialize().ok()?;
            (of == *session && name == NAME).then_some(ShortcutNews::Pressed)
        }
        "ShortcutsChanged" => {
            let (of, all): (OwnedObjectPath, BoundShortcuts) = body.deserialize().ok()?;
            (of == *session).then(|| trigger(&all))
        }
        _ => None,
    }
}

fn trigger(all: &BoundShortcuts) -> ShortcutNews {
    let ours = all.iter().find(|(name, _)| name == NAME);
    let words = ours.and_then(|(_, about)| about.get("trigger_description"));
    ShortcutNews::Bound(words.and_then(|words| words.downcast_ref::<String>().ok()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ones_own_shortcut_is_heard() {
        let path = |path: &str| OwnedObjectPath::try_from(path).expect("a path");
        let (ours, theirs) = (path("/session/ours"), path("/session/theirs"));
        let nothing: HashMap<&str, Value<'_>> = HashMap::new();
        let press = |of: &OwnedObjectPath, name: &str| {
            let signal = Message::signal("/org/freedesktop/portal/desktop", SHORTCUTS, "Activated");
            let signal = signal.expect("names").build(&(of, name, 1_u64, &nothing)).expect("a body");
            news(&signal, &ours)
        };
        assert_eq!(press(&ours, NAME), Some(ShortcutNews::Pressed));
        assert_eq!(press(&ours, "other"), None);
        assert_eq!(press(&theirs, NAME), None);
        let changed = |about: HashMap<&str, Value<'_>>| {
            let signal = Message::signal("/org/freedesktop/portal/desktop", SHORTCUTS, "ShortcutsChanged");
            let signal = signal.expect("names").build(&(&ours, vec![(NAME, about)])).expect("a body");
            news(&signal, &ours)
        };
        let about = HashMap::from([("trigger_description", Value::from("Ctrl+Alt+End"))]);
        assert_eq!(changed(about), Some(ShortcutNews::Bound("Ctrl+Alt+End".to_owned())));
        assert_eq!(changed(HashMap::new()), Some(ShortcutNews::Bound(String::new())));
    }
}
