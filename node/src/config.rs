//! What a person can set for both programs, from a TOML file.
//!
//! What it does: finds, reads and checks the file, and says where the program's files lie. Every error names
//! the file and, where there is one, the line.
//!
//! What it does not do: it never writes the file, and nothing in it is secret: invites and keys have no place
//! there. What an address means is known to the network: [`Config::parse_addresses`] takes its parser.

mod error;
mod serve;
mod value;

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use directories::ProjectDirs;
use serde::Deserialize;
use toml::Spanned;

pub use error::ConfigError;
pub use serve::Serve;

use crate::words::{Language, Phrase, args};
use serve::ServeSettings;
use value::{AbsolutePath, AddressText, Minutes, Name, Tongue, Word};

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
    /// The language of all texts.
    pub language: Language,
    /// How the screen is captured, where the program shall not choose.
    pub capture: Option<String>,
    /// How pictures are encoded, where the program shall not choose.
    pub encoder: Option<String>,
    /// Where the program keeps its files.
    pub data_dir: PathBuf,
    /// Where the long-term key is.
    pub identity_file: PathBuf,
    /// Where a public node's key is, by which others know it.
    pub serve_key_file: PathBuf,
    /// The file that was read, where there was one.
    pub file: Option<PathBuf>,
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
        let file = match path {
            Some(path) => Some((path.to_owned(), read(path)?)),
            None => match folders.as_ref().map(|folders| folders.config_dir().join(FILE_NAME)) {
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
        settings.into_config(path, data_dir, folders.as_ref())
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
            let fault = Phrase::with("config-address", args![text = text, detail = reason.to_string()]);
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
    network: Word,
    network_key_file: Option<AbsolutePath>,
    bootstrap: Vec<Spanned<AddressText>>,
    relays: Vec<Spanned<AddressText>>,
    listen: Option<Vec<Spanned<AddressText>>>,
    mdns: bool,
    upnp: bool,
    serve: ServeSettings,
    invite_minutes: Minutes,
    data_dir: Option<AbsolutePath>,
    language: Option<Tongue>,
    capture: Option<Word>,
    encoder: Option<Word>,
    #[serde(skip)]
    lines: Lines,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: None,
            network: Word("default".to_owned()),
            network_key_file: None,
            bootstrap: Vec::new(),
            relays: Vec::new(),
            listen: None,
            mdns: true,
            upnp: true,
            serve: ServeSettings::default(),
            invite_minutes: Minutes(15),
            data_dir: None,
            language: None,
            capture: None,
            encoder: None,
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
            (line, error::parser_fault(error.message()))
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
        Ok(Config {
            name: self.name.map(|name| name.0),
            network: self.network.0,
            network_key_file: self.network_key_file.map(|path| path.0),
            serve: self.serve.into_serve(addresses),
            upnp: self.upnp,
            bootstrap: addresses(self.bootstrap),
            relays: addresses(self.relays),
            listen: self.listen.map_or_else(|| DEFAULT_LISTEN.map(Address::from).to_vec(), addresses),
            mdns: self.mdns,
            invite_life: Duration::from_secs(60 * u64::from(self.invite_minutes.0)),
            language: self.language.map_or_else(Language::of_system, |tongue| tongue.0),
            capture: self.capture.map(|word| word.0),
            encoder: self.encoder.map(|word| word.0),
            data_dir: data_dir.ok_or(ConfigError::NoHome)?,
            identity_file: key_folder.join(KEY_NAME),
            serve_key_file: key_folder.join(SERVE_KEY_NAME),
            file,
        })
    }
}

/// Where the lines of a text end.
#[derive(Debug, Default)]
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &[u8]) -> Self {
        Self(text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect())
    }

    /// The line, from 1, on which the byte at `at` is.
    fn line_at(&self, at: usize) -> usize {
        1 + self.0.partition_point(|end| *end < at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::Words;

    fn english() -> Words {
        Words::of_node(Language::English)
    }

    fn said(error: &ConfigError) -> String {
        english().say(&error.into())
    }

    /// The settings of a file with this text, which must be the same afterwards.
    fn load(text: impl AsRef<[u8]>) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, &text).unwrap();
        let config = Config::load(Some(&path), Some(folder.path()));
        assert_eq!(std::fs::read(&path).unwrap(), text.as_ref(), "the file is never written");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        config
    }

    fn line_and_message(text: impl AsRef<[u8]>) -> (usize, String) {
        match load(text).unwrap_err() {
            ConfigError::Invalid { path, line, fault } => {
                assert!(path.ends_with("config.toml"));
                (line.expect("there is a line"), english().say(&fault))
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_empty_file_gives_the_defaults() {
        let config = load("").unwrap();
        assert_eq!(
            (config.network.as_str(), config.mdns, config.invite_life.as_secs()),
            ("default", true, 900)
        );
        assert_eq!(config.listen, DEFAULT_LISTEN.map(Address::from));
        assert_eq!((config.bootstrap, config.name, config.capture), (vec![], None, None));
        assert_eq!(config.relays, []);
        assert_eq!(config.identity_file, config.data_dir.join("identity.key"));
        assert!(config.upnp && config.network_key_file.is_none() && config.serve.external.is_empty());
        assert_eq!((config.serve.max_circuit_bytes, config.serve.max_circuit_duration), (0, None), "no cut");
        assert!(config.serve.metrics.is_some_and(|address| address.ip().is_loopback()));
    }

    #[test]
    fn a_public_node_listens_on_a_port_that_stays() {
        let mut config = load("").unwrap();
        config.listen_publicly();
        assert!(config.listen.iter().all(|address| address.text.contains("/4001")));
        let mut config = load("listen = [\"/ip4/0.0.0.0/tcp/7\"]\n").unwrap();
        config.listen_publicly();
        assert_eq!(config.listen[0].text, "/ip4/0.0.0.0/tcp/7");
    }

    #[test]
    fn every_setting_is_read() {
        let config = load(
            "name = 'Anna Berg'\nnetwork = \"office-1\"\n\
             bootstrap = [\n  \"/ip4/192.0.2.1/tcp/4001\",\n  \"/ip4/192.0.2.2/tcp/4001\",\n]\nlisten = []\n\
             mdns = false\ninvite_minutes = 60\ncapture = \"x11\"\nencoder = \"rav1e\"\ndata_dir = \"/var/tmp/b\"\n\
             language = \"de\"\nrelays = [\"/p2p/12D3\"]\nupnp = false\nnetwork_key_file = \"/etc/b.key\"\n[serve]\nexternal = [\"/ip4/192.0.2.3/tcp/4001\"]\n\
             max_circuits = 3\nmax_circuits_per_peer = 2\nmax_circuit_mebibytes = 5\nmax_circuit_minutes = 7\n\
             max_circuit_kibibytes_a_second = 17\nmax_kibibytes_a_second = 19\nmax_peer_mebibytes_a_day = 23\n\
             max_reservations = 11\nmax_connections = 13\nmetrics = \"off\"\n",
        )
        .unwrap();
        assert_eq!(config.name.as_deref(), Some("Anna Berg"));
        assert_eq!(
            (config.network.as_str(), config.mdns, config.invite_life.as_secs()),
            ("office-1", false, 3600)
        );
        assert_eq!(
            config.bootstrap[1],
            Address { text: "/ip4/192.0.2.2/tcp/4001".to_owned(), line: Some(5) }
        );
        assert_eq!(config.listen, []);
        assert_eq!(config.relays, [Address { text: "/p2p/12D3".to_owned(), line: Some(14) }]);
        assert_eq!(config.language, Language::German);
        assert_eq!((config.capture.as_deref(), config.encoder.as_deref()), (Some("x11"), Some("rav1e")));
        assert_ne!(config.data_dir, Path::new("/var/tmp/b"), "the command line decides");
        assert_eq!((config.upnp, config.network_key_file), (false, Some(PathBuf::from("/etc/b.key"))));
        let serve = Serve {
            external: vec![Address { text: "/ip4/192.0.2.3/tcp/4001".to_owned(), line: Some(18) }],
            max_circuits: 3,
            max_circuits_per_peer: 2,
            max_circuit_bytes: 5 << 20,
            max_circuit_bytes_a_second: 17 << 10,
            max_bytes_a_second: 19 << 10,
            max_peer_bytes_a_day: 23 << 20,
            max_circuit_duration: Some(Duration::from_secs(7 * 60)),
            max_reservations: 11,
            max_connections: 13,
            metrics: None,
        };
        assert_eq!(config.serve, serve);
    }

    #[test]
    fn the_files_folder_holds_where_the_command_line_names_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, "data_dir = \"/var/tmp/b\"\n").unwrap();
        let config = Config::load(Some(&path), None).unwrap();
        assert_eq!(config.data_dir, Path::new("/var/tmp/b"));
        assert_eq!(config.identity_file, Path::new("/var/tmp/b/identity.key"));
        assert_eq!(config.file, Some(path));
    }

    #[test]
    fn a_named_file_that_is_missing_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("no.toml");
        let error = Config::load(Some(&path), None).unwrap_err();
        assert!(matches!(error, ConfigError::Missing { .. }));
        assert!(said(&error).contains("no.toml"));
        let error = Config::load(Some(folder.path()), None).unwrap_err();
        assert!(matches!(error, ConfigError::Unreadable { .. }), "a folder: {error:?}");
    }

    #[test]
    fn a_file_that_is_cut_off_is_named_with_the_line() {
        assert_eq!(line_and_message("mdns = true\nname = \"An").0, 2);
        assert_eq!(line_and_message("mdns = true\n\nnetwork =").0, 3);
        let unclosed = line_and_message("mdns = true\nlisten = [\"/ip4/0.0.0.0/tcp/0\",\n");
        assert_eq!(unclosed.0, 2, "where the list begins");
        assert_eq!(line_and_message("mdns = tr").0, 1);
        let said = said(&load("mdns = true\nname = \"An").unwrap_err());
        assert!(said.contains("config.toml, line 2: "), "{said}");
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_line() {
        for key in ["invite", "mDNS", "unattended", "psk"] {
            let (line, message) = line_and_message(format!("mdns = true\n{key} = \"x\"\n"));
            assert_eq!(line, 2);
            assert!(message.contains(key), "{message}");
        }
        assert_eq!(line_and_message("\n[section]\nx = 1\n").0, 2);
        assert_eq!(line_and_message("mdns = true\nmdns = true\n").0, 2);
    }

    #[test]
    fn values_out_of_range_are_refused_with_the_line() {
        let long = "x".repeat(MAX_NAME_CHARS + 1);
        for line in [
            "invite_minutes = 0",
            "invite_minutes = 61",
            "invite_minutes = -1",
            "invite_minutes = 9223372036854775807",
            "invite_minutes = 1.5",
            "invite_minutes = \"15\"",
            "mdns = \"yes\"",
            "name = \"\"",
            "name = \"a\\u202eb\"",
            "name = \"a\\nb\"",
            &format!("name = \"{long}\""),
            "network = \"\"",
            "network = \"My Net\"",
            "capture = \"../x\"",
            "language = \"xx\"",
            "data_dir = \"files\"",
            "bootstrap = [\"example.org:4001\"]",
            "bootstrap = \"/ip4/192.0.2.1/tcp/1\"",
            "relays = [\"relay.example\"]",
            &format!("relays = [{}]", "\"/p2p/12D3\",".repeat(MAX_ADDRESSES + 1)),
            "network_key_file = \"key\"",
            "[serve]\nmax_circuits = 0",
            "[serve]\nmax_circuit_minutes = -1",
            "[serve]\nmax_kibibytes_a_second = 1000001",
            "[serve]\nmetrics = \"9464\"",
            "[serve]\nexternal = [\"relay.example\"]",
            &format!("bootstrap = [\"/{}\"]", "x".repeat(MAX_ADDRESS_CHARS)),
            &format!("bootstrap = [{}]", "\"/ip4/192.0.2.1/tcp/1\",".repeat(MAX_ADDRESSES + 1)),
        ] {
            let (at, message) = line_and_message(format!("# a remark\n\n{line}\n"));
            assert_eq!(at, 3 + usize::from(line.starts_with('[')), "{line}: {message}");
        }
    }

    #[test]
    fn a_file_that_is_no_configuration_is_refused() {
        assert!(matches!(load("#".repeat(70_000)), Err(ConfigError::TooLarge { .. })));
        assert_eq!(line_and_message(b"mdns = true\nname = \"\xff\"\n").0, 2);
    }

    #[test]
    fn an_address_that_the_network_refuses_is_named_with_the_line() {
        let config =
            load("mdns = true\nbootstrap = [\n\"/ip4/192.0.2.1/tcp/1\",\n\"/ip4/192.0.2.1/tcp/99999\"]\n")
                .unwrap();
        let parse = |text: &str| if text.ends_with("99999") { Err("no such port") } else { Ok(text.len()) };
        let error = config.parse_addresses(parse).unwrap_err();
        assert!(matches!(&error, ConfigError::Invalid { line: Some(4), .. }), "{error:?}");
        let said = said(&error);
        assert!(said.contains("99999") && said.contains("no such port"), "{said}");

        let mut config = load("").unwrap();
        assert_eq!(config.parse_addresses(parse).unwrap().1.len(), 4);
        config.listen = vec![Address::from("/ip4/0.0.0.0/tcp/99999")];
        assert!(matches!(config.parse_addresses(parse), Err(ConfigError::Address { .. })));
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(text in "\\PC{0,200}|([a-z_]{1,10} ?= ?[\\[\\]\"'a-z0-9,{}]{0,20}\n){0,8}") {
            let _ = Settings::parse(&text);
        }
    }
}
