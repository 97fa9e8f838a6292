//! What the cage costs a picture: `cargo bench --workspace --bench cage [-- [SEQUENCE]... [PICTURES]]`.
//!
//! The same units of 1920x1080 go to each library's decoder in this process and in its cage, in turn, so that
//! what else the machine does burdens all alike. Time is from the unit to the pixels in a picture of this
//! process.

#![allow(clippy::print_stdout)]

use std::path::Path;
use std::time::{Duration, Instant};

use beistand_codec::{Av1ScreenEncoder, ByteBudget, EncodedUnit, Frame, ScreenDecoder, ScreenEncoder, Size};
use beistand_platform::cage::{CageLimits, CagedDecoder, DecoderLibrary};
use beistand_platform::own_program::OwnProgram;
use beistand_sequences::{Kind, Sequence};

/// Pictures after the first.
const PICTURES: usize = 60;

struct Lane {
    decoder: Box<dyn ScreenDecoder>,
    screen: Frame,
    times: Vec<Duration>,
}

impl Lane {
    fn show(&mut self, unit: &EncodedUnit) -> Duration {
        let since = Instant::now();
        self.decoder.decode(unit, &mut self.screen).expect("decodes");
        since.elapsed()
    }
}

/// In ms.
fn percentile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1e3
}

fn main() {
    let pictures = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(PICTURES);
    let size = Size::new(1920, 1080).expect("valid");
    println!(
        "| {}x{}, {pictures} pictures | library | in process, ms: median | p95 | in the cage: median | p95 | the cage's share, median |",
        1920, 1080
    );
    println!("|---|---|---|---|---|---|---|");
    let named = |kind: &Kind| std::env::args().any(|argument| argument == kind.name());
    let all = !Kind::ALL.iter().any(named);
    for kind in Kind::ALL.into_iter().filter(|kind| all || named(kind)) {
        for library in [DecoderLibrary::Dav1d, DecoderLibrary::Rav1d] {
            row(kind, library, size, pictures);
        }
    }
}

fn row(kind: Kind, library: DecoderLibrary, size: Size, pictures: usize) {
    let program = OwnProgram::at(Path::new(env!("CARGO_BIN_EXE_beistand-node")));
    let decoders: [Box<dyn ScreenDecoder>; 2] = [
        Box::new(library.decoder_here().expect("both are there")),
        Box::new(CagedDecoder::new(program, library, CageLimits::default())),
    ];
    let mut lanes = decoders.map(|decoder| Lane { decoder, screen: Frame::new(size), times: Vec::new() });
    let mut sequence = Sequence::new(kind, size, 1);
    let mut picture = Frame::new(size);
    let mut encoder = Av1ScreenEncoder::new();
    let mut more = Vec::new();
    for number in 0..=pictures {
        let damage = sequence.next(&mut picture);
        let mut coded = encoder.encode(&picture, &damage, ByteBudget::UNLIMITED).expect("encodes");
        if coded.is_empty() {
            // At rest: what is sharpened is a picture too.
            coded = encoder
                .encode(&picture, &beistand_codec::Damage::none(size), ByteBudget::UNLIMITED)
                .expect("encodes");
        }
        for unit in &coded.units {
            let times = lanes.each_mut().map(|lane| lane.show(unit));
            if number > 0 {
                lanes.iter_mut().zip(times).for_each(|(lane, time)| lane.times.push(time));
                more.push(times[1].saturating_sub(times[0]));
            }
        }
    }
    if more.is_empty() {
        return;
    }
    let [process, cage] =
        lanes.each_mut().map(|lane| [50, 95].map(|percent| percentile(&mut lane.times, percent)));
    println!(
        "| {} | {} | {:.2} | {:.2} | {:.2} | {:.2} | {:+.2} |",
        kind.name(),
        library.word(),
        process[0],
        process[1],
        cage[0],
        cage[1],
        cage[0] - process[0]
    );
}
