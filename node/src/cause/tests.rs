//! What reaches a person is in their own words: nothing of a library's, of the system's or of a protocol's.

use std::io::{Error, ErrorKind};

use beistand_codec::{DecodeError, EncodeError};
use beistand_p2p::StartError;
use beistand_p2p::invite::DeriveError;
use beistand_p2p::technician::ConnectFailure;
use beistand_platform::{CaptureError, DesktopFault, DesktopObstacle, DesktopPart, SystemPermission};
use beistand_session::{By, End, EndReason, HandshakeFailure, Role, Violation};

use super::EndCause;
use crate::fault;
use crate::words::{Language, Phrase, Words};

/// What a library says of a failure.
const DUMP: &str = "Failed to negotiate transport protocol(s): [(/ip4/127.0.0.1/tcp/38131/p2p/12D3KooW: \
                    Connection refused (os error 111) at /root/winit-0.30.13/src/platform/mod.rs:765)]";

/// What no person should read.
const FOREIGN: [&str; 7] = ["/ip4", "/dns", "os error", ".rs:", "12D3Koo", "Failed to", "error 111"];

#[track_caller]
fn expect_plain(phrase: &Phrase) {
    for language in Language::ALL {
        let said = Words::of_node(language).say(phrase);
        let foreign = FOREIGN.iter().find(|part| said.contains(**part));
        assert!(!said.is_empty() && foreign.is_none(), "{said:?} of {phrase:?}");
    }
}

fn reasons() -> Vec<EndReason> {
    let handshakes = [HandshakeFailure::TimedOut, HandshakeFailure::Local, HandshakeFailure::InviteRefused];
    let others = [
        EndReason::Ended,
        EndReason::Denied,
        EndReason::NoAnswer,
        EndReason::InviteUsed,
        EndReason::InviteExpired,
        EndReason::Busy,
        EndReason::Lost,
        EndReason::Protocol(Violation::RecordLength),
    ];
    others.into_iter().chain(handshakes.map(EndReason::HandshakeFailed)).collect()
}

#[test]
fn every_end_is_said_in_plain_words_to_each_side() {
    for reason in reasons() {
        for by in [By::Us, By::Peer, By::Nobody] {
            for role in [Role::Host, Role::Technician] {
                let cause = EndCause::of_session(&End { reason, by }, role);
                [cause.headline.clone(), cause.phrase.clone(), cause.whole()].iter().for_each(expect_plain);
                let words = Words::of_node(Language::English);
                let (title, text) = (words.say(&cause.headline), words.say(&cause.phrase));
                assert!(!text.starts_with(&title), "{title:?} is not said twice");
            }
        }
    }
}

#[test]
fn whoever_said_no_and_whoever_heard_it_read_different_words() {
    let words = Words::of_node(Language::English);
    let title = |reason, by, role| words.say(&EndCause::of_session(&End { reason, by }, role).headline);
    assert_eq!(title(EndReason::Denied, By::Us, Role::Host), "You said no");
    assert_eq!(title(EndReason::Denied, By::Peer, Role::Technician), "They declined");
    assert_eq!(title(EndReason::NoAnswer, By::Peer, Role::Technician), "They didn't answer");
    assert_eq!(title(EndReason::NoAnswer, By::Nobody, Role::Host), "You didn't answer");
}

#[test]
fn why_there_is_no_session_is_said_in_plain_words() {
    let address = "/ip4/192.0.2.1/udp/4001/quic-v1".parse().unwrap();
    let failures = [
        ConnectFailure::Unreachable(DUMP.to_owned()),
        ConnectFailure::NotFound,
        ConnectFailure::PutOff(std::time::Duration::from_secs(3)),
        ConnectFailure::Broken,
        ConnectFailure::Stopped,
        ConnectFailure::Derive(DeriveError::OutOfMemory),
        ConnectFailure::Start(StartError::Listen { address, reason: DUMP.to_owned() }),
    ];
    let causes = failures.iter().map(EndCause::of_failure);
    let refused = reasons().into_iter().map(|reason| EndCause::of_failure(&ConnectFailure::Refused(reason)));
    for cause in causes.chain(refused) {
        expect_plain(&cause.headline);
        expect_plain(&cause.whole());
    }
}

#[test]
fn what_the_system_wants_to_be_permitted_first_leads_to_its_settings() {
    let permission = SystemPermission::ScreenRecording;
    let of =
        |obstacle| EndCause::of_desktop(&DesktopFault::Unavailable { part: DesktopPart::Screen, obstacle });
    let cause = of(DesktopObstacle::NotPermitted(permission));
    assert_eq!(cause.missing_permission, Some(permission));
    let said = Words::of_node(Language::English).say(&cause.phrase);
    assert!(said.contains("System Settings") && said.contains("Screen Recording"), "{said}");
    assert_eq!(of(DesktopObstacle::NoDisplay).missing_permission, None);
    assert_eq!(EndCause::of_desktop(&DesktopFault::NotHere(DesktopPart::Whole)).missing_permission, None);
}

#[test]
fn every_fault_of_this_machine_is_said_in_plain_words() {
    let address = || "/dns/relay.example.org/tcp/4001".parse().unwrap();
    for error in [
        StartError::Listen { address: address(), reason: DUMP.to_owned() },
        StartError::Transport(DUMP.to_owned()),
        StartError::KeyNeedsTcp,
        StartError::Identity,
    ] {
        expect_plain(&Phrase::from(&error));
    }
    for error in [StartError::Bootstrap(address()), StartError::Relay(address())] {
        let said = Words::of_node(Language::English).say(&Phrase::from(&error));
        assert!(said.contains("relay.example.org:4001") && !said.contains("/dns"), "{said}");
    }
    let obstacles = [
        DesktopObstacle::NoDisplay,
        DesktopObstacle::Wayland,
        DesktopObstacle::NoPortal,
        DesktopObstacle::NoPipeWire,
        DesktopObstacle::DisplaySilent { display: ":0".to_owned(), error: DUMP.to_owned() },
        DesktopObstacle::NoSharedMemory,
        DesktopObstacle::ForeignMemory,
        DesktopObstacle::NotPermitted(SystemPermission::ScreenRecording),
        DesktopObstacle::NotPermitted(SystemPermission::Accessibility),
        DesktopObstacle::System(DUMP.to_owned()),
    ];
    for obstacle in obstacles {
        expect_plain(&Phrase::from(&DesktopFault::Unavailable { part: DesktopPart::Screen, obstacle }));
    }
    expect_plain(&Phrase::from(&CaptureError::Lost(DUMP.to_owned())));
    expect_plain(&Phrase::from(&CaptureError::Declined));
    expect_plain(&Phrase::from(&EncodeError::Encoder(DUMP.to_owned())));
    expect_plain(&Phrase::from(&DecodeError::Bitstream(DUMP.to_owned())));
    expect_plain(&fault::other(DUMP));
    for kind in [ErrorKind::ConnectionRefused, ErrorKind::TimedOut, ErrorKind::NotFound, ErrorKind::Other] {
        expect_plain(&Phrase::from(&Error::new(kind, DUMP)));
    }
    expect_plain(&Phrase::from(&Error::from_raw_os_error(111)));
    expect_plain(&fault::out_of_resources(&Error::from_raw_os_error(11)));
}
