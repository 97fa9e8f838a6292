//! Settings: what is read, what is refused and where, and what can't be set at all.

use proptest::prelude::*;

use super::*;
use crate::appearance::{MotionChoice, ThemeChoice, ZoomPercent};
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
    assert_eq!((config.network.as_str(), config.mdns, config.invite_life.as_secs()), ("default", true, 900));
    assert_eq!(config.listen, DEFAULT_LISTEN.map(Address::from));
    assert_eq!((config.bootstrap, config.name, config.capture), (vec![], None, None));
    assert_eq!(config.relays, []);
    assert_eq!(config.identity_file, config.data_dir.join("identity.key"));
    assert!(
        config.remember
            && config.history
            && config.upnp
            && config.network_key_file.is_none()
            && config.serve.external.is_empty()
    );
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
         mdns = false\ninvite_minutes = 60\ncapture = \"x11\"\ninput = \"enigo\"\nencoder = \"rav1e\"\ndecoder = \"rav1d\"\npainting = \"pane\"\ntheme = \"dark\"\nmotion = \"reduced\"\nzoom = 140\n\
         data_dir = \"/var/tmp/b\"\nlanguage = \"de\"\nrelays = [\"/p2p/12D3\"]\nupnp = false\nremember = false\nhistory = false\n\
         network_key_file = \"/etc/b.key\"\n[serve]\nexternal = [\"/ip4/192.0.2.3/tcp/4001\"]\n\
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
    assert_eq!(config.bootstrap[1], Address { text: "/ip4/192.0.2.2/tcp/4001".to_owned(), line: Some(5) });
    assert_eq!(config.listen, []);
    assert_eq!(config.relays, [Address { text: "/p2p/12D3".to_owned(), line: Some(20) }]);
    assert_eq!(config.language, Language::German);
    assert_eq!((config.capture.as_deref(), config.encoder.as_deref()), (Some("x11"), Some("rav1e")));
    assert_eq!(config.input.as_deref(), Some("enigo"));
    assert_eq!((config.decoder.as_deref(), config.own_program), (Some("rav1d"), None));
    assert_eq!(config.painting.as_deref(), Some("pane"));
    let appearance = Appearance {
        theme: ThemeChoice::Dark,
        motion: MotionChoice::Reduced,
        zoom: ZoomPercent::try_from(140).unwrap(),
    };
    assert_eq!(config.appearance, appearance);
    assert_ne!(config.data_dir, Path::new("/var/tmp/b"), "the command line decides");
    assert_eq!((config.upnp, config.network_key_file), (false, Some(PathBuf::from("/etc/b.key"))));
    assert!(!config.remember && !config.history);
    let serve = Serve {
        external: vec![Address { text: "/ip4/192.0.2.3/tcp/4001".to_owned(), line: Some(26) }],
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

/// None of them lets anybody in, hides a session or begins one. Whoever adds a setting has to look at
/// that.
#[test]
fn no_setting_lets_anybody_in() {
    let known = |message: &str| {
        let (_, expected) = message.split_once("expected one of").expect("the parser names them");
        let names = expected.split('`').skip(1).step_by(2).map(str::to_owned);
        names.collect::<std::collections::BTreeSet<_>>()
    };
    let settings = toml::from_str::<Settings>("unattended = true").expect_err("there is none");
    let expected = [
        "bootstrap",
        "capture",
        "data_dir",
        "decoder",
        "encoder",
        "history",
        "input",
        "invite_minutes",
        "language",
        "listen",
        "mdns",
        "motion",
        "name",
        "network",
        "network_key_file",
        "painting",
        "relays",
        "remember",
        "serve",
        "theme",
        "upnp",
        "zoom",
    ];
    assert_eq!(known(settings.message()), expected.map(str::to_owned).into());
    // A public node takes part in no session.
    let serve = toml::from_str::<Settings>("serve.unattended = true").expect_err("there is none");
    assert!(
        known(serve.message())
            .iter()
            .all(|name| name.starts_with("max_") || name == "external" || name == "metrics")
    );
}

#[test]
fn values_out_of_range_are_refused_with_the_line() {
    let long = "x".repeat(MAX_NAME_CHARS + 1);
    for line in [
        "invite_minutes = 0",
        "theme = 'blue'",
        "motion = 'some'",
        "zoom = 90",
        "zoom = 210",
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
fn what_is_wrong_is_said_with_the_settings_name_and_none_of_a_librarys_words() {
    for (text, line, name, what) in [
        ("mdns = \"yes\"", 1, "mdns", "true or false"),
        ("invite_minutes = \"15\"", 1, "invite_minutes", "whole number"),
        ("invite_minutes = 90", 1, "invite_minutes", "1 to 60 minutes"),
        ("name = 7", 1, "name", "quotation marks"),
        ("listen = \"/ip4/0.0.0.0/tcp/0\"", 1, "listen", "square brackets"),
        ("serve = 3", 1, "serve", "group of settings"),
        ("bootstrap = [\n  \"/ip4/192.0.2.1/tcp/1\",\n  7,\n]", 3, "bootstrap", "quotation marks"),
        ("mdns = true\nmdns = true", 2, "mdns", "twice"),
        ("mdns = true\nname = \"An", 2, "name", "closed"),
        ("[serve]\nmetrics = \"9464\"", 2, "metrics", "127.0.0.1:9464"),
        ("just some words", 1, "", "name = value"),
        ("mdns = true\n[serve", 2, "", "closed"),
    ] {
        let (at, said) = line_and_message(text);
        assert_eq!(at, line, "{text}: {said}");
        assert!(said.contains(what), "{text}: {said}");
        assert!(name.is_empty() || said.starts_with(&format!("“{name}”: ")), "{text}: {said}");
        for word in ["TOML", "invalid", "expected", "i64", "sequence", "struct", "parse"] {
            assert!(!said.contains(word), "{text}: {said}");
        }
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
    assert!(said.contains("99999") && !said.contains("no such port"), "{said}");

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
