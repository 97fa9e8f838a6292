//! Screens and sound.

use crate::linux::MachineLook;
use crate::{Finding, FindingKind, Verdict};

pub(super) fn collect(look: &MachineLook) -> Vec<Finding> {
    let connectors = look.names("/sys/class/drm").into_iter().filter(|name| name.contains('-'));
    let of_connector = |name: String| {
        let connected = look.word(&format!("/sys/class/drm/{name}/status"))? == "connected";
        let modes = look.text(&format!("/sys/class/drm/{name}/modes"));
        let mode = modes.lines().next().unwrap_or_default();
        let short = name.split_once('-').map_or(&name[..], |(_, short)| short);
        connected.then(|| look.line(FindingKind::Display, Verdict::Fine, [short, mode]))
    };
    let mut found: Vec<Finding> = connectors.filter_map(of_connector).collect();
    let cards = look.text("/proc/asound/cards");
    let names = cards.lines().filter_map(|line| line.split_once("]: ").map(|(_, name)| name));
    let sound: Vec<Finding> =
        names.map(|name| look.line(FindingKind::SoundCard, Verdict::Fine, [name])).collect();
    if sound.is_empty() {
        found.push(look.line(FindingKind::NoSound, Verdict::Fine, []));
    }
    found.extend(sound);
    found
}
