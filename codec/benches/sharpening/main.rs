//! Slides within a byte budget, from the first picture of each until it is exact: `cargo bench -p
//! beistand-codec --bench sharpening -- [OPTION…]`.
//!
//! What it does: shows each slide of a talk, one budget after the other, refines it until nothing is left,
//! and prints a row for each: how the first picture looks, how long it takes to code and to decode, and which
//! bytes and how much time were spent until 40 dB and until all is exact.
//!
//! What it does not do: it knows no line; at 10 Mbit/s, 62,500 bytes take 50 ms.
//!
//! `--budget BYTES[,BYTES…]` (62500), `--kind NAME` another sequence than slides, `--pictures N` (8),
//! `--size WxH` (1920x1080), `--seed N` (7); `--steps` prints each call before its row; `--file PATH` shows
//! pictures of a file instead: B G R X, one after the other, of that size; `--first ROUNDS` refines nothing
//! and decodes nothing, and prints the times of so many rounds through all pictures.

#![allow(clippy::print_stdout)]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use beistand_codec::{
    Av1Decoder, Av1ScreenEncoder, BYTES_PER_PIXEL, ByteBudget, Damage, Frame, Rect, ScreenDecoder,
    ScreenEncoder, Size, psnr_rgb,
};
use beistand_sequences::{Kind, Sequence};

/// The quality that is waited for.
const WANTED_DB: f64 = 40.0;

/// The side of the squares of which the worst is looked for, in pixels.
const SQUARE_PX: u16 = 64;

/// The most calls until a picture must be at rest; more is an encoder that never ends.
const REST_CALLS_MAX: usize = 5000;

struct SlideOptions {
    size: Size,
    seed: u64,
    kind: Kind,
    pictures: usize,
    budgets: Vec<ByteBudget>,
    file: Option<String>,
    steps: bool,
    first: Option<usize>,
}

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            println!("sharpening: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: impl Iterator<Item = String>) -> Result<(), String> {
    let options = parse(words)?;
    let pictures = pictures(&options)?;
    if let Some(rounds) = options.first {
        return options.budgets.iter().try_for_each(|budget| time_first(&pictures, *budget, rounds));
    }
    println!(
        "| budget | picture | first: ms | decoding: ms | bytes | dB | worst square's dB | squares as before | 40 dB: calls | ms | bytes | exact: calls | ms | bytes | dB |"
    );
    println!("|{}", "---|".repeat(15));
    for budget in &options.budgets {
        show_all(&pictures, *budget, options.steps)?;
    }
    Ok(())
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<SlideOptions, String> {
    let mut options = SlideOptions {
        size: Size::new(1920, 1080).expect("valid"),
        seed: 7,
        kind: Kind::Slides,
        pictures: 8,
        budgets: vec![ByteBudget(62_500)],
        file: None,
        steps: false,
        first: None,
    };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            // Cargo's own word for a bench.
            "--bench" => {}
            "--steps" => options.steps = true,
            "--first" => options.first = Some(number(&value()?)?),
            "--file" => options.file = Some(value()?),
            "--pictures" => options.pictures = number(&value()?)?,
            "--seed" => options.seed = number(&value()?)?,
            "--budget" => {
                let budgets: Result<Vec<u32>, _> = value()?.split(',').map(number).collect();
                options.budgets = budgets?.into_iter().map(ByteBudget).collect();
            }
            "--kind" => {
                let name = value()?;
                let known = Kind::ALL.into_iter().find(|kind| kind.name() == name);
                options.kind = known.ok_or(format!("{name} is no sequence"))?;
            }
            "--size" => {
                let size = value()?;
                let sides =
                    size.split_once('x').and_then(|(w, h)| Size::new(w.parse().ok()?, h.parse().ok()?));
                options.size = sides.ok_or(format!("{size} is no size"))?;
            }
            unknown => return Err(format!("{unknown} is no option")),
        }
    }
    Ok(options)
}

fn number<T: std::str::FromStr>(word: &str) -> Result<T, String> {
    word.parse().map_err(|_| format!("{word} is no number"))
}

/// What was on the screen before, and what is shown.
fn pictures(options: &SlideOptions) -> Result<Vec<Frame>, String> {
    if let Some(path) = &options.file {
        let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
        let pictures = bytes.chunks_exact(options.size.area() * BYTES_PER_PIXEL).take(1 + options.pictures);
        return pictures
            .map(|pixels| Frame::from_pixels(options.size, pixels.to_vec()).ok_or("no pictures".to_owned()))
            .collect();
    }
    let mut sequence = Sequence::new(options.kind, options.size, options.seed);
    let mut picture = Frame::new(options.size);
    Ok((0..=options.pictures)
        .map(|_| {
            sequence.next(&mut picture);
            picture.clone()
        })
        .collect())
}

/// An encoder and what a decoder shows of it.
struct SlideLane {
    encoder: Av1ScreenEncoder,
    decoder: Av1Decoder,
    screen: Frame,
}

/// What was spent.
#[derive(Clone, Copy, Default)]
struct Spent {
    calls: usize,
    time: Duration,
    decoding: Duration,
    bytes: usize,
}

impl SlideLane {
    fn show(&mut self, picture: &Frame, damage: &Damage, budget: ByteBudget) -> Result<Spent, String> {
        let start = Instant::now();
        let coded = self.encoder.encode(picture, damage, budget).map_err(|error| error.to_string())?;
        let time = start.elapsed();
        let start = Instant::now();
        for unit in &coded.units {
            self.decoder.decode(unit, &mut self.screen).map_err(|error| error.to_string())?;
        }
        Ok(Spent { calls: 1, time, decoding: start.elapsed(), bytes: coded.len() })
    }
}

/// Prints how long each slide takes to be coded right after the one before, at its least and in the middle.
fn time_first(pictures: &[Frame], budget: ByteBudget, rounds: usize) -> Result<(), String> {
    let size = pictures.first().ok_or("no pictures")?.size();
    let mut encoder = Av1ScreenEncoder::new();
    let mut times = vec![Vec::new(); pictures.len()];
    let mut bytes = vec![0; pictures.len()];
    for _ in 0..=rounds {
        for (index, picture) in pictures.iter().enumerate() {
            let start = Instant::now();
            let coded =
                encoder.encode(picture, &Damage::all(size), budget).map_err(|error| error.to_string())?;
            times[index].push(start.elapsed().as_secs_f64() * 1000.0);
            bytes[index] = coded.len();
        }
    }
    println!("| budget | picture | bytes | least ms | median ms |\n|{}", "---|".repeat(5));
    let mut sums = (0.0, 0.0);
    for (number, (times, bytes)) in times.iter_mut().zip(&bytes).enumerate() {
        // The first round starts with a key picture.
        times.remove(0);
        times.sort_unstable_by(f64::total_cmp);
        let least = times.first().ok_or("no rounds")?;
        let median = times[times.len() / 2];
        sums = (sums.0 + least, sums.1 + median);
        println!("| {} | {number} | {bytes} | {least:.1} | {median:.1} |", budget.0);
    }
    let all: usize = bytes.iter().sum();
    println!("| {} | all | {all} | {:.1} | {:.1} |", budget.0, sums.0, sums.1);
    Ok(())
}

fn show_all(pictures: &[Frame], budget: ByteBudget, steps: bool) -> Result<(), String> {
    let Some((before, slides)) = pictures.split_first() else { return Err("no pictures".to_owned()) };
    let size = before.size();
    let mut lane =
        SlideLane { encoder: Av1ScreenEncoder::new(), decoder: Av1Decoder::new(), screen: Frame::new(size) };
    let mut last = before;
    lane.show(before, &Damage::all(size), ByteBudget::UNLIMITED)?;
    while lane.encoder.refinable() {
        lane.show(before, &Damage::none(size), ByteBudget::UNLIMITED)?;
    }
    for (number, slide) in slides.iter().enumerate() {
        let shown_before = lane.screen.clone();
        let mut damage = Damage::all(size);
        damage.keep_changed(last, slide);
        let first = lane.show(slide, &damage, budget)?;
        let (db, worst) = (psnr_rgb(slide, &lane.screen), worst_square(slide, &lane.screen));
        let stale = stale_squares(&damage, &shown_before, slide, &lane.screen);
        let (mut all, mut wanted) = (first, (db >= WANTED_DB).then_some(first));
        while lane.encoder.refinable() && all.calls < REST_CALLS_MAX {
            let step = lane.show(slide, &Damage::none(size), budget)?;
            all = Spent {
                calls: all.calls + 1,
                time: all.time + step.time,
                decoding: all.decoding + step.decoding,
                bytes: all.bytes + step.bytes,
            };
            if steps {
                println!("{} bytes: {:.2} dB", step.bytes, psnr_rgb(slide, &lane.screen));
            }
            if wanted.is_none() && psnr_rgb(slide, &lane.screen) >= WANTED_DB {
                wanted = Some(all);
            }
        }
        println!(
            "| {} | {number} | {:.1} | {:.1} | {} | {db:.1} | {worst:.1} | {stale} | {} | {} | {:.1} |",
            budget.0,
            first.time.as_secs_f64() * 1000.0,
            first.decoding.as_secs_f64() * 1000.0,
            first.bytes,
            wanted.map_or("– | – | –".to_owned(), spent),
            spent(all),
            psnr_rgb(slide, &lane.screen)
        );
        last = slide;
    }
    Ok(())
}

fn spent(Spent { calls, time, bytes, .. }: Spent) -> String {
    format!("{calls} | {:.0} | {bytes}", time.as_secs_f64() * 1000.0)
}

fn squares(size: Size) -> impl Iterator<Item = Rect> {
    let (columns, rows) = (size.width().div_ceil(SQUARE_PX), size.height().div_ceil(SQUARE_PX));
    (0..rows).flat_map(move |row| {
        (0..columns).filter_map(move |column| {
            Rect::new(column * SQUARE_PX, row * SQUARE_PX, SQUARE_PX, SQUARE_PX)?.intersection(size.rect())
        })
    })
}

fn worst_square(picture: &Frame, shown: &Frame) -> f64 {
    squares(picture.size()).map(|square| psnr_of(square, picture, shown)).fold(f64::INFINITY, f64::min)
}

/// How many squares that changed still look just as before.
fn stale_squares(damage: &Damage, before: &Frame, picture: &Frame, shown: &Frame) -> usize {
    let same = |rect: Rect, a: &Frame, b: &Frame| {
        (rect.y()..rect.bottom()).all(|y| a.row(rect, y) == b.row(rect, y))
    };
    damage.tiles().filter(|tile| same(*tile, before, shown) && !same(*tile, picture, shown)).count()
}

fn psnr_of(square: Rect, picture: &Frame, shown: &Frame) -> f64 {
    let mut error = 0u64;
    for y in square.y()..square.bottom() {
        let pixels = picture.row(square, y).chunks_exact(BYTES_PER_PIXEL);
        for (a, b) in pixels.zip(shown.row(square, y).chunks_exact(BYTES_PER_PIXEL)) {
            error += (0..3).map(|channel| u64::from(a[channel].abs_diff(b[channel])).pow(2)).sum::<u64>();
        }
    }
    let samples = 3 * usize::from(square.width()) * usize::from(square.height());
    if error == 0 { f64::INFINITY } else { 10.0 * (255.0 * 255.0 * samples as f64 / error as f64).log10() }
}
