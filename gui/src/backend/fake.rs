//! A node that plays: for tests and for looking at the pages. No network, no screen, no consent of anybody.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::mpsc;

use super::{AskingForPlace, DesktopInbox, NodeStarter, TechnicianAsk};
use crate::keys::OpenedShortcuts;
use crate::wake::WindowWake;
use beistand_node::words::{Language, Phrase};
use beistand_node::{
    Acquaintance, Appearance, ChangeBook, CommandInbox, ContactHabits, ContactMark, CursorImage, DesktopCall,
    EndCause, EndWord, EndedBy, GrabNotice, GrabState, InviteText, NodeCommand, NodeEvent, NodeHandle,
    Origin, PastPeer, PastSession, PermissionSet, PictureSlot, PresetState, PressOrigin, Recognition, Rect,
    RequestInfo, ReturnLook, ReturnTicket, Role, Sas, SaveAnswer, SaveQuestion, SeenKey, SeenPress,
    ShortcutGrab, Size, SystemPermission, TechnicianRequest, ToolbarHabits, WindowNumber, command_channel,
};

/// Commands and events that a script may leave unread.
const QUEUE: usize = 256;

/// How long its tickets are good.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// The other end of the nodes that a [`FakeStarter`] started; clones are one.
#[derive(Clone, Default)]
pub struct FakeNode {
    inner: Arc<Mutex<FakeState>>,
}

#[derive(Default)]
struct FakeState {
    events: Option<mpsc::Sender<NodeEvent>>,
    commands: Option<CommandInbox>,
    /// The nodes before the newest one, the oldest first.
    earlier: Vec<(mpsc::Sender<NodeEvent>, CommandInbox)>,
    picture: PictureSlot,
    asked: Vec<TechnicianAsk>,
    hosts: usize,
    press: Option<Origin>,
    tells_nothing: bool,
    keyboard: FakeKeyboard,
    contacts: Vec<(ContactMark, ContactHabits)>,
    changes: Option<ChangeBook>,
    tickets: Vec<ReturnTicket>,
    returned: Vec<ReturnTicket>,
    folders: Vec<PathBuf>,
    settings_pages: Vec<SystemPermission>,
    desktop: Option<Box<dyn Fn(DesktopCall) -> bool + Send>>,
    toolbar: ToolbarHabits,
    keep_folder: Option<PathBuf>,
    name: String,
    known: Vec<Acquaintance>,
    save_dialog: Option<PathBuf>,
    past: Vec<(PastSession, PastPeer)>,
    /// Why the list of those who are known can't be read.
    unreadable: Option<Phrase>,
    appearance: Appearance,
    preset: PresetState,
}

/// Who has the keyboard of a desktop that plays.
#[derive(Debug, Clone, Copy, Default)]
struct FakeKeyboard {
    wanted: bool,
    /// Another program has it.
    taken: bool,
    /// It gives its shortcuts to nobody.
    nowhere: bool,
}

/// Starts nodes that do what a [`FakeNode`] is told.
#[derive(Clone, Default)]
pub struct FakeStarter {
    /// The other end.
    pub node: FakeNode,
}

impl FakeNode {
    fn lock(&self) -> std::sync::MutexGuard<'_, FakeState> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self) -> NodeHandle {
        let (commands, command_source) = command_channel(QUEUE);
        let (event_sink, events) = mpsc::channel(QUEUE);
        let mut inner = self.lock();
        let earlier = (inner.events.replace(event_sink), inner.commands.replace(command_source));
        if let (Some(events), Some(commands)) = earlier {
            inner.earlier.push((events, commands));
        }
        inner.picture = PictureSlot::default();
        NodeHandle { commands, events, picture: inner.picture.clone() }
    }

    /// Says `event` to the application.
    pub fn say(&self, event: NodeEvent) {
        if let Some(events) = &self.lock().events {
            let _ = events.try_send(event);
        }
    }

    /// Whether all that was said has been taken out of the node's queue.
    pub fn said_all(&self) -> bool {
        self.lock().events.as_ref().is_none_or(|events| events.capacity() == events.max_capacity())
    }

    /// Says `event` to the application as the node before the newest one.
    pub fn say_as_earlier(&self, event: NodeEvent) {
        if let Some((events, _)) = self.lock().earlier.last() {
            let _ = events.try_send(event);
        }
    }

    /// What the application told the node before the newest one since the last call.
    pub fn heard_earlier(&self) -> Vec<NodeCommand> {
        let mut inner = self.lock();
        let mut heard = Vec::new();
        while let Some(command) = inner.earlier.last_mut().and_then(|(_, inbox)| inbox.try_recv()) {
            heard.push(command);
        }
        heard
    }

    /// What the application told the node since the last call: first what it holds, then what it queued.
    pub fn heard(&self) -> Vec<NodeCommand> {
        let mut inner = self.lock();
        let mut heard = Vec::new();
        while let Some(command) = inner.commands.as_mut().and_then(CommandInbox::try_recv) {
            heard.push(command);
        }
        heard
    }

    /// What technicians brought, oldest first.
    pub fn asked(&self) -> Vec<TechnicianAsk> {
        self.lock().asked.clone()
    }

    /// How many hosts were started.
    pub fn hosts(&self) -> usize {
        self.lock().hosts
    }

    /// The picture that the newest node shows.
    pub fn picture(&self) -> PictureSlot {
        self.lock().picture.clone()
    }

    /// From now on it can't tell a hand from a program, and never could.
    pub fn tells_nothing(&self) {
        let mut state = self.lock();
        state.press = Some(Origin::Unknown);
        state.tells_nothing = true;
    }

    /// Another program has the keyboard from now on, or no longer does.
    pub fn take_keyboard(&self, taken: bool) {
        self.lock().keyboard.taken = taken;
    }

    /// From now on this is what was changed on the computer.
    pub fn keep_changes(&self, changes: ChangeBook) {
        self.lock().changes = Some(changes);
    }

    /// This desktop gives its shortcuts to nobody.
    pub fn keep_shortcuts(&self) {
        self.lock().keyboard.nowhere = true;
    }

    /// These tickets are there when the home page is opened the next time.
    pub fn keep_returns(&self, tickets: Vec<ReturnTicket>) {
        self.lock().tickets = tickets;
    }

    /// The list of those who are known can't be read, for this reason.
    pub fn spoil_list(&self, why: Phrase) {
        self.lock().unreadable = Some(why);
    }

    /// These are known when the home page is opened the next time.
    pub fn know(&self, known: Vec<Acquaintance>) {
        self.lock().known = known;
    }

    /// These were helped lately when the form for an invite is opened the next time.
    pub fn has_helped(&self, past: Vec<(PastSession, PastPeer)>) {
        self.lock().past = past;
    }

    /// What the person was called last.
    pub fn name(&self) -> String {
        self.lock().name.clone()
    }

    /// The tickets by which nodes were started.
    pub fn returned(&self) -> Vec<ReturnTicket> {
        self.lock().returned.clone()
    }

    /// The pages of the system's settings that a person wanted to be shown.
    pub fn opened_settings_pages(&self) -> Vec<SystemPermission> {
        self.lock().settings_pages.clone()
    }

    /// The folders that a person wanted to be shown.
    pub fn opened_folders(&self) -> Vec<PathBuf> {
        self.lock().folders.clone()
    }

    /// The desktop asks for this. Returns whether there was room.
    pub fn call(&self, call: DesktopCall) -> bool {
        self.lock().desktop.as_ref().is_some_and(|put| put(call))
    }

    /// Pictures and notes are kept there.
    pub fn keep_in(&self, folder: PathBuf) {
        self.lock().keep_folder = Some(folder);
    }

    /// A person chooses this in the desktop's dialog from now on; before, there is none.
    pub fn choose_in_dialog(&self, path: PathBuf) {
        self.lock().save_dialog = Some(path);
    }

    /// How the helper wants their toolbar.
    pub fn toolbar_habits(&self) -> ToolbarHabits {
        self.lock().toolbar
    }

    /// An organisation has set this up.
    pub fn set_up(&self, preset: PresetState) {
        self.lock().preset = preset;
    }

    /// How the window looks, as it was remembered.
    pub fn appearance(&self) -> Appearance {
        self.lock().appearance
    }

    /// Lets the next presses come from there; until then they are a hand's.
    pub fn press_from(&self, press: Origin) {
        self.lock().press = Some(press);
    }
}

impl NodeStarter for FakeStarter {
    fn host(&mut self) -> NodeHandle {
        self.node.lock().hosts += 1;
        self.node.start()
    }

    fn technician(&mut self, ask: TechnicianAsk) -> NodeHandle {
        self.node.lock().asked.push(ask);
        self.node.start()
    }

    fn host_for_return(&mut self, ticket: ReturnTicket) -> NodeHandle {
        self.node.lock().returned.push(ticket);
        self.node.start()
    }

    fn host_for_way_back(&mut self, ticket: ReturnTicket) -> NodeHandle {
        self.host_for_return(ticket)
    }

    fn own_name(&self) -> String {
        self.node.lock().name.clone()
    }

    fn remember_name(&mut self, name: &str) {
        name.clone_into(&mut self.node.lock().name);
    }

    fn acquaintances(&self) -> Result<Vec<Acquaintance>, Phrase> {
        let state = self.node.lock();
        state.unreadable.clone().map_or_else(|| Ok(state.known.clone()), Err)
    }

    fn forget_acquaintance(&self, mark: ContactMark) {
        self.node.lock().known.retain(|one| one.mark() != mark);
    }

    fn past_sessions(&self) -> Vec<(PastSession, PastPeer)> {
        self.node.lock().past.clone()
    }

    fn remove_past(&self, session: &PastSession) {
        self.node.lock().past.retain(|(one, _)| one != session);
    }

    fn forget_past(&self) {
        self.node.lock().past.clear();
    }

    fn technician_for_return(&mut self, ticket: ReturnTicket, _request: TechnicianRequest) -> NodeHandle {
        self.host_for_return(ticket)
    }

    fn returns(&self, role: Role) -> ReturnLook {
        let tickets = self.node.lock().tickets.clone();
        let ours = tickets.into_iter().filter(|ticket| ticket.role() == role);
        ReturnLook { tickets: ours.map(|ticket| (ticket, HOUR)).collect(), refused: Vec::new() }
    }

    fn forget_return(&self, ticket: &ReturnTicket) {
        self.node.lock().tickets.retain(|one| one != ticket);
    }

    fn press_origin(&self) -> Box<dyn PressOrigin> {
        Box::new(self.node.clone())
    }

    fn shortcuts(&self, _window: WindowNumber, _notice: GrabNotice) -> OpenedShortcuts {
        if self.node.lock().keyboard.nowhere {
            return Err(Phrase::new("fault-wayland"));
        }
        Ok(Box::new(self.node.clone()))
    }

    fn habits(&self, contact: ContactMark) -> ContactHabits {
        let node = self.node.lock();
        let known = node.contacts.iter().rev().find(|(mark, _)| *mark == contact);
        known.map(|(_, habits)| *habits).unwrap_or_default()
    }

    fn remember(&self, contact: ContactMark, habits: ContactHabits) {
        self.node.lock().contacts.push((contact, habits));
    }

    fn changes(&self) -> Option<ChangeBook> {
        self.node.lock().changes.clone()
    }

    fn toolbar(&self) -> ToolbarHabits {
        self.node.toolbar_habits()
    }

    fn remember_toolbar(&self, habits: ToolbarHabits) {
        self.node.lock().toolbar = habits;
    }

    fn keep_folder(&self) -> PathBuf {
        self.node.lock().keep_folder.clone().unwrap_or_else(std::env::temp_dir)
    }

    fn remember_save_folder(&self, folder: &Path) {
        self.node.lock().keep_folder = Some(folder.to_owned());
    }

    fn where_to_save(&self, _question: SaveQuestion, _patience: Duration) -> AskingForPlace {
        let chosen = self.node.lock().save_dialog.clone();
        Box::new(move || chosen.map_or(SaveAnswer::NotHere, SaveAnswer::Chosen))
    }

    fn preset(&self) -> PresetState {
        self.node.lock().preset.clone()
    }

    fn agree_to_preset(&mut self) {
        let mut node = self.node.lock();
        if let PresetState::OfAnotherSigner { found, .. } = node.preset.clone() {
            node.preset = PresetState::Used(found);
        }
    }

    fn appearance(&self) -> Appearance {
        self.node.appearance()
    }

    fn keep_appearance(&self, chosen: Appearance) {
        self.node.lock().appearance = chosen;
    }

    fn open_folder(&self, folder: &Path) {
        self.node.lock().folders.push(folder.to_owned());
    }

    fn open_settings_page(&self, permission: SystemPermission) {
        self.node.lock().settings_pages.push(permission);
    }

    fn desktop_calls(&self, wake: WindowWake) -> DesktopInbox {
        let (inbox, put) = DesktopInbox::new(wake);
        self.node.lock().desktop = Some(Box::new(put));
        inbox
    }
}

impl ShortcutGrab for FakeNode {
    fn want(&self, wanted: bool) {
        self.lock().keyboard.wanted = wanted;
    }

    fn answered(&self) {}

    fn state(&self) -> GrabState {
        match self.lock().keyboard {
            FakeKeyboard { wanted: false, .. } => GrabState::Free,
            FakeKeyboard { taken: true, .. } => GrabState::Taken,
            FakeKeyboard { taken: false, .. } => GrabState::Held,
        }
    }
}

impl PressOrigin for FakeNode {
    fn origin_of(&mut self, _press: &SeenPress) -> Origin {
        self.lock().press.unwrap_or(Origin::Physical)
    }

    fn key_origin_of(&mut self, _key: &SeenKey) -> Origin {
        self.lock().press.unwrap_or(Origin::Physical)
    }

    fn tells(&self) -> bool {
        !self.lock().tells_nothing
    }
}

/// An invite to look at.
pub fn invite() -> InviteText {
    let life = Duration::from_secs(15 * 60);
    InviteText {
        words: "avoid acoustic aviation olive ambush eggshell".to_owned(),
        code: "20G3-0G2G-C1R8-QX".to_owned(),
        link: format!("beistand:{}", "AEB7XK3QPLMZ2W4NVTYC6HDJ5RSGFUIO".repeat(9)),
        expires_at: SystemTime::now() + life,
        expires_in: life,
    }
}

/// The same invite in words of this language.
pub fn invite_in(language: Language) -> InviteText {
    let invite = invite();
    match language {
        Language::English => invite,
        Language::German => {
            InviteText { words: "anmerken abfolge anliegen operator achse espresso".to_owned(), ..invite }
        }
    }
}

/// A request to look at.
pub fn request() -> RequestInfo {
    RequestInfo {
        id: 7,
        name: "Anna Berger".to_owned(),
        warning: None,
        reason: "Your printer does not print any more; I would like to look at its settings.".to_owned(),
        sas: Sas([("🐶", "dog"), ("🌵", "cactus"), ("🔑", "key"), ("🚂", "train")]),
        wants: PermissionSet::DESKTOP,
        contact: None,
        recognition: Recognition::Stranger,
    }
}

/// An end to look at.
pub fn end(reason: EndWord, by: EndedBy, exit_code: u8, phrase: &'static str) -> NodeEvent {
    NodeEvent::Ended(EndCause::new(reason, exit_code, by, Phrase::new(phrase)))
}

/// Draws a desktop with a window that moves; `step` counts.
pub fn draw_desktop(picture: &PictureSlot, size: Size, step: u32) {
    picture.update(size, |view| {
        let first = view.serial == 0;
        view.serial += 1;
        view.stale = false;
        let pixels = view.frame_mut()?.pixels_mut();
        if first {
            fill(pixels, size, size.rect(), [120, 90, 50]);
            let bar = Rect::new(0, 0, size.width(), 40.min(size.height()));
            if let Some(bar) = bar {
                fill(pixels, size, bar, [46, 40, 38]);
            }
        }
        let travel = u32::from(size.width().saturating_sub(300)).max(1);
        let at =
            |step: u32| Rect::new(((step * 6) % travel) as u16, 200, 260, 160).filter(|rect| rect.fits(size));
        let (old, new) = (at(step.saturating_sub(1))?, at(step)?);
        fill(pixels, size, old, [120, 90, 50]);
        fill(pixels, size, new, [240, 240, 240]);
        if first { Some(size.rect()) } else { Some(old.union(new)) }
    });
}

/// A black and white arrow.
pub fn arrow() -> CursorImage {
    let side = 24_u16;
    let mut pixels = vec![0; usize::from(side) * usize::from(side) * 4];
    for y in 0..18_usize {
        for x in 0..=y.min(17 - y / 3) {
            let edge = x == 0 || x == y.min(17 - y / 3) || y == 17;
            let shade = if edge { 255 } else { 0 };
            let start = (y * usize::from(side) + x) * 4;
            pixels[start..start + 4].copy_from_slice(&[shade, shade, shade, 255]);
        }
    }
    CursorImage { width: side, height: side, hotspot: (0, 0), pixels: pixels.into(), serial: 1 }
}

fn fill(pixels: &mut [u8], size: Size, rect: Rect, [blue, green, red]: [u8; 3]) {
    for y in rect.y()..rect.bottom() {
        for x in rect.x()..rect.right() {
            let start = (usize::from(y) * usize::from(size.width()) + usize::from(x)) * 4;
            pixels[start..start + 4].copy_from_slice(&[blue, green, red, 255]);
        }
    }
}
