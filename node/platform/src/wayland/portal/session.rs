//! A session of the portal: the screens that the user has chosen, with or without mouse and keyboard, and
//! the clipboard.
//!
//! It takes no picture and looks at no key: what may be injected is decided above.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::os::fd::OwnedFd;
use std::time::Duration;

use futures::future::{Either, select};
use futures::{StreamExt as _, pin_mut};
use zbus::zvariant::{self, ObjectPath, OwnedObjectPath, OwnedValue, Value};
use zbus::{MatchRule, MessageStream, Proxy, message};

use super::client::PORTAL;
use super::request::{PortalRequests, RequestSubject};
use super::{PortalClient, PortalFault, PortalSelection};
use crate::layout::MAX_MONITORS;
use crate::wayland::bus;
use crate::wayland::ei::{EiInput, has_keymaps};

pub(super) const SESSION: &str = "org.freedesktop.portal.Session";

/// The bus itself.
const BUS: &str = "org.freedesktop.DBus";

/// `SourceType`: a monitor.
const MONITOR: u32 = 1;
/// `CursorMode`: in the picture, and beside it.
const CURSOR_EMBEDDED: u32 = 2;
const CURSOR_METADATA: u32 = 4;
/// `PersistMode`: what was chosen can be asked for again without a question while this program runs.
const WHILE_RUNNING: u32 = 1;
/// Keyboard and pointer.
const INPUT_DEVICES: u32 = 1 | 2;
/// The version of RemoteDesktop from which on a desktop may take input by libei's protocol.
const EI_SINCE: u32 = 2;

/// The longest name of a screen that is kept, in bytes: they are UUIDs.
const MAX_MAPPING_BYTES: usize = 1024;

/// How long the session's bus may take to take an event: it does so at once as long as it runs.
const SEND_PATIENCE: Duration = Duration::from_millis(500);

/// How long it is waited for the portal to have taken all: what a revoke may take in all is little more.
const SETTLE_PATIENCE: Duration = Duration::from_millis(40);

/// Signs of an end that wait: one is enough, and a portal that starts again is two.
const MAX_ENDINGS: usize = 4;

/// The longest name of a screen that is kept, in bytes: they have some digits.
const MAX_ID_BYTES: usize = 256;

/// The longest token that is kept, in bytes: they are UUIDs.
const MAX_TOKEN_BYTES: usize = 1024;

/// What is wanted of the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::wayland) struct PortalWish {
    /// Mouse and keyboard, too.
    pub(in crate::wayland) input: bool,
    /// The clipboard, too.
    pub(in crate::wayland) clipboard: bool,
}

impl PortalWish {
    /// Whether a session that only shows the screen is not enough.
    fn is_remote(self) -> bool {
        self.input || self.clipboard
    }
}

/// A screen that the user has chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::wayland) struct PortalScreen {
    /// Its pictures in PipeWire.
    pub(in crate::wayland) node: u32,
    /// What the portal calls it, and calls it again where it is had by a token.
    pub(in crate::wayland) id: Option<String>,
    /// What libei calls it.
    pub(in crate::wayland) mapping: Option<String>,
    /// Its top left corner in the desktop's own units.
    pub(in crate::wayland) at: (i32, i32),
    /// Width and height in those, in which positions are said; `None`: pixels.
    pub(in crate::wayland) logical: Option<(i32, i32)>,
}

impl PortalScreen {
    fn of((node, about): (u32, HashMap<String, OwnedValue>)) -> Self {
        let pair = |name| <(i32, i32)>::try_from(about.get(name)?.try_clone().ok()?).ok();
        let name = |of: &str, limit: usize| {
            let name = about.get(of).and_then(|name| name.downcast_ref::<String>().ok());
            name.filter(|name| name.len() <= limit)
        };
        let (id, mapping) = (name("id", MAX_ID_BYTES), name("mapping_id", MAX_MAPPING_BYTES));
        Self { node, id, mapping, at: pair("position").unwrap_or_default(), logical: pair("size") }
    }
}

/// An open session; the desktop shows that it is there. It ends when this is dropped.
pub(in crate::wayland) struct PortalSession {
    client: PortalClient,
    path: OwnedObjectPath,
    /// What the user has chosen; never empty.
    pub(in crate::wayland) screens: Vec<PortalScreen>,
    /// By which the same can be had again without a question.
    pub(in crate::wayland) token: Option<String>,
    input: Option<PortalInput>,
    clipboard: Option<PortalSelection>,
}

impl PortalSession {
    /// Asks for the screen, by `token` for the one that was chosen before. A person may be asked. The
    /// session, and by what its end is known.
    pub(in crate::wayland) async fn open(
        client: &PortalClient,
        wish: PortalWish,
        token: Option<String>,
    ) -> Result<(Self, SessionEndings), PortalFault> {
        // It only tells this program's sessions apart: the connection's name is part of their paths.
        let name = format!("beistand_{:016x}", RandomState::new().build_hasher().finish());
        let mut requests = PortalRequests::open(client, &name).await?;
        let starter =
            if wish.is_remote() { client.remote_desktop().await? } else { client.screen_cast().await? };
        let options = HashMap::from([("session_handle_token", Value::from(name.as_str()))]);
        let made = requests.ask(&starter, "CreateSession", RequestSubject::Nothing, options).await?;
        let path = made.get("session_handle").ok_or_else(|| failed("a session without a name"))?;
        let path = OwnedObjectPath::try_from(path.downcast_ref::<String>()?)?;
        let mut endings = SessionEndings::watch(client, &path).await?;
        // From here on it is closed where one of the questions fails.
        let client = client.clone();
        let (screens, input, clipboard) = (Vec::new(), None, None);
        let mut session = Self { client, path, screens, token: None, input, clipboard };
        let chosen = {
            let (choosing, ended) =
                (session.choose(&mut requests, wish, token.map(Value::from)), endings.next());
            pin_mut!(choosing, ended);
            match select(choosing, ended).await {
                Either::Left((chosen, _)) => chosen,
                Either::Right((why, _)) => Err(PortalFault::Failed(why)),
            }
        };
        chosen.map(|()| (session, endings))
    }

    /// Has the user choose.
    async fn choose(
        &mut self,
        requests: &mut PortalRequests,
        wish: PortalWish,
        token: Option<Value<'_>>,
    ) -> Result<(), PortalFault> {
        let (cast, control) = (self.client.screen_cast().await?, self.client.remote_desktop().await?);
        let ability = self.client.ability;
        // Of both, one keeps what was chosen: RemoteDesktop where it is asked, from its second version on.
        let mut clipboard = match wish.clipboard {
            true => Some(PortalSelection::of(&self.client, &self.path).await?),
            false => None,
        };
        if wish.is_remote() {
            let devices = if wish.input { INPUT_DEVICES } else { 0 };
            let mut options = HashMap::from([("types", Value::from(devices))]);
            if ability.input_version.is_some_and(|version| version >= 2) {
                keep_choice(&mut options, token.as_ref());
            }
            requests.ask(&control, "SelectDevices", RequestSubject::Session(&self.path), options).await?;
        }
        if let Some(wanted) = &clipboard
            && let Err(fault) = wanted.request().await
        {
            // All else is there without it.
            tracing::info!(%fault, "the desktop does not share its clipboard");
            clipboard = None;
        }
        let mut options = wanted_sources(ability.cursor_modes);
        if !wish.is_remote() && ability.screen_version >= 4 {
            keep_choice(&mut options, token.as_ref());
        }
        requests.ask(&cast, "SelectSources", RequestSubject::Session(&self.path), options).await?;
        let subject = RequestSubject::SessionWithoutWindow(&self.path);
        let starter = if wish.is_remote() { &control } else { &cast };
        let started = requests.ask(starter, "Start", subject, HashMap::new()).await?;
        let streams = started.get("streams").ok_or_else(|| failed("no screen was chosen"))?;
        let streams: Vec<(u32, HashMap<String, OwnedValue>)> = streams.try_clone()?.try_into()?;
        self.screens = streams.into_iter().take(MAX_MONITORS).map(PortalScreen::of).collect();
        if self.screens.is_empty() {
            return Err(failed("no screen was chosen"));
        }
        let token = started.get("restore_token").and_then(|token| token.downcast_ref::<String>().ok());
        self.token = token.filter(|token| token.len() <= MAX_TOKEN_BYTES);
        let devices = started.get("devices").and_then(|devices| devices.downcast_ref::<u32>().ok());
        // The desktop's question can leave mouse and keyboard out.
        if wish.input && devices.is_some_and(|devices| devices & INPUT_DEVICES == INPUT_DEVICES) {
            let ei = self.connect_ei(&control).await;
            self.input = Some(PortalInput { control, session: self.path.clone(), ei });
        }
        let enabled =
            started.get("clipboard_enabled").and_then(|enabled| enabled.downcast_ref::<bool>().ok());
        self.clipboard = clipboard.filter(|_| enabled == Some(true)).map(PortalSelection::started);
        Ok(())
    }

    /// The desktop's own end for input, where it has one: all input goes there then.
    async fn connect_ei(&self, control: &Proxy<'_>) -> Option<EiInput> {
        if self.client.ability.input_version? < EI_SINCE || !has_keymaps() {
            return None;
        }
        let connection: zbus::Result<zvariant::OwnedFd> =
            control.call("ConnectToEIS", &(&self.path, no_options())).await;
        let started = connection.map_err(PortalFault::from).and_then(|end| EiInput::start(end.into()));
        started.map_err(|fault| tracing::debug!(%fault, "input goes by the portal")).ok()
    }

    /// A connection to PipeWire that has the chosen screens and nothing else.
    pub(in crate::wayland) async fn pipewire(&self) -> Result<OwnedFd, PortalFault> {
        let options: HashMap<&str, Value<'_>> = HashMap::new();
        let remote =
            self.client.screen_cast().await?.call("OpenPipeWireRemote", &(&self.path, options)).await;
        let remote: zvariant::OwnedFd = remote?;
        Ok(remote.into())
    }

    /// Mouse and keyboard, where the desktop gave them.
    pub(in crate::wayland) fn input(&self) -> Option<PortalInput> {
        self.input.clone()
    }

    /// The clipboard, where the desktop gave it.
    pub(in crate::wayland) fn clipboard(&self) -> Option<PortalSelection> {
        self.clipboard.clone()
    }
}

impl Drop for PortalSession {
    fn drop(&mut self) {
        let (client, path) = (self.client.clone(), self.path.clone());
        self.client.finish(async move {
            let session = client.at(path.as_str(), SESSION).await?;
            Ok(session.call_noreply("Close", &()).await?)
        });
    }
}

/// Mouse and keyboard of a session.
#[derive(Debug, Clone)]
pub(in crate::wayland) struct PortalInput {
    control: Proxy<'static>,
    session: OwnedObjectPath,
    /// There where the desktop takes input by libei's protocol, and no longer by the portal.
    ei: Option<EiInput>,
}

impl PortalInput {
    /// The pointer is there, in the desktop's units from the screen's top left corner.
    pub(in crate::wayland) async fn point(
        &self,
        screen: &PortalScreen,
        (x, y): (f64, f64),
    ) -> Result<(), PortalFault> {
        if let Some(ei) = &self.ei {
            return ei.point(screen.mapping.as_deref(), x, y);
        }
        let arguments = &(&self.session, no_options(), screen.node, x, y);
        in_time(self.control.call_noreply("NotifyPointerMotionAbsolute", arguments)).await
    }

    /// A button of evdev's numbers goes down or up.
    pub(in crate::wayland) async fn button(&self, button: i32, down: bool) -> Result<(), PortalFault> {
        if let Some(ei) = &self.ei {
            return ei.button(button.cast_unsigned(), down);
        }
        let arguments = &(&self.session, no_options(), button, u32::from(down));
        in_time(self.control.call_noreply("NotifyPointerButton", arguments)).await
    }

    /// The wheel turns by whole notches, along the vertical axis (0) or the horizontal one (1).
    pub(in crate::wayland) async fn turn(&self, axis: u32, notches: i32) -> Result<(), PortalFault> {
        if let Some(ei) = &self.ei {
            return ei.turn(axis, notches);
        }
        let arguments = &(&self.session, no_options(), axis, notches);
        in_time(self.control.call_noreply("NotifyPointerAxisDiscrete", arguments)).await
    }

    /// A key of evdev's numbers goes down or up.
    pub(in crate::wayland) async fn key(&self, key: i32, down: bool) -> Result<(), PortalFault> {
        if let Some(ei) = &self.ei {
            return ei.key(key.cast_unsigned(), down);
        }
        let arguments = &(&self.session, no_options(), key, u32::from(down));
        in_time(self.control.call_noreply("NotifyKeyboardKeycode", arguments)).await
    }

    /// A key that makes this sign (X11's number) goes down or up.
    pub(in crate::wayland) async fn sign(&self, keysym: i32, down: bool) -> Result<(), PortalFault> {
        if let Some(ei) = &self.ei {
            return ei.sign(keysym.cast_unsigned(), down);
        }
        let arguments = &(&self.session, no_options(), keysym, u32::from(down));
        in_time(self.control.call_noreply("NotifyKeyboardKeysym", arguments)).await
    }

    /// Waits until the portal has taken all that was said before, for a moment at most: it passes that on to
    /// the desktop, which comes to it when it does.
    pub(in crate::wayland) async fn settle(&self) -> Result<(), PortalFault> {
        if let Some(ei) = &self.ei {
            return ei.settle();
        }
        let ping = zbus::fdo::PeerProxy::builder(self.control.connection());
        let ping =
            ping.destination(self.control.destination().to_owned())?.path(self.control.path().to_owned())?;
        let ping = ping.build().await?;
        match bus::within(SETTLE_PATIENCE, ping.ping()).await {
            Some(answer) => Ok(answer?),
            None => {
                tracing::debug!("the portal is slow");
                Ok(())
            }
        }
    }
}

/// A bus that takes nothing for so long has stopped; half a message may have gone, so it ends the connection.
async fn in_time(sending: impl Future<Output = zbus::Result<()>>) -> Result<(), PortalFault> {
    match bus::within(SEND_PATIENCE, sending).await {
        Some(sent) => Ok(sent?),
        None => Err(failed("the session's bus takes nothing")),
    }
}

/// The signs that a session is over.
pub(in crate::wayland) struct SessionEndings {
    /// The portal says so.
    closed: MessageStream,
    /// Another portal has its name, or none: one that dies says nothing.
    owners: MessageStream,
}

impl SessionEndings {
    pub(super) async fn watch(client: &PortalClient, path: &ObjectPath<'_>) -> Result<Self, PortalFault> {
        let signal = || MatchRule::builder().msg_type(message::Type::Signal);
        let closed = signal().interface(SESSION)?.member("Closed")?.sender(PORTAL)?.path(path.to_owned())?;
        let owners = signal().interface(BUS)?.member("NameOwnerChanged")?.sender(BUS)?.arg(0, PORTAL)?;
        let heard =
            async |rule| MessageStream::for_match_rule(rule, &client.connection, Some(MAX_ENDINGS)).await;
        Ok(Self { closed: heard(closed.build()).await?, owners: heard(owners.build()).await? })
    }

    /// Waits for one: the user has pressed stop there, or the portal is gone. Says which. Cancel safe.
    pub(in crate::wayland) async fn next(&mut self) -> String {
        match select(self.closed.next(), self.owners.next()).await {
            Either::Left(_) => "the desktop has ended it".to_owned(),
            Either::Right(_) => "the desktop's portal is gone".to_owned(),
        }
    }
}

/// What is asked of ScreenCast: monitors, with the pointer beside the picture where that can be had.
fn wanted_sources<'a>(cursor_modes: u32) -> HashMap<&'static str, Value<'a>> {
    let mode = if cursor_modes & CURSOR_METADATA != 0 { CURSOR_METADATA } else { CURSOR_EMBEDDED };
    HashMap::from([("types", MONITOR.into()), ("multiple", true.into()), ("cursor_mode", mode.into())])
}

fn no_options() -> HashMap<&'static str, Value<'static>> {
    HashMap::new()
}

fn keep_choice<'a>(options: &mut HashMap<&str, Value<'a>>, token: Option<&Value<'a>>) {
    options.insert("persist_mode", WHILE_RUNNING.into());
    if let Some(token) = token.and_then(|token| token.try_clone().ok()) {
        options.insert("restore_token", token);
    }
}

fn failed(why: &str) -> PortalFault {
    PortalFault::Failed(why.to_owned())
}
