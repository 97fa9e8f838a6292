//! A connection to the user's sound server, and what it answers.

use std::env;
use std::ffi::CString;
use std::io::{self, BufReader, ErrorKind, Read};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use pulseaudio::protocol::{
    self, AuthParams, AuthReply, Command, CommandReply, Prop, Props, ProtocolError, PulseError,
    SetClientNameReply,
};

use crate::{SoundFault, StreamWish};

/// How long a server may take to answer, or to take what it asked for.
const ANSWER_TIME: Duration = Duration::from_secs(3);

/// The longest message of a server in bytes: a second of sound, and more than a list of devices has.
const MAX_MESSAGE_BYTES: u32 = 1 << 20;

/// The length of a server's secret.
const COOKIE_BYTES: usize = 256;

/// The channel of what is no sound.
const COMMANDS: u32 = u32::MAX;

/// A connection.
pub(super) struct PulseConnection {
    reader: BufReader<UnixStream>,
    version: u16,
    /// The number of the last question.
    asked: u32,
}

/// What a server says by itself.
pub(super) enum ServerWord {
    /// These bytes were recorded.
    Recorded(Vec<u8>),
    /// Something about a stream.
    Command(Box<Command>),
}

impl PulseConnection {
    /// Connects to the server of the user's session, to open a device: where nobody wants it any more, the
    /// connection ends, and with it what was asked.
    pub(super) fn open_while(wish: &StreamWish) -> Result<Self, SoundFault> {
        Self::connect(|stream| {
            let closer = stream.try_clone().map_err(|_| SoundFault::Broken)?;
            wish.begin(move || closer.shutdown(Shutdown::Both).unwrap_or_default())
        })
    }

    /// Connects to the server of the user's session.
    pub(super) fn open() -> Result<Self, SoundFault> {
        Self::connect(|_| Ok(()))
    }

    fn connect(begin: impl FnOnce(&UnixStream) -> Result<(), SoundFault>) -> Result<Self, SoundFault> {
        let stream = socket_paths().find_map(|path| match UnixStream::connect(path) {
            Ok(stream) => Some(Ok(stream)),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => Some(Err(SoundFault::Refused)),
            Err(_) => None,
        });
        let stream = stream.unwrap_or(Err(SoundFault::NoServer))?;
        begin(&stream)?;
        let timeouts = stream.set_read_timeout(Some(ANSWER_TIME));
        timeouts
            .and_then(|()| stream.set_write_timeout(Some(ANSWER_TIME)))
            .map_err(|_| SoundFault::Broken)?;
        let mut server = Self { reader: BufReader::new(stream), version: protocol::MAX_VERSION, asked: 0 };
        let cookie = pulseaudio::cookie_path_from_env().and_then(|path| std::fs::read(path).ok());
        // Without one of this length a server hangs up, even where it wants none.
        let cookie = cookie.filter(|cookie| cookie.len() == COOKIE_BYTES);
        let auth = AuthParams {
            version: protocol::MAX_VERSION,
            supports_shm: false,
            supports_memfd: false,
            cookie: cookie.unwrap_or_else(|| vec![0; COOKIE_BYTES]),
        };
        let reply: AuthReply = server.ask(&Command::Auth(auth))?;
        server.version = protocol::MAX_VERSION.min(reply.version);
        let mut props = Props::new();
        props.set(Prop::ApplicationName, c"Beistand");
        let _: SetClientNameReply = server.ask(&Command::SetClientName(props))?;
        Ok(server)
    }

    /// Asks, and waits for the answer.
    pub(super) fn ask<R: CommandReply>(&mut self, question: &Command) -> Result<R, SoundFault> {
        self.asked += 1;
        protocol::write_command_message(self.reader.get_mut(), self.asked, question, self.version)
            .map_err(fault_of)?;
        let (answered, reply) =
            protocol::read_reply_message(&mut self.reader, self.version).map_err(fault_of)?;
        if answered == self.asked { Ok(reply) } else { Err(SoundFault::Broken) }
    }

    /// What the server says next.
    ///
    /// # Errors
    /// [`SoundFault::Taken`] where it says nothing for [`ANSWER_TIME`], as about a device that another
    /// program has.
    pub(super) fn next_word(&mut self) -> Result<ServerWord, SoundFault> {
        loop {
            let head = protocol::read_descriptor(&mut self.reader).map_err(fault_of)?;
            if head.length > MAX_MESSAGE_BYTES {
                return Err(SoundFault::Broken);
            }
            let mut bytes = vec![0; head.length as usize];
            self.reader.read_exact(&mut bytes).map_err(|error| fault_of(error.into()))?;
            if head.channel != COMMANDS {
                return Ok(ServerWord::Recorded(bytes));
            }
            // What a newer server says that this one's words have no place for is nothing that is asked for.
            if let Ok((_, command)) = Command::read_tag_prefixed(&mut io::Cursor::new(bytes), self.version) {
                return Ok(ServerWord::Command(Box::new(command)));
            }
        }
    }

    /// Sends bytes of sound.
    pub(super) fn send(&mut self, channel: u32, bytes: &[u8]) -> Result<(), SoundFault> {
        protocol::write_memblock(self.reader.get_mut(), channel, bytes, 0).map_err(fault_of)
    }

    /// What ends the connection from another thread.
    pub(super) fn closer(&self) -> Result<UnixStream, SoundFault> {
        self.reader.get_ref().try_clone().map_err(|_| SoundFault::Broken)
    }
}

/// Where a user's sound server may listen, as PulseAudio's own library looks for it. One on another machine
/// is not asked: what is said is for the session alone.
fn socket_paths() -> impl Iterator<Item = PathBuf> {
    let named = env::var("PULSE_SERVER").ok();
    let named = named.as_deref().map(|server| PathBuf::from(server.strip_prefix("unix:").unwrap_or(server)));
    let elsewhere = named.is_some();
    let named = named.filter(|path| path.is_absolute());
    let runtime = env::var_os("PULSE_RUNTIME_PATH").map(|folder| PathBuf::from(folder).join("native"));
    let session = env::var_os("XDG_RUNTIME_DIR").map(|folder| PathBuf::from(folder).join("pulse/native"));
    let usual = runtime.into_iter().chain(session).filter(move |_| !elsewhere);
    named.into_iter().chain(usual)
}

fn fault_of(error: ProtocolError) -> SoundFault {
    let fault = match &error {
        ProtocolError::ServerError(PulseError::AccessDenied | PulseError::AuthKey) => SoundFault::Refused,
        ProtocolError::ServerError(PulseError::NoEntity) => SoundFault::NoDevice,
        ProtocolError::ServerError(PulseError::Busy) | ProtocolError::Timeout => SoundFault::Taken,
        ProtocolError::ServerError(PulseError::Killed | PulseError::ConnectionTerminated) => SoundFault::Gone,
        ProtocolError::Io(error) => match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => SoundFault::Taken,
            ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => SoundFault::Gone,
            _ => SoundFault::Broken,
        },
        _ => SoundFault::Broken,
    };
    tracing::debug!(%error, "the sound server");
    fault
}

/// A name as the protocol has it.
pub(super) fn words(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}
