//! A whole host over a desktop in memory, and a technician at the other end of a real connection: what
//! touches the desktop, and when.

use std::future::pending;
use std::path::Path;
use std::time::Duration;

use beistand_p2p::invite::Invite;
use beistand_p2p::technician::{TechnicianProfile, connect};
use beistand_p2p::{NetworkConfig, Node};
use beistand_platform::fake::FakeDesktop;
use beistand_platform::{DesktopFault, DesktopPart, PanicKeySign, UserSign};
use beistand_session::{By, ChatMessage, End, Event, Permission, PermissionSet, Role, StaticKey};
use tokio::time::{sleep, timeout};

use super::asking::over;
use super::*;
use crate::acquaintances::Recognition;
use crate::commands::{CommandOutbox, command_channel};
use crate::contacts::ContactMark;
use crate::features::{ChatEvent, FeatureEvent};
use crate::handle::{EndWord, EndedBy};
use crate::preset::PresetState;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

const LOOPBACK: &str = "/ip4/127.0.0.1/tcp/0";

/// Where the user's commands go, and where the host's events come from.
struct HostUser {
    commands: CommandOutbox,
    events: mpsc::Receiver<NodeEvent>,
}

impl HostUser {
    /// The first event from which `pick` makes something.
    async fn expect<T>(&mut self, pick: impl Fn(NodeEvent) -> Option<T>) -> T {
        loop {
            let event = self.events.recv().await.expect("the host runs");
            if let Some(picked) = pick(event) {
                return picked;
            }
        }
    }

    async fn say(&self, command: NodeCommand) {
        self.commands.reserve().await.expect("the host runs").send(command);
    }

    /// Waits for the invite and lets a technician ask for everything; the request's number.
    async fn asked(&mut self) -> (u64, Technician) {
        let link = self
            .expect(|event| if let NodeEvent::Invite(text) = event { Some(text.link) } else { None })
            .await;
        let technician = Technician::connect(&link).await;
        let request = self
            .expect(|event| if let NodeEvent::Request(request) = event { Some(request.id) } else { None });
        (request.await, technician)
    }
}

struct Technician {
    session: SessionHandle,
    /// The host's static key.
    host_key: [u8; 32],
    _node: Node,
}

impl Technician {
    async fn connect(link: &str) -> Self {
        Self::with_key(link, StaticKey::generate().expect("randomness")).await
    }

    async fn with_key(link: &str, static_key: StaticKey) -> Self {
        let network = NetworkConfig {
            network: "test".to_owned(),
            listen: vec![LOOPBACK.parse().expect("a multiaddr")],
            mdns: false,
            ..NetworkConfig::default()
        };
        let profile =
            TechnicianProfile { static_key, name: "Tess".to_owned(), reason: String::new(), wants: offers() };
        let invite = Invite::parse(link).expect("an invite");
        let (steps, _) = mpsc::channel(1);
        let (node, session, first) =
            connect(network, invite, profile, steps, pending()).await.expect("a session");
        let Event::Request(request) = first else { panic!("{first:?}") };
        Self { session, host_key: request.host_key, _node: node }
    }

    async fn say(&self, message: impl Into<beistand_session::Message>) {
        self.session.commands.send(SessionCommand::Say(message.into())).await.expect("the session runs");
    }

    async fn expect_end(&mut self) -> EndReason {
        loop {
            if let Event::Ended(end) = self.session.events.recv().await.expect("it says how it ended") {
                return end.reason;
            }
        }
    }
}

fn config(data: &Path) -> Config {
    let file = data.join("config.toml");
    let text = format!("network = \"test\"\nlisten = [\"{LOOPBACK}\"]\nmdns = false\nupnp = false\n");
    std::fs::write(&file, text).expect("a folder of ours");
    Config::load(Some(&file), Some(&data.join("data"))).expect("a configuration")
}

/// Runs a host on this desktop beside what the user and a technician do; how it ended.
async fn run_beside(desktop: &FakeDesktop, script: impl AsyncFnOnce(HostUser)) -> EndCause {
    let data = tempfile::tempdir().expect("a folder");
    run_in(data.path(), desktop, script).await
}

/// The same with the program's files in this folder.
async fn run_in(data: &Path, desktop: &FakeDesktop, script: impl AsyncFnOnce(HostUser)) -> EndCause {
    run_with(config(data), desktop, script).await
}

/// The same with these settings.
async fn run_with(config: Config, desktop: &FakeDesktop, script: impl AsyncFnOnce(HostUser)) -> EndCause {
    let backends = backends::from_config(&config).expect("a choice").on(desktop);
    let (commands, inbox) = command_channel(8);
    let (event_outbox, events) = mpsc::channel(64);
    let host = run_on(backends, config, HostOpening::Invite, inbox, event_outbox);
    let both = async { tokio::join!(host, script(HostUser { commands, events })).0 };
    timeout(PATIENCE, both).await.expect("in time")
}

fn assert_untouched(desktop: &FakeDesktop) {
    assert_eq!(desktop.screen.captures(), 0, "the screen was captured");
    assert_eq!(desktop.input.events(), [], "something was injected");
    assert_eq!(desktop.clipboard.users(), 0, "the clipboard is open");
}

/// Waits until a desktop in memory has been used; nothing tells of it.
async fn until(mut used: impl FnMut() -> bool) {
    while !used() {
        sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_helper_knows_a_host_again_by_its_mark() {
    let own = StaticKey::generate().expect("randomness");
    let [first, other] = [(), ()].map(|()| tempfile::tempdir().expect("a folder"));
    let mut marks = Vec::new();
    for data in [&first, &first, &other] {
        let desktop = FakeDesktop::default();
        let cause = run_in(data.path(), &desktop, async |mut user| {
            let (request, mut technician) = user.asked().await;
            marks.push(ContactMark::new(&own, &technician.host_key));
            user.say(NodeCommand::Deny { request }).await;
            assert_eq!(technician.expect_end().await, EndReason::Denied);
        });
        assert_eq!(cause.await.reason, EndWord::Denied);
    }
    assert_eq!(marks[0], marks[1], "with another invite and in another run");
    assert_ne!(marks[0], marks[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_desktop_is_touched_before_the_users_yes() {
    let desktop = FakeDesktop::default();
    let cause = run_beside(&desktop, async |mut user| {
        let (request, mut technician) = user.asked().await;
        assert_untouched(&desktop);
        // By the time that the line is there, whatever a request sets off has been set off.
        technician.say(ChatMessage::Line { number: 1, text: "hello".to_owned() }).await;
        let line = user.expect(|event| match event {
            NodeEvent::Feature(FeatureEvent::Chat(ChatEvent::Line(line))) => Some(line.text),
            _ => None,
        });
        assert_eq!(line.await, "hello");
        desktop.screen.fill(beistand_codec::Rect::new(0, 0, 9, 9).expect("valid"), [1, 2, 3]);
        sleep(Duration::from_millis(100)).await;
        assert_untouched(&desktop);
        user.say(NodeCommand::Deny { request }).await;
        assert_eq!(technician.expect_end().await, EndReason::Denied);
    });
    assert_eq!(cause.await.reason, EndWord::Denied);
    assert_untouched(&desktop);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_is_captured_after_the_users_yes_and_no_more_after_the_end() {
    let desktop = FakeDesktop::default();
    let cause = run_beside(&desktop, async |mut user| {
        let (request, _technician) = user.asked().await;
        let permissions = PermissionSet::NONE.with(Permission::View);
        user.say(NodeCommand::Allow { request, permissions }).await;
        until(|| desktop.screen.captures() > 0).await;
    });
    // The program was gone then, which is an end.
    assert_eq!(cause.await.reason, EndWord::Ended);
    let captures = desktop.screen.captures();
    desktop.screen.fill(beistand_codec::Rect::new(0, 0, 9, 9).expect("valid"), [1, 2, 3]);
    sleep(Duration::from_millis(100)).await;
    assert_eq!(desktop.screen.captures(), captures);
    assert_eq!(desktop.input.events(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_where_no_bar_can_be_shown_begins_no_session() {
    let desktop = FakeDesktop::default();
    desktop.indication.set_fault(DesktopFault::NotHere(DesktopPart::Indicator));
    let cause = run_beside(&desktop, async |mut user| {
        let (request, mut technician) = user.asked().await;
        user.say(NodeCommand::Allow { request, permissions: PermissionSet::DESKTOP }).await;
        assert_eq!(technician.expect_end().await, EndReason::Denied);
    });
    assert_eq!(cause.await.reason, EndWord::Failed);
    assert_untouched(&desktop);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_emergency_key_is_a_no_to_a_question() {
    let desktop = FakeDesktop::default();
    let cause = run_beside(&desktop, async |mut user| {
        let (_request, mut technician) = user.asked().await;
        until(|| desktop.presses.sign(UserSign::Panic)).await;
        assert_eq!(technician.expect_end().await, EndReason::Denied);
    });
    assert_eq!(cause.await.reason, EndWord::Denied);
    assert_untouched(&desktop);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_of_somebody_whose_monitor_shows_another_screen_begins_with_a_pause() {
    let desktop = FakeDesktop::default();
    let cause = run_beside(&desktop, async |mut user| {
        let (request, _technician) = user.asked().await;
        until(|| desktop.presses.sign(UserSign::Away)).await;
        user.say(NodeCommand::Allow { request, permissions: PermissionSet::DESKTOP }).await;
        user.expect(|event| matches!(event, NodeEvent::Notice(Notice::PausedAway)).then_some(())).await;
        user.say(NodeCommand::End).await;
    });
    assert_eq!(cause.await.reason, EndWord::Ended);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_whose_user_can_not_be_watched_any_more_ends_though_it_is_paused() {
    let desktop = FakeDesktop::default();
    let cause = run_beside(&desktop, async |mut user| {
        let (request, mut technician) = user.asked().await;
        user.say(NodeCommand::Allow { request, permissions: PermissionSet::DESKTOP }).await;
        user.expect(|event| matches!(event, NodeEvent::Permissions { .. }).then_some(())).await;
        user.say(NodeCommand::Pause).await;
        user.expect(|event| matches!(event, NodeEvent::Paused(true)).then_some(())).await;
        assert!(desktop.presses.sign(UserSign::Unwatched), "somebody watches");
        assert_eq!(technician.expect_end().await, EndReason::Ended);
    });
    let cause = cause.await;
    assert_eq!((cause.by, cause.reason), (EndedBy::Us, EndWord::Failed));
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_on_the_desktops_own_sign_ends_a_session_in_which_nobody_sees_the_screen() {
    let desktop = FakeDesktop::default();
    let cause = run_beside(&desktop, async |mut user| {
        let (request, mut technician) = user.asked().await;
        let permissions = PermissionSet::NONE.with(Permission::Pointer);
        user.say(NodeCommand::Allow { request, permissions }).await;
        user.expect(|event| matches!(event, NodeEvent::Permissions { .. }).then_some(())).await;
        assert!(desktop.presses.sign(UserSign::Stopped), "somebody watches");
        assert_eq!(technician.expect_end().await, EndReason::Ended);
    });
    let cause = cause.await;
    assert_eq!((cause.by, cause.reason), (EndedBy::Us, EndWord::Failed));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_emergency_key_ends_a_session() {
    let desktop = FakeDesktop::default();
    let cause = run_beside(&desktop, async |mut user| {
        let (request, mut technician) = user.asked().await;
        user.say(NodeCommand::Allow { request, permissions: PermissionSet::DESKTOP }).await;
        user.expect(|event| matches!(event, NodeEvent::Permissions { .. }).then_some(())).await;
        assert!(desktop.presses.sign(UserSign::Panic), "somebody watches");
        assert_eq!(technician.expect_end().await, EndReason::Ended);
    });
    let cause = cause.await;
    assert_eq!((cause.by, cause.reason), (EndedBy::Us, EndWord::Ended));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_key_that_the_desktop_hears_ends_a_session_and_is_not_asked_for_before_the_yes() {
    let desktop = FakeDesktop::default();
    desktop.presses.leave_key_to_desktop();
    let cause = run_beside(&desktop, async |mut user| {
        let (request, mut technician) = user.asked().await;
        assert!(!desktop.presses.key(PanicKeySign::Heard), "nobody listens yet");
        user.say(NodeCommand::Allow { request, permissions: PermissionSet::DESKTOP }).await;
        let broken = |event| match event {
            NodeEvent::EmergencyKey { broken } => Some(broken.is_some()),
            _ => None,
        };
        assert!(user.expect(broken).await, "the desktop has yet to say that it hears it");
        until(|| desktop.presses.key(PanicKeySign::Heard)).await;
        assert!(!user.expect(broken).await, "now it does");
        desktop.presses.key(PanicKeySign::Unheard);
        assert!(user.expect(broken).await, "and no more");
        assert!(desktop.presses.key(PanicKeySign::Pressed), "it still listens");
        assert_eq!(technician.expect_end().await, EndReason::Ended);
    });
    let cause = cause.await;
    assert_eq!((cause.by, cause.reason), (EndedBy::Us, EndWord::Ended));
    assert!(!desktop.presses.key(PanicKeySign::Pressed), "nobody listens any more");
}

/// Grants this again and again until the host says something of which `pick` makes something.
async fn grant_until<T>(
    user: &mut HostUser,
    permission: Permission,
    pick: impl Fn(&NodeEvent) -> Option<T>,
) -> T {
    loop {
        user.say(NodeCommand::Grant(permission)).await;
        while let Ok(event) = timeout(Duration::from_millis(50), user.events.recv()).await {
            if let Some(picked) = pick(&event.expect("the host runs")) {
                return picked;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_hand_is_told_from_a_program_nothing_more_is_granted_while_input_is_let_in() {
    let desktop = FakeDesktop::default();
    desktop.presses.hide_hands();
    let cause = run_beside(&desktop, async |mut user| {
        let (request, _technician) = user.asked().await;
        user.say(NodeCommand::Allow { request, permissions: PermissionSet::DESKTOP }).await;
        user.expect(|event| matches!(event, NodeEvent::Permissions { .. }).then_some(())).await;
        let refused = |event: &NodeEvent| matches!(event, NodeEvent::Notice(Notice::NotQuiet)).then_some(());
        // At first the question that was just answered still keeps the hands away.
        grant_until(&mut user, Permission::View, refused).await;
        let is_more = |event: &NodeEvent| match event {
            NodeEvent::Permissions { granted, .. } => Some(granted.contains(Permission::Reconnect)),
            NodeEvent::Notice(Notice::NotQuiet) => Some(false),
            _ => None,
        };
        assert!(!grant_until(&mut user, Permission::Reconnect, is_more).await);
        user.say(NodeCommand::Pause).await;
        let given = |event: &NodeEvent| is_more(event).filter(|given| *given);
        grant_until(&mut user, Permission::Reconnect, given).await;
        user.say(NodeCommand::End).await;
    });
    assert_eq!(cause.await.reason, EndWord::Ended);
}

fn after(reason: EndReason, by: By) -> RequestOutcome {
    over(7, EndCause::of_session(&End { reason, by }, Role::Host))
}

#[test]
fn a_question_without_an_answer_leaves_the_invite_good() {
    let unanswered = after(EndReason::NoAnswer, By::Nobody);
    assert!(matches!(unanswered, RequestOutcome::Withdrawn(7, WithdrawnBy::Time)));
    for (reason, by) in [(EndReason::Ended, By::Peer), (EndReason::Lost, By::Nobody)] {
        assert!(matches!(after(reason, by), RequestOutcome::Withdrawn(7, WithdrawnBy::Leaving)));
    }
}

#[test]
fn a_no_is_the_end() {
    assert!(matches!(after(EndReason::Denied, By::Us), RequestOutcome::Over(_)));
}

/// The ticket of the way back, where there is one when the session is over.
async fn way_back_after(
    script: impl AsyncFnOnce(&mut HostUser, &mut Technician, &FakeDesktop),
) -> Option<bool> {
    let desktop = FakeDesktop::default();
    let mut offered = None;
    // Several in one test are too large for its stack.
    let run = run_beside(&desktop, async |mut user| {
        let (request, mut technician) = user.asked().await;
        user.say(NodeCommand::Allow { request, permissions: PermissionSet::DESKTOP }).await;
        user.expect(|event| matches!(event, NodeEvent::Permissions { .. }).then_some(())).await;
        script(&mut user, &mut technician, &desktop).await;
        while let Some(event) = user.events.recv().await {
            if let NodeEvent::WayBack(ticket) = event {
                offered = Some(ticket.permissions() == PermissionSet::DESKTOP && ticket.name() == "Tess");
            }
        }
    });
    Box::pin(run).await;
    offered
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_by_either_has_a_way_back_for_no_more_than_was_allowed() {
    let by_user = way_back_after(async |user, _, _| user.say(NodeCommand::End).await);
    assert_eq!(by_user.await, Some(true));
    let by_technician = way_back_after(async |_, technician, _| {
        let end = SessionCommand::End(EndReason::Ended);
        technician.session.commands.send(end).await.expect("the session runs");
    });
    assert_eq!(by_technician.await, Some(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_emergency_key_a_revoke_or_in_a_pause_there_is_no_way_back() {
    let emergency = way_back_after(async |_, _, desktop| assert!(desktop.presses.sign(UserSign::Panic)));
    assert_eq!(emergency.await, None);
    let revoked = way_back_after(async |user, _, _| {
        user.say(NodeCommand::Revoke(Permission::Keyboard)).await;
        user.say(NodeCommand::Grant(Permission::Keyboard)).await;
        user.say(NodeCommand::End).await;
    });
    assert_eq!(revoked.await, None, "also where it was given again");
    let paused = way_back_after(async |user, _, _| {
        user.say(NodeCommand::Pause).await;
        user.say(NodeCommand::End).await;
    });
    assert_eq!(paused.await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_monitor_was_kept_from_the_helper_there_is_no_way_back() {
    let hidden = way_back_after(async |user, _, _| {
        let line = crate::features::FeatureCommand::parse(Role::Host, "hide screen");
        for command in line.expect("a command of the user's").expect("it is whole") {
            user.say(NodeCommand::Feature(command)).await;
        }
        user.say(NodeCommand::End).await;
    });
    assert_eq!(hidden.await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_with_a_known_name_and_another_key_is_let_in_before_the_user_has_vouched() {
    let data = tempfile::tempdir().expect("a folder");
    let settings = config(data.path());
    let key = identity::load_or_create(&settings.identity_file).expect("a key");
    let book = AcquaintanceBook::new(&settings, &key);
    book.keep(&[3; 32], "t\u{e9}ss", SystemTime::now()).expect("it is kept");
    let desktop = FakeDesktop::default();
    let cause = run_in(data.path(), &desktop, async |mut user| {
        let (request, _technician) = user.asked().await;
        let allow = || NodeCommand::Allow { request, permissions: PermissionSet::DESKTOP };
        user.say(allow()).await;
        // Of another request, which changes nothing.
        user.say(NodeCommand::Vouch { request: request + 1 }).await;
        user.say(allow()).await;
        sleep(Duration::from_millis(100)).await;
        while let Ok(event) = user.events.try_recv() {
            assert!(!matches!(event, NodeEvent::Permissions { .. }), "{event:?}");
        }
        assert_untouched(&desktop);
        user.say(NodeCommand::Vouch { request }).await;
        user.say(allow()).await;
        user.expect(|event| matches!(event, NodeEvent::Permissions { .. }).then_some(())).await;
        user.say(NodeCommand::End).await;
    });
    assert_eq!(cause.await.reason, EndWord::Ended);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_card_is_asked_about_as_everybody_and_gets_nothing_before_the_yes() {
    let data = tempfile::tempdir().expect("a folder");
    let key = StaticKey::generate().expect("randomness");
    let config =
        Config { preset: PresetState::sample_with_card("Tess", key.public()), ..config(data.path()) };
    let desktop = FakeDesktop::default();
    let cause = run_with(config, &desktop, async |mut user| {
        let link =
            user.expect(|event| if let NodeEvent::Invite(text) = event { Some(text.link) } else { None });
        let mut technician = Technician::with_key(&link.await, key.clone()).await;
        let request =
            user.expect(|event| if let NodeEvent::Request(request) = event { Some(request) } else { None });
        let request = request.await;
        assert!(matches!(request.recognition, Recognition::Carded(_)), "{request:?}");
        sleep(Duration::from_millis(100)).await;
        while let Ok(event) = user.events.try_recv() {
            assert!(!matches!(event, NodeEvent::Permissions { .. }), "{event:?}");
        }
        assert_untouched(&desktop);
        user.say(NodeCommand::Deny { request: request.id }).await;
        assert_eq!(technician.expect_end().await, EndReason::Denied);
    });
    assert_eq!(cause.await.reason, EndWord::Denied);
    assert_untouched(&desktop);
}

#[tokio::test(flavor = "multi_thread")]
async fn that_the_list_of_those_who_are_known_cant_be_read_is_said_at_once() {
    let data = tempfile::tempdir().expect("a folder");
    let settings = config(data.path());
    let book = AcquaintanceBook::new(&settings, &StaticKey::from_bytes([8; 32]));
    book.keep(&[3; 32], "Tess", SystemTime::now()).expect("it is kept");
    let desktop = FakeDesktop::default();
    let cause = run_in(data.path(), &desktop, async |mut user| {
        let said = user.expect(|event| match event {
            NodeEvent::Notice(notice @ Notice::Unreadable(_)) => Some(notice.phrase()),
            _ => None,
        });
        let said = said.await;
        assert!(Words::of_node(crate::words::Language::English).say(&said).contains("acquaintances"));
        user.say(NodeCommand::End).await;
    });
    assert_eq!(cause.await.reason, EndWord::Ended);
}
