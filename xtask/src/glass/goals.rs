//! What the picture is to reach, and whether it does.
//!
//! The goals are those of a machine with two cores and no graphics card, ahead of what TigerVNC reaches
//! there. They are written down here alone, so that the table and whoever changes the program speak of the
//! same.

use super::figures::{GlassFigure, GlassFigures};
use super::line::{GlassLine, SlowLine};

/// A goal for one figure of one workload.
#[derive(Debug)]
struct GlassGoal {
    line: GlassLine,
    workload: &'static str,
    figure: GlassFigure,
    bound: GoalBound,
}

#[derive(Debug, Clone, Copy)]
enum GoalBound {
    AtMost(f64),
    AtLeast(f64),
    /// At most so much more than another program, in the same run.
    Above(&'static str, f64),
}

/// What became of a goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum GoalOutcome {
    /// The goal in words.
    Met(String),
    /// The goal in words, and what came instead.
    Missed(String),
    /// What it is to be compared with was not measured.
    Open(String),
}

use GlassFigure::{
    ClickTrip, Exact, FirstLook, HostTime, KeyTrip, Late, Middle, Sharp, Updates, ViewerTime, Worst,
};
use GoalBound::{Above, AtLeast, AtMost};

const NONE: GlassLine = GlassLine::Loopback;
const TEN: GlassLine = GlassLine::Slow(SlowLine::new(10_000, 20, 0.0));
const ONE_LOST: GlassLine = GlassLine::Slow(SlowLine::new(10_000, 20, 1.0));
const FIVE_LOST: GlassLine = GlassLine::Slow(SlowLine::new(10_000, 20, 5.0));
const TWO: GlassLine = GlassLine::Slow(SlowLine::new(2_000, 50, 0.0));

const GOALS: &[GlassGoal] = &[
    goal(NONE, "idle", ViewerTime, AtMost(1.0)),
    goal(NONE, "typing", Middle, Above("x0vnc", 3.0)),
    goal(NONE, "typing", ViewerTime, AtMost(5.0)),
    goal(NONE, "scroll", Middle, AtMost(25.0)),
    goal(NONE, "scroll", Updates, AtLeast(30.0)),
    goal(NONE, "scroll", ViewerTime, AtMost(35.0)),
    goal(NONE, "scroll", HostTime, AtMost(35.0)),
    goal(NONE, "drag", Middle, AtMost(23.0)),
    goal(NONE, "video", Middle, AtMost(35.0)),
    goal(NONE, "video", Updates, AtLeast(30.0)),
    goal(NONE, "slides", Middle, AtMost(70.0)),
    goal(NONE, "slides", Sharp, AtMost(120.0)),
    goal(NONE, "slides", Exact, AtMost(300.0)),
    goal(NONE, "flood", Middle, AtMost(35.0)),
    goal(NONE, "flood", Updates, AtLeast(30.0)),
    goal(NONE, "input", KeyTrip, AtMost(15.0)),
    goal(NONE, "input", ClickTrip, AtMost(15.0)),
    goal(TEN, "typing", Middle, AtMost(36.0)),
    goal(TEN, "scroll", Middle, AtMost(55.0)),
    goal(TEN, "scroll", Updates, AtLeast(30.0)),
    goal(TEN, "video", Middle, AtMost(75.0)),
    goal(TEN, "video", Updates, AtLeast(28.0)),
    goal(TEN, "slides", Middle, AtMost(150.0)),
    goal(TEN, "slides", FirstLook, AtLeast(32.0)),
    goal(TEN, "slides", Sharp, AtMost(400.0)),
    goal(ONE_LOST, "scroll", Middle, AtMost(60.0)),
    goal(FIVE_LOST, "scroll", Late, AtMost(150.0)),
    goal(FIVE_LOST, "scroll", Worst, AtMost(300.0)),
    goal(TWO, "scroll", Middle, AtMost(110.0)),
    goal(TWO, "scroll", Updates, AtLeast(25.0)),
];

/// How far updates a second may stay below their goal: their time also has the beginning and the end of a
/// run, in which nothing changes, so that a program that shows every one of 300 changes in ten seconds is
/// measured at 29.9.
const UPDATES_SLACK: f64 = 0.5;

const fn goal(line: GlassLine, workload: &'static str, figure: GlassFigure, bound: GoalBound) -> GlassGoal {
    GlassGoal { line, workload, figure, bound }
}

/// What became of each goal for a workload; `other` has the figures of another program in the same run.
pub(super) fn outcomes<'a>(
    line: &GlassLine,
    workload: &str,
    ours: &GlassFigures,
    other: impl Fn(&str) -> Option<&'a GlassFigures>,
) -> Vec<GoalOutcome> {
    let goals = GOALS.iter().filter(|goal| goal.line == *line && goal.workload == workload);
    goals.map(|goal| goal.outcome(ours, &other)).collect()
}

impl GlassGoal {
    fn outcome<'a>(
        &self,
        ours: &GlassFigures,
        other: &impl Fn(&str) -> Option<&'a GlassFigures>,
    ) -> GoalOutcome {
        let (name, value) = (self.figure.name(), ours.get(self.figure));
        let (goal, met) = match self.bound {
            AtMost(most) => (format!("{name} at most {most}"), value.is_some_and(|value| value <= most)),
            AtLeast(least) => {
                let slack = if self.figure == Updates { UPDATES_SLACK } else { 0.0 };
                (format!("{name} at least {least}"), value.is_some_and(|value| value >= least - slack))
            }
            Above(peer, more) => {
                let Some(theirs) = other(peer).and_then(|figures| figures.get(self.figure)) else {
                    return GoalOutcome::Open(format!(
                        "{name} at most {peer} + {more}: {peer} was not measured"
                    ));
                };
                let most = theirs + more;
                let goal = format!("{name} at most {most:.1} ({peer} + {more})");
                (goal, value.is_some_and(|value| value <= most))
            }
        };
        match value {
            _ if met => GoalOutcome::Met(goal),
            Some(value) => GoalOutcome::Missed(format!("{goal}: {value:.1}")),
            None => GoalOutcome::Missed(format!("{goal}: never")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::options::{GOAL_LINES, GlassOptions};
    use super::*;

    fn only(line: GlassLine, workload: &str, ours: &[(GlassFigure, f64)]) -> Vec<GoalOutcome> {
        outcomes(&line, workload, &GlassFigures::of(ours), |_| None)
    }

    #[test]
    fn a_goal_is_met_or_missed_with_what_came_instead() {
        assert_eq!(
            only(NONE, "drag", &[(Middle, 23.0)]),
            [GoalOutcome::Met("p50 at most 23".to_owned())],
            "at most means that too"
        );
        assert_eq!(
            only(NONE, "drag", &[(Middle, 47.5)]),
            [GoalOutcome::Missed("p50 at most 23: 47.5".to_owned())]
        );
        assert_eq!(
            only(TEN, "slides", &[(Middle, 100.0), (FirstLook, 31.9)]),
            [
                GoalOutcome::Met("p50 at most 150".to_owned()),
                GoalOutcome::Missed("first dB at least 32: 31.9".to_owned()),
                GoalOutcome::Missed("40 dB after at most 400: never".to_owned()),
            ]
        );
    }

    #[test]
    fn what_the_measure_itself_takes_is_not_held_against_updates() {
        let updates = |value| only(TEN, "video", &[(Middle, 1.0), (Updates, value)]).remove(1);
        assert!(matches!(updates(27.6), GoalOutcome::Met(_)));
        assert!(matches!(updates(27.4), GoalOutcome::Missed(_)));
    }

    #[test]
    fn a_goal_beside_another_program_needs_that_program() {
        let ours = GlassFigures::of(&[(Middle, 16.1), (ViewerTime, 1.0)]);
        let theirs = GlassFigures::of(&[(Middle, 13.0)]);
        let missed = outcomes(&NONE, "typing", &ours, |name| (name == "x0vnc").then_some(&theirs));
        assert_eq!(missed[0], GoalOutcome::Missed("p50 at most 16.0 (x0vnc + 3): 16.1".to_owned()));
        let open = outcomes(&NONE, "typing", &ours, |_| None);
        assert_eq!(open[0], GoalOutcome::Open("p50 at most x0vnc + 3: x0vnc was not measured".to_owned()));
    }

    #[test]
    fn every_goal_is_for_a_workload_and_a_line_that_can_be_asked_for() {
        for goal in GOALS {
            assert!(GlassOptions::parse(&["/x", "--workload", goal.workload]).is_ok(), "{goal:?}");
            assert!(GOAL_LINES.contains(&goal.line), "{goal:?}");
        }
        for line in GOAL_LINES {
            assert!(GOALS.iter().any(|goal| goal.line == line), "{line:?}");
        }
    }
}
