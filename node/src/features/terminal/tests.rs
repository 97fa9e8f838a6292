//! Both sides, joined as a session joins them, with real shells at the host.

use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_platform::terminal::{ShellFault, ShellProgram, UserShell};
use beistand_session::{
    Command as SessionCommand, MAX_PRINTED_BYTES, MAX_TERMINALS, Message, PRINTED_AHEAD, Permission,
    PermissionSet, Role, TerminalEnd, TerminalMessage, TerminalSize,
};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::host::ShellSource;
use super::{
    LeftoverAnswer, TerminalCommand, TerminalEvent, TerminalHost, TerminalRefusal, TerminalTechnician,
};
use crate::features::FeatureEvent;
use crate::features::activity::ActivityRecord;
use crate::features::side::{EventEmitter, NoWorld, Side, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::tell::Tell as _;
use crate::features::wire::Outbox;
use crate::handle::NodeEvent;
use crate::words::{Language, Words};

/// What waits in a test.
const QUEUE: usize = 64;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Says so from a program in front of its terminal.
const IN_FRONT: &str = "set -m; sh -c 'echo go; exec sleep 1000'; echo over";

const LOOKS: PermissionSet = PermissionSet::NONE.with(Permission::Terminal);
const BOTH: PermissionSet = LOOKS.with(Permission::TerminalType);

/// One side of a session.
struct TerminalPerson<S: Side> {
    slot: SlotHandle<S>,
    feed: InboxFeed,
    said: mpsc::Receiver<SessionCommand>,
    events: mpsc::Receiver<NodeEvent>,
    standing: Standing,
}

fn person<S>(role: Role, world: S::World) -> TerminalPerson<S>
where
    S: Side<Message = TerminalMessage, Command = TerminalCommand, Event = TerminalEvent>,
{
    let (commands, said) = mpsc::channel(QUEUE);
    let (event_outbox, events) = mpsc::channel(QUEUE);
    let (fault_outbox, _) = mpsc::channel(QUEUE);
    let (feed, mut inboxes) = inbox_feed();
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world,
        role,
        load: SideLoadMeter::default(),
    };
    let inbox = inboxes.take().expect("taken once");
    let standing = Standing::new(Instant::now());
    let slot = SlotHandle::start("terminal", BOTH, context, inbox, fault_outbox, standing);
    TerminalPerson { slot, feed, said, events, standing }
}

impl<S> TerminalPerson<S>
where
    S: Side<Message = TerminalMessage, Command = TerminalCommand, Event = TerminalEvent>,
{
    async fn change(&mut self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.standing);
        self.slot.set(Some(self.standing));
        self.slot.settle().await;
    }

    async fn grant(&mut self, granted: PermissionSet) {
        self.change(|now| now.granted = Some(granted)).await;
    }
}

fn event(event: Option<NodeEvent>) -> TerminalEvent {
    match event {
        Some(NodeEvent::Feature(FeatureEvent::Terminal(event))) => event,
        other => panic!("{other:?}"),
    }
}

fn message(command: Option<SessionCommand>) -> TerminalMessage {
    match command {
        Some(SessionCommand::Say(Message::Terminal(message))) => message,
        other => panic!("{other:?}"),
    }
}

/// Both of them, and what carries between them.
struct TerminalPair {
    host: TerminalPerson<TerminalHost>,
    technician: TerminalPerson<TerminalTechnician>,
    activity: ActivityRecord,
}

impl TerminalPair {
    async fn start(script: &'static str, granted: PermissionSet) -> Self {
        let open = move |size| UserShell::start(&ShellProgram::plain("/bin/sh", &["-c", script]), size);
        Self::with(Arc::new(open), granted).await
    }

    async fn with(open: super::host::OpenShell, granted: PermissionSet) -> Self {
        Self::waiting(open, granted, PATIENCE).await
    }

    /// One whose user is asked for so long.
    async fn waiting(open: super::host::OpenShell, granted: PermissionSet, patience: Duration) -> Self {
        let activity = ActivityRecord::default();
        let source = ShellSource { open, activity: activity.clone(), patience };
        let mut pair = Self {
            host: person(Role::Host, source),
            technician: person(Role::Technician, NoWorld),
            activity,
        };
        pair.grant(granted).await;
        pair
    }

    async fn grant(&mut self, granted: PermissionSet) {
        self.host.grant(granted).await;
        self.technician.grant(granted).await;
    }

    /// Carries what both say until `wanted` is among the events; which side's it was.
    async fn until(&mut self, wanted: impl Fn(Role, &TerminalEvent) -> bool) -> TerminalEvent {
        let waiting = async {
            loop {
                tokio::select! {
                    said = self.host.said.recv() => {
                        self.technician.feed.deliver(message(said));
                    }
                    said = self.technician.said.recv() => {
                        self.host.feed.deliver(message(said));
                    }
                    happened = self.host.events.recv() => {
                        let happened = event(happened);
                        if wanted(Role::Host, &happened) {
                            return happened;
                        }
                    }
                    happened = self.technician.events.recv() => {
                        let happened = event(happened);
                        if wanted(Role::Technician, &happened) {
                            return happened;
                        }
                    }
                }
            }
        };
        timeout(PATIENCE, waiting).await.expect("in time")
    }

    /// The technician opens one, and both see it: its number.
    async fn open(&mut self) -> u32 {
        self.technician.slot.command(TerminalCommand::Open(TerminalSize::USUAL));
        let opened = |role, event: &TerminalEvent| {
            role == Role::Technician && matches!(event, TerminalEvent::Opened { .. })
        };
        let TerminalEvent::Opened { terminal, by: Role::Technician, .. } = self.until(opened).await else {
            panic!("the technician's")
        };
        terminal
    }

    fn type_in(&mut self, text: &str) {
        let bytes = text.as_bytes().to_vec();
        self.technician.slot.command(TerminalCommand::Type { terminal: None, bytes });
    }

    /// Looks at the screen of this side until `wanted` is on it.
    async fn until_shown(&mut self, side: Role, wanted: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match side {
                Role::Host => self.host.slot.command(TerminalCommand::Look(None)),
                Role::Technician => self.technician.slot.command(TerminalCommand::Look(None)),
            }
            let shown =
                self.until(|role, event| role == side && matches!(event, TerminalEvent::Shown { .. })).await;
            let TerminalEvent::Shown { text, .. } = shown else { unreachable!("it was waited for") };
            if text.contains(wanted) {
                return text;
            }
            assert!(Instant::now() < deadline, "{text}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn until_closed(&mut self, side: Role) -> TerminalEnd {
        let closed =
            self.until(|role, event| role == side && matches!(event, TerminalEvent::Closed { .. })).await;
        let TerminalEvent::Closed { why, .. } = closed else { unreachable!("it was waited for") };
        why
    }
}

fn is_refused(event: &TerminalEvent, wanted: TerminalRefusal) -> bool {
    matches!(event, TerminalEvent::Refused { why } if *why == wanted)
}

#[tokio::test]
async fn what_the_technician_types_is_seen_on_both_screens() {
    let mut pair = TerminalPair::start("read line; echo got $line; read line", BOTH).await;
    pair.open().await;
    pair.type_in("hello\r");
    pair.until_shown(Role::Technician, "got hello").await;
    pair.until_shown(Role::Host, "got hello").await;
    assert_eq!(pair.activity.at(Instant::now()), Some("terminal-typing"));
}

#[tokio::test]
async fn who_may_only_look_opens_nothing_and_reads_along_what_the_user_opens() {
    let mut pair = TerminalPair::start("read line; echo got $line; read line", LOOKS).await;
    pair.technician.slot.command(TerminalCommand::Open(TerminalSize::USUAL));
    pair.until(|_, event| is_refused(event, TerminalRefusal::NotAllowed)).await;
    // Even if the session let it through.
    pair.host.feed.deliver(TerminalMessage::Open(TerminalSize::USUAL));
    pair.until(|role, event| role == Role::Technician && is_refused(event, TerminalRefusal::NotAllowed))
        .await;
    pair.host.slot.command(TerminalCommand::Open(TerminalSize::USUAL));
    pair.until(|role, event| {
        role == Role::Technician && matches!(event, TerminalEvent::Opened { by: Role::Host, .. })
    })
    .await;
    pair.type_in("no\r");
    pair.until(|_, event| is_refused(event, TerminalRefusal::NotAllowed)).await;
    pair.host.feed.deliver(TerminalMessage::Type { terminal: 1, bytes: b"no\r".to_vec() });
    pair.host.slot.command(TerminalCommand::Type { terminal: None, bytes: b"yes\r".to_vec() });
    let text = pair.until_shown(Role::Technician, "got").await;
    assert!(text.contains("got yes"), "{text}");
}

#[tokio::test]
async fn there_are_at_most_four_and_a_computer_without_any_says_so() {
    let mut pair = TerminalPair::start("read line", BOTH).await;
    for _ in 0..MAX_TERMINALS {
        pair.open().await;
    }
    pair.technician.slot.command(TerminalCommand::Open(TerminalSize::USUAL));
    pair.until(|_, event| is_refused(event, TerminalRefusal::TooMany)).await;
    pair.technician.slot.command(TerminalCommand::Close(Some(2)));
    assert_eq!(pair.until_closed(Role::Technician).await, TerminalEnd::ByTechnician);
    assert_eq!(pair.open().await, 5, "a number is never given again");
    let mut none = TerminalPair::with(Arc::new(|_| Err(ShellFault::NoAccount)), BOTH).await;
    none.technician.slot.command(TerminalCommand::Open(TerminalSize::USUAL));
    none.until(|role, event| role == Role::Technician && is_refused(event, TerminalRefusal::NotHere)).await;
}

#[tokio::test]
async fn a_shell_that_ends_closes_its_terminal_with_its_code() {
    let mut pair = TerminalPair::start("echo last words; exit 7", BOTH).await;
    pair.technician.slot.command(TerminalCommand::Open(TerminalSize::USUAL));
    let opened = |role, event: &TerminalEvent| {
        role == Role::Technician && matches!(event, TerminalEvent::Opened { .. })
    };
    let TerminalEvent::Opened { screen, .. } = pair.until(opened).await else { unreachable!("waited for") };
    let TerminalEnd::Exited(code) = pair.until_closed(Role::Technician).await else { panic!("by itself") };
    assert!(code.is_none_or(|code| code == 7), "{code:?}");
    assert_eq!(screen.text(), "last words", "all of it was shown before");
}

#[tokio::test]
async fn a_revoke_ends_what_waits_at_a_prompt_at_once() {
    let mut pair = TerminalPair::start("read line", BOTH).await;
    pair.open().await;
    pair.grant(PermissionSet::NONE).await;
    assert_eq!(pair.until_closed(Role::Host).await, TerminalEnd::Revoked);
}

#[tokio::test]
async fn the_user_is_asked_about_what_still_runs_and_may_keep_it() {
    for answer in [LeftoverAnswer::End, LeftoverAnswer::Keep] {
        let mut pair = TerminalPair::start(IN_FRONT, BOTH).await;
        pair.open().await;
        pair.until_shown(Role::Technician, "go").await;
        pair.grant(LOOKS).await;
        let asked = pair.until(|_, event| matches!(event, TerminalEvent::Leftover { .. })).await;
        assert!(
            matches!(asked, TerminalEvent::Leftover { program, .. } if program == "sleep" || program == "sh")
        );
        assert_eq!(pair.until_closed(Role::Technician).await, TerminalEnd::Revoked);
        pair.host.slot.command(TerminalCommand::Leftover { terminal: None, answer });
        if answer == LeftoverAnswer::Keep {
            // It is the user's now: Ctrl+C ends the program, and the shell goes on.
            pair.host.slot.command(TerminalCommand::Type { terminal: None, bytes: vec![3] });
            let TerminalEnd::Exited(_) = pair.until_closed(Role::Host).await else { panic!("by itself") };
        } else {
            assert_eq!(pair.until_closed(Role::Host).await, TerminalEnd::Revoked);
        }
    }
}

#[tokio::test]
async fn both_hear_while_a_program_runs_and_again_after_a_pause() {
    let mut pair = TerminalPair::start("set -m; sh -c 'echo go; read line'; exec cat", BOTH).await;
    pair.open().await;
    let is = |who: Role, wanted: bool| {
        move |role: Role, event: &TerminalEvent| {
            role == who && matches!(event, TerminalEvent::Busy { busy, .. } if *busy == wanted)
        }
    };
    pair.until(is(Role::Technician, true)).await;
    for paused in [true, false] {
        pair.host.change(|now| now.paused = paused).await;
        pair.technician.change(|now| now.paused = paused).await;
    }
    pair.until(is(Role::Technician, false)).await;
    pair.until(is(Role::Technician, true)).await;
    pair.type_in("\r");
    pair.until(is(Role::Technician, false)).await;
}

#[tokio::test]
async fn each_program_that_still_runs_has_an_answer_of_its_own() {
    let mut pair = TerminalPair::start(IN_FRONT, BOTH).await;
    for _ in 0..2 {
        pair.open().await;
        pair.until_shown(Role::Technician, "go").await;
    }
    pair.grant(LOOKS).await;
    for asked in [1, 2] {
        pair.until(
            |_, event| matches!(event, TerminalEvent::Leftover { terminal, .. } if *terminal == asked),
        )
        .await;
    }
    let answer = |terminal, answer| TerminalCommand::Leftover { terminal, answer };
    pair.host.slot.command(answer(None, LeftoverAnswer::End));
    pair.until(|_, event| is_refused(event, TerminalRefusal::Several)).await;
    pair.host.slot.command(answer(Some(1), LeftoverAnswer::Keep));
    pair.host.slot.command(answer(Some(1), LeftoverAnswer::End));
    pair.until(|_, event| is_refused(event, TerminalRefusal::Missing)).await;
    pair.host.slot.command(answer(None, LeftoverAnswer::End));
    let closed =
        pair.until(|role, event| role == Role::Host && matches!(event, TerminalEvent::Closed { .. })).await;
    assert!(matches!(closed, TerminalEvent::Closed { terminal: 2, why: TerminalEnd::Revoked }), "{closed:?}");
    pair.until_shown(Role::Host, "go").await;
}

#[tokio::test]
async fn what_is_closed_in_a_pause_is_told_afterwards_and_gives_its_seat_back() {
    let mut pair = TerminalPair::start("read line", BOTH).await;
    for _ in 0..MAX_TERMINALS {
        pair.open().await;
    }
    pair.host.change(|now| now.held = true).await;
    pair.technician.change(|now| now.paused = true).await;
    pair.host.slot.command(TerminalCommand::Close(Some(1)));
    assert_eq!(pair.until_closed(Role::Host).await, TerminalEnd::ByUser);
    // One that the helper never hears of.
    pair.host.slot.command(TerminalCommand::Open(TerminalSize::USUAL));
    pair.until(|role, event| role == Role::Host && matches!(event, TerminalEvent::Opened { .. })).await;
    pair.host.slot.command(TerminalCommand::Close(Some(5)));
    assert_eq!(pair.until_closed(Role::Host).await, TerminalEnd::ByUser);
    pair.technician.change(|now| now.paused = false).await;
    pair.host.change(|now| now.held = false).await;
    let closed = pair
        .until(|role, event| role == Role::Technician && matches!(event, TerminalEvent::Closed { .. }))
        .await;
    assert!(matches!(closed, TerminalEvent::Closed { terminal: 1, why: TerminalEnd::ByUser }), "{closed:?}");
    assert_eq!(pair.open().await, 6);
    // The same where they are no longer allowed to type, while all rests.
    pair.host.change(|now| now.held = true).await;
    pair.host.grant(LOOKS).await;
    pair.technician.grant(LOOKS).await;
    pair.host.change(|now| now.held = false).await;
    for _ in 0..MAX_TERMINALS {
        assert_eq!(pair.until_closed(Role::Technician).await, TerminalEnd::Revoked);
    }
}

#[tokio::test]
async fn what_nobody_answers_about_is_ended() {
    let open = |size| UserShell::start(&ShellProgram::plain("/bin/sh", &["-c", IN_FRONT]), size);
    let mut pair = TerminalPair::waiting(Arc::new(open), BOTH, Duration::from_millis(100)).await;
    pair.open().await;
    pair.until_shown(Role::Technician, "go").await;
    pair.grant(PermissionSet::NONE).await;
    pair.until(|_, event| matches!(event, TerminalEvent::Leftover { .. })).await;
    assert_eq!(pair.until_closed(Role::Host).await, TerminalEnd::Revoked);
}

#[tokio::test]
async fn no_query_is_answered() {
    // What the terminal answers would be read here; half a second is waited for it.
    let script = "stty raw -echo min 0 time 5
        printf '\\033[c\\033[>c\\033[5n\\033[6n\\033[?6n\\033]10;?\\007\\033]52;c;?\\007'
        printf '\\033[?u\\033[18t\\033[21t\\033[?1$p\\033P+q544e\\033\\\\'
        echo answers: $(dd bs=1 count=1 2>/dev/null | wc -c).; sleep 1000";
    let mut pair = TerminalPair::start(script, BOTH).await;
    pair.open().await;
    pair.until_shown(Role::Technician, "answers: 0.").await;
}

#[tokio::test]
async fn a_pause_hides_what_is_printed_and_the_screen_is_there_again_afterwards() {
    let mut pair = TerminalPair::start("read line; echo got $line; read line", BOTH).await;
    pair.open().await;
    pair.host.change(|now| now.held = true).await;
    pair.technician.change(|now| now.paused = true).await;
    pair.type_in("no\r");
    pair.until(|_, event| is_refused(event, TerminalRefusal::NotAllowed)).await;
    pair.host.feed.deliver(TerminalMessage::Type { terminal: 1, bytes: b"no\r".to_vec() });
    pair.host.slot.command(TerminalCommand::Type { terminal: None, bytes: b"user\r".to_vec() });
    pair.until_shown(Role::Host, "got user").await;
    pair.technician.slot.command(TerminalCommand::Look(None));
    let shown = pair
        .until(|role, event| role == Role::Technician && matches!(event, TerminalEvent::Shown { .. }))
        .await;
    assert!(matches!(shown, TerminalEvent::Shown { text, .. } if text.is_empty()), "nothing came");
    pair.technician.change(|now| now.paused = false).await;
    pair.host.change(|now| now.held = false).await;
    pair.until_shown(Role::Technician, "got user").await;
}

#[tokio::test]
async fn a_program_that_prints_without_end_waits_for_the_technician() {
    let mut pair = TerminalPair::start("yes", BOTH).await;
    pair.technician.slot.command(TerminalCommand::Open(TerminalSize::USUAL));
    let open = message(pair.technician.said.recv().await);
    pair.host.feed.deliver(open);
    // Nothing is carried to the technician, and so nothing is acknowledged.
    let mut printed = 0;
    while printed < PRINTED_AHEAD {
        let said = message(timeout(PATIENCE, pair.host.said.recv()).await.expect("in time"));
        printed += u32::from(matches!(said, TerminalMessage::Printed { .. }));
    }
    let more = timeout(Duration::from_millis(300), pair.host.said.recv()).await;
    assert!(more.is_err(), "no more than that: {more:?}");
    // As soon as it is, more comes.
    pair.host.feed.deliver(TerminalMessage::Taken { terminal: 1, number: 8 });
    let next = message(timeout(PATIENCE, pair.host.said.recv()).await.expect("in time"));
    assert!(matches!(next, TerminalMessage::Printed { number: 17, .. }), "{next:?}");
}

#[tokio::test]
async fn what_was_typed_is_recorded_where_the_user_wants_it_and_a_password_never() {
    let script = "read a; stty -echo; echo secret?; read b; stty echo; echo open; read c; echo end; read d";
    let mut pair = TerminalPair::start(script, BOTH).await;
    pair.open().await;
    pair.type_in("unrecorded\r");
    pair.until_shown(Role::Technician, "secret?").await;
    pair.host.slot.command(TerminalCommand::Record(true));
    pair.until(|_, event| matches!(event, TerminalEvent::Recording(true))).await;
    pair.type_in("hunter2\r");
    pair.until_shown(Role::Technician, "open").await;
    pair.type_in("visible\r");
    let typed = pair.until(|_, event| matches!(event, TerminalEvent::Typed { .. })).await;
    assert!(matches!(typed, TerminalEvent::Typed { text, .. } if text == "visible"));
    let text = pair.until_shown(Role::Host, "end").await;
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_line_that_was_typed_acts_on_no_terminal() {
    let event = TerminalEvent::Typed { terminal: 1, text: "a\u{1b}[2Jb\u{202e}c".to_owned() };
    let words = Words::of_node(Language::English);
    let said = words.say(&event.phrase(Role::Host).expect("it is told"));
    assert!(!said.contains(['\u{1b}', '\u{202e}']), "{said:?}");
}

#[tokio::test]
async fn a_technician_believes_no_host_that_opens_too_many() {
    let mut pair = TerminalPair::start("read line", BOTH).await;
    for terminal in 0..20 {
        let opened = TerminalMessage::Opened { terminal, size: TerminalSize::USUAL, by: Role::Host };
        pair.technician.feed.deliver(opened);
    }
    for _ in 0..MAX_TERMINALS {
        pair.until(|_, event| matches!(event, TerminalEvent::Opened { .. })).await;
    }
    pair.technician.slot.command(TerminalCommand::Look(Some(19)));
    pair.until(|_, event| is_refused(event, TerminalRefusal::Missing)).await;
}

#[tokio::test]
async fn output_that_is_slow_to_draw_leaves_others_their_turn() {
    let mut pair = TerminalPair::start("read line", BOTH).await;
    let size = TerminalSize::USUAL;
    pair.technician.feed.deliver(TerminalMessage::Opened { terminal: 1, size, by: Role::Host });
    pair.until(|role, event| role == Role::Technician && matches!(event, TerminalEvent::Opened { .. })).await;
    let bytes = b"\x1b#8".repeat(MAX_PRINTED_BYTES / 3);
    pair.technician.feed.deliver(TerminalMessage::Printed { terminal: 1, number: 1, bytes });
    let mut turns = 0;
    while let Err(mpsc::error::TryRecvError::Empty) = pair.technician.said.try_recv() {
        turns += 1;
        tokio::task::yield_now().await;
    }
    assert!(turns > 50, "{turns}");
}

#[tokio::test]
async fn what_the_helper_typed_ahead_is_never_read_after_a_pause() {
    let file = std::env::temp_dir().join(format!("beistand-paused-{}", std::process::id()));
    let path = file.clone();
    let open = move |size| {
        let wait = format!("while [ ! -e {} ]; do sleep 0.02; done", path.display());
        let script = format!("stty raw -echo; echo ready; {wait}; read line; echo got $line.; sleep 1000");
        UserShell::start(&ShellProgram::plain("/bin/sh", &["-c", &script]), size)
    };
    let mut pair = TerminalPair::with(Arc::new(open), BOTH).await;
    pair.open().await;
    pair.until_shown(Role::Host, "ready").await;
    // More than the terminal takes, and all the room that there is for the helper.
    for _ in 0..64 {
        pair.type_in(&"rm x\n".repeat(800));
        pair.until_shown(Role::Technician, "ready").await;
    }
    pair.host.change(|now| now.held = true).await;
    pair.host.slot.command(TerminalCommand::Type { terminal: None, bytes: b"safe\n".to_vec() });
    std::fs::write(&file, "").unwrap();
    let text = pair.until_shown(Role::Host, "got").await;
    let _ = std::fs::remove_file(&file);
    assert!(text.contains("got safe."), "{text}");
}

#[tokio::test]
async fn the_users_keys_go_before_all_that_the_helper_typed() {
    let mut pair = TerminalPair::start("stty raw -echo; echo ready; sleep 1000", BOTH).await;
    pair.open().await;
    pair.until_shown(Role::Host, "ready").await;
    for _ in 0..64 {
        pair.type_in(&"x".repeat(4000));
        pair.until_shown(Role::Technician, "ready").await;
    }
    pair.host.slot.command(TerminalCommand::Type { terminal: None, bytes: vec![3] });
    pair.host.slot.command(TerminalCommand::Record(true));
    pair.until(|role, event| {
        assert!(
            role != Role::Host || !is_refused(event, TerminalRefusal::Behind),
            "there is room for the user"
        );
        matches!(event, TerminalEvent::Recording(true))
    })
    .await;
}

#[tokio::test]
async fn a_terminal_is_closed_though_the_shell_left_something_running() {
    let mut pair = TerminalPair::start("set -m; sleep 1000 & exit 6", BOTH).await;
    pair.technician.slot.command(TerminalCommand::Open(TerminalSize::USUAL));
    assert_eq!(pair.until_closed(Role::Technician).await, TerminalEnd::Exited(Some(6)));
}

#[tokio::test]
async fn nothing_that_waits_at_the_end_is_typed() {
    let file = std::env::temp_dir().join(format!("beistand-typed-{}", std::process::id()));
    let path = file.clone();
    let open = move |size| {
        let script = format!("while read line; do echo $line >> {}; done", path.display());
        UserShell::start(&ShellProgram::plain("/bin/sh", &["-c", &script]), size)
    };
    let mut pair = TerminalPair::with(Arc::new(open), BOTH).await;
    pair.open().await;
    pair.host.slot.set(None);
    pair.host.feed.deliver(TerminalMessage::Type { terminal: 1, bytes: b"late\r".to_vec() });
    pair.host.slot.settle().await;
    let typed = std::fs::read_to_string(&file).unwrap_or_default();
    let _ = std::fs::remove_file(&file);
    assert_eq!(typed, "");
}
