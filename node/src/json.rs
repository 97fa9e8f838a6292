//! Events as lines of JSON, for scripts: one object a line, its kind in the field `event`.

use std::time::{Duration, UNIX_EPOCH};

use beistand_p2p::NodeReach;
use beistand_p2p::host::ReplaceCause;
use beistand_platform::KeyCombination;
use beistand_session::{Permission, PermissionSet};
use serde_json::{Value, json};

use crate::handle::{NodeEvent, PathInfo, PathKind, RequestInfo};
use crate::returns::{ReturnRefusal, ReturnTicket};
use crate::words::Words;

/// The event as one line, without its line feed. What is for a person in it is in the language of `words`.
pub fn event_line(event: &NodeEvent, words: &Words) -> String {
    value(event, words).to_string()
}

/// The request as [`event_line`] has it, with what a yes to it must name.
pub fn request_line(request: &RequestInfo, answer: &str, words: &Words) -> String {
    let mut line = request_value(request, words);
    line["answer"] = answer.into();
    line.to_string()
}

/// The question whether one thing more is allowed, with what a yes to it must name.
pub fn confirm_line(permission: Permission, answer: &str) -> String {
    json!({ "event": "confirm", "permission": permission.word(), "answer": answer }).to_string()
}

/// The question whether what this verb stands for is allowed, with what a yes to it must name.
pub fn confirm_verb_line(verb: &str, answer: &str) -> String {
    json!({ "event": "confirm", "verb": verb, "answer": answer }).to_string()
}

/// The question whether the helper of this ticket may come back, with what a yes to it must name.
pub fn return_line(ticket: &ReturnTicket, left: Duration, answer: &str, words: &Words) -> String {
    let mut line = return_value(ticket, left);
    line["event"] = "return".into();
    line["answer"] = answer.into();
    line["warning"] = ticket.warning().map(|warning| words.say(&warning)).into();
    line.to_string()
}

/// Those to whom a helper may come back.
pub fn returns_line(tickets: &[(ReturnTicket, Duration)]) -> String {
    let returns: Vec<_> = tickets.iter().map(|(ticket, left)| return_value(ticket, *left)).collect();
    json!({ "event": "returns", "returns": returns }).to_string()
}

/// Why a ticket is not used.
pub fn return_refused_line(refusal: &ReturnRefusal, words: &Words) -> String {
    json!({ "event": "return-refused", "text": words.say(&refusal.phrase()) }).to_string()
}

fn return_value(ticket: &ReturnTicket, left: Duration) -> Value {
    json!({
        "name": ticket.name(),
        "number": ticket.number(),
        "left_secs": left.as_secs(),
        "permissions": permission_words(ticket.permissions()),
    })
}

fn value(event: &NodeEvent, words: &Words) -> Value {
    match event {
        NodeEvent::Ready { peer_id, listen } => {
            json!({ "event": "ready", "peer_id": peer_id, "listen": listen })
        }
        NodeEvent::Invite(invite) => json!({
            "event": "invite",
            "words": invite.words,
            "code": invite.code,
            "link": invite.link,
            "expires_at": invite.expires_at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs(),
            "expires_in": invite.expires_in.as_secs(),
        }),
        NodeEvent::InviteReplaced(cause) => {
            let (why, times) = match cause {
                ReplaceCause::BrokenOff { times } => ("broken-off", times),
                ReplaceCause::AskedAgain { times } => ("asked-again", times),
            };
            json!({ "event": "invite-replaced", "why": why, "times": times })
        }
        NodeEvent::Progress(step) => json!({ "event": "progress", "step": step.word() }),
        NodeEvent::Request(request) => request_value(request, words),
        NodeEvent::Reach(reach) => json!({ "event": "reach", "by": reach_word(*reach) }),
        NodeEvent::Withdrawn { .. } => json!({ "event": "withdrawn" }),
        NodeEvent::Permissions { granted, revoked } if revoked.is_empty() => {
            json!({ "event": "granted", "permissions": permission_words(*granted) })
        }
        NodeEvent::Permissions { granted, revoked } => json!({
            "event": "revoked",
            "permissions": permission_words(*revoked),
            "granted": permission_words(*granted),
        }),
        NodeEvent::EmergencyKey { broken: None } => {
            json!({ "event": "emergency-key", "keys": KeyCombination::PANIC.to_string() })
        }
        NodeEvent::EmergencyKey { broken: Some(why) } => {
            json!({ "event": "emergency-key", "keys": null, "text": words.say(why) })
        }
        NodeEvent::Paused(paused) => json!({ "event": if *paused { "paused" } else { "resumed" } }),
        NodeEvent::Path(path) => path_value(path),
        NodeEvent::Reconnecting => json!({ "event": "reconnecting" }),
        NodeEvent::Feature(event) => event.json(words),
        NodeEvent::Notice(notice) => {
            json!({ "event": "notice", "what": notice.word(), "text": words.say(&notice.phrase()) })
        }
        NodeEvent::WayBack(ticket) => {
            json!({ "event": "way-back", "name": ticket.name(), "permissions": permission_words(ticket.permissions()) })
        }
        NodeEvent::Ended(cause) => json!({
            "event": "ended",
            "reason": cause.reason.word(),
            "by": cause.by.word(),
            "message": words.say(&cause.whole()),
            "exit_code": cause.exit_code,
        }),
    }
}

fn reach_word(reach: NodeReach) -> &'static str {
    match reach {
        NodeReach::Unknown => "unknown",
        NodeReach::Nobody => "nobody",
        NodeReach::LocalNetwork => "local-network",
        NodeReach::Internet => "internet",
    }
}

fn request_value(request: &RequestInfo, words: &Words) -> Value {
    json!({
        "event": "request",
        "technician": request.name,
        "warning": request.warning.as_ref().map(|warning| words.say(warning)),
        "known": request.recognition.phrase().map(|phrase| words.say(&phrase)),
        "must_be_vouched_for": request.recognition.must_be_vouched_for(),
        "reason": request.reason,
        "sas": request.sas.0.map(|(emoji, _)| emoji),
        "sas_names": request.sas.0.map(|(_, name)| name),
        "wants": permission_words(request.wants),
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

/// To a tenth: more digits are noise.
pub(crate) fn rounded(value: f32) -> f64 {
    (f64::from(value) * 10.0).round() / 10.0
}

fn permission_words(permissions: PermissionSet) -> Vec<&'static str> {
    permissions.iter().map(Permission::word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handle::EndCause;
    use crate::words::Language;

    #[test]
    fn the_end_says_who_and_why() {
        let end = NodeEvent::Ended(EndCause::stopped());
        let line = event_line(&end, &Words::of_node(Language::German));
        let value: Value = serde_json::from_str(&line).expect("valid JSON");
        assert_eq!((&value["by"], &value["exit_code"]), (&json!("us"), &json!(0)));
        assert_eq!((&value["reason"], &value["message"]), (&json!("ended"), &json!("Beendet.")));
    }

    #[test]
    fn a_replaced_invite_and_wrong_tries_say_why_and_how_often() {
        let words = Words::of_node(Language::English);
        let value = |event: NodeEvent| -> Value {
            serde_json::from_str(&event_line(&event, &words)).expect("valid JSON")
        };
        let replaced = value(NodeEvent::InviteReplaced(ReplaceCause::BrokenOff { times: 3 }));
        assert_eq!(replaced, json!({ "event": "invite-replaced", "why": "broken-off", "times": 3 }));
        let wrong = value(NodeEvent::Notice(crate::handle::Notice::WrongTries { count: 8 }));
        assert_eq!((&wrong["event"], &wrong["what"]), (&json!("notice"), &json!("wrong-tries")));
        assert!(wrong["text"].as_str().is_some_and(|text| text.contains("8 times")), "{wrong}");
    }
}
