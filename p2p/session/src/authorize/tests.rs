//! The table in docs/PROTOCOL.md is what a person reads; this holds the code to it, cell by cell.

use super::*;
use crate::{Channel, Delivery, RowSender};

const PROTOCOL: &str = include_str!("../../../../docs/PROTOCOL.md");
const HEAD: &str =
    "| message | channel | technician | host | needs | where a leg ends |\n|---|---|---|---|---|---|\n";

fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Handshaking => "handshake",
        Phase::AwaitingRequest => "request",
        Phase::AwaitingConsent => "consent",
        Phase::Active => "session",
        Phase::Ended => "end",
    }
}

fn rows() -> Vec<(Channel, &'static Row)> {
    let rows = |channel: Channel| channel.spec().rows.iter().map(move |row| (channel, *row));
    Channel::ALL.into_iter().flat_map(rows).collect()
}

/// The phases in which a side may send it, in words.
fn phases(row: &Row, role: Role) -> String {
    let within = |phase: &Phase| row.from.is(role) && (row.during.0..=row.during.1).contains(phase);
    let words: Vec<_> = Phase::ALL.into_iter().filter(within).map(phase_word).collect();
    if words.is_empty() { "–".to_owned() } else { words.join(", ") }
}

fn rendered() -> String {
    let line = |(channel, row): (Channel, &Row)| {
        let needs = row.needs.map_or("", Permission::word);
        let delivery = match row.delivery {
            Delivery::InOrder => "sent again, in order",
            Delivery::Newest => "the newest sent again",
            Delivery::Once => "lost",
        };
        let (technician, host) = (phases(row, Role::Technician), phases(row, Role::Host));
        format!("| {} | {} | {technician} | {host} | {needs} | {delivery} |\n", row.name, channel.spec().name)
    };
    rows().into_iter().map(line).collect()
}

/// The table's lines in the document, each as its cells.
fn documented() -> Vec<Vec<&'static str>> {
    let (_, table) = PROTOCOL.split_once(HEAD).expect("docs/PROTOCOL.md has the table");
    let lines = table.lines().take_while(|line| line.starts_with('|'));
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

#[test]
fn the_document_shows_every_row_and_no_other() {
    let (_, table) = PROTOCOL.split_once(HEAD).expect("docs/PROTOCOL.md has the table");
    let table: String =
        table.lines().take_while(|line| line.starts_with('|')).map(|line| format!("{line}\n")).collect();
    assert_eq!(table, rendered(), "docs/PROTOCOL.md should have:\n{HEAD}{}", rendered());
}

/// None, all, and of each permission and each pair of them: only these, and all but these. A row needs one
/// permission, so what hangs on another, or on one more, is among them; all sets would be a quarter of a
/// million for each row and phase.
fn telling_sets() -> Vec<PermissionSet> {
    let all = PermissionSet::from((1_u32 << Permission::ALL.len()) - 1);
    let some: Vec<_> = Permission::ALL
        .into_iter()
        .flat_map(|one| Permission::ALL.map(|other| PermissionSet::NONE.with(one).with(other)))
        .collect();
    let but = some.iter().map(|set| all.difference(*set));
    but.chain([PermissionSet::NONE, all]).chain(some.iter().copied()).collect()
}

#[test]
fn every_row_decides_as_the_document_says() {
    let sets = telling_sets();
    for ((_, row), cells) in rows().into_iter().zip(documented()) {
        let [_, _, technician, host, needs, _] = cells[..] else { panic!("{cells:?}") };
        for (sender, allowed) in [(Role::Technician, technician), (Role::Host, host)] {
            for phase in Phase::ALL {
                let in_place = allowed.split(", ").any(|word| word == phase_word(phase));
                for (grants, paused) in sets.iter().flat_map(|set| [(*set, false), (*set, true)]) {
                    let granted = grants.iter().any(|permission| permission.word() == needs);
                    let expected = match needs {
                        _ if !in_place => Verdict::OutOfPlace,
                        "" => Verdict::Act,
                        needed if !granted => {
                            Verdict::NotGranted(Permission::from_word(needed).expect("a permission's word"))
                        }
                        _ if paused => Verdict::Paused,
                        _ => Verdict::Act,
                    };
                    let verdict = authorize(row, sender, Situation { phase, paused, grants });
                    assert_eq!(verdict, expected, "{} {sender:?} {phase:?} {grants:?} {paused}", row.name);
                }
            }
        }
    }
}

#[test]
fn before_consent_a_technician_asks_and_says_a_few_lines_and_leaves() {
    let situation = Situation { phase: Phase::AwaitingConsent, paused: false, grants: PermissionSet::NONE };
    let may = |role| {
        let act = |row: &Row| authorize(row, role, situation) == Verdict::Act;
        rows().into_iter().filter(|(_, row)| act(row)).map(|(_, row)| row.name).collect::<Vec<_>>()
    };
    assert_eq!(may(Role::Technician), ["Goodbye", "Heartbeat", "Received", "Progress", "Early", "Delivered"]);
    assert_eq!(may(Role::Host), ["Goodbye", "Heartbeat", "Permissions", "Received", "Progress", "Delivered"]);
}

#[test]
fn what_acts_on_somebodys_machine_needs_a_permission() {
    for (channel, row) in rows() {
        // A mark moves nothing, what is given up never will, and the host's hands tell how far they are. What
        // is announced, or asked for, is a word to the user, and who somebody is they say with their yes.
        let words = [Channel::Control, Channel::Chat, Channel::Hands, Channel::Meeting, Channel::Appeal];
        let harmless = words.contains(&channel) || ["mark, given up", "Announce"].contains(&row.name);
        assert_eq!(row.needs.is_none(), harmless, "{}", row.name);
        assert!(row.needs.is_none() || row.during == (Phase::Active, Phase::Active), "{}", row.name);
        // Two people talk by one permission.
        let both = channel == Channel::Voice;
        assert!(row.needs.is_none() || both || row.from != RowSender::Either, "{}", row.name);
    }
}
