//! Every encoder on every desktop sequence, side by side: `cargo bench -p beistand-codec --bench screens --
//! [FILTER…]`.
//!
//! What it does: draws each picture once, hands it to all encoders in turn, so that what else the machine
//! does burdens all alike, decodes what they made, and prints a table in Markdown.
//!
//! What it does not do: it passes no judgement; with the feature `libaom`, factors against libaom's real-time
//! encoder in 4:4:4 stand in the same table.
//!
//! A FILTER is a sequence's or an encoder's name or its beginning (`scroll`, `libaom-444`); without one all
//! run. `--pictures N` says how many pictures are shown after the first (40), `--size WxH` their size
//! (1920x1080), `--seed N` another seed, `--budget BYTES` the limit a picture (none), `--points` prints
//! libaom's quality points too.

#![allow(clippy::print_stdout)]

mod clock;
mod contender;
mod figures;
#[cfg(feature = "libaom")]
mod libaom;
mod options;
mod quality;
mod screen;
mod table;
mod viewer;

use std::process::ExitCode;

use beistand_codec::{Damage, Frame};
use beistand_sequences::{Antialias, Kind, Sequence};

use contender::Contender;
use figures::{Run, Step};
use options::Options;
use quality::Source;
use viewer::Viewer;

/// The most calls until a picture must be at rest; more is an encoder that never ends.
const REST_CALLS_MAX: usize = 2000;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            println!("screens: {problem}");
            return ExitCode::FAILURE;
        }
    };
    println!(
        "{}x{}, seed {}, {} pictures after the first\n",
        options.size.width(),
        options.size.height(),
        options.seed,
        options.pictures
    );
    table::print_head();
    let lcd = std::iter::once((Kind::Scroll, Antialias::Lcd));
    let sequences = Kind::ALL.into_iter().map(|kind| (kind, Antialias::Grey)).chain(lcd);
    for (kind, antialias) in sequences {
        let name = match antialias {
            Antialias::Grey => kind.name().to_owned(),
            Antialias::Lcd => format!("{}-lcd", kind.name()),
        };
        if options.wants_sequence(&name) {
            let mut sequence = Sequence::with_antialias(kind, options.size, options.seed, antialias);
            table::print_rows(&name, &compare(&mut sequence, &options), options.points);
        }
    }
    table::print_legend();
    ExitCode::SUCCESS
}

/// An encoder, the decoder behind it, and what was measured of both.
struct Lane {
    contender: Box<dyn Contender>,
    viewer: Viewer,
    run: Run,
}

impl Lane {
    fn step(&mut self, source: &Source, damage: &Damage) -> Step {
        let coded = self.contender.encode(source, damage);
        self.measured(source, coded)
    }

    fn measured(&mut self, source: &Source, coded: contender::Coded) -> Step {
        let decode = self.viewer.show(&coded.units);
        let bytes = coded.units.iter().map(|unit| unit.data.len()).sum();
        Step { encode: coded.time, decode, bytes, closeness: quality::compare(source, self.viewer.screen()) }
    }

    /// Refines until nothing is left to refine.
    fn rest(&mut self, source: &Source) -> Vec<Step> {
        let mut steps = Vec::new();
        while let Some(coded) = self.contender.refine(source) {
            steps.push(self.measured(source, coded));
            assert!(steps.len() < REST_CALLS_MAX, "{} refines without end", self.run.name);
        }
        steps
    }
}

/// Shows a sequence to all encoders that are wanted.
fn compare(sequence: &mut Sequence, options: &Options) -> Vec<Run> {
    let mut lanes: Vec<Lane> = contender::all(options)
        .into_iter()
        .map(|contender| Lane {
            run: Run::new(contender.name(), contender.role()),
            viewer: Viewer::new(options.size),
            contender,
        })
        .collect();
    let mut picture = Frame::new(options.size);
    let damage = sequence.next(&mut picture);
    let mut source = Source::new(&picture);
    for lane in &mut lanes {
        lane.run.key = Some(lane.step(&source, &damage));
        lane.rest(&source);
    }
    for _ in 0..options.pictures {
        let damage = sequence.next(&mut picture);
        source = Source::new(&picture);
        for lane in &mut lanes {
            let step = lane.step(&source, &damage);
            lane.run.steps.push(step);
        }
    }
    for lane in &mut lanes {
        lane.run.rest = lane.rest(&source);
    }
    lanes.into_iter().map(|lane| lane.run).collect()
}
