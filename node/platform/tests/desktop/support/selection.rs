//! Programs that copy and paste, written by hand so that they can be as bad as wanted.

use std::time::{Duration, Instant};

use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::*;
use x11rb::wrapper::ConnectionExt as _;

use super::{Client, PATIENCE, Xvfb, connect};

/// A program with a window that is never seen.
pub struct SelectionProgram {
    pub client: Client,
    pub window: Window,
}

impl SelectionProgram {
    fn on(display: &str) -> Self {
        let client = connect(display);
        let window = client.conn.generate_id().unwrap();
        let values = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        let class = WindowClass::INPUT_ONLY;
        client.conn.create_window(0, window, client.root, 0, 0, 1, 1, 0, class, 0, &values).unwrap();
        client.conn.sync().unwrap();
        Self { client, window }
    }

    pub fn atom(&self, name: &str) -> Atom {
        self.client.conn.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom
    }

    fn name(&self, atom: Atom) -> String {
        let name = self.client.conn.get_atom_name(atom).unwrap().reply().unwrap().name;
        String::from_utf8(name).unwrap()
    }

    /// The next event of interest; `None` where there is none in time.
    pub fn next<T>(&self, patience: Duration, pick: impl Fn(Event) -> Option<T>) -> Option<T> {
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            match self.client.conn.poll_for_event().expect("the display answers") {
                Some(event) => {
                    if let Some(picked) = pick(event) {
                        return Some(picked);
                    }
                }
                None => std::thread::sleep(Duration::from_millis(1)),
            }
        }
        None
    }

    fn property_event(&self, window: Window, atom: Atom, state: Property, patience: Duration) -> bool {
        let matches = |event: &PropertyNotifyEvent| {
            event.window == window && event.atom == atom && event.state == state
        };
        let pick = |event| match event {
            Event::PropertyNotify(event) if matches(&event) => Some(()),
            _ => None,
        };
        self.next(patience, pick).is_some()
    }
}

/// What a program does when it is asked for what was copied there.
pub enum OwnerAnswer {
    /// Nothing at all.
    Silence,
    /// It has no such thing.
    Refuse,
    /// These bytes, of the type of this name and of so many bits.
    Bytes(&'static str, u8, Vec<u8>),
    /// These names of targets.
    Targets(&'static [&'static str]),
    /// It announces parts of so many bytes in all and sends these, with an empty one at the end.
    Parts(u32, &'static str, Vec<Vec<u8>>),
    /// It announces parts, sends this one for ever, and stops when nobody fetches any more.
    Endless(&'static str, Vec<u8>),
    /// It announces parts, sends this one and ends.
    DieAfter(Vec<u8>),
}

/// A program at which something was copied; ends with the display.
pub struct Owner {
    asked: std::sync::mpsc::Receiver<String>,
}

impl Owner {
    /// Copies something; `answer` says what happens when it is asked for the target of this name.
    pub fn start(xvfb: &Xvfb, answer: impl Fn(&str) -> OwnerAnswer + Send + 'static) -> Self {
        let program = SelectionProgram::on(xvfb.name());
        let clipboard = program.atom("CLIPBOARD");
        let conn = &program.client.conn;
        conn.set_selection_owner(program.window, clipboard, CURRENT_TIME).unwrap();
        conn.sync().unwrap();
        let (sender, asked) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            loop {
                let Ok(event) = program.client.conn.wait_for_event() else { return };
                let Event::SelectionRequest(request) = event else { continue };
                let target = program.name(request.target);
                let answer = answer(&target);
                // Nobody may be listening.
                let _ = sender.send(target);
                let ends = matches!(answer, OwnerAnswer::DieAfter(_));
                program.answer(&request, answer);
                if ends {
                    return;
                }
            }
        });
        Self { asked }
    }

    /// What it was asked for so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.try_iter().collect()
    }
}

impl SelectionProgram {
    fn answer(&self, request: &SelectionRequestEvent, answer: OwnerAnswer) {
        let conn = &self.client.conn;
        let (requestor, property) = (request.requestor, request.property);
        let mode = PropMode::REPLACE;
        match answer {
            OwnerAnswer::Silence => return,
            OwnerAnswer::Refuse => self.notify(request, x11rb::NONE),
            OwnerAnswer::Bytes(kind, 32, bytes) => {
                let words: Vec<u32> =
                    bytes.chunks_exact(4).map(|word| u32::from_ne_bytes(word.try_into().unwrap())).collect();
                conn.change_property32(mode, requestor, property, self.atom(kind), &words).unwrap();
                self.notify(request, property);
            }
            OwnerAnswer::Bytes(kind, _, bytes) => {
                conn.change_property8(mode, requestor, property, self.atom(kind), &bytes).unwrap();
                self.notify(request, property);
            }
            OwnerAnswer::Targets(names) => {
                let atoms: Vec<Atom> = names.iter().map(|name| self.atom(name)).collect();
                conn.change_property32(mode, requestor, property, AtomEnum::ATOM, &atoms).unwrap();
                self.notify(request, property);
            }
            OwnerAnswer::Parts(announced, kind, parts) => {
                self.announce(request, announced);
                for part in parts.iter().chain([&Vec::new()]) {
                    if !self.part(request, kind, part) {
                        return;
                    }
                }
            }
            OwnerAnswer::Endless(kind, part) => {
                self.announce(request, 1);
                while self.part(request, kind, &part) {}
            }
            OwnerAnswer::DieAfter(part) => {
                self.announce(request, 1);
                self.part(request, "UTF8_STRING", &part);
            }
        }
        // A window that is gone is none of our business.
        conn.sync().unwrap();
    }

    fn announce(&self, request: &SelectionRequestEvent, bytes: u32) {
        let (conn, requestor) = (&self.client.conn, request.requestor);
        let events = ChangeWindowAttributesAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        conn.change_window_attributes(requestor, &events).unwrap();
        let incr = self.atom("INCR");
        conn.change_property32(PropMode::REPLACE, requestor, request.property, incr, &[bytes]).unwrap();
        self.notify(request, request.property);
    }

    /// Writes a part when the one before was fetched; whether it was.
    fn part(&self, request: &SelectionRequestEvent, kind: &str, part: &[u8]) -> bool {
        let (requestor, property) = (request.requestor, request.property);
        if !self.property_event(requestor, property, Property::DELETE, Duration::from_secs(5)) {
            return false;
        }
        let kind = self.atom(kind);
        self.client.conn.change_property8(PropMode::REPLACE, requestor, property, kind, part).unwrap();
        self.client.conn.flush().unwrap();
        true
    }

    fn notify(&self, request: &SelectionRequestEvent, property: Atom) {
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property,
        };
        let (conn, none) = (&self.client.conn, EventMask::NO_EVENT);
        conn.send_event(false, request.requestor, none, answer).unwrap();
        conn.flush().unwrap();
    }
}

/// A program that pastes, step by step.
pub struct Requestor {
    pub program: SelectionProgram,
}

impl Requestor {
    pub fn start(xvfb: &Xvfb) -> Self {
        Self { program: SelectionProgram::on(xvfb.name()) }
    }

    /// Whose a selection is: `clipboard`, `primary`.
    pub fn owner(&self, selection: &str) -> Window {
        let selection = self.program.atom(&selection.to_uppercase());
        self.program.client.conn.get_selection_owner(selection).unwrap().reply().unwrap().owner
    }

    /// Asks for a target, to be written on the property of this name.
    pub fn ask(&self, target: &str, property: &str) {
        let program = &self.program;
        let (selection, target) = (program.atom("CLIPBOARD"), program.atom(target));
        let property = program.atom(property);
        let conn = &program.client.conn;
        conn.convert_selection(program.window, selection, target, property, CURRENT_TIME).unwrap();
        conn.flush().unwrap();
    }

    /// Whether the answer is that there is something.
    #[track_caller]
    pub fn answered(&self) -> bool {
        let pick = |event| match event {
            Event::SelectionNotify(event) => Some(event.property != x11rb::NONE),
            _ => None,
        };
        self.program.next(PATIENCE, pick).expect("an answer")
    }

    /// Reads the property and deletes it: its type's name and its bytes.
    pub fn fetch(&self, property: &str) -> (String, Vec<u8>) {
        let (program, any) = (&self.program, AtomEnum::ANY);
        let property = program.atom(property);
        let conn = &program.client.conn;
        let most = u32::MAX / 4;
        let reply = conn.get_property(true, program.window, property, any, 0, most).unwrap().reply().unwrap();
        let kind = if reply.type_ == x11rb::NONE { String::new() } else { program.name(reply.type_) };
        (kind, reply.value)
    }

    /// Waits until the property is written; whether it was in time.
    pub fn written(&self, property: &str, patience: Duration) -> bool {
        let program = &self.program;
        program.property_event(program.window, program.atom(property), Property::NEW_VALUE, patience)
    }

    /// Fetches all parts, after the announcement was fetched.
    pub fn fetch_parts(&self, property: &str) -> Vec<u8> {
        let mut whole = Vec::new();
        loop {
            assert!(self.written(property, PATIENCE), "the next part");
            let (_, part) = self.fetch(property);
            if part.is_empty() {
                return whole;
            }
            whole.extend(part);
        }
    }
}
