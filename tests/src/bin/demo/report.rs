//! The figures, as a table.

use std::fmt;
use std::time::Duration;

use crate::probe::Latency;

/// What the session had to reach to count as good.
pub(crate) const SHARP_DB: f64 = 40.0;

/// One part of the show.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) latency: Option<Latency>,
    /// Pictures a second, as the technician's program counts them.
    pub(crate) fps: f64,
    pub(crate) kbps: f64,
    /// Percent of one core.
    pub(crate) host_cpu: f64,
    pub(crate) technician_cpu: f64,
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Report {
    /// From the start of the technician's program, which is handed the invite, to the question on the user's
    /// screen.
    pub(crate) invite_to_question: Duration,
    /// From the user's yes to the picture on the technician's screen.
    pub(crate) yes_to_picture: Duration,
    pub(crate) parts: Vec<Part>,
    /// Bytes.
    pub(crate) host_memory: u64,
    pub(crate) technician_memory: u64,
    /// The technician's picture at rest against the user's screen.
    pub(crate) psnr: f64,
    /// Whether everything that was typed is in the file that the user's shell wrote.
    pub(crate) typed: bool,
    /// Whether both sides ended when the user pressed End.
    pub(crate) ended: bool,
}

impl Report {
    /// Whether the main job was done: the picture was right, the typing arrived, and the user could end it.
    pub(crate) fn good(&self) -> bool {
        self.psnr > SHARP_DB && self.typed && self.ended
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (question, picture) = (self.invite_to_question.as_secs_f64(), self.yes_to_picture.as_secs_f64());
        writeln!(
            f,
            "\nInvite to first picture    {:.2} s ({question:.2} s to the question, {picture:.2} s from yes to \
            picture; the user's own time is left out)",
            question + picture
        )?;
        writeln!(
            f,
            "\n{:<22}{:>9}{:>9}{:>9}{:>8}{:>12}{:>11}{:>11}",
            "", "p50 ms", "p95 ms", "changes", "fps", "kbit/s", "host CPU", "tech CPU"
        )?;
        for part in &self.parts {
            let latency = part.latency.as_ref();
            let time =
                |share| latency.map_or("-".to_owned(), |latency| format!("{:.1}", latency.percentile(share)));
            let changes = latency.map_or("-".to_owned(), |latency| {
                let lost = if latency.never > 0 { format!(" -{}", latency.never) } else { String::new() };
                format!("{}{lost}", latency.shown.len())
            });
            writeln!(
                f,
                "{:<22}{:>9}{:>9}{:>9}{:>8.1}{:>12.0}{:>10.1}%{:>10.1}%",
                part.name,
                time(0.5),
                time(0.95),
                changes,
                part.fps,
                part.kbps,
                part.host_cpu,
                part.technician_cpu
            )?;
        }
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        writeln!(
            f,
            "\nMemory                     host {:.0} MB, technician {:.0} MB",
            megabytes(self.host_memory),
            megabytes(self.technician_memory)
        )?;
        writeln!(
            f,
            "Picture at rest            {:.1} dB ({})",
            self.psnr,
            if self.psnr > SHARP_DB { "good" } else { "BAD: not over 40 dB" }
        )?;
        writeln!(
            f,
            "Typing                     {}",
            if self.typed { "arrived, every character" } else { "BAD: not what was typed" }
        )?;
        writeln!(
            f,
            "End on the user's bar      {}",
            if self.ended { "ended both sides" } else { "BAD: did not end the session" }
        )
    }
}
