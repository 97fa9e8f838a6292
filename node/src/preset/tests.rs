//! What presets can set, and what they can't.

use proptest::prelude::*;

use super::file::{MAX_CARDS, MAX_PHONE_CHARS, MAX_TEXT_CHARS};
use super::*;
use crate::acquaintances::{AcquaintanceBook, Recognition};
use crate::identity;
use crate::signed_text::sign;
use crate::words::{Language, Words};
use beistand_session::{Permission, StaticKey};

const TESS: &str = "0101010101010101010101010101010101010101010101010101010101010101";
const RELAY: &str =
    "/ip4/192.0.2.1/udp/4001/quic-v1/p2p/12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X";

fn whole() -> String {
    format!(
        "organisation = \"Muster IT\"\nphone = \"+49 (30) 12\"\ntext = \"From 8 to 18.\"\nnetwork = \"muster\"\n\
         bootstrap = [\"{RELAY}\"]\nrelays = [\"{RELAY}\"]\n[[technicians]]\nname = \"Tess Muster\"\nkey = \"{TESS}\"\n"
    )
}

/// A program's folder with its files' folder, and what its errors are said with.
struct Place(tempfile::TempDir, Words);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap(), Words::of_node(Language::English))
    }

    fn put(&self, text: &str, secret: u8) {
        std::fs::write(self.0.path().join(PRESET_FILE), sign(TITLE, text, &[secret; 32])).unwrap();
    }

    fn config(&self, settings: &str) -> Config {
        let file = self.0.path().join("config.toml");
        std::fs::write(&file, settings).unwrap();
        let mut config = Config::load(Some(&file), Some(&self.0.path().join("data"))).unwrap();
        config.adopt_preset_in(self.0.path());
        config
    }

    /// What is wrong with this text.
    fn fault(&self, text: &str) -> String {
        self.put(text, 1);
        let config = self.config("");
        assert!(matches!(&config.preset, PresetState::Broken { .. }), "{text}: {:?}", config.preset);
        assert_eq!(config.network, "default");
        let said: Vec<_> = config.preset.lines().iter().map(|line| self.1.say(line)).collect();
        said.join("\n")
    }
}

fn texts(addresses: &[Address]) -> Vec<&str> {
    addresses.iter().map(|address| address.text.as_str()).collect()
}

#[test]
fn a_preset_sets_network_names_and_texts() {
    let place = Place::new();
    assert_eq!(place.config("").preset, PresetState::None);
    place.put(&whole(), 1);
    let config = place.config("");
    assert_eq!(config.network, "muster");
    assert_eq!((texts(&config.bootstrap), texts(&config.relays)), (vec![RELAY], vec![RELAY]));
    let preset = config.preset.used().expect("it is in use");
    assert_eq!(
        (preset.organisation(), preset.phone(), preset.text()),
        ("Muster IT", Some("+49 (30) 12"), Some("From 8 to 18."))
    );
    let names: Vec<_> = preset.cards().iter().map(TechnicianCard::name).collect();
    assert_eq!(names, ["Tess Muster"]);
    assert_eq!(config.preset.lines().len(), 4);
}

#[test]
fn a_network_of_the_persons_own_stands_as_a_whole() {
    let place = Place::new();
    place.put(&whole(), 1);
    for own in
        ["network = \"own\"", &format!("relays = [\"{RELAY}\"]"), "bootstrap = [\"/ip4/192.0.2.9/tcp/1\"]"]
    {
        let config = place.config(own);
        assert_ne!(config.network, "muster", "{own}");
        assert!(config.relays.len() + config.bootstrap.len() <= 1, "{own}");
        assert!(config.preset.used().is_some(), "{own}");
    }
}

/// What somebody who wants in could want to set beside permissions, with all settings of the config file but
/// those of the network.
const TEMPTATIONS: [&str; 60] = [
    "allow",
    "allowed",
    "grant",
    "grants",
    "permission",
    "permissions",
    "wants",
    "consent",
    "accept",
    "yes",
    "unattended",
    "trust",
    "trusted",
    "verified",
    "vouch",
    "known",
    "contacts",
    "acquaintances",
    "hidden",
    "password",
    "invite",
    "invite_minutes",
    "psk",
    "key",
    "identity",
    "ticket",
    "reconnect",
    "name",
    "user",
    "data_dir",
    "file",
    "path",
    "network_key_file",
    "program",
    "command",
    "run",
    "start",
    "autostart",
    "update",
    "url",
    "listen",
    "mdns",
    "upnp",
    "serve",
    "remember",
    "language",
    "capture",
    "input",
    "encoder",
    "decoder",
    "painting",
    "theme",
    "motion",
    "zoom",
    "signer",
    "signature",
    "colour",
    "hotkey",
    "end",
    "indicator",
];

/// Whatever could let somebody in, run something or reach a file: none of it is a word of presets. Whoever
/// adds a word has to look at that.
#[test]
fn no_preset_lets_anybody_in() {
    let permissions = Permission::ALL.iter().map(|permission| permission.word());
    let place = Place::new();
    let words: Vec<&str> = permissions.chain(TEMPTATIONS).collect();
    for word in &words {
        for value in ["true", "\"x\"", "[\"view\"]", "{ view = true }", "1"] {
            for text in [
                format!("{word} = {value}\n{}", whole()),
                // In a card, which has a name and a key.
                format!("{}\"{word}2\" = {value}\n", whole()),
            ] {
                let said = place.fault(&text);
                assert!(said.contains("preset can't set"), "{text}: {said}");
            }
            if !["name", "key"].contains(word) {
                let said = place.fault(&format!("{}{word} = {value}\n", whole()));
                assert!(said.contains("preset can't set"), "{word}: {said}");
            }
        }
        let said = place.fault(&format!("{}\n[{word}]\nview = true\n", whole()));
        assert!(said.contains("preset can't set"), "{word}: {said}");
    }
    // And what it does set leaves everything else as it is.
    let without = place.0.path().join("elsewhere");
    std::fs::create_dir(&without).unwrap();
    place.put(&whole(), 1);
    let with = place.config("");
    let mut plain =
        Config::load(Some(&place.0.path().join("config.toml")), Some(&place.0.path().join("data"))).unwrap();
    plain.adopt_preset_in(&without);
    let Config { network, bootstrap, relays, preset, .. } = with.clone();
    assert_eq!(with, Config { network, bootstrap, relays, preset, ..plain });
}

#[test]
fn what_is_wrong_is_said_with_the_line_of_the_file() {
    let place = Place::new();
    let long = "x".repeat(MAX_TEXT_CHARS + 1);
    for (line, text) in [
        (5, "organisation = \"Microsoft Support\""),
        (5, "organisation = \"Windows Defender\""),
        (5, "organisation = \"\""),
        (5, "organisation = \"Mu\\u202ester\""),
        (5, "organisation = \"Muster\u{201d} verified\""),
        (5, "organisation = 3"),
        (6, "organisation = \"Muster\"\nphone = \"call me\""),
        (6, &format!("organisation = \"Muster\"\nphone = \"{}\"", "1".repeat(MAX_PHONE_CHARS + 1))),
        (6, &format!("organisation = \"Muster\"\ntext = \"{long}\"")),
        (6, "organisation = \"Muster\"\ntext = \"two\\nlines\""),
        (6, "organisation = \"Muster\"\ntext = \"✔ verified\""),
        (6, "organisation = \"Muster\"\nnetwork = \"My Net\""),
        (6, "organisation = \"Muster\"\nrelays = [\"/ip4/192.0.2.1/tcp/4001\"]"),
        (6, "organisation = \"Muster\"\nbootstrap = [\"/ip4/999/tcp/4001/p2p/x\"]"),
        (6, &format!("organisation = \"Muster\"\nrelays = [{}]", format!("\"{RELAY}\",").repeat(33))),
        (7, &format!("organisation = \"Muster\"\n[[technicians]]\nname = \"Apple Care\"\nkey = \"{TESS}\"")),
        (8, "organisation = \"Muster\"\n[[technicians]]\nname = \"Tess\"\nkey = \"00\""),
        (6, "organisation = \"Muster\"\nphone = "),
    ] {
        let said = place.fault(text);
        assert!(said.contains(&format!("Line {line}: ")), "{text}: {said}");
        assert!(!said.contains("expected") && !said.contains("TOML parse"), "{said}");
    }
    assert!(place.fault("phone = \"1\"").contains("organisation"));
    let card = |number: usize| format!("[[technicians]]\nname = \"Tess\"\nkey = \"{number:064x}\"\n");
    let many: String = (0..=MAX_CARDS).map(card).collect();
    assert!(place.fault(&format!("organisation = \"Muster\"\n{many}")).contains("200"));
    let twice = card(1) + &card(1);
    assert!(place.fault(&format!("organisation = \"Muster\"\n{twice}")).contains("twice"));
}

#[test]
fn a_file_that_is_changed_unsigned_or_too_large_is_not_used() {
    let place = Place::new();
    place.put(&whole(), 1);
    let path = place.0.path().join(PRESET_FILE);
    let good = std::fs::read_to_string(&path).unwrap();
    let changed = good.replacen("muster", "mustes", 1);
    for (bytes, fault) in [
        (changed, PresetFault::Changed),
        (whole(), PresetFault::NotSigned),
        (good.replacen("preset 1", "preset 2", 1), PresetFault::NotSigned),
        ("#".repeat(70_000), PresetFault::TooLarge),
    ] {
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(place.config("").preset, PresetState::Broken { path: path.clone(), fault });
    }
    std::fs::write(&path, b"beistand preset 1\n\xff").unwrap();
    assert_eq!(
        place.config("").preset,
        PresetState::Broken { path: path.clone(), fault: PresetFault::NotSigned }
    );
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert_eq!(place.config("").preset, PresetState::Broken { path, fault: PresetFault::NotSigned });
}

#[test]
fn once_one_signers_preset_was_used_anothers_is_not_before_the_person_agrees() {
    let place = Place::new();
    place.put(&whole(), 1);
    assert!(place.config("").preset.used().is_some());
    let other = "organisation = \"Other\"\nnetwork = \"other\"\n";
    place.put(other, 2);
    let mut config = place.config("");
    assert_eq!((config.network.as_str(), config.preset.cards().all().len()), ("default", 0));
    assert!(
        matches!(&config.preset, PresetState::OfAnotherSigner { before: Some(before), .. } if before == "Muster IT")
    );
    // It stays so until they have.
    assert!(place.config("").preset.used().is_none());
    // An update of the first one is used at once.
    place.put("organisation = \"Muster AG\"\n", 1);
    assert_eq!(place.config("").preset.used().map(Preset::organisation), Some("Muster AG"));
    place.put(other, 2);
    assert!(config.agree_to_preset() && !config.agree_to_preset());
    assert_eq!(config.network, "other");
    assert_eq!(place.config("").network, "other");
    place.put(&whole(), 1);
    assert!(place.config("").preset.used().is_none(), "the first one is another's now");
}

#[test]
fn a_damaged_note_of_the_signer_makes_the_person_be_asked() {
    let place = Place::new();
    place.put(&whole(), 1);
    place.config("");
    let note = place.0.path().join("data").join("signer.json");
    let kept = std::fs::read(&note).unwrap();
    assert!(identity::open_to_others(&std::fs::metadata(&note).unwrap()).is_none());
    for bad in [&kept[..kept.len() - 3], b"", b"{}", &[b'x'; 4000]] {
        std::fs::write(&note, bad).unwrap();
        assert!(matches!(place.config("").preset, PresetState::OfAnotherSigner { before: None, .. }));
    }
}

#[test]
fn where_nothing_is_to_be_remembered_no_signer_is() {
    let place = Place::new();
    place.put(&whole(), 1);
    assert!(place.config("remember = false").preset.used().is_some());
    assert!(!place.0.path().join("data").join("signer.json").exists());
}

#[test]
fn a_card_names_its_key_alone_and_a_persons_own_word_stands_before_it() {
    let place = Place::new();
    place.put(&whole(), 1);
    let config = place.config("");
    let book =
        AcquaintanceBook::new(&config, &StaticKey::from_bytes([9; 32])).with_cards(config.preset.cards());
    let carded = |recognition| matches!(recognition, Recognition::Carded(_));
    let (tess, other) = ([1; 32], [2; 32]);
    assert!(carded(book.recognise(&tess, "Tess Muster")) && carded(book.recognise(&tess, "Anybody")));
    assert!(book.recognise(&tess, "tess muster").is_plain("tess muster"));
    assert!(!book.recognise(&tess, "Anybody").is_plain("Anybody"), "another name is to be weighed");
    for alike in ["Tess Muster", "T\u{435}ss muster"] {
        let recognition = book.recognise(&other, alike);
        assert!(recognition.must_be_vouched_for() && !recognition.is_plain(alike), "{recognition:?}");
    }
    assert_eq!(book.recognise(&other, "Anna"), Recognition::Stranger);
    book.keep(&other, "Tess Muster", std::time::SystemTime::now()).expect("it is kept");
    assert!(matches!(book.recognise(&other, "Tess Muster"), Recognition::Known(_)));
    assert!(matches!(book.recognise(&tess, "Tess Muster"), Recognition::Other(_)));
}

#[test]
fn an_organisation_makes_one_and_keeps_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("preset");
    let draft = PresetDraft::of(&folder);
    draft.begin().unwrap();
    assert_eq!(draft.begin().unwrap_err().key(), "preset-draft-there");
    let first = draft.sign().expect("the text that it begins with can be signed");
    assert_eq!(first.organisation(), "Muster");
    std::fs::write(folder.join("preset.toml"), whole()).unwrap();
    let second = draft.sign().unwrap();
    assert_eq!((second.signer(), second.cards().len()), (first.signer(), 1));
    assert_eq!(Preset::read(&folder.join(PRESET_FILE)), Ok(second));
    std::fs::write(folder.join("preset.toml"), "organisation = \"M\"\nallow = \"view\"\n").unwrap();
    assert_eq!(draft.sign().unwrap_err().key(), "preset-broken-draft");
    std::fs::remove_file(folder.join("signing.key")).unwrap();
    std::fs::write(folder.join("preset.toml"), whole()).unwrap();
    assert_eq!(draft.sign().unwrap_err().key(), "preset-no-key", "no new one in its place");
}

#[test]
fn the_card_of_an_installation_is_lines_of_a_preset() {
    let place = Place::new();
    let config = place.config("name = \"Te\\\"ss\"");
    let card = own_card(&config).unwrap();
    let key = identity::load_or_create(&config.identity_file).unwrap().public();
    let card = card.replace("Te\\\"ss", "Tess").replace("'Te\"ss'", "'Tess'");
    place.put(&format!("organisation = \"Muster\"\n{card}"), 1);
    let config = place.config("");
    let preset = config.preset.used().expect("it fits");
    assert_eq!((preset.cards()[0].name(), preset.cards()[0].key), ("Tess", key));
}

proptest! {
    #[test]
    fn no_preset_makes_it_panic(text in "\\PC{0,200}|([a-z_]{1,12} ?= ?[\\[\\]\"'a-z0-9,{}/]{0,20}\n){0,8}") {
        let _ = file::parse(&text, 4);
    }
}
