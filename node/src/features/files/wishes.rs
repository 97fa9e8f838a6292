//! What the technician wishes for. Where a path that they name leads is looked up before the user is asked,
//! so that the user's yes is to a place, a number of files and a size; nothing is read for it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use beistand_session::{FilesMessage, Role, escape};
use beistand_transfer::OutgoingList;
use tokio::sync::mpsc;

use super::desk::FilesDesk;
use super::typed::here;
use super::{FilesEvent, FilesFound, FilesRefusal, MAX_TRANSFERS};

/// By how many bytes more than was shown what is sent may have become, and be twice as large: a log grows.
const MAX_GROWTH_BYTES: u64 = 1 << 20;

/// A file that is wished for.
#[derive(Debug)]
pub(super) struct FileWish {
    pub(super) id: u32,
    /// Its name, as it came.
    name: String,
    /// What is there, as the user was shown it.
    found: Option<FilesFound>,
    /// Whether the user was shown it.
    is_shown: bool,
}

/// What was found for the wish of this number.
pub(super) type WishNews = (u32, Option<FilesFound>);

impl FileWish {
    pub(super) fn new(id: u32, name: String) -> Self {
        Self { id, name, found: None, is_shown: true }
    }

    /// The path that it names as a whole.
    fn path(&self) -> Option<PathBuf> {
        let is_whole = Path::new(&self.name).is_absolute() || self.name.starts_with("~/");
        is_whole.then(|| here(&self.name))
    }
}

/// What is to be sent, for a person.
fn found_in(list: &OutgoingList) -> Option<FilesFound> {
    let path = list.named().first()?.clone();
    Some(FilesFound { path, files: list.files(), folders: list.folders(), bytes: list.bytes() })
}

impl FilesFound {
    /// Whether this is still no more than what was shown.
    pub(super) fn covers(&self, list: &OutgoingList) -> bool {
        found_in(list).is_some_and(|now| {
            now.path == self.path
                && now.files <= self.files
                && now.folders <= self.folders
                && now.bytes <= self.bytes.saturating_mul(2).saturating_add(MAX_GROWTH_BYTES)
        })
    }
}

/// A thread that looks, counted.
struct LookerSeat(Arc<AtomicUsize>);

impl LookerSeat {
    /// `None`: as many look as may, on file systems that don't answer.
    fn take(seats: &Arc<AtomicUsize>) -> Option<Self> {
        let taken = Self(seats.clone());
        (seats.fetch_add(1, Ordering::Relaxed) < MAX_TRANSFERS).then_some(taken)
    }
}

impl Drop for LookerSeat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Looks what is there; `false` where nobody does.
fn look(seats: &Arc<AtomicUsize>, id: u32, path: PathBuf, news: mpsc::Sender<WishNews>) -> bool {
    let Some(seat) = LookerSeat::take(seats) else { return false };
    let thread = std::thread::Builder::new().name("looking".to_owned());
    let looked = thread.spawn(move || {
        let list = OutgoingList::gather(&[path], &|| !news.is_closed());
        drop(seat);
        let _ = news.blocking_send((id, list.ok().as_ref().and_then(found_in)));
    });
    looked.is_ok()
}

impl FilesDesk {
    /// A file is wished for.
    pub(super) fn take_wish(&mut self, id: u32, name: String, now: Instant) {
        if id.is_multiple_of(2) || !self.cx.world.is_new(id) {
            return;
        }
        if self.wishes.len() >= MAX_TRANSFERS || self.count_offer(now).is_err() {
            return self.errands.say(FilesMessage::Declined { id });
        }
        let index = self.wishes.len();
        self.open_wish(index, FileWish::new(id, name));
    }

    /// What the user wanted to send for it can't be sent: they are asked for it again.
    pub(super) fn give_back(&mut self, wish: FileWish) {
        self.open_wish(0, wish);
    }

    /// The user is asked for it, once it is known what is there.
    fn open_wish(&mut self, index: usize, mut wish: FileWish) {
        wish.found = None;
        let (seats, news) = (&self.cx.world.lookers, &self.found_outbox);
        let looks = wish.path().is_some_and(|path| look(seats, wish.id, path, news.clone()));
        wish.is_shown = !looks;
        if wish.is_shown {
            self.show_wish(&wish);
        }
        self.wishes.insert(index, wish);
    }

    fn show_wish(&mut self, FileWish { id, name, found, .. }: &FileWish) {
        self.errands.emit(FilesEvent::Wished { number: *id, name: escape(name), found: found.clone() });
    }

    pub(super) fn take_found(&mut self, (id, found): WishNews) {
        let Some(index) = self.wishes.iter().position(|wish| wish.id == id && !wish.is_shown) else { return };
        let mut wish = self.wishes.remove(index);
        (wish.found, wish.is_shown) = (found, true);
        self.show_wish(&wish);
        self.wishes.insert(index, wish);
    }

    /// A wish is over: withdrawn by the technician, or declined by the user.
    pub(super) fn end_wish(&mut self, id: u32, is_declined: bool) {
        if let Some(index) = self.wishes.iter().position(|wish| wish.id == id) {
            self.wishes.remove(index);
            self.errands.emit(FilesEvent::Unwished { number: id, is_declined });
        }
        // What the user picked for it goes as what they offer by themselves.
        self.sending.iter_mut().for_each(|one| drop(one.ask.take_if(|wish| wish.id == id)));
    }

    /// The user sends these: in answer to what they were asked for first.
    pub(super) fn pick(&mut self, paths: Vec<PathBuf>) {
        let is_wished = |wish: &FileWish| self.cx.role == Role::Host && wish.is_shown;
        let index = self.wishes.iter().position(is_wished);
        self.answer_wish(index, paths, None);
    }

    /// The user's yes to a wish: only what is named as a whole, and was shown, can be answered by it alone.
    pub(super) fn grant_wish(&mut self, number: u32) {
        let is_meant = |wish: &FileWish| wish.id == number && self.cx.role == Role::Host;
        let index = self.wishes.iter().position(is_meant);
        let wish = index.and_then(|index| self.wishes.get(index));
        match wish.and_then(|wish| wish.path().zip(wish.found.clone())) {
            Some((path, found)) => self.answer_wish(index, vec![path], Some(found)),
            None => self.refuse(FilesRefusal::Nothing),
        }
    }

    fn answer_wish(&mut self, index: Option<usize>, paths: Vec<PathBuf>, shown: Option<FilesFound>) {
        if let Err(why) = self.may_offer() {
            return self.refuse(why);
        }
        let wish = index.map(|index| self.wishes.remove(index));
        if let Some(wish) = &wish {
            self.errands.emit(FilesEvent::Unwished { number: wish.id, is_declined: false });
        }
        self.offer(wish, paths, shown);
    }
}
