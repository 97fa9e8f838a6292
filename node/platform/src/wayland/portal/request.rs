//! A question to the portal: it answers by a signal, which may take as long as a person does. What is asked
//! for, and what an answer means, it does not know.

use std::collections::HashMap;
use std::time::Duration;

use futures::StreamExt as _;
use zbus::zvariant::{ObjectPath, OwnedValue, Value};
use zbus::{MatchRule, MessageStream, message};

use super::client::{PATIENCE, PORTAL};
use super::{PortalClient, PortalFault};
use crate::wayland::bus;

/// Where all requests are.
const REQUESTS: &str = "/org/freedesktop/portal/desktop/request";

/// How long a person may take for the answer: as long as for our own question.
const ANSWER_TIME: Duration = Duration::from_secs(300);

const REQUEST: &str = "org.freedesktop.portal.Request";

/// Answers that wait: there is one question at a time, and other programs' answers don't come here.
const ANSWERS: usize = 8;

/// What comes with a question or an answer, by name.
pub(super) type PortalValues = HashMap<String, OwnedValue>;

/// The arguments of a question that come before its options.
pub(super) enum RequestSubject<'a> {
    /// None: for a new session.
    Nothing,
    /// A session.
    Session(&'a ObjectPath<'a>),
    /// A session, and no window that the question belongs to: the portal puts it where the user looks.
    SessionWithoutWindow(&'a ObjectPath<'a>),
    /// A session and what is to be bound in it: a name, and what it is.
    Shortcut(&'a ObjectPath<'a>, &'a str, HashMap<&'a str, Value<'a>>),
}

/// Asks questions, one after the other.
pub(super) struct PortalRequests {
    client: PortalClient,
    answers: MessageStream,
    asked: u32,
    /// Names of this program's requests are told apart by it.
    token: String,
}

impl PortalRequests {
    /// `token` is made of letters, digits and underscores.
    pub(super) async fn open(client: &PortalClient, token: &str) -> Result<Self, PortalFault> {
        // An answer can come before the call that has asked for it returns.
        let rule = MatchRule::builder().msg_type(message::Type::Signal).interface(REQUEST)?;
        // Any program of the session can send a signal of this name.
        let rule = rule.member("Response")?.sender(PORTAL)?.path_namespace(REQUESTS)?.build();
        let answers = MessageStream::for_match_rule(rule, &client.connection, Some(ANSWERS)).await?;
        Ok(Self { client: client.clone(), answers, asked: 0, token: token.to_owned() })
    }

    /// Asks, and waits for the answer.
    pub(super) async fn ask(
        &mut self,
        interface: &zbus::Proxy<'_>,
        question: &str,
        subject: RequestSubject<'_>,
        mut options: HashMap<&str, Value<'_>>,
    ) -> Result<PortalValues, PortalFault> {
        self.asked += 1;
        options.insert("handle_token", format!("{}_{}", self.token, self.asked).into());
        let is_for_person =
            matches!(subject, RequestSubject::SessionWithoutWindow(_) | RequestSubject::Shortcut(..));
        let reply = match subject {
            RequestSubject::Nothing => interface.call_method(question, &(options,)).await,
            RequestSubject::Session(session) => interface.call_method(question, &(session, options)).await,
            RequestSubject::SessionWithoutWindow(session) => {
                interface.call_method(question, &(session, "", options)).await
            }
            RequestSubject::Shortcut(session, name, about) => {
                interface.call_method(question, &(session, vec![(name, about)], "", options)).await
            }
        }?;
        let request: ObjectPath<'_> = reply.body().deserialize::<ObjectPath<'_>>()?.into_owned();
        let mut guard =
            OpenRequest { client: self.client.clone(), path: request.to_string(), answered: false };
        let limit = if is_for_person { ANSWER_TIME } else { PATIENCE };
        let answer = bus::within(limit, self.answer_to(&request)).await;
        guard.answered = answer.is_some();
        let (code, values) = answer
            .ok_or_else(|| PortalFault::Failed(format!("{question}: the portal does not answer")))??;
        match code {
            0 => Ok(values),
            1 => Err(PortalFault::Declined),
            code => Err(PortalFault::Failed(format!("{question}: the portal answers {code}"))),
        }
    }

    async fn answer_to(&mut self, request: &ObjectPath<'_>) -> Result<(u32, PortalValues), PortalFault> {
        while let Some(answer) = self.answers.next().await {
            let answer = answer?;
            if answer.header().path() == Some(request) {
                return Ok(answer.body().deserialize()?);
            }
        }
        Err(PortalFault::Failed("the session's bus is gone".to_owned()))
    }
}

/// A question that is closed where nobody waits for its answer any more.
struct OpenRequest {
    client: PortalClient,
    path: String,
    answered: bool,
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        if self.answered {
            return;
        }
        // Otherwise the desktop's question would stay on the screen.
        let (client, path) = (self.client.clone(), std::mem::take(&mut self.path));
        self.client.finish(async move {
            let request = client.at(&path, REQUEST).await?;
            Ok(request.call_noreply("Close", &()).await?)
        });
    }
}
