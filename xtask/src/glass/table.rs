//! The table of what was measured, in Markdown: a row for each program and workload, with what ours is to
//! reach.

use super::figures::{GlassFigure, GlassFigures, SAME_PICTURE_DB};
use super::goals::{GoalOutcome, outcomes};
use super::line::GlassLine;
use super::peers::Contender;

/// What came of a program's runs of one workload.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum GlassCell {
    /// The middle of those that succeeded, and how many did not.
    Measured { figures: GlassFigures, failed: usize },
    /// None did: why the last one didn't, and where its logs are.
    Failed { reason: String, logs: String },
}

impl GlassCell {
    fn figures(&self) -> Option<&GlassFigures> {
        match self {
            Self::Measured { figures, .. } => Some(figures),
            Self::Failed { .. } => None,
        }
    }
}

/// All programs at one workload across one line; ours is first.
#[derive(Debug)]
pub(super) struct WorkloadRows {
    pub(super) line: GlassLine,
    pub(super) workload: &'static str,
    pub(super) cells: Vec<(Contender, GlassCell)>,
}

const HEADER: &str = "\
| | program | p50 / p95 ms | updates a second | viewer / host % of a core | kbit/s | first / at rest dB | 40 dB / exact after ms | key / click ms | to reach |
|---|---|---|---|---|---|---|---|---|---|
";

/// The rows, and how many goals were missed.
pub(super) fn table(groups: &[WorkloadRows]) -> String {
    let mut text = HEADER.to_owned();
    let (mut missed, mut judged) = (0, 0);
    for group in groups {
        for (index, (contender, cell)) in group.cells.iter().enumerate() {
            let name = if index == 0 { group.line.row(group.workload) } else { String::new() };
            let goals = if *contender == Contender::Ours { group.outcomes(cell) } else { Vec::new() };
            missed += goals.iter().filter(|goal| matches!(goal, GoalOutcome::Missed(_))).count();
            judged += goals.iter().filter(|goal| !matches!(goal, GoalOutcome::Open(_))).count();
            let goals = goals.iter().map(shown_goal).collect::<Vec<_>>().join("; ");
            text += &format!("| {name} | {} | {} | {goals} |\n", contender.title(), shown_cell(cell));
        }
    }
    text + &format!("\nGoals missed: {missed} of {judged}.\n")
}

impl WorkloadRows {
    fn outcomes(&self, ours: &GlassCell) -> Vec<GoalOutcome> {
        let nothing = GlassFigures::default();
        let other = |name: &str| {
            let (_, cell) = self.cells.iter().find(|(contender, _)| contender.name() == name)?;
            cell.figures()
        };
        outcomes(&self.line, self.workload, ours.figures().unwrap_or(&nothing), other)
    }
}

fn shown_goal(goal: &GoalOutcome) -> String {
    match goal {
        GoalOutcome::Met(goal) | GoalOutcome::Open(goal) => goal.clone(),
        GoalOutcome::Missed(goal) => format!("**missed: {goal}**"),
    }
}

/// The cells between the program and its goals.
fn shown_cell(cell: &GlassCell) -> String {
    let (figures, failed) = match cell {
        GlassCell::Measured { figures, failed } => (figures, *failed),
        GlassCell::Failed { reason, logs } => {
            // What would end the cell of the table.
            let reason = reason.replace('|', "/").replace('\n', " ");
            return format!("**failed**: {reason}; logs in `{logs}` | – | – | – | – | – | –");
        }
    };
    let note = if failed > 0 { format!(" ({failed} more failed)") } else { String::new() };
    let pair = |one: String, other: String| {
        if one == NOTHING && other == NOTHING { one } else { format!("{one} / {other}") }
    };
    let tenths = |figure| figures.get(figure).map_or(NOTHING.to_owned(), |value| format!("{value:.1}"));
    let whole = |figure| figures.get(figure).map_or(NOTHING.to_owned(), with_commas);
    let share = |figure| match figures.get(figure) {
        Some(share) if share < 10.0 => format!("{share:.1}"),
        share => share.map_or(NOTHING.to_owned(), |share| format!("{share:.0}")),
    };
    let look = |figure| match figures.get(figure) {
        Some(decibels) if decibels >= SAME_PICTURE_DB => "exact".to_owned(),
        decibels => decibels.map_or(NOTHING.to_owned(), |decibels| format!("{decibels:.1}")),
    };
    [
        pair(tenths(GlassFigure::Middle), tenths(GlassFigure::Late)) + &note,
        tenths(GlassFigure::Updates),
        pair(share(GlassFigure::ViewerTime), share(GlassFigure::HostTime)),
        whole(GlassFigure::LineRate),
        pair(look(GlassFigure::FirstLook), look(GlassFigure::RestLook)),
        pair(whole(GlassFigure::Sharp), whole(GlassFigure::Exact)),
        pair(tenths(GlassFigure::KeyTrip), tenths(GlassFigure::ClickTrip)),
    ]
    .join(" | ")
}

/// A figure that there is not.
const NOTHING: &str = "–";

/// `75,123`.
fn with_commas(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::line::SlowLine;
    use super::super::peers::PeerProgram;
    use super::*;

    fn measured(figures: &[(GlassFigure, f64)]) -> GlassCell {
        GlassCell::Measured { figures: GlassFigures::of(figures), failed: 0 }
    }

    fn x0vnc() -> Contender {
        Contender::Peer(PeerProgram::named("x0vnc").expect("known"))
    }

    #[test]
    fn each_program_has_a_row_and_ours_says_what_it_missed() {
        let ours = measured(&[
            (GlassFigure::Middle, 25.04),
            (GlassFigure::Late, 31.0),
            (GlassFigure::Updates, 16.9),
            (GlassFigure::ViewerTime, 4.8),
            (GlassFigure::HostTime, 12.6),
            (GlassFigure::LineRate, 1_234_567.4),
            (GlassFigure::FirstLook, 93.4),
            (GlassFigure::RestLook, 999.0),
            (GlassFigure::Sharp, 13.4),
        ]);
        let theirs =
            measured(&[(GlassFigure::Middle, 13.0), (GlassFigure::Late, 14.1), (GlassFigure::KeyTrip, 12.4)]);
        let rows = WorkloadRows {
            line: GlassLine::Loopback,
            workload: "typing",
            cells: vec![(Contender::Ours, ours), (x0vnc(), theirs)],
        };
        let table = table(&[rows]);
        let lines: Vec<&str> = table.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "| typing | Beistand | 25.0 / 31.0 | 16.9 | 4.8 / 13 | 1,234,567 | 93.4 / exact | 13 / – | – | \
                 **missed: p50 at most 16.0 (x0vnc + 3): 25.0**; viewer's % at most 5 |",
                "|  | x0vnc | 13.0 / 14.1 | – | – | – | – | – | 12.4 / – |  |",
                "",
                "Goals missed: 1 of 2.",
            ]
        );
    }

    #[test]
    fn a_program_that_failed_says_why_and_its_goals_are_missed() {
        let failed = GlassCell::Failed {
            reason: "marker not found in the viewer (NO | 3)".to_owned(),
            logs: "target/glass/none/1/raw/beistand/drag".to_owned(),
        };
        let rows = WorkloadRows {
            line: GlassLine::Loopback,
            workload: "drag",
            cells: vec![(Contender::Ours, failed), (x0vnc(), measured(&[]))],
        };
        let table = table(&[rows]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(
            lines[2],
            "| drag | Beistand | **failed**: marker not found in the viewer (NO / 3); logs in \
             `target/glass/none/1/raw/beistand/drag` | – | – | – | – | – | – | **missed: p50 at most 23: never** |"
        );
        let columns = |line: &str| line.matches('|').count();
        assert!(lines[..4].iter().all(|line| columns(line) == columns(lines[0])), "{table}");
    }

    #[test]
    fn a_row_names_its_line_and_how_many_of_its_runs_failed() {
        let ours =
            GlassCell::Measured { figures: GlassFigures::of(&[(GlassFigure::Middle, 50.0)]), failed: 1 };
        let rows = WorkloadRows {
            line: GlassLine::Slow(SlowLine::new(10_000, 20, 1.0)),
            workload: "scroll",
            cells: vec![(Contender::Ours, ours)],
        };
        let table = table(&[rows]);
        assert!(
            table.contains("| 10 Mbit/s, 20 ms, 1 % loss: scroll | Beistand | 50.0 / – (1 more failed) |"),
            "{table}"
        );
        assert!(table.ends_with("Goals missed: 0 of 1.\n"), "{table}");
    }
}
