//! The clipboard of a session of the portal: what it says, and the pipes by which contents go.
//!
//! What it does not do: it reads and writes no pipe, and keeps no content.

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::task::{Context, Poll};
use std::time::Instant;

use futures::StreamExt as _;
use zbus::zvariant::{self, OwnedObjectPath, OwnedValue, Value};
use zbus::{MatchRule, Message, MessageStream, Proxy, message};

use super::client::{CLIPBOARD, PORTAL};
use super::{PortalClient, PortalFault};

/// Most kinds of content that are looked at of what a program offers: office programs offer some forty.
const MAX_KINDS: usize = 1024;

/// Signals that wait: more than come in the moment in which nobody looks.
const SIGNALS: usize = 64;

/// The clipboard of an open session.
#[derive(Debug, Clone)]
pub(in crate::wayland) struct PortalSelection {
    clipboard: Proxy<'static>,
    session: OwnedObjectPath,
    client: PortalClient,
    opened: Instant,
}

impl PortalSelection {
    pub(super) async fn of(client: &PortalClient, session: &OwnedObjectPath) -> Result<Self, PortalFault> {
        let clipboard = client.clipboard().await?;
        Ok(Self { clipboard, session: session.clone(), client: client.clone(), opened: Instant::now() })
    }

    /// Asks for it, which must come before the session starts. A person is asked only then.
    pub(super) async fn request(&self) -> Result<(), PortalFault> {
        let options: HashMap<&str, Value<'_>> = HashMap::new();
        Ok(self.clipboard.call("RequestClipboard", &(&self.session, options)).await?)
    }

    /// Of the same session, begun now.
    pub(super) fn started(self) -> Self {
        Self { opened: Instant::now(), ..self }
    }

    /// Since when its session has been open.
    pub(in crate::wayland) fn opened(&self) -> Instant {
        self.opened
    }

    /// Whether it is the same session's.
    pub(in crate::wayland) fn is_same(&self, other: &Self) -> bool {
        self.session == other.session
    }

    /// From now on programs can paste something in these forms.
    pub(in crate::wayland) async fn offer(&self, kinds: &[&str]) -> Result<(), PortalFault> {
        let options = HashMap::from([("mime_types", Value::from(kinds.to_vec()))]);
        Ok(self.clipboard.call("SetSelection", &(&self.session, options)).await?)
    }

    /// Nothing is offered any more; nobody waits for that.
    pub(in crate::wayland) fn withdraw(self) {
        let client = self.client.clone();
        client.finish(async move { self.offer(&[]).await });
    }

    /// What another program has copied, in this form: to be read to its end.
    pub(in crate::wayland) async fn read(&self, kind: &str) -> Result<OwnedFd, PortalFault> {
        let pipe: zvariant::OwnedFd = self.clipboard.call("SelectionRead", &(&self.session, kind)).await?;
        Ok(pipe.into())
    }

    /// Where a program wants to have what it pastes.
    pub(in crate::wayland) async fn write(&self, serial: u32) -> Result<OwnedFd, PortalFault> {
        let pipe: zvariant::OwnedFd = self.clipboard.call("SelectionWrite", &(&self.session, serial)).await?;
        Ok(pipe.into())
    }

    /// That program has it, or will not get it.
    pub(in crate::wayland) async fn written(&self, serial: u32, whole: bool) -> Result<(), PortalFault> {
        Ok(self.clipboard.call("SelectionWriteDone", &(&self.session, serial, whole)).await?)
    }
}

/// What the portal says of a clipboard.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::wayland) enum SelectionNews {
    /// Another program has copied something, which can be had in these forms.
    Copied(Vec<String>),
    /// What we offer can be pasted.
    Ours,
    /// Nothing can be pasted.
    Nothing,
    /// A program pastes what we offer.
    Wanted { kind: String, serial: u32 },
}

/// The portal's words on the clipboards of all sessions that this connection has.
pub(in crate::wayland) struct SelectionSignals {
    signals: MessageStream,
}

impl SelectionSignals {
    pub(in crate::wayland) async fn listen(client: &PortalClient) -> Result<Self, PortalFault> {
        let rule = MatchRule::builder().msg_type(message::Type::Signal).interface(CLIPBOARD)?;
        let rule = rule.sender(PORTAL)?.build();
        let signals = MessageStream::for_match_rule(rule, &client.connection, Some(SIGNALS)).await?;
        Ok(Self { signals })
    }

    /// The next one on this clipboard; what is said of others is passed over.
    pub(in crate::wayland) fn poll(
        &mut self,
        of: Option<&PortalSelection>,
        context: &mut Context<'_>,
    ) -> Poll<Result<SelectionNews, PortalFault>> {
        loop {
            let signal = match self.signals.poll_next_unpin(context) {
                Poll::Ready(Some(Ok(signal))) => signal,
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(error.into())),
                Poll::Ready(None) => {
                    return Poll::Ready(Err(PortalFault::Failed("the session's bus is gone".to_owned())));
                }
                Poll::Pending => return Poll::Pending,
            };
            if let Some(news) = of.and_then(|selection| news(&signal, &selection.session)) {
                return Poll::Ready(Ok(news));
            }
        }
    }
}

/// What a signal says of this session's clipboard. One that can't be understood says nothing.
fn news(signal: &Message, session: &OwnedObjectPath) -> Option<SelectionNews> {
    let (header, body) = (signal.header(), signal.body());
    match header.member()?.as_str() {
        "SelectionOwnerChanged" => {
            let (of, about): (OwnedObjectPath, HashMap<String, OwnedValue>) = body.deserialize().ok()?;
            (of == *session).then(|| owner_news(&about))
        }
        "SelectionTransfer" => {
            let (of, kind, serial): (OwnedObjectPath, String, u32) = body.deserialize().ok()?;
            (of == *session).then_some(SelectionNews::Wanted { kind, serial })
        }
        _ => None,
    }
}

fn owner_news(about: &HashMap<String, OwnedValue>) -> SelectionNews {
    let is_ours = about.get("session_is_owner").and_then(|ours| ours.downcast_ref::<bool>().ok());
    if is_ours == Some(true) {
        return SelectionNews::Ours;
    }
    // Some desktops pack the list into a structure of its own.
    let list = about.get("mime_types").and_then(|list| match &**list {
        Value::Structure(packed) => packed.fields().first(),
        list => Some(list),
    });
    let kinds: Vec<String> = match list {
        Some(Value::Array(kinds)) => {
            kinds.iter().take(MAX_KINDS).filter_map(|kind| kind.downcast_ref::<String>().ok()).collect()
        }
        Some(_) | None => Vec::new(),
    };
    if kinds.is_empty() { SelectionNews::Nothing } else { SelectionNews::Copied(kinds) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str = "/org/freedesktop/portal/desktop/session/1_2/ours";

    fn path(path: &str) -> OwnedObjectPath {
        OwnedObjectPath::try_from(path).expect("a path")
    }

    /// What is heard of an owner that has changed, said like this.
    fn owner(session: &str, about: HashMap<&str, Value<'_>>) -> Option<SelectionNews> {
        let signal = Message::signal("/org/freedesktop/portal/desktop", CLIPBOARD, "SelectionOwnerChanged");
        let signal = signal.expect("names").build(&(path(session), about)).expect("a body");
        news(&signal, &path(SESSION))
    }

    #[test]
    fn kinds_are_understood_however_they_are_packed_and_only_of_this_session() {
        let kinds = vec!["text/plain", "image/png"];
        let copied = || Some(SelectionNews::Copied(vec!["text/plain".to_owned(), "image/png".to_owned()]));
        for packed in [Value::from(kinds.clone()), Value::from((kinds.clone(),))] {
            assert_eq!(owner(SESSION, HashMap::from([("mime_types", packed)])), copied());
        }
        let ours = || HashMap::from([("session_is_owner", Value::from(true))]);
        assert_eq!(owner(SESSION, ours()), Some(SelectionNews::Ours));
        assert_eq!(owner(&SESSION.replace("ours", "theirs"), ours()), None);
        assert_eq!(owner(SESSION, HashMap::new()), Some(SelectionNews::Nothing));
        let lie =
            HashMap::from([("mime_types", Value::from(7_u32)), ("session_is_owner", Value::from("no"))]);
        assert_eq!(owner(SESSION, lie), Some(SelectionNews::Nothing));
    }

    #[test]
    fn no_more_kinds_are_kept_than_a_program_can_mean() {
        let kinds: Vec<String> = (0..3000).map(|number| format!("kind/{number}")).collect();
        let news = owner(SESSION, HashMap::from([("mime_types", Value::from(kinds))]));
        assert!(matches!(news, Some(SelectionNews::Copied(kinds)) if kinds.len() == MAX_KINDS));
    }
}
