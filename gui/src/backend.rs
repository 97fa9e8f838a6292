//! Where nodes come from, and how their events reach the windows.
//!
//! The only file that knows how a node is started. It never waits: a thread carries events from the node to
//! the application and wakes its window.

pub mod fake;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, SystemTime};

use crate::hand_check::{self, HandedAct};
use crate::keys::OpenedShortcuts;
use crate::wake::WindowWake;
use beistand_node::words::{Language, Phrase};
use beistand_node::{
    Acquaintance, AcquaintanceBook, Appearance, AppearanceBook, AppearanceReceiver, AppearanceWatch,
    ChangeBook, CommandOutbox, Config, ContactBook, ContactHabits, ContactMark, DesktopCall, DesktopDoor,
    FeatureEvent, GrabNotice, HistoryBook, NodeCommand, NodeEvent, NodeHandle, PastPeer, PastSession,
    PermissionSet, PictureSlot, PresetState, PressOrigin, ReturnLook, ReturnShelf, ReturnTicket, Role,
    SaveAnswer, SaveFolderBook, SaveQuestion, SystemPermission, TechnicianRequest, ToolbarBook,
    ToolbarHabits, ViewEvent, WindowNumber,
};

/// Events between the node and the window: the window drains all of them whenever it draws.
const EVENT_QUEUE: usize = 256;

/// Measurements for which alone no window is drawn: they come once or twice a second, and a drawing of a
/// large picture costs more than they are worth. Far below [`EVENT_QUEUE`], so that the node never waits.
const UNSEEN_EVENTS: usize = 128;

/// Starts nodes.
pub trait NodeStarter {
    /// Starts the user's side.
    fn host(&mut self) -> NodeHandle;
    /// Starts the technician's side.
    fn technician(&mut self, ask: TechnicianAsk) -> NodeHandle;
    /// Starts the user's side for the helper of this ticket, as a hand has allowed.
    fn host_for_return(&mut self, ticket: ReturnTicket) -> NodeHandle;
    /// Starts the technician's side with a ticket.
    fn technician_for_return(&mut self, ticket: ReturnTicket, request: TechnicianRequest) -> NodeHandle;
    /// Starts the user's side for the helper of a session that was ended a moment ago, as a hand has allowed.
    fn host_for_way_back(&mut self, ticket: ReturnTicket) -> NodeHandle;
    /// What this person is called, as far as the settings or the system know.
    fn own_name(&self) -> String {
        String::new()
    }
    /// They are called so, also in the next run.
    fn remember_name(&mut self, _name: &str) {}
    /// Who is known on this computer, the newest first.
    ///
    /// # Errors
    /// What a person is told where the list can't be read.
    fn acquaintances(&self) -> Result<Vec<Acquaintance>, Phrase> {
        Ok(Vec::new())
    }
    /// Whoever has this mark is no longer known.
    fn forget_acquaintance(&self, _mark: ContactMark) {}
    /// Who was helped from this computer lately, the newest first.
    fn past_sessions(&self) -> Vec<(PastSession, PastPeer)> {
        Vec::new()
    }
    /// This one is taken out of that list.
    fn remove_past(&self, _session: &PastSession) {}
    /// All of that list is forgotten.
    fn forget_past(&self) {}
    /// The tickets of this side.
    fn returns(&self, role: Role) -> ReturnLook;
    /// Nobody comes back by this ticket.
    fn forget_return(&self, ticket: &ReturnTicket);
    /// What nodes say by themselves is in this language from the next one on.
    fn speak(&mut self, _language: Language) {}
    /// Tells a hand at this computer from a program.
    fn press_origin(&self) -> Box<dyn PressOrigin>;
    /// What gets the shortcuts of this computer's desktop for this window. `notice` is called from any
    /// thread.
    ///
    /// # Errors
    /// Why this desktop gives them to nobody.
    fn shortcuts(&self, window: WindowNumber, notice: GrabNotice) -> OpenedShortcuts;
    /// How somebody typed with this contact before.
    fn habits(&self, contact: ContactMark) -> ContactHabits;
    /// They type so from now on.
    fn remember(&self, contact: ContactMark, habits: ContactHabits);
    /// Where the helper wants the toolbar.
    fn toolbar(&self) -> ToolbarHabits {
        ToolbarHabits::default()
    }
    /// They want it so from now on.
    fn remember_toolbar(&self, _habits: ToolbarHabits) {}
    /// Where a person's pictures and notes are kept.
    fn keep_folder(&self) -> PathBuf {
        std::env::temp_dir()
    }
    /// Where a person is asked to save something first: the folder that they chose last.
    fn save_folder(&self) -> PathBuf {
        self.keep_folder()
    }
    /// They chose this one.
    fn remember_save_folder(&self, _folder: &Path) {}
    /// What asks a person by the desktop's own dialog, on a thread that may wait for so long.
    fn where_to_save(&self, _question: SaveQuestion, _patience: Duration) -> AskingForPlace {
        Box::new(|| SaveAnswer::NotHere)
    }
    /// What was changed on this computer in sessions.
    fn changes(&self) -> Option<ChangeBook> {
        None
    }
    /// What an organisation has set up beside the program.
    fn preset(&self) -> PresetState {
        PresetState::None
    }
    /// The person agrees with the preset that waits for that.
    fn agree_to_preset(&mut self) {}
    /// How the window looks.
    fn appearance(&self) -> Appearance {
        Appearance::default()
    }
    /// It looks so from now on.
    fn keep_appearance(&self, _chosen: Appearance) {}
    /// Listens to what the desktop says of looks, where there is one to listen to. `tell` is called from any
    /// thread.
    fn watch_appearance(&self, _tell: AppearanceReceiver) -> Option<AppearanceWatch> {
        None
    }
    /// Shows a folder in the desktop's own window for folders, as a person has asked.
    fn open_folder(&self, folder: &Path);
    /// Shows where in the system's settings a person gives this program that permission.
    fn open_settings_page(&self, permission: SystemPermission);
    /// What the desktop asks of this window from now on; `wake` is called from any thread.
    fn desktop_calls(&self, _wake: WindowWake) -> DesktopInbox {
        DesktopInbox::default()
    }
}

/// Asks a person where something is to be saved, and waits for them.
pub type AskingForPlace = Box<dyn FnOnce() -> SaveAnswer + Send>;

/// Calls of the desktop that wait: a person opens one link at a time, and a window takes them in at once.
const CALLS: usize = 4;

/// What the desktop asks of the window.
#[derive(Debug, Default)]
pub struct DesktopInbox {
    calls: Option<mpsc::Receiver<DesktopCall>>,
    _door: Option<DesktopDoor>,
}

impl DesktopInbox {
    /// An inbox, and what puts calls into it: it says whether there was room.
    pub fn new(wake: WindowWake) -> (Self, impl Fn(DesktopCall) -> bool + Send + Sync + 'static) {
        let (sink, calls) = mpsc::sync_channel(CALLS);
        let put = move |call| {
            let put = sink.try_send(call).is_ok();
            wake.wake();
            put
        };
        (Self { calls: Some(calls), _door: None }, put)
    }

    /// The next call, where there is one.
    pub fn next_call(&self) -> Option<DesktopCall> {
        self.calls.as_ref()?.try_recv().ok()
    }
}

/// What a technician brings: the invite, and what the user is told.
#[derive(Clone)]
pub struct TechnicianAsk {
    /// The invite: words, code or link. Secret.
    pub invite: String,
    /// The technician's name.
    pub name: String,
    /// Why they ask.
    pub reason: String,
    /// What they ask for.
    pub wants: PermissionSet,
}

impl std::fmt::Debug for TechnicianAsk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TechnicianAsk")
            .field("name", &self.name)
            .field("wants", &self.wants)
            .finish_non_exhaustive()
    }
}

/// The nodes of this computer.
struct RealNodes {
    config: Config,
}

/// Nodes that run with `config`.
pub fn open(config: Config) -> Box<dyn NodeStarter> {
    Box::new(RealNodes { config })
}

impl RealNodes {
    fn contacts(&self) -> ContactBook {
        ContactBook::new(self.config.remember.then_some(self.config.data_dir.as_path()))
    }

    fn toolbar_book(&self) -> ToolbarBook {
        ToolbarBook::new(self.config.remember.then_some(self.config.data_dir.as_path()))
    }

    fn save_folder_book(&self) -> SaveFolderBook {
        SaveFolderBook::new(self.config.remember.then_some(self.config.data_dir.as_path()))
    }

    /// Where tickets are; none where this installation has no key: what is wrong with it is said when a node
    /// starts.
    fn shelf(&self) -> Option<ReturnShelf> {
        ReturnShelf::open(&self.config).ok()
    }
}

impl NodeStarter for RealNodes {
    fn host(&mut self) -> NodeHandle {
        beistand_node::start_host(self.config.clone())
    }

    fn technician(&mut self, ask: TechnicianAsk) -> NodeHandle {
        let TechnicianAsk { invite, name, reason, wants } = ask;
        beistand_node::start_technician(
            self.config.clone(),
            invite,
            TechnicianRequest { name, reason, wants },
        )
    }

    fn host_for_return(&mut self, ticket: ReturnTicket) -> NodeHandle {
        beistand_node::start_host_for_return(self.config.clone(), ticket)
    }

    fn host_for_way_back(&mut self, ticket: ReturnTicket) -> NodeHandle {
        beistand_node::start_host_for_way_back(self.config.clone(), ticket)
    }

    fn own_name(&self) -> String {
        beistand_node::own_name(&self.config)
    }

    fn remember_name(&mut self, name: &str) {
        self.config.remember_name(name);
    }

    fn acquaintances(&self) -> Result<Vec<Acquaintance>, Phrase> {
        // What is wrong with a key is said when a node starts.
        let Ok(book) = AcquaintanceBook::open(&self.config) else { return Ok(Vec::new()) };
        book.all().map_err(|unreadable| unreadable.phrase())
    }

    fn forget_acquaintance(&self, mark: ContactMark) {
        if let Ok(book) = AcquaintanceBook::open(&self.config) {
            book.forget(mark);
        }
    }

    fn past_sessions(&self) -> Vec<(PastSession, PastPeer)> {
        let (Ok(book), Ok(known)) = (HistoryBook::open(&self.config), AcquaintanceBook::open(&self.config))
        else {
            return Vec::new();
        };
        let tickets = self.returns(Role::Technician).tickets;
        let tickets: Vec<_> = tickets.into_iter().map(|(ticket, _)| ticket).collect();
        beistand_node::past_sessions(&book, &known, &tickets)
    }

    fn remove_past(&self, session: &PastSession) {
        if let Ok(book) = HistoryBook::open(&self.config) {
            book.remove(session);
        }
    }

    fn forget_past(&self) {
        if let Ok(book) = HistoryBook::open(&self.config) {
            book.forget_all();
        }
    }

    fn technician_for_return(&mut self, ticket: ReturnTicket, request: TechnicianRequest) -> NodeHandle {
        beistand_node::start_technician_for_return(self.config.clone(), ticket, request)
    }

    fn returns(&self, role: Role) -> ReturnLook {
        self.shelf().map(|shelf| shelf.look(role, SystemTime::now())).unwrap_or_default()
    }

    fn forget_return(&self, ticket: &ReturnTicket) {
        if let Some(shelf) = self.shelf() {
            shelf.remove(ticket);
        }
    }

    fn speak(&mut self, language: Language) {
        self.config.language = language;
    }

    fn press_origin(&self) -> Box<dyn PressOrigin> {
        beistand_node::press_origin()
    }

    fn shortcuts(&self, window: WindowNumber, notice: GrabNotice) -> OpenedShortcuts {
        beistand_node::shortcuts(window, notice)
    }

    fn habits(&self, contact: ContactMark) -> ContactHabits {
        self.contacts().habits(contact)
    }

    fn remember(&self, contact: ContactMark, habits: ContactHabits) {
        self.contacts().remember(contact, habits);
    }

    fn toolbar(&self) -> ToolbarHabits {
        self.toolbar_book().habits()
    }

    fn remember_toolbar(&self, habits: ToolbarHabits) {
        self.toolbar_book().remember(habits);
    }

    fn keep_folder(&self) -> PathBuf {
        beistand_node::keep_folder()
    }

    fn save_folder(&self) -> PathBuf {
        self.save_folder_book().folder().unwrap_or_else(beistand_node::keep_folder)
    }

    fn remember_save_folder(&self, folder: &Path) {
        self.save_folder_book().remember(folder);
    }

    fn where_to_save(&self, question: SaveQuestion, patience: Duration) -> AskingForPlace {
        Box::new(move || beistand_node::ask_where_to_save(None, question, patience))
    }

    fn changes(&self) -> Option<ChangeBook> {
        Some(ChangeBook::of(&self.config.data_dir))
    }

    fn preset(&self) -> PresetState {
        self.config.preset.clone()
    }

    fn agree_to_preset(&mut self) {
        self.config.agree_to_preset();
    }

    fn appearance(&self) -> Appearance {
        AppearanceBook::of(&self.config).read()
    }

    fn keep_appearance(&self, chosen: Appearance) {
        AppearanceBook::of(&self.config).keep(chosen);
    }

    fn watch_appearance(&self, tell: AppearanceReceiver) -> Option<AppearanceWatch> {
        Some(AppearanceWatch::start(None, tell))
    }

    fn open_folder(&self, folder: &Path) {
        beistand_node::open_folder(folder);
    }

    fn open_settings_page(&self, permission: SystemPermission) {
        beistand_node::open_settings_page(permission);
    }

    fn desktop_calls(&self, wake: WindowWake) -> DesktopInbox {
        let (inbox, put) = DesktopInbox::new(wake);
        DesktopInbox { _door: Some(DesktopDoor::open(None, put)), ..inbox }
    }
}

/// A running node as the windows hold it. Dropping it ends the node.
#[derive(Debug)]
pub struct NodeLink {
    commands: CommandSender,
    events: mpsc::Receiver<NodeEvent>,
    /// Whether its picture is to be seen: while it isn't, a change of it wakes nobody.
    shown: Arc<AtomicBool>,
    /// The newest picture of the other side's screen.
    pub picture: PictureSlot,
}

/// What the node has for the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WakeReason {
    /// An event, which may change any page.
    Event,
    /// A change of the picture or of the pointer on it.
    Picture,
    /// Nothing but measurements, so many that they should be taken out of the queue.
    Figures,
}

/// Writes an event as a line of JSON.
pub type EventLine = Arc<dyn Fn(&NodeEvent) -> String + Send + Sync>;

/// Where commands go, for whoever sends them: the pages, the session bar, the key reader.
#[derive(Debug, Clone)]
pub struct CommandSender {
    commands: CommandOutbox,
    /// The windows in which something can be granted now, a bit each; all clones know them.
    granting: Arc<AtomicU8>,
}

/// A window in which the user can let the helper do more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantWindow {
    /// The main one: the question before a session, and one in the middle of it.
    Main,
    /// The session's bar.
    Bar,
}

impl CommandSender {
    /// Commands go into `commands`.
    pub fn new(commands: CommandOutbox) -> Self {
        Self { commands, granting: Arc::default() }
    }

    /// Whether something can be granted in this window: while that is so in any, the helper's hands are off.
    pub fn show_grants(&self, window: GrantWindow, visible: bool) {
        let bit = match window {
            GrantWindow::Main => 1,
            GrantWindow::Bar => 2,
        };
        let others = if visible {
            self.granting.fetch_or(bit, Ordering::Relaxed)
        } else {
            self.granting.fetch_and(!bit, Ordering::Relaxed)
        };
        self.send(NodeCommand::GrantDialog { visible: visible || others & !bit != 0 });
    }

    /// Tells the node. Where its queue is full the command is dropped: only pointer moves come in such
    /// numbers, and what a person relies on is not queued. What lets the helper do more is not sent so.
    pub fn send(&self, command: NodeCommand) {
        if hand_check::widens(&command) {
            tracing::error!(?command, "this needs a hand, and was not sent");
            return;
        }
        self.queue(command);
    }

    /// Tells the node what a hand did to let the helper do more.
    pub fn widen(&self, act: HandedAct) {
        if let Some(command) = act.command() {
            self.queue(command);
        }
    }

    fn queue(&self, command: NodeCommand) {
        if let Err(error) = self.commands.try_send(command) {
            tracing::warn!(%error, "a command did not reach the node");
        }
    }

    /// Whether both send to the same node.
    pub fn is_same(&self, other: &Self) -> bool {
        self.commands.same_channel(&other.commands)
    }
}

impl NodeLink {
    /// Takes over `node`: from now on `wake` is called after each event and each picture, but not for each
    /// measurement. Where there is `line`, each event is also written to standard output.
    pub fn new(
        node: NodeHandle,
        wake: impl Fn(WakeReason) + Clone + Send + Sync + 'static,
        line: Option<EventLine>,
    ) -> Self {
        let NodeHandle { commands, events: mut source, picture } = node;
        let (sink, events) = mpsc::sync_channel(EVENT_QUEUE);
        let wake_for_picture = wake.clone();
        let shown = Arc::new(AtomicBool::new(true));
        let seen = Arc::clone(&shown);
        picture.on_change(move || {
            if seen.load(Ordering::Relaxed) {
                wake_for_picture(WakeReason::Picture);
            }
        });
        let carry = move || {
            let mut unseen = 0;
            while let Some(event) = source.blocking_recv() {
                if let Some(line) = &line {
                    // A reader that went away is no reason to end the session.
                    let _ = writeln!(std::io::stdout(), "{}", line(&event));
                }
                let measured = matches!(
                    event,
                    NodeEvent::Path(_)
                        | NodeEvent::Feature(FeatureEvent::View(
                            ViewEvent::Figures(_) | ViewEvent::Stages(_)
                        ))
                );
                if sink.send(event).is_err() {
                    return;
                }
                unseen += 1;
                if !measured || unseen >= UNSEEN_EVENTS {
                    unseen = 0;
                    wake(if measured { WakeReason::Figures } else { WakeReason::Event });
                }
            }
        };
        if let Err(error) = std::thread::Builder::new().name("events".to_owned()).spawn(carry) {
            tracing::error!(%error, "no thread for the node's events");
        }
        Self { commands: CommandSender::new(commands), events, shown, picture }
    }

    /// The next event, where there is one.
    pub fn next_event(&self) -> Option<NodeEvent> {
        self.events.try_recv().ok()
    }

    /// Its picture is to be seen from now on, or isn't.
    pub fn show(&self, shown: bool) {
        self.shown.store(shown, Ordering::Relaxed);
    }

    /// Where commands go.
    pub fn commands(&self) -> &CommandSender {
        &self.commands
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beistand_node::{Figures, Permission, PermissionSet};

    #[test]
    fn what_lets_the_helper_do_more_is_not_sent_without_a_hand() {
        let (commands, mut heard) = beistand_node::command_channel(8);
        let sender = CommandSender::new(commands);
        let permissions = PermissionSet::DESKTOP;
        sender.send(NodeCommand::Pause);
        assert!(matches!(heard.try_recv(), Some(NodeCommand::Pause)));
        for command in [
            NodeCommand::Allow { request: 7, permissions },
            NodeCommand::Vouch { request: 7 },
            NodeCommand::Grant(Permission::Keyboard),
            NodeCommand::Resume,
        ] {
            sender.send(command);
        }
        assert!(heard.try_recv().is_none());
        sender.send(NodeCommand::Revoke(Permission::Keyboard));
        assert!(matches!(heard.try_recv(), Some(NodeCommand::Revoke(Permission::Keyboard))));
    }

    #[test]
    fn measurements_alone_seldom_wake_a_window() {
        let (commands, _heard) = beistand_node::command_channel(1);
        let (say, events) = tokio::sync::mpsc::channel(EVENT_QUEUE);
        let node = NodeHandle { commands, events, picture: PictureSlot::default() };
        let (wake, woken) = mpsc::channel();
        let wake = std::sync::Mutex::new(wake);
        let wake = std::sync::Arc::new(move |news| wake.lock().unwrap().send(news).unwrap());
        let link = NodeLink::new(node, move |news| wake(news), None);
        let figures = NodeEvent::Feature(FeatureEvent::View(ViewEvent::Figures(Figures::default())));
        for _ in 0..UNSEEN_EVENTS + 5 {
            say.blocking_send(figures.clone()).unwrap();
        }
        say.blocking_send(NodeEvent::Reconnecting).unwrap();
        // In order: what came before the other event was not told.
        assert_eq!(woken.recv(), Ok(WakeReason::Figures));
        assert_eq!(woken.recv(), Ok(WakeReason::Event));
        assert_eq!(std::iter::from_fn(|| link.next_event()).count(), UNSEEN_EVENTS + 6);
        link.picture.update(beistand_node::Size::new(8, 8).unwrap(), |_| None);
        assert_eq!(woken.recv(), Ok(WakeReason::Picture));
    }
}
