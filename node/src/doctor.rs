//! Examines this machine: each part that a session needs is tried for real, its network too.

use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_codec::{ByteBudget, Damage, Frame, Size};
use beistand_platform::Desktop;

use crate::config::Config;
use crate::words::{Phrase, args};
use crate::{backends, fault, identity, network_check};

/// A part of this machine that is examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExaminedPart {
    /// The screen, which a host shows.
    Screen,
    /// Mouse and keyboard, which a host lets be controlled.
    Input,
    /// The encoder and the decoder.
    Picture,
    /// The long-term key.
    Identity,
    /// The network, as a whole.
    Network,
    /// The network beyond the local one.
    Internet,
    /// Whether UDP gets through.
    Udp,
    /// Whether IPv6 works.
    Ipv6,
    /// Where others see this machine.
    Address,
    /// What the router does on request.
    Router,
    /// The relays through which this machine can be called.
    Relays,
}

impl ExaminedPart {
    /// The word for it in `--json`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Input => "input",
            Self::Picture => "picture",
            Self::Identity => "identity",
            Self::Network => "network",
            Self::Internet => "internet",
            Self::Udp => "udp",
            Self::Ipv6 => "ipv6",
            Self::Address => "address",
            Self::Router => "router",
            Self::Relays => "relays",
        }
    }

    /// What a person calls it.
    pub const fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::Screen => "doctor-part-screen",
            Self::Input => "doctor-part-input",
            Self::Picture => "doctor-part-picture",
            Self::Identity => "doctor-part-identity",
            Self::Network => "doctor-part-network",
            Self::Internet => "doctor-part-internet",
            Self::Udp => "doctor-part-udp",
            Self::Ipv6 => "doctor-part-ipv6",
            Self::Address => "doctor-part-address",
            Self::Router => "doctor-part-router",
            Self::Relays => "doctor-part-relays",
        })
    }
}

/// What one part of this machine can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which part.
    pub part: ExaminedPart,
    /// Whether it works.
    pub works: bool,
    /// How, or why not and what to do.
    pub detail: Phrase,
}

/// Tries each part in turn.
pub fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = vec![
        finding(ExaminedPart::Screen, screen(config)),
        finding(ExaminedPart::Input, desktop(config).and_then(input)),
        finding(ExaminedPart::Picture, picture(config)),
        finding(
            ExaminedPart::Identity,
            identity::load_or_create(&config.identity_file)
                .map(|_| Phrase::new("doctor-identity"))
                .map_err(|error| (&error).into()),
        ),
    ];
    findings.extend(network_check::examine(config));
    findings
}

pub(crate) fn finding(part: ExaminedPart, result: Result<Phrase, Phrase>) -> Finding {
    let works = result.is_ok();
    let (Ok(detail) | Err(detail)) = result;
    Finding { part, works, detail }
}

fn desktop(config: &Config) -> Result<Arc<dyn Desktop>, Phrase> {
    let backends = backends::from_config(config).map_err(|error| Phrase::from(&error))?;
    backends.desktop().map_err(|fault| Phrase::from(&fault))
}

fn input(desktop: Arc<dyn Desktop>) -> Result<Phrase, Phrase> {
    // Where the user's hand can't be noticed nothing is injected.
    let watch = desktop.watch_user(Box::new(|_| {}));
    let both = watch.and_then(|_| desktop.injector());
    both.map(|_| Phrase::new("doctor-input")).map_err(|fault| Phrase::from(&fault))
}

fn screen(config: &Config) -> Result<Phrase, Phrase> {
    let desktop = desktop(config)?;
    let capturer = desktop.capturer().map_err(|fault| Phrase::from(&fault))?;
    if desktop.asks_itself() {
        return Ok(Phrase::with("doctor-screen-asks", args![backend = capturer.name()]));
    }
    let size = capturer.size();
    Ok(Phrase::with(
        "doctor-screen",
        args![width = size.width(), height = size.height(), backend = capturer.name()],
    ))
}

/// A small picture through the encoder and the decoder.
fn picture(config: &Config) -> Result<Phrase, Phrase> {
    let size = Size::new(256, 256).ok_or_else(|| fault::other("256x256"))?;
    let mut frame = Frame::new(size);
    for (index, byte) in frame.pixels_mut().iter_mut().enumerate() {
        *byte = (index / 64 % 251) as u8;
    }
    let backends = backends::from_config(config).map_err(|error| Phrase::from(&error))?;
    let started = Instant::now();
    let mut encoder = backends.encoder();
    let encoded = encoder
        .encode(&frame, &Damage::all(size), ByteBudget::UNLIMITED)
        .map_err(|error| Phrase::from(&error))?;
    let encoding = started.elapsed();
    let mut screen = Frame::new(size);
    let mut decoder = backends.decoder();
    for unit in &encoded.units {
        decoder.decode(unit, &mut screen).map_err(|error| Phrase::from(&error))?;
    }
    let decoding = started.elapsed() - encoding;
    Ok(Phrase::with(
        "doctor-picture",
        args![
            encoder = encoder.name(),
            encoding = rounded_millis(encoding),
            decoding = rounded_millis(decoding)
        ],
    ))
}

fn rounded_millis(time: Duration) -> i64 {
    (time.as_secs_f64() * 1e3).round() as i64
}
