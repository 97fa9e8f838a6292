//! A stand-in for the desktop's portal in front of mutter: it asks no person, and answers as the test says.
//!
//! The real one (xdg-desktop-portal-gnome) needs GNOME's shell for its question. What it does otherwise is
//! the same: it has mutter record the screen, hands over a connection to PipeWire, and passes input on.

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use futures::StreamExt as _;
use futures::executor::block_on;
use zbus::message::Header;
use zbus::zvariant::{self, OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, Proxy, fdo};

use super::clipboard::{self, ClipboardPortal};

pub(super) const PATH: &str = "/org/freedesktop/portal/desktop";
const CAST: &str = "org.gnome.Mutter.ScreenCast";
pub(super) const REMOTE: &str = "org.gnome.Mutter.RemoteDesktop";

pub(super) type Options = HashMap<String, OwnedValue>;

/// What it has been asked, and what it answers.
#[derive(Default)]
struct PortalState {
    /// By the session's path: the session of mutter's RemoteDesktop, where input is wanted, and of its
    /// ScreenCast, and the recorded screen.
    sessions: HashMap<String, Recorded>,
    /// What a person would have been asked for: `screen`, `screen and input` and the like; or `again` by a
    /// token.
    asked: Vec<String>,
    says_no: bool,
    /// The monitors that the person chooses where they may choose several; else it is the first one.
    monitors: Vec<&'static str>,
    pipewire: PathBuf,
}

#[derive(Default, Clone)]
struct Recorded {
    is_remote: bool,
    wants_input: bool,
    wants_clipboard: bool,
    by_token: bool,
    several: bool,
    remote: Option<OwnedObjectPath>,
    cast: Option<OwnedObjectPath>,
    /// The recorded screens, by their nodes in PipeWire.
    streams: Vec<(u32, OwnedObjectPath)>,
}

#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<PortalState>>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, PortalState> {
        self.0.lock().expect("nothing panics while it is held")
    }

    fn session(&self, path: &str) -> Recorded {
        self.lock().sessions.get(path).cloned().unwrap_or_default()
    }

    /// This session is to have the clipboard, too.
    pub(super) fn want_clipboard(&self, path: &str) {
        self.change(path, |session| session.wants_clipboard = true);
    }

    fn change(&self, path: &str, change: impl FnOnce(&mut Recorded)) {
        change(self.lock().sessions.entry(path.to_owned()).or_default());
    }

    /// Makes a session and answers the request.
    async fn create(
        &self,
        connection: &Connection,
        header: &Header<'_>,
        options: &Options,
        is_remote: bool,
    ) -> fdo::Result<OwnedObjectPath> {
        let token = text(options, "session_handle_token");
        let path = format!("{PATH}/session/{}/{token}", sender(header));
        self.change(&path, |session| session.is_remote = is_remote);
        let session = SessionObject { shared: self.clone(), path: path.clone() };
        connection.object_server().at(path.as_str(), session).await?;
        answer(connection, header, options, 0, HashMap::from([("session_handle", Value::from(path))])).await
    }

    async fn select(
        &self,
        connection: &Connection,
        header: &Header<'_>,
        session: &str,
        options: &Options,
    ) -> fdo::Result<OwnedObjectPath> {
        let several = options.get("multiple").and_then(|value| value.downcast_ref::<bool>().ok());
        self.change(session, |session| {
            session.by_token |= options.contains_key("restore_token");
            session.several |= several == Some(true);
        });
        answer(connection, header, options, 0, HashMap::new()).await
    }

    /// The question to the user, and what follows from the answer.
    async fn start(
        &self,
        connection: &Connection,
        header: &Header<'_>,
        session: &str,
        options: &Options,
    ) -> fdo::Result<OwnedObjectPath> {
        let (known, again, monitors) = {
            let mut state = self.lock();
            let known = state.sessions.get(session).cloned().unwrap_or_default();
            let wants = [(known.wants_input, " and input"), (known.wants_clipboard, " and clipboard")];
            let wanted = wants.into_iter().filter_map(|(wants, what)| wants.then_some(what));
            let again = known.by_token;
            state.asked.push(if again {
                "again".to_owned()
            } else {
                ["screen"].into_iter().chain(wanted).collect()
            });
            let chosen = if known.several { state.monitors.len().max(1) } else { 1 };
            let monitors: Vec<_> = state.monitors.iter().take(chosen).copied().collect();
            (known, again, if monitors.is_empty() { vec![""] } else { monitors })
        };
        if self.lock().says_no && !again {
            return answer(connection, header, options, 1, HashMap::new()).await;
        }
        let recorded = record(connection, known.is_remote, &monitors).await;
        let (recorded, about) = recorded.map_err(|error| fdo::Error::Failed(error.to_string()))?;
        if let Some(remote) = recorded.remote.as_ref().filter(|_| known.wants_clipboard) {
            let enabled = clipboard::enable(connection, remote, session).await;
            enabled.map_err(|error| fdo::Error::Failed(error.to_string()))?;
        }
        let nodes: Vec<u32> = recorded.streams.iter().map(|(node, _)| *node).collect();
        self.change(session, |session| {
            (session.remote, session.cast, session.streams) =
                (recorded.remote, recorded.cast, recorded.streams);
        });
        let streams: Vec<(u32, HashMap<String, OwnedValue>)> = nodes.into_iter().zip(about).collect();
        let mut results = HashMap::from([
            ("streams", Value::from(streams)),
            ("restore_token", Value::from("the same again")),
        ]);
        if known.is_remote {
            results.insert("devices", Value::from(if known.wants_input { 3_u32 } else { 0 }));
            results.insert("clipboard_enabled", Value::from(known.wants_clipboard));
        }
        answer(connection, header, options, 0, results).await
    }

    /// mutter's end of the session's input. What the layout lacks it refuses, as the real portal does.
    pub(super) async fn control(&self, connection: &Connection, session: &str) -> Proxy<'static> {
        let remote = self.session(session).remote.expect("a session with input");
        Proxy::new(connection, REMOTE, remote, format!("{REMOTE}.Session")).await.expect("mutter runs")
    }
}

/// Has mutter record these monitors (the first one has no name); the session, and where each of them is.
async fn record(
    connection: &Connection,
    is_remote: bool,
    monitors: &[&str],
) -> zbus::Result<(Recorded, Vec<HashMap<String, OwnedValue>>)> {
    let mut about: HashMap<&str, Value<'_>> = HashMap::new();
    let mut remote = None;
    if is_remote {
        let manager = Proxy::new(connection, REMOTE, "/org/gnome/Mutter/RemoteDesktop", REMOTE).await?;
        let session: OwnedObjectPath = manager.call("CreateSession", &()).await?;
        let control = Proxy::new(connection, REMOTE, session.clone(), format!("{REMOTE}.Session")).await?;
        about.insert(
            "remote-desktop-session-id",
            Value::from(control.get_property::<String>("SessionId").await?),
        );
        remote = Some((session, control));
    }
    let manager = Proxy::new(connection, CAST, "/org/gnome/Mutter/ScreenCast", CAST).await?;
    let cast: OwnedObjectPath = manager.call("CreateSession", &(about,)).await?;
    let casting = Proxy::new(connection, CAST, cast.clone(), format!("{CAST}.Session")).await?;
    let (mut streams, mut places, mut nodes) = (Vec::new(), Vec::new(), Vec::new());
    for monitor in monitors {
        let beside: HashMap<&str, Value<'_>> = HashMap::from([("cursor-mode", Value::from(2_u32))]);
        let stream: OwnedObjectPath = casting.call("RecordMonitor", &(monitor, beside)).await?;
        let streaming = Proxy::new(connection, CAST, stream.clone(), format!("{CAST}.Stream")).await?;
        nodes.push(streaming.receive_signal("PipeWireStreamAdded").await?);
        places.push(streaming.get_property::<HashMap<String, OwnedValue>>("Parameters").await?);
        streams.push(stream);
    }
    match &remote {
        Some((_, control)) => control.call::<_, _, ()>("Start", &()).await?,
        None => casting.call::<_, _, ()>("Start", &()).await?,
    }
    let mut recorded = Recorded { cast: Some(cast), ..Recorded::default() };
    for (stream, mut added) in streams.into_iter().zip(nodes) {
        let node = added.next().await.expect("mutter runs").body().deserialize::<u32>()?;
        recorded.streams.push((node, stream));
    }
    recorded.remote = remote.map(|(session, _)| session);
    Ok((recorded, places))
}

pub(super) fn text(options: &Options, name: &str) -> String {
    options.get(name).and_then(|value| value.downcast_ref::<String>().ok()).unwrap_or_default()
}

pub(super) fn sender(header: &Header<'_>) -> String {
    header.sender().expect("a bus").trim_start_matches(':').replace('.', "_")
}

/// Answers by a signal, as portals do.
pub(super) async fn answer(
    connection: &Connection,
    header: &Header<'_>,
    options: &Options,
    code: u32,
    results: HashMap<&str, Value<'_>>,
) -> fdo::Result<OwnedObjectPath> {
    let path = format!("{PATH}/request/{}/{}", sender(header), text(options, "handle_token"));
    let to = header.sender().map(|name| name.to_owned());
    let body = (code, results);
    connection.emit_signal(to, path.as_str(), "org.freedesktop.portal.Request", "Response", &body).await?;
    Ok(OwnedObjectPath::try_from(path).expect("a path"))
}

struct SessionObject {
    shared: Shared,
    path: String,
}

#[zbus::interface(name = "org.freedesktop.portal.Session")]
impl SessionObject {
    async fn close(&self, #[zbus(connection)] connection: &Connection) {
        let Some(session) = self.shared.lock().sessions.remove(&self.path) else { return };
        let ended = match (session.remote, session.cast) {
            (Some(remote), _) => Proxy::new(connection, REMOTE, remote, format!("{REMOTE}.Session")).await,
            (None, Some(cast)) => Proxy::new(connection, CAST, cast, format!("{CAST}.Session")).await,
            (None, None) => return,
        };
        let _ = ended.expect("mutter runs").call_method("Stop", &()).await;
    }
}

struct ScreenCast(Shared);

#[zbus::interface(name = "org.freedesktop.portal.ScreenCast")]
impl ScreenCast {
    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        4
    }

    #[zbus(property)]
    fn available_cursor_modes(&self) -> u32 {
        7
    }

    async fn create_session(
        &self,
        options: Options,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> fdo::Result<OwnedObjectPath> {
        self.0.create(connection, &header, &options, false).await
    }

    async fn select_sources(
        &self,
        session: OwnedObjectPath,
        options: Options,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> fdo::Result<OwnedObjectPath> {
        self.0.select(connection, &header, &session, &options).await
    }

    async fn start(
        &self,
        session: OwnedObjectPath,
        _window: String,
        options: Options,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> fdo::Result<OwnedObjectPath> {
        self.0.start(connection, &header, &session, &options).await
    }

    fn open_pipe_wire_remote(&self, _session: OwnedObjectPath, _options: Options) -> zvariant::OwnedFd {
        let socket = UnixStream::connect(&self.0.lock().pipewire).expect("PipeWire runs");
        OwnedFd::from(socket).into()
    }
}

struct RemoteDesktop(Shared);

#[zbus::interface(name = "org.freedesktop.portal.RemoteDesktop")]
impl RemoteDesktop {
    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        2
    }

    #[zbus(property)]
    fn available_device_types(&self) -> u32 {
        3
    }

    async fn create_session(
        &self,
        options: Options,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> fdo::Result<OwnedObjectPath> {
        self.0.create(connection, &header, &options, true).await
    }

    async fn select_devices(
        &self,
        session: OwnedObjectPath,
        options: Options,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> fdo::Result<OwnedObjectPath> {
        let types = options.get("types").and_then(|types| types.downcast_ref::<u32>().ok());
        self.0.change(&session, |session| session.wants_input = types != Some(0));
        self.0.select(connection, &header, &session, &options).await
    }

    async fn start(
        &self,
        session: OwnedObjectPath,
        _window: String,
        options: Options,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> fdo::Result<OwnedObjectPath> {
        self.0.start(connection, &header, &session, &options).await
    }

    async fn notify_pointer_motion_absolute(
        &self,
        session: OwnedObjectPath,
        _options: Options,
        node: u32,
        x: f64,
        y: f64,
        #[zbus(connection)] connection: &Connection,
    ) {
        let streams = self.0.session(&session).streams;
        let (_, stream) = streams.into_iter().find(|(known, _)| *known == node).expect("a screen");
        let control = self.0.control(connection, &session).await;
        let _ = control.call_method("NotifyPointerMotionAbsolute", &(stream.as_str(), x, y)).await;
    }

    async fn notify_pointer_button(
        &self,
        session: OwnedObjectPath,
        _options: Options,
        button: i32,
        state: u32,
        #[zbus(connection)] connection: &Connection,
    ) {
        let control = self.0.control(connection, &session).await;
        let _ = control.call_method("NotifyPointerButton", &(button, state == 1)).await;
    }

    async fn notify_pointer_axis_discrete(
        &self,
        session: OwnedObjectPath,
        _options: Options,
        axis: u32,
        steps: i32,
        #[zbus(connection)] connection: &Connection,
    ) {
        let control = self.0.control(connection, &session).await;
        let _ = control.call_method("NotifyPointerAxisDiscrete", &(axis, steps)).await;
    }

    async fn notify_keyboard_keycode(
        &self,
        session: OwnedObjectPath,
        _options: Options,
        key: i32,
        state: u32,
        #[zbus(connection)] connection: &Connection,
    ) {
        let control = self.0.control(connection, &session).await;
        let _ = control.call_method("NotifyKeyboardKeycode", &(key.cast_unsigned(), state == 1)).await;
    }

    async fn notify_keyboard_keysym(
        &self,
        session: OwnedObjectPath,
        _options: Options,
        sign: i32,
        state: u32,
        #[zbus(connection)] connection: &Connection,
    ) {
        let control = self.0.control(connection, &session).await;
        let _ = control.call_method("NotifyKeyboardKeysym", &(sign.cast_unsigned(), state == 1)).await;
    }
}

/// The running stand-in.
pub(super) struct StandInPortal {
    shared: Shared,
    serving: Connection,
}

/// A mouse and a keyboard of the desktop that no program under test knows of: a person's.
pub(super) struct DesktopHand(Proxy<'static>);

impl DesktopHand {
    /// Moves the mouse.
    pub(super) fn move_by(&self, x: f64, y: f64) {
        block_on(self.0.call_method("NotifyPointerMotionRelative", &(x, y))).expect("mutter runs");
    }

    /// Presses the main button and lets go.
    pub(super) fn click(&self) {
        for down in [true, false] {
            block_on(self.0.call_method("NotifyPointerButton", &(0x110_i32, down))).expect("mutter runs");
        }
    }

    /// Presses a key of evdev's numbers and lets go.
    pub(super) fn press(&self, key: u32) {
        self.press_all(&[key]);
    }

    /// Presses keys in this order and lets go of them the other way round.
    pub(super) fn press_all(&self, keys: &[u32]) {
        let down = keys.iter().map(|key| (*key, true));
        for (key, down) in down.chain(keys.iter().rev().map(|key| (*key, false))) {
            block_on(self.0.call_method("NotifyKeyboardKeycode", &(key, down))).expect("mutter runs");
        }
    }
}

impl StandInPortal {
    /// Waits for mutter and takes the portal's name on this bus.
    pub(super) fn start(bus: &str, pipewire: PathBuf) -> Self {
        let shared = Shared(Arc::new(Mutex::new(PortalState { pipewire, ..PortalState::default() })));
        let serve = async {
            let builder = zbus::connection::Builder::address(bus)?;
            let builder = builder.serve_at(PATH, ScreenCast(shared.clone()))?;
            let builder = builder.serve_at(PATH, RemoteDesktop(shared.clone()))?;
            let builder = builder.serve_at(PATH, ClipboardPortal::new(shared.clone()))?;
            let connection = builder.build().await?;
            let names = fdo::DBusProxy::new(&connection).await?;
            let mut changes = names.receive_name_owner_changed().await?;
            for name in [CAST, REMOTE, "org.gnome.Mutter.IdleMonitor"] {
                while !names.name_has_owner(name.try_into()?).await? {
                    changes.next().await;
                }
            }
            // Of GNOME's shell it is known that it shows a sign.
            connection.request_name("org.gnome.Shell").await?;
            connection.request_name("org.freedesktop.portal.Desktop").await?;
            zbus::Result::Ok(connection)
        };
        let serving = block_on(serve).expect("a bus, and mutter on it");
        Self { shared, serving }
    }

    /// The connection over which it serves.
    pub(super) fn connection(&self) -> &Connection {
        &self.serving
    }

    /// A hand at this desktop.
    pub(super) fn hand(&self) -> DesktopHand {
        let make = async {
            let manager =
                Proxy::new(&self.serving, REMOTE, "/org/gnome/Mutter/RemoteDesktop", REMOTE).await?;
            let session: OwnedObjectPath = manager.call("CreateSession", &()).await?;
            let hand = Proxy::new(&self.serving, REMOTE, session, format!("{REMOTE}.Session")).await?;
            hand.call::<_, _, ()>("Start", &()).await?;
            zbus::Result::Ok(DesktopHand(hand))
        };
        block_on(make).expect("mutter runs")
    }

    /// What a person would have been asked so far.
    pub(super) fn asked(&self) -> Vec<String> {
        self.shared.lock().asked.clone()
    }

    /// How many sessions are open: the desktop shows its sign for each.
    pub(super) fn open_sessions(&self) -> usize {
        self.shared.lock().sessions.len()
    }

    /// From now on the person chooses these monitors.
    pub(super) fn choose(&self, monitors: &[&'static str]) {
        self.shared.lock().monitors = monitors.to_vec();
    }

    /// From now on the person says no.
    pub(super) fn say_no(&self) {
        self.shared.lock().says_no = true;
    }
}
