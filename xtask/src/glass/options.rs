//! What the command line of `cargo xtask glass` asks for.

use std::path::PathBuf;

use super::line::{GlassLine, SlowLine};
use super::peers::{PEERS, PeerProgram};
use crate::Problem;

pub(super) const HELP: &str = "\
Usage: cargo xtask glass FOLDER [OPTION ...]

Measures a session as its users see it, from a change on one screen to the same change on the other, for our programs
and for others that are installed, in turn, and writes the table into docs/BENCHMARKS.md. FOLDER is that of glassbench,
a measurement which is no part of this project; it must be built. Needs root.

  --against NAME,...    the others: x0vnc, x11vnc, xpra, freerdp, ffmpeg-tuned, or none (all that are installed)
  --workload NAME,...   what happens on the screen: idle, typing, scroll, drag, video, slides, flood, input (all)
  --line LINE,...       what lies between the two sides: none, or KBIT:MS[:LOSS%[:QUEUE_KB]]; `goals` stands for all for
                        which there are goals (none)
  --seconds N           how long each workload takes (10)
  --rounds N            repeats each workload so often, all programs in turn; the table has the medians (1)
  --bin-dir DIR         takes our programs from there; otherwise they are built in the release profile
  --print               prints the table and leaves docs/BENCHMARKS.md as it is";

/// All that glassbench can do on the screen, in its order.
const WORKLOADS: [&str; 8] = ["idle", "typing", "scroll", "drag", "video", "slides", "flood", "input"];

/// The lines for which there are goals.
pub(super) const GOAL_LINES: [GlassLine; 5] = [
    GlassLine::Loopback,
    GlassLine::Slow(SlowLine::new(10_000, 20, 0.0)),
    GlassLine::Slow(SlowLine::new(10_000, 20, 1.0)),
    GlassLine::Slow(SlowLine::new(10_000, 20, 5.0)),
    GlassLine::Slow(SlowLine::new(2_000, 50, 0.0)),
];

/// What is to be measured, and how.
#[derive(Debug, PartialEq)]
pub(super) struct GlassOptions {
    pub(super) folder: PathBuf,
    pub(super) against: Vec<&'static PeerProgram>,
    pub(super) workloads: Vec<&'static str>,
    pub(super) lines: Vec<GlassLine>,
    pub(super) seconds: u32,
    pub(super) rounds: u32,
    /// Where our programs are; otherwise they are built.
    pub(super) bin_dir: Option<PathBuf>,
    /// Whether docs/BENCHMARKS.md stays as it is.
    pub(super) print_only: bool,
}

impl GlassOptions {
    /// # Errors
    /// In words, where something isn't understood.
    pub(super) fn parse(arguments: &[&str]) -> Result<Self, Problem> {
        let mut options = Self {
            folder: PathBuf::new(),
            against: PEERS.iter().collect(),
            workloads: WORKLOADS.to_vec(),
            lines: vec![GlassLine::Loopback],
            seconds: 10,
            rounds: 1,
            bin_dir: None,
            print_only: false,
        };
        let mut folder = None;
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().copied().ok_or_else(|| format!("{argument} wants a value"));
            match *argument {
                "--against" => options.against = peers(value()?)?,
                "--workload" => options.workloads = workloads(value()?)?,
                "--line" => options.lines = lines(value()?)?,
                "--seconds" => options.seconds = number(argument, value()?, 600)?,
                "--rounds" => options.rounds = number(argument, value()?, 99)?,
                "--bin-dir" => options.bin_dir = Some(absolute(value()?)?),
                "--print" => options.print_only = true,
                other if other.starts_with('-') => {
                    return Err(format!("`{other}` is no option of glass; see `cargo xtask glass --help`"));
                }
                other if folder.is_none() => folder = Some(absolute(other)?),
                other => return Err(format!("one folder is enough: what is `{other}`?")),
            }
        }
        options.folder = folder.ok_or("which folder is glassbench in? See `cargo xtask glass --help`")?;
        Ok(options)
    }

    /// The command that asks for the same, whatever folders this machine has.
    pub(super) fn command_line(&self) -> String {
        let names = |names: Vec<&str>| if names.is_empty() { "none".to_owned() } else { names.join(",") };
        let mut line = "cargo xtask glass FOLDER".to_owned();
        line += &format!(" --against {}", names(self.against.iter().map(|peer| peer.name).collect()));
        if self.workloads != WORKLOADS {
            line += &format!(" --workload {}", self.workloads.join(","));
        }
        if self.lines == GOAL_LINES {
            line += " --line goals";
        } else if self.lines != [GlassLine::Loopback] {
            let argument = |line: &GlassLine| line.argument().unwrap_or_else(|| "none".to_owned());
            line += &format!(" --line {}", self.lines.iter().map(argument).collect::<Vec<_>>().join(","));
        }
        format!("{line} --seconds {} --rounds {}", self.seconds, self.rounds)
    }
}

/// Relative to where the user stands, not to the repository's root.
fn absolute(path: &str) -> Result<PathBuf, Problem> {
    std::path::absolute(path).map_err(|error| format!("`{path}`: {error}"))
}

fn number(option: &str, value: &str, most: u32) -> Result<u32, Problem> {
    let number = value.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| format!("{option} wants a number from 1 to {most}, not `{value}`"))
}

fn peers(value: &str) -> Result<Vec<&'static PeerProgram>, Problem> {
    if value == "none" {
        return Ok(Vec::new());
    }
    value.split(',').map(PeerProgram::named).collect()
}

fn workloads(value: &str) -> Result<Vec<&'static str>, Problem> {
    if value == "all" {
        return Ok(WORKLOADS.to_vec());
    }
    let known = |name: &str| {
        WORKLOADS
            .into_iter()
            .find(|workload| *workload == name)
            .ok_or_else(|| format!("`{name}` is no workload; there are {}", WORKLOADS.join(", ")))
    };
    value.split(',').map(known).collect()
}

fn lines(value: &str) -> Result<Vec<GlassLine>, Problem> {
    if value == "goals" {
        return Ok(GOAL_LINES.to_vec());
    }
    value.split(',').map(GlassLine::parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(options: &GlassOptions) -> Vec<&str> {
        options.against.iter().map(|peer| peer.name).collect()
    }

    #[test]
    fn without_options_everything_is_measured_once_without_a_line() {
        let options = GlassOptions::parse(&["/x"]).expect("valid");
        assert_eq!(names(&options), ["x0vnc", "x11vnc", "xpra", "freerdp", "ffmpeg-tuned"]);
        assert_eq!((options.folder.as_path(), options.workloads.len()), (std::path::Path::new("/x"), 8));
        assert_eq!((options.seconds, options.rounds, options.bin_dir.as_ref()), (10, 1, None));
        assert_eq!(options.lines, [GlassLine::Loopback]);
        assert!(!options.print_only);
    }

    #[test]
    fn options_are_read_and_said_again_without_this_machines_folders() {
        let options = GlassOptions::parse(&[
            "--against",
            "xpra",
            "/x",
            "--workload",
            "typing,scroll",
            "--line",
            "none,10000:20:1",
            "--seconds",
            "3",
            "--rounds",
            "5",
            "--bin-dir",
            "/y",
            "--print",
        ])
        .expect("valid");
        assert_eq!((names(&options), options.print_only), (vec!["xpra"], true));
        assert_eq!(options.bin_dir.as_deref(), Some(std::path::Path::new("/y")));
        assert_eq!(
            options.command_line(),
            "cargo xtask glass FOLDER --against xpra --workload typing,scroll --line none,10000:20:1 --seconds 3 --rounds 5"
        );
        let options = GlassOptions::parse(&["/x", "--against", "none", "--line", "goals"]).expect("valid");
        assert_eq!(
            options.command_line(),
            "cargo xtask glass FOLDER --against none --line goals --seconds 10 --rounds 1"
        );
    }

    #[test]
    fn nonsense_is_named() {
        for (arguments, word) in [
            (vec![], "which folder"),
            (vec!["/x", "/y"], "`/y`"),
            (vec!["/x", "--fast"], "--fast"),
            (vec!["/x", "--rounds"], "wants a value"),
            (vec!["/x", "--rounds", "0"], "from 1 to 99, not `0`"),
            (vec!["/x", "--workload", "typing,sleep"], "`sleep`"),
            (vec!["/x", "--against", "teamwork"], "`teamwork`"),
            (vec!["/x", "--line", "slow"], "`slow`"),
        ] {
            let fault = GlassOptions::parse(&arguments).expect_err(word);
            assert!(fault.contains(word), "{arguments:?}: {fault}");
        }
    }

    #[test]
    fn the_help_names_every_workload_and_program() {
        for word in WORKLOADS.into_iter().chain(PEERS.iter().map(|peer| peer.name)) {
            assert!(HELP.contains(word), "{word}");
        }
    }
}
