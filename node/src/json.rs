//! Events as lines of JSON, for scripts: one object a line, its kind in the field `event`.

use std::time::UNIX_EPOCH;

use beistand_session::{Permission, PermissionSet};
use serde_json::{Value, json};

use crate::handle::{Event, Figures, PathInfo, PathKind, RequestInfo};

/// The event as one line, without its line feed.
pub fn event_line(event: &Event) -> String {
    value(event).to_string()
}

fn value(event: &Event) -> Value {
    match event {
        Event::Ready { peer_id, listen } => json!({ "event": "ready", "peer_id": peer_id, "listen": listen }),
        Event::Invite(invite) => json!({
            "event": "invite",
            "words": invite.words,
            "code": invite.code,
            "link": invite.link,
            "expires_at": invite.expires_at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs(),
            "expires_in": invite.expires_in.as_secs(),
        }),
        Event::InviteReplaced { failed } => json!({ "event": "invite-replaced", "failed": failed }),
        Event::Progress(step) => json!({ "event": "progress", "step": step.word() }),
        Event::Request(request) => request_value(request),
        Event::Withdrawn { .. } => json!({ "event": "withdrawn" }),
        Event::Permissions { granted, revoked: None } => {
            json!({ "event": "granted", "permissions": words(*granted) })
        }
        Event::Permissions { granted, revoked: Some(revoked) } => {
            json!({ "event": "revoked", "permissions": [revoked.word()], "granted": words(*granted) })
        }
        Event::Paused(paused) => json!({ "event": if *paused { "paused" } else { "resumed" } }),
        Event::Path(path) => path_value(path),
        Event::Reconnecting => json!({ "event": "reconnecting" }),
        Event::Figures(figures) => figures_value(figures),
        Event::Chat(text) => json!({ "event": "chat", "text": text }),
        Event::Notice(text) => json!({ "event": "notice", "text": text }),
        Event::Ended(cause) => json!({
            "event": "ended",
            "reason": cause.reason,
            "by": cause.by.word(),
            "message": cause.message,
            "exit_code": cause.exit_code,
        }),
    }
}

fn request_value(request: &RequestInfo) -> Value {
    json!({
        "event": "request",
        "technician": request.name,
        "warning": request.warning,
        "reason": request.reason,
        "sas": request.sas.0.map(|(emoji, _)| emoji),
        "sas_names": request.sas.0.map(|(_, name)| name),
        "wants": words(request.wants),
    })
}

fn path_value(path: &PathInfo) -> Value {
    let kind = match path.kind {
        PathKind::Lan => "lan",
        PathKind::Direct => "direct",
        PathKind::Relay => "relay",
    };
    let rtt_ms = path.rtt.map(|rtt| rounded(rtt.as_secs_f32() * 1e3));
    json!({ "event": "path", "kind": kind, "transport": path.transport, "rtt_ms": rtt_ms })
}

fn figures_value(figures: &Figures) -> Value {
    json!({
        "event": "picture",
        "shown": figures.shown,
        "dropped": figures.dropped,
        "fps": rounded(figures.fps),
        "latency_ms": rounded(figures.latency_ms),
        "kbps": rounded(figures.kbps),
    })
}

/// To a tenth: more digits are noise.
fn rounded(value: f32) -> f64 {
    (f64::from(value) * 10.0).round() / 10.0
}

fn words(permissions: PermissionSet) -> Vec<&'static str> {
    permissions.iter().map(Permission::word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handle::{EndCause, EndedBy};

    #[test]
    fn a_peers_text_stays_inside_its_string() {
        let line = event_line(&Event::Chat("\"}\n{\"event\":\"granted\"".to_owned()));
        assert!(!line.contains('\n'));
        let value: Value = serde_json::from_str(&line).expect("valid JSON");
        assert_eq!(value["event"], "chat");
    }

    #[test]
    fn the_end_says_who_and_why() {
        let cause =
            EndCause { message: "Over.".to_owned(), by: EndedBy::Peer, exit_code: 0, reason: "ended" };
        let value: Value = serde_json::from_str(&event_line(&Event::Ended(cause))).expect("valid JSON");
        assert_eq!((&value["by"], &value["exit_code"]), (&json!("peer"), &json!(0)));
    }
}
