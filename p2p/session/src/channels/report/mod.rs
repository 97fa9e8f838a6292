//! A report of the host's machine: the technician asks for it, and it leaves once its user has sent it.
//!
//! A line is a number out of the program's own list of kinds, a verdict and a few short values: what a kind
//! is called is said by whoever reads it, so that a host can't put words into its mouth. The session knows
//! no kind. It makes no report either.

#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

use super::bounded::{List, Text};
use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase, escape};

/// Lines in a report: what a person can look through.
pub const MAX_REPORT_LINES: usize = 240;

/// Values in a line.
pub const MAX_REPORT_VALUES: usize = 4;

/// The longest value in bytes: 100 characters, of which a few need more than a byte.
pub const MAX_REPORT_VALUE_BYTES: usize = 240;

/// What is said about reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportMessage {
    /// Technician: please make one.
    Ask,
    /// Host: its user has seen this and sends it.
    Made(ReportContent),
    /// Host: its user sends none.
    Refused,
}

/// A report as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportContent {
    /// When it was made, in seconds since 1970 by the host's clock.
    pub taken_secs: u64,
    /// The parts that the user left out, a bit each.
    pub left_out: u32,
    /// At most [`MAX_REPORT_LINES`].
    pub lines: Vec<ReportLine>,
}

/// A line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// The number of its part.
    pub part: u8,
    /// The number of its kind.
    pub kind: u16,
    /// How grave it is, from 0 for what is fine on.
    pub verdict: u8,
    /// At most [`MAX_REPORT_VALUES`] of [`MAX_REPORT_VALUE_BYTES`] each. What is heard is escaped.
    pub values: Vec<String>,
}

/// A message of the report channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum ReportWire {
    Ask,
    Made(WireReport),
    Refused,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WireReport {
    taken_secs: u64,
    left_out: u32,
    lines: List<WireReportLine, MAX_REPORT_LINES>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WireReportLine {
    part: u8,
    kind: u16,
    verdict: u8,
    values: List<Text<MAX_REPORT_VALUE_BYTES>, MAX_REPORT_VALUES>,
}

const fn row(name: &'static str, words: &'static str, from: RowSender) -> Row {
    Row {
        name,
        words,
        from,
        during: (Phase::Active, Phase::Active),
        needs: Some(Permission::Diagnostics),
        delivery: Delivery::Newest,
    }
}

static ASK: Row = row("Ask", "the wish for a report", RowSender::Technician);
static MADE: Row = row("Made", "a report", RowSender::Host);
static REFUSED: Row = row("Refused", "that there is no report", RowSender::Host);

impl WireForm for ReportWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "report",
        // 240 lines of four values of 240 bytes, and what is before each.
        max_message_bytes: 256 << 10,
        // One that is on its way, and the newest.
        waiting: 4,
        keep_bytes: None,
        // People press for each.
        inbox: 4,
        class: TrafficClass::Bulk,
        rows: &[&ASK, &MADE, &REFUSED],
    };

    type Plain = ReportMessage;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        match self {
            Self::Ask => &ASK,
            Self::Made(_) => &MADE,
            Self::Refused => &REFUSED,
        }
    }

    fn pack(plain: ReportMessage, _: &Moment<'_>) -> Result<Self, CommandError> {
        match plain {
            ReportMessage::Ask => Ok(Self::Ask),
            ReportMessage::Refused => Ok(Self::Refused),
            ReportMessage::Made(report) => {
                packed(report).map(Self::Made).ok_or(CommandError::Invalid("report"))
            }
        }
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> ReportMessage {
        match self {
            Self::Ask => ReportMessage::Ask,
            Self::Refused => ReportMessage::Refused,
            Self::Made(WireReport { taken_secs, left_out, lines }) => {
                let lines = lines.into_vec().into_iter().map(WireReportLine::unpacked).collect();
                ReportMessage::Made(ReportContent { taken_secs, left_out, lines })
            }
        }
    }
}

/// The report as it travels, or `None` where something of it is too long.
fn packed(report: ReportContent) -> Option<WireReport> {
    let ReportContent { taken_secs, left_out, lines } = report;
    let lines: Option<Vec<_>> = lines
        .into_iter()
        .map(|ReportLine { part, kind, verdict, values }| {
            let values: Option<Vec<_>> = values.into_iter().map(Text::from_string).collect();
            Some(WireReportLine { part, kind, verdict, values: List::new(values?)? })
        })
        .collect();
    Some(WireReport { taken_secs, left_out, lines: List::new(lines?)? })
}

impl WireReportLine {
    fn unpacked(self) -> ReportLine {
        let Self { part, kind, verdict, values } = self;
        let values = values.iter().map(|value| escape(value.as_str())).collect();
        ReportLine { part, kind, verdict, values }
    }
}
