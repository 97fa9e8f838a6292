//! The clipboard of a Wayland desktop: the stand-in's part of it, before mutter's, and how it crosses.

use std::collections::HashMap;
use std::time::Duration;

use beistand_tests::{Screen, Start, poll};
use futures::StreamExt as _;
use zbus::zvariant::{self, OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, Proxy, fdo};

use super::desktop;
use super::portal::{Options, PATH, REMOTE, Shared};
use crate::clipboard::paste;
use crate::support::{Host, PATIENCE, SOON};

/// evdev's numbers of keys.
const KEY_A: u32 = 30;
const KEY_B: u32 = 48;
const KEY_V: u32 = 47;
const KEY_ENTER: u32 = 28;
const KEY_LEFT_CTRL: u32 = 29;
const KEY_LEFT_SHIFT: u32 = 42;

/// What is allowed.
const WANTS: &str = "view,clipboard-to-user,clipboard-from-user";

/// The portal's clipboard.
pub(super) struct ClipboardPortal(Shared);

impl ClipboardPortal {
    pub(super) fn new(shared: Shared) -> Self {
        Self(shared)
    }
}

#[zbus::interface(name = "org.freedesktop.portal.Clipboard")]
impl ClipboardPortal {
    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        1
    }

    fn request_clipboard(&self, session: OwnedObjectPath, _options: Options) {
        self.0.want_clipboard(&session);
    }

    async fn set_selection(
        &self,
        session: OwnedObjectPath,
        options: Options,
        #[zbus(connection)] connection: &Connection,
    ) -> fdo::Result<()> {
        let kinds = options.get("mime_types").map(|kinds| Value::from(kinds.clone()));
        let options: HashMap<&str, Value<'_>> =
            kinds.into_iter().map(|kinds| ("mime-types", kinds)).collect();
        Ok(self.0.control(connection, &session).await.call("SetSelection", &(options,)).await?)
    }

    async fn selection_read(
        &self,
        session: OwnedObjectPath,
        kind: String,
        #[zbus(connection)] connection: &Connection,
    ) -> fdo::Result<zvariant::OwnedFd> {
        Ok(self.0.control(connection, &session).await.call("SelectionRead", &(kind,)).await?)
    }

    async fn selection_write(
        &self,
        session: OwnedObjectPath,
        serial: u32,
        #[zbus(connection)] connection: &Connection,
    ) -> fdo::Result<zvariant::OwnedFd> {
        Ok(self.0.control(connection, &session).await.call("SelectionWrite", &(serial,)).await?)
    }

    async fn selection_write_done(
        &self,
        session: OwnedObjectPath,
        serial: u32,
        whole: bool,
        #[zbus(connection)] connection: &Connection,
    ) -> fdo::Result<()> {
        Ok(self.0.control(connection, &session).await.call("SelectionWriteDone", &(serial, whole)).await?)
    }
}

/// Has mutter tell of its clipboard, which is passed on as a portal does.
pub(super) async fn enable(
    connection: &Connection,
    remote: &OwnedObjectPath,
    session: &str,
) -> zbus::Result<()> {
    let control = Proxy::new(connection, REMOTE, remote.clone(), format!("{REMOTE}.Session")).await?;
    let mut signals = control.receive_all_signals().await?;
    let nothing: HashMap<&str, Value<'_>> = HashMap::new();
    control.call::<_, _, ()>("EnableClipboard", &(nothing,)).await?;
    let (ours, session) = (connection.clone(), OwnedObjectPath::try_from(session)?);
    let pass_on = async move {
        while let Some(signal) = signals.next().await {
            let (header, body) = (signal.header(), signal.body());
            let (path, interface) = (PATH, "org.freedesktop.portal.Clipboard");
            let member = header.member().map(|member| member.to_string()).unwrap_or_default();
            let passed = match member.as_str() {
                "SelectionOwnerChanged" => {
                    let about: HashMap<String, OwnedValue> = body.deserialize().expect("mutter's");
                    let about: HashMap<String, OwnedValue> =
                        about.into_iter().map(|(name, value)| (name.replace('-', "_"), value)).collect();
                    ours.emit_signal(None::<&str>, path, interface, member.as_str(), &(&session, about)).await
                }
                "SelectionTransfer" => {
                    let (kind, serial): (String, u32) = body.deserialize().expect("mutter's");
                    let body = (&session, kind, serial);
                    ours.emit_signal(None::<&str>, path, interface, member.as_str(), &body).await
                }
                _ => Ok(()),
            };
            passed.expect("the bus runs");
        }
    };
    connection.executor().spawn(pass_on, "clipboard").detach();
    Ok(())
}

#[test]
fn what_is_copied_on_a_wayland_desktop_is_pasted_by_the_helper_and_the_other_way_round() {
    let (mut compositor, portal) = desktop();
    let line = compositor.file("line");
    // A line of these copies a text, by the terminal's own way; any other one is written down.
    let copies = ["a) copy aGlkZGVu;;", "b) copy R3LDvMOfZSDigqw=;;"].concat();
    let copy = "copy() { printf '\\033]52;c;%s\\007' $1; echo $1 > COPIED; }";
    let copied = compositor.file("copied");
    let copy = copy.replace("COPIED", &copied.display().to_string());
    let keep = format!("printf '%s' \"$line\" > {}", line.display());
    compositor.red_terminal(&format!(
        "{copy}; while read line; do case \"$line\" in {copies} *) {keep};; esac; done"
    ));
    let hand = portal.hand();
    // The first keys make a keyboard, which the terminal has yet to hear of.
    let press_until = |key: u32, text: &str| {
        let pressed = (0..20).find_map(|_| {
            hand.press(KEY_ENTER);
            hand.press(key);
            hand.press(KEY_ENTER);
            let copied = || std::fs::read_to_string(&copied).ok().filter(|copied| copied.trim() == text);
            poll(Duration::from_millis(500), copied)
        });
        assert!(pressed.is_some(), "the terminal has heard of the key");
    };
    press_until(KEY_A, "aGlkZGVu");

    let helper = Screen::new(640, 480);
    let mut host = Host::of(compositor.on(Start::node("share")));
    let connect = Start::node("connect").arguments(["--wants", WANTS]).on(&helper).invite(&host.link);
    let mut technician = connect.start();
    host.program.expect("request", PATIENCE);
    assert!(portal.asked().is_empty(), "nothing is asked before the user has said yes");
    host.program.allow(WANTS);
    technician.expect("granted", SOON);
    let is_asked = || (portal.asked() == ["screen and clipboard"]).then_some(());
    assert!(poll(SOON, is_asked).is_some(), "one question for both: {:?}", portal.asked());

    // What the helper copies, the user pastes; and by then the desktop has told of what was copied before.
    technician.say("copy Straight ahead");
    host.program.expect("clipboard-received", SOON);
    // The bar has the keyboard when it appears.
    hand.move_by(-2000.0, -2000.0);
    hand.move_by(400.0, 550.0);
    let pasted = (0..20).find_map(|_| {
        hand.click();
        hand.press_all(&[KEY_LEFT_CTRL, KEY_LEFT_SHIFT, KEY_V]);
        hand.press(KEY_ENTER);
        let kept = || std::fs::read_to_string(&line).ok().filter(|text| text.contains("Straight ahead"));
        poll(Duration::from_millis(500), kept)
    });
    assert!(pasted.is_some(), "the terminal has pasted it");

    press_until(KEY_B, "R3LDvMOfZSDigqw=");
    let text = "Grüße €";
    let received = technician.expect("clipboard-received", SOON);
    assert_eq!(received.number("bytes"), text.len() as f64, "neither what was before nor what was put");
    let is_there = || (paste(&helper, "clipboard", "UTF8_STRING")? == text.as_bytes()).then_some(());
    assert!(poll(SOON, is_there).is_some(), "it can be pasted at the helper's");
}
