//! Which way data take to another computer, by the programs that systems have for it: without rights, only
//! they can ask.

use std::net::IpAddr;
use std::time::Duration;

use beistand_session::{CheckupEnd, FindingKind};

use crate::net::HostName;
use crate::report::{Probe, ProbeReport, ProbeResult, count, micros, text};
use crate::tool::{ProbeTool, first_here};

/// The most computers on the way, as everywhere.
const MAX_HOPS: u64 = 30;

/// How long the way may take: 30 computers of which none says anything, a second each, and a few more.
const TRACE_LIMIT: Duration = Duration::from_secs(60);

/// Both say numbers, ask once per computer and wait a second where they can be told so.
const TOOLS: [ProbeTool; 2] = [
    ProbeTool { program: "traceroute", args: &["-n", "-q", "1", "-w", "1", "-m", "30", "--"] },
    ProbeTool { program: "tracepath", args: &["-n", "-m", "30"] },
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TraceProbe {
    host: HostName,
}

impl Probe for TraceProbe {
    fn parse(args: &str) -> Option<Self> {
        HostName::new(args).map(|host| Self { host })
    }

    fn subject(&self) -> String {
        self.host.as_str().to_owned()
    }

    async fn run(self, report: ProbeReport) -> ProbeResult {
        let address = self.host.lookup(0, &report).await?[0].ip().to_string();
        report
            .in_thread(move |report| {
                let output = first_here(&TOOLS)?.run(&[&address], &[], TRACE_LIMIT, report)?;
                let mut last = 0;
                for hop in output.text().lines().filter_map(TraceHop::read) {
                    // tracepath says some twice.
                    if hop.number > last {
                        last = hop.number;
                        hop.tell(report);
                    }
                }
                if last == 0 { Err(CheckupEnd::Unreachable) } else { Ok(()) }
            })
            .await
    }
}

/// A computer on the way.
#[derive(Debug, PartialEq, Eq)]
struct TraceHop {
    number: u64,
    /// Where it says anything.
    answer: Option<(IpAddr, Duration)>,
}

impl TraceHop {
    /// Reads ` 3  192.0.2.1  1.2 ms` and ` 3:  192.0.2.1   1.2ms asymm 4`.
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let number = words.next()?.trim_end_matches([':', '?']).parse().ok()?;
        let answer = words.next().and_then(|address| address.parse().ok()).and_then(|address| {
            let time: f64 = words.next()?.trim_end_matches("ms").parse().ok()?;
            Some((address, Duration::try_from_secs_f64(time / 1000.0).ok()?))
        });
        (1..=MAX_HOPS).contains(&number).then_some(Self { number, answer })
    }

    fn tell(&self, report: &ProbeReport) {
        let number = count(self.number);
        match self.answer {
            Some((address, time)) => {
                let values = [number, text(address.to_string()), micros(time)];
                report.find_blocking(FindingKind::TraceHop, values);
            }
            None => report.find_blocking(FindingKind::TraceSilent, [number]),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_both_programs_say_is_read() {
        let hop = |number, micros| TraceHop {
            number,
            answer: Some(([192, 0, 2, 1].into(), Duration::from_micros(micros))),
        };
        let silent = |number| TraceHop { number, answer: None };
        let cases = [
            (" 3  192.0.2.1  1.250 ms", Some(hop(3, 1250))),
            (" 4  *", Some(silent(4))),
            (" 5:  192.0.2.1       0.385ms asymm  6", Some(hop(5, 385))),
            (" 6:  no reply", Some(silent(6))),
            (" 1?: [LOCALHOST]                      pmtu 1500", Some(silent(1))),
            ("traceroute to 192.0.2.9 (192.0.2.9), 30 hops max, 60 byte packets", None),
            ("     Too many hops: pmtu 1500", None),
            (" 31  192.0.2.1  1 ms", None),
        ];
        for (line, expected) in cases {
            assert_eq!(TraceHop::read(line), expected, "{line}");
        }
    }

    proptest! {
        #[test]
        fn junk_is_read_without_harm(line in "( [0-9]{1,3}[:?]? )?\\PC{0,40}") {
            if let Some(hop) = TraceHop::read(&line) {
                prop_assert!((1..=MAX_HOPS).contains(&hop.number));
            }
        }
    }
}
