//! What a person can set for both programs, from a TOML file.
//!
//! What it does: finds, reads and checks the file, and says where the program's files lie. Every error names
//! the file and, where there is one, the line.
//!
//! What it does not do: it writes nothing of the file but the name that somebody has given in a window, and
//! nothing in it is secret: invites and keys have no place there. What an address means is known to the
//! network: [`Config::parse_addresses`] takes its parser.

mod error;
mod keep;
mod serve;
#[cfg(test)]
mod tests;
mod value;

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use beistand_p2p::DEFAULT_NETWORK;
use beistand_platform::own_program::OwnProgram;
use directories::ProjectDirs;
use serde::Deserialize;
use toml::Spanned;

pub use error::ConfigError;
pub use serve::Serve;

use crate::appearance::Appearance;
use crate::preset::PresetState;
use crate::words::{Language, Phrase, args};
use serve::ServeSettings;
use value::{AbsolutePath, Minutes, MotionWord, Name, ThemeWord, Tongue, ZoomNumber};
pub(crate) use value::{AddressText, ValueFault, Word};

/// Bytes of a configuration file at most: all settings with all addresses take a tenth.
pub const MAX_FILE_BYTES: u64 = 64 * 1024;

/// Characters of a name: fits in a line of the consent dialog.
pub const MAX_NAME_CHARS: usize = 64;

/// Addresses in a list.
pub const MAX_ADDRESSES: usize = 32;

/// Characters of an address.
pub const MAX_ADDRESS_CHARS: usize = 512;

const FILE_NAME: &str = "config.toml";
const KEY_NAME: &str = "identity.key";
const SERVE_KEY_NAME: &str = "serve.key";

/// Any free port, by QUIC and TCP, by IPv4 and IPv6.
const DEFAULT_LISTEN: [&str; 4] =
    ["/ip4/0.0.0.0/udp/0/quic-v1", "/ip4/0.0.0.0/tcp/0", "/ip6/::/udp/0/quic-v1", "/ip6/::/tcp/0"];

/// Where a public node listens unless it is set: a port that stays, since others are told of it.
const DEFAULT_SERVE_LISTEN: [&str; 4] = [
    "/ip4/0.0.0.0/udp/4001/quic-v1",
    "/ip4/0.0.0.0/tcp/4001",
    "/ip6/::/udp/4001/quic-v1",
    "/ip6/::/tcp/4001",
];

/// The settings of both programs. One that exists is within its ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The name that the other side is shown, unverified.
    pub name: Option<String>,
    /// What to join: `default` (unless set) for the public network and the local one, `public` or `lan` for
    /// one of them alone, and any other name for a private network of that name and the local one. Part of
    /// what an invite's keys are derived from; the first three are the same there.
    pub network: String,
    /// The file with the key of a private network, without which nobody gets into it.
    pub network_key_file: Option<PathBuf>,
    /// Where to enter the network: the public nodes of a private one; for the public one in the place of its
    /// own.
    pub bootstrap: Vec<Address>,
    /// The relays that are preferred to strangers', each with its key in a `/p2p/` part: those of operators
    /// who may know who helps whom.
    pub relays: Vec<Address>,
    /// Where to listen.
    pub listen: Vec<Address>,
    /// Whether to look for the other side in the local network, and to be found there.
    pub mdns: bool,
    /// Whether the router may be asked to open a port (UPnP), where a network beyond the local one is joined.
    pub upnp: bool,
    /// What a public node does for others.
    pub serve: Serve,
    /// How long an invite lives, up to 60 minutes.
    pub invite_life: Duration,
    /// Whether it is remembered how somebody types with each of those whom they help.
    pub remember: bool,
    /// Whether it is remembered who was helped from here lately.
    pub history: bool,
    /// The language of all texts.
    pub language: Language,
    /// How the screen is captured, where the program shall not choose.
    pub capture: Option<String>,
    /// How mouse and keyboard are injected, where the program shall not choose.
    pub input: Option<String>,
    /// How pictures are encoded, where the program shall not choose.
    pub encoder: Option<String>,
    /// Which library decodes pictures, where the program shall not choose.
    pub decoder: Option<String>,
    /// How a window paints the other side's screen, where the program shall not choose.
    pub painting: Option<String>,
    /// How the window looks, until a person chooses in it.
    pub appearance: Appearance,
    /// The program that is started again: to decode in a cage, and to end what runs in a terminal should
    /// this one be killed. Not of the file: a program that begins with [`crate::enter`] sets it. Without it
    /// pictures are decoded in the program's own process, with all its rights.
    pub own_program: Option<OwnProgram>,
    /// What is wrong, as the person wrote it on the command line: for the helper, after the yes. No file has
    /// it.
    pub about: Option<String>,
    /// Where the program keeps its files.
    pub data_dir: PathBuf,
    /// Where the long-term key is.
    pub identity_file: PathBuf,
    /// Where a public node's key is, by which others know it.
    pub serve_key_file: PathBuf,
    /// The file that was read, where there was one.
    pub file: Option<PathBuf>,
    /// Whether the file or the command line says which network to join, or how to enter it.
    pub own_network: bool,
    /// What an organisation has set up beside the program.
    pub preset: PresetState,
    /// The file that is read the next time too; `None` where the program's files are elsewhere than usual and
    /// it has none.
    pub settings_file: Option<PathBuf>,
}

/// An address as it was written: a multiaddr, checked by whoever knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The text.
    pub text: String,
    /// The line of the file that it is on, from 1, where it comes from a file.
    pub line: Option<usize>,
}

impl From<&str> for Address {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), line: None }
    }
}

impl Config {
    /// The settings in the file at `path`, or in the default place where `path` is `None`. There the file may
    /// be missing, and all settings are the default ones.
    ///
    /// With `data_dir` all the program's files lie there, the long-term key as well, whatever the file says.
    ///
    /// # Errors
    /// Each variant of [`ConfigError`].
    pub fn load(path: Option<&Path>, data_dir: Option<&Path>) -> Result<Self, ConfigError> {
        let folders = ProjectDirs::from("", "", "beistand");
        let usual = || folders.as_ref().map(|folders| folders.config_dir().join(FILE_NAME));
        let settings_file = path.map(Path::to_owned).or_else(|| usual().filter(|_| data_dir.is_none()));
        let file = match path {
            Some(path) => Some((path.to_owned(), read(path)?)),
            None => match usual() {
                Some(path) => match read(&path) {
                    Ok(text) => Some((path, text)),
                    Err(ConfigError::Missing { .. }) => None,
                    Err(error) => return Err(error),
                },
                None => None,
            },
        };
        let (path, text) = file.map_or((None, String::new()), |(path, text)| (Some(path), text));
        let settings = Settings::parse(&text).map_err(|(line, fault)| ConfigError::Invalid {
            path: path.clone().unwrap_or_default(),
            line,
            fault,
        })?;
        let config = settings.into_config(path, data_dir, folders.as_ref())?;
        Ok(Self { settings_file, ..config })
    }

    /// Takes the network's name from the command line.
    ///
    /// # Errors
    /// [`ConfigError::Argument`] where it is none.
    pub fn set_network(&mut self, name: &str) -> Result<(), ConfigError> {
        let word = Word::try_from(name.to_owned()).map_err(|fault| ConfigError::Argument {
            fault: Phrase::with(
                "config-network-name",
                args![text = name.escape_debug().to_string(), fault = fault.phrase()],
            ),
        })?;
        self.network = word.0;
        Ok(())
    }

    /// Listens where a public node does, unless the settings say where.
    pub fn listen_publicly(&mut self) {
        if self.listen == DEFAULT_LISTEN.map(Address::from) {
            self.listen = DEFAULT_SERVE_LISTEN.map(Address::from).to_vec();
        }
    }

    /// The addresses as what `parse` makes of them, the bootstrap addresses first, then those to listen on.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] for the first that `parse` refuses, with its line, and
    /// [`ConfigError::Address`] where it comes from no file.
    pub fn parse_addresses<T, E: fmt::Display>(
        &self,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<(Vec<T>, Vec<T>), ConfigError> {
        Ok((self.parse_all(&self.bootstrap, &parse)?, self.parse_all(&self.listen, &parse)?))
    }

    /// The relays that are preferred, as what `parse` makes of them.
    ///
    /// # Errors
    /// As [`Config::parse_addresses`].
    pub fn parse_relays<T, E: fmt::Display>(
        &self,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Vec<T>, ConfigError> {
        self.parse_all(&self.relays, &parse)
    }

    /// The addresses at which a public node is reached from outside, as what `parse` makes of them.
    ///
    /// # Errors
    /// As [`Config::parse_addresses`].
    pub fn parse_external<T, E: fmt::Display>(
        &self,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Vec<T>, ConfigError> {
        self.parse_all(&self.serve.external, &parse)
    }

    fn parse_all<T, E: fmt::Display>(
        &self,
        addresses: &[Address],
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Vec<T>, ConfigError> {
        addresses.iter().map(|one| self.parse_address(one, &parse)).collect()
    }

    fn parse_address<T, E: fmt::Display>(
        &self,
        address: &Address,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, ConfigError> {
        parse(&address.text).map_err(|reason| {
            let text = address.text.escape_debug().to_string();
            tracing::info!(%reason, text, "the network refuses an address");
            let fault = Phrase::with("config-address", args![text = text]);
            match (&self.file, address.line) {
                (Some(path), Some(line)) => {
                    ConfigError::Invalid { path: path.clone(), line: Some(line), fault }
                }
                _ => ConfigError::Address { fault },
            }
        })
    }
}

/// The text of the file.
fn read(path: &Path) -> Result<String, ConfigError> {
    let unreadable = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::NotFound => ConfigError::Missing { path: path.to_owned() },
        _ => ConfigError::Unreadable { path: path.to_owned(), source },
    };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(ConfigError::TooLarge { path: path.to_owned() });
    }
    String::from_utf8(bytes).map_err(|error| ConfigError::Invalid {
        path: path.to_owned(),
        line: Some(Lines::of(error.as_bytes()).line_at(error.utf8_error().valid_up_to())),
        fault: Phrase::new("config-not-utf8"),
    })
}

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    name: Option<Name>,
    network: Option<Word>,
    network_key_file: Option<AbsolutePath>,
    bootstrap: Vec<Spanned<AddressText>>,
    relays: Vec<Spanned<AddressText>>,
    listen: Option<Vec<Spanned<AddressText>>>,
    mdns: bool,
    upnp: bool,
    serve: ServeSettings,
    invite_minutes: Minutes,
    remember: bool,
    history: bool,
    data_dir: Option<AbsolutePath>,
    language: Option<Tongue>,
    capture: Option<Word>,
    input: Option<Word>,
    encoder: Option<Word>,
    decoder: Option<Word>,
    painting: Option<Word>,
    theme: ThemeWord,
    motion: MotionWord,
    zoom: ZoomNumber,
    #[serde(skip)]
    lines: Lines,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: None,
            network: None,
            network_key_file: None,
            bootstrap: Vec::new(),
            relays: Vec::new(),
            listen: None,
            mdns: true,
            upnp: true,
            serve: ServeSettings::default(),
            invite_minutes: Minutes(15),
            remember: true,
            history: true,
            data_dir: None,
            language: None,
            capture: None,
            input: None,
            encoder: None,
            decoder: None,
            painting: None,
            theme: ThemeWord::default(),
            motion: MotionWord::default(),
            zoom: ZoomNumber::default(),
            lines: Lines::default(),
        }
    }
}

impl Settings {
    /// The settings, or the line and what is wrong with it.
    fn parse(text: &str) -> Result<Self, (Option<usize>, Phrase)> {
        let lines = Lines::of(text.as_bytes());
        let settings: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| lines.line_at(span.start));
            let key = error.span().and_then(|span| error::key_at(text, span.start));
            (line, error::parser_fault(error.message(), key))
        })?;
        let lists = [
            ("bootstrap", Some(&settings.bootstrap)),
            ("relays", Some(&settings.relays)),
            ("listen", settings.listen.as_ref()),
            ("external", Some(&settings.serve.external)),
        ];
        for (what, list) in lists {
            if let Some(beyond) = list.and_then(|list| list.get(MAX_ADDRESSES)) {
                let line = lines.line_at(beyond.span().start);
                let fault = Phrase::with("config-too-many", args![setting = what, max = MAX_ADDRESSES]);
                return Err((Some(line), fault));
            }
        }
        Ok(Self { lines, ..settings })
    }

    fn into_config(
        self,
        file: Option<PathBuf>,
        data_dir: Option<&Path>,
        folders: Option<&ProjectDirs>,
    ) -> Result<Config, ConfigError> {
        let chosen = data_dir.map(Path::to_owned).or(self.data_dir.map(|path| path.0));
        let key_folder = chosen.clone().or_else(|| folders.map(|folders| folders.config_dir().to_owned()));
        let data_dir = chosen.or_else(|| folders.map(|folders| folders.data_dir().to_owned()));
        let addresses = |list: Vec<Spanned<AddressText>>| -> Vec<Address> {
            let with_line = |address: Spanned<AddressText>| Address {
                line: Some(self.lines.line_at(address.span().start)),
                text: address.into_inner().0,
            };
            list.into_iter().map(with_line).collect()
        };
        let key_folder = key_folder.ok_or(ConfigError::NoHome)?;
        let own_network = self.network.is_some()
            || self.network_key_file.is_some()
            || !self.bootstrap.is_empty()
            || !self.relays.is_empty();
        Ok(Config {
            name: self.name.map(|name| name.0),
            network: self.network.map_or_else(|| DEFAULT_NETWORK.to_owned(), |word| word.0),
            network_key_file: self.network_key_file.map(|path| path.0),
            serve: self.serve.into_serve(addresses),
            upnp: self.upnp,
            bootstrap: addresses(self.bootstrap),
            relays: addresses(self.relays),
            listen: self.listen.map_or_else(|| DEFAULT_LISTEN.map(Address::from).to_vec(), addresses),
            mdns: self.mdns,
            invite_life: Duration::from_secs(60 * u64::from(self.invite_minutes.0)),
            remember: self.remember,
            history: self.history,
            language: self.language.map_or_else(Language::of_system, |tongue| tongue.0),
            capture: self.capture.map(|word| word.0),
            input: self.input.map(|word| word.0),
            encoder: self.encoder.map(|word| word.0),
            decoder: self.decoder.map(|word| word.0),
            painting: self.painting.map(|word| word.0),
            appearance: Appearance { theme: self.theme.0, motion: self.motion.0, zoom: self.zoom.0 },
            own_program: None,
            about: None,
            data_dir: data_dir.ok_or(ConfigError::NoHome)?,
            identity_file: key_folder.join(KEY_NAME),
            serve_key_file: key_folder.join(SERVE_KEY_NAME),
            file,
            own_network,
            preset: PresetState::None,
            settings_file: None,
        })
    }
}

/// Where the lines of a text end.
#[derive(Debug, Default)]
pub(crate) struct Lines(Vec<usize>);

impl Lines {
    pub(crate) fn of(text: &[u8]) -> Self {
        Self(text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect())
    }

    /// The line, from 1, on which the byte at `at` is.
    pub(crate) fn line_at(&self, at: usize) -> usize {
        1 + self.0.partition_point(|end| *end < at)
    }
}
