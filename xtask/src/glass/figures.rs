//! What a run measures, as far as the table shows it: read from what glassbench wrote, and the middle of
//! several runs. It judges nothing.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::json::{JsonValue, read_object};

/// One figure of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum GlassFigure {
    /// From a change on the user's screen to the same change on the technician's, in ms: median.
    Middle,
    /// The same, 95 of 100 are quicker.
    Late,
    /// The same, the slowest.
    Worst,
    /// Changes seen a second.
    Updates,
    /// Processor time of the technician's side, in % of a core.
    ViewerTime,
    /// Processor time of the user's side, in % of a core.
    HostTime,
    /// All bytes on the way, in kbit/s.
    LineRate,
    /// How a change looks when it is first seen, in dB.
    FirstLook,
    /// How the screen looks at the end, in dB.
    RestLook,
    /// From a change to 40 dB, in ms.
    Sharp,
    /// From a change to the same pixels, in ms.
    Exact,
    /// From a key pressed at the technician's to what it does, seen there, in ms.
    KeyTrip,
    /// The same for a click.
    ClickTrip,
}

/// What glassbench writes for the PSNR of two pictures that are the same.
pub(super) const SAME_PICTURE_DB: f64 = 999.0;

impl GlassFigure {
    pub(super) const ALL: [Self; 13] = [
        Self::Middle,
        Self::Late,
        Self::Worst,
        Self::Updates,
        Self::ViewerTime,
        Self::HostTime,
        Self::LineRate,
        Self::FirstLook,
        Self::RestLook,
        Self::Sharp,
        Self::Exact,
        Self::KeyTrip,
        Self::ClickTrip,
    ];

    /// What glassbench calls it.
    fn field(self) -> &'static str {
        match self {
            Self::Middle => "lat_p50",
            Self::Late => "lat_p95",
            Self::Worst => "lat_max",
            Self::Updates => "updates_s",
            Self::ViewerTime => "viewer_cpu",
            Self::HostTime => "host_cpu",
            Self::LineRate => "kbit_s",
            Self::FirstLook => "paint_psnr_p50",
            Self::RestLook => "static_psnr",
            Self::Sharp => "sharp40_p50",
            Self::Exact => "sharpll_p50",
            Self::KeyTrip => "key_rt_p50",
            Self::ClickTrip => "click_rt_p50",
        }
    }

    /// What a goal calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Middle => "p50",
            Self::Late => "p95",
            Self::Worst => "worst",
            Self::Updates => "updates a second",
            Self::ViewerTime => "viewer's %",
            Self::HostTime => "host's %",
            Self::LineRate => "kbit/s",
            Self::FirstLook => "first dB",
            Self::RestLook => "dB at rest",
            Self::Sharp => "40 dB after",
            Self::Exact => "exact after",
            Self::KeyTrip => "key",
            Self::ClickTrip => "click",
        }
    }

    fn more_is_better(self) -> bool {
        matches!(self, Self::Updates | Self::FirstLook | Self::RestLook)
    }

    /// The better one first. What was not reached is worst: a picture that never became exact, a key that did
    /// nothing.
    fn by_quality(self, one: Option<f64>, other: Option<f64>) -> Ordering {
        match (one, other) {
            (Some(one), Some(other)) if self.more_is_better() => other.total_cmp(&one),
            (Some(one), Some(other)) => one.total_cmp(&other),
            (one, other) => other.is_some().cmp(&one.is_some()),
        }
    }
}

/// The figures of a run, or the middle of those of several.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct GlassFigures(BTreeMap<GlassFigure, f64>);

impl GlassFigures {
    /// Reads what glassbench wrote about a run.
    ///
    /// # Errors
    /// What went wrong in the run, in words.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let object = read_object(text).map_err(|fault| format!("its result can't be read: {fault}"))?;
        if let Some(JsonValue::Text(error)) = object.get("error") {
            return Err(error.clone());
        }
        if let Some(JsonValue::Number(status)) = object.get("viewer_exited") {
            return Err(format!("the viewer ended by itself (status {status})"));
        }
        // One that goes on in the background ends without a fault: TigerVNC's is started so.
        if let Some(JsonValue::Number(status)) = object.get("host_exited")
            && *status != 0.0
        {
            return Err(format!("the host ended by itself (status {status})"));
        }
        if object.get("ok") != Some(&JsonValue::Truth(true)) {
            return Err("it did not come to an end".to_owned());
        }
        let figure = |figure: GlassFigure| match object.get(figure.field()) {
            Some(JsonValue::Number(value)) => Some((figure, *value)),
            _ => None,
        };
        Ok(Self(GlassFigure::ALL.into_iter().filter_map(figure).collect()))
    }

    pub(super) fn get(&self, figure: GlassFigure) -> Option<f64> {
        self.0.get(&figure).copied()
    }

    /// The middle of each figure; of an even number of runs the worse of the two in the middle, so that it is
    /// one that was measured.
    pub(super) fn middle(runs: &[Self]) -> Self {
        let middle = |figure: GlassFigure| {
            let mut values: Vec<Option<f64>> = runs.iter().map(|run| run.get(figure)).collect();
            values.sort_by(|one, other| figure.by_quality(*one, *other));
            values.get(runs.len() / 2).copied().flatten().map(|value| (figure, value))
        };
        Self(GlassFigure::ALL.into_iter().filter_map(middle).collect())
    }

    #[cfg(test)]
    pub(super) fn of(figures: &[(GlassFigure, f64)]) -> Self {
        Self(figures.iter().copied().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As glassbench wrote it, shortened.
    const TYPING: &str = "{\n \"peer\": \"floor\",\n \"workload\": \"typing\",\n \"seconds\": 3.0,\n \"ok\": true,\n \
        \"rect\": [\n  300,\n  200,\n  900,\n  600\n ],\n \
        \"located\": \"LOCATED A 30,30 1746,990 B 31.0,31.0 1747.0,991.0 block 12.00 native 1\",\n \
        \"static_psnr\": 999.0,\n \"host_cpu\": 0.0,\n \"viewer_cpu\": 0.7,\n \"kbit_s\": 0.0,\n \
        \"changes\": 50,\n \"lat_p50\": 0.0,\n \"lat_p95\": 1.503068,\n \"lat_max\": 2.382367,\n \
        \"updates_s\": 16.99303208808675,\n \"skipped\": 0,\n \"paint_psnr_p50\": 999.0,\n \
        \"sharp40_p50\": 1.131592,\n \"sharpll_p50\": null\n}";

    #[test]
    fn a_run_is_read() {
        let run = GlassFigures::read(TYPING).expect("a run");
        assert_eq!(run.get(GlassFigure::Middle), Some(0.0));
        assert_eq!(run.get(GlassFigure::Late), Some(1.503_068));
        assert_eq!(run.get(GlassFigure::RestLook), Some(SAME_PICTURE_DB));
        assert_eq!(run.get(GlassFigure::Exact), None, "not reached");
        assert_eq!(run.get(GlassFigure::KeyTrip), None, "not asked for");
    }

    #[test]
    fn a_run_that_failed_says_why() {
        for (text, why) in [
            ("{\"ok\": false, \"error\": \"marker not found in the viewer (NO)\"}", "marker not found"),
            ("{\"ok\": true, \"error\": \"no update arrived\", \"viewer_cpu\": 1.0}", "no update"),
            ("{\"ok\": true, \"viewer_exited\": 101}", "the viewer ended by itself (status 101)"),
            ("{\"ok\": true, \"viewer_exited\": 0}", "the viewer ended by itself (status 0)"),
            ("{\"ok\": true, \"host_exited\": -11}", "the host ended by itself (status -11)"),
            ("{\"ok\": false}", "did not come to an end"),
            ("{\"ok\"", "can't be read"),
        ] {
            let fault = GlassFigures::read(text).expect_err(text);
            assert!(fault.contains(why), "{text}: {fault}");
        }
    }

    #[test]
    fn a_host_that_goes_on_in_the_background_has_not_failed() {
        let run = GlassFigures::read("{\"ok\": true, \"host_exited\": 0, \"lat_p50\": 13.0}").expect("a run");
        assert_eq!(run.get(GlassFigure::Middle), Some(13.0));
    }

    fn middle(figure: GlassFigure, values: &[Option<f64>]) -> Option<f64> {
        let run = |value: &Option<f64>| GlassFigures(value.iter().map(|value| (figure, *value)).collect());
        GlassFigures::middle(&values.iter().map(run).collect::<Vec<_>>()).get(figure)
    }

    #[test]
    fn of_several_runs_the_middle_counts() {
        let (late, updates, exact) = (GlassFigure::Late, GlassFigure::Updates, GlassFigure::Exact);
        assert_eq!(middle(late, &[Some(30.0), Some(10.0), Some(20.0)]), Some(20.0));
        assert_eq!(middle(late, &[Some(20.0), Some(10.0)]), Some(20.0), "the worse one");
        assert_eq!(middle(updates, &[Some(20.0), Some(10.0)]), Some(10.0), "the worse one");
        assert_eq!(middle(exact, &[None, Some(10.0), Some(20.0)]), Some(20.0), "never is worst");
        assert_eq!(middle(exact, &[None, Some(10.0), None]), None);
        assert_eq!(middle(late, &[Some(7.0)]), Some(7.0));
        assert_eq!(middle(late, &[]), None);
    }

    #[test]
    fn every_figure_has_a_field_of_its_own() {
        let fields: std::collections::BTreeSet<&str> =
            GlassFigure::ALL.into_iter().map(GlassFigure::field).collect();
        assert_eq!(fields.len(), GlassFigure::ALL.len());
    }
}
