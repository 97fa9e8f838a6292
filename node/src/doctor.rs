//! Examines this machine: each part that a session needs is tried for real, its network too.

use std::sync::Arc;
use std::time::Instant;

use beistand_codec::{ByteBudget, Damage, Frame, Size};
use beistand_platform::Desktop;

use crate::config::Config;
use crate::{backends, convert, identity, network_check};

/// What one part of this machine can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which part.
    pub what: &'static str,
    /// Whether it works.
    pub works: bool,
    /// How, or why not and what to do.
    pub detail: String,
}

/// Tries each part in turn.
pub fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = vec![
        finding("screen", screen(config)),
        finding("input", desktop(config).and_then(input)),
        finding("picture", picture(config)),
        finding(
            "identity",
            identity::load_or_create(&config.identity_file)
                .map(|_| "this installation has its key".to_owned())
                .map_err(say),
        ),
    ];
    findings.extend(network_check::examine(config));
    findings
}

pub(crate) fn finding(what: &'static str, result: Result<String, String>) -> Finding {
    let works = result.is_ok();
    let detail = convert::sentence(&result.unwrap_or_else(|error| error));
    Finding { what, works, detail }
}

pub(crate) fn say(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn desktop(config: &Config) -> Result<Arc<dyn Desktop>, String> {
    backends::from_config(config).map_err(say)?.desktop().map_err(say)
}

fn input(desktop: Arc<dyn Desktop>) -> Result<String, String> {
    desktop.injector().map(|_| "mouse and keyboard can be controlled".to_owned()).map_err(say)
}

fn screen(config: &Config) -> Result<String, String> {
    let capturer = desktop(config)?.capturer().map_err(say)?;
    let size = capturer.size();
    Ok(format!("{}x{} through {}", size.width(), size.height(), capturer.name()))
}

/// A small picture through the encoder and the decoder.
fn picture(config: &Config) -> Result<String, String> {
    let size = Size::new(256, 256).ok_or("no such size")?;
    let mut frame = Frame::new(size);
    for (index, byte) in frame.pixels_mut().iter_mut().enumerate() {
        *byte = (index / 64 % 251) as u8;
    }
    let started = Instant::now();
    let mut encoder = backends::from_config(config).map_err(say)?.encoder();
    let encoded = encoder.encode(&frame, &Damage::all(size), ByteBudget::UNLIMITED).map_err(say)?;
    let encoding = started.elapsed();
    let mut screen = Frame::new(size);
    let mut decoder = backends::decoder();
    for unit in &encoded.units {
        decoder.decode(unit, &mut screen).map_err(say)?;
    }
    let decoding = started.elapsed() - encoding;
    Ok(format!(
        "AV1 by {}: 256x256 encoded in {:.0} ms, decoded in {:.0} ms",
        encoder.name(),
        encoding.as_secs_f32() * 1e3,
        decoding.as_secs_f32() * 1e3
    ))
}
