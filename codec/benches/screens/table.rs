//! The table, in Markdown.

use crate::contender::Role;
use crate::figures::{Run, Step, cost_at, millis};
use crate::quality::psnr;

pub(crate) fn print_head() {
    println!(
        "| sequence | encoder | key ms | key CPU ms | key bytes | key dB | inexact | ms median | p95 | CPU ms | bytes | dB Y | inexact | dB RGB | pixels = \
         | samples = | decode ms | × time | × CPU | × CPU at its dB | × bytes | × bytes at its dB | × key CPU | × key bytes at its dB \
         | rest |"
    );
    println!("|{}", "---|".repeat(25));
}

/// One row a run; points of the reference's curve only where `points`.
pub(crate) fn print_rows(sequence: &str, runs: &[Run], points: bool) {
    let reference = runs.iter().find(|run| run.role == Role::Reference);
    for run in runs.iter().filter(|run| points || run.role != Role::Point) {
        let factors =
            reference.map_or_else(|| vec!["–".to_owned(); 7], |reference| factors(run, reference, runs));
        println!(
            "| {sequence} | {} | {} | {} | {} |",
            run.name,
            figures(run),
            factors.join(" | "),
            rest(run)
        );
    }
}

pub(crate) fn print_legend() {
    println!(
        "\nms: wall time of one call, and CPU time of all threads (median). bytes: mean of the pictures after the first. dB: of \
         the mean squared error of all of them; inexact: of the squares of 8x8 that are not exact alone. pixels =: equal in red, green and blue; samples =: equal in Y, U and V. \
         decode: re_rav1d on one thread, without colours. ×: against libaom-444 in this run; \"at its dB\": against \
         libaom-444's curve at this row's luma PSNR, where it reaches that far. rest: calls, ms, bytes until nothing was left \
         to refine, and equal samples then. In 4:4:4, the time of all includes the conversion of colours."
    );
}

fn figures(run: &Run) -> String {
    let key = run.key.expect("a first picture was shown");
    [
        format!("{:.1}", millis(key.encode.wall)),
        format!("{:.1}", millis(key.encode.cpu)),
        key.bytes.to_string(),
        decibel(psnr(key.closeness.luma_error)),
        decibel(psnr(key.closeness.inexact_luma_error.unwrap_or(0.0))),
        format!("{:.2}", run.millis(|step| step.encode.wall, 50)),
        format!("{:.2}", run.millis(|step| step.encode.wall, 95)),
        format!("{:.2}", run.millis(|step| step.encode.cpu, 50)),
        format!("{:.0}", run.bytes()),
        decibel(run.psnr_luma()),
        decibel(run.psnr_inexact()),
        decibel(run.psnr_rgb()),
        percent(run.mean(|step| step.closeness.pixels_equal)),
        percent(run.mean(|step| step.closeness.samples_equal)),
        format!("{:.2}", run.millis(|step| step.decode.wall, 50)),
    ]
    .join(" | ")
}

/// Against the reference: time, CPU, CPU at equal quality, bytes, bytes at equal quality, and the first
/// picture's CPU time and bytes at equal quality.
fn factors(run: &Run, reference: &Run, runs: &[Run]) -> Vec<String> {
    let wall = |run: &Run| run.millis(|step| step.encode.wall, 50);
    let cpu = |run: &Run| run.millis(|step| step.encode.cpu, 50);
    let curve = |of: &dyn Fn(&Run) -> (f64, f64)| -> Vec<(f64, f64)> {
        let on_it = |run: &&Run| matches!(run.role, Role::Reference | Role::Point);
        runs.iter().filter(on_it).map(of).collect()
    };
    let key = |run: &Run| run.key.expect("a first picture was shown");
    let key_point = |run: &Run| (psnr(key(run).closeness.luma_error), key(run).bytes as f64);
    let point = |run: &Run| (run.psnr_luma(), run.bytes());
    let cpu_point = |run: &Run| (run.psnr_luma(), cpu(run));
    let at = |curve: Vec<(f64, f64)>, (quality, cost): (f64, f64)| match cost_at(&curve, quality) {
        Some(reference) => format!("{:.2}", cost / reference),
        None => "–".to_owned(),
    };
    let key_cpu = |run: &Run| millis(key(run).encode.cpu);
    vec![
        format!("{:.2}", wall(run) / wall(reference)),
        format!("{:.2}", cpu(run) / cpu(reference)),
        at(curve(&cpu_point), cpu_point(run)),
        format!("{:.2}", run.bytes() / reference.bytes()),
        at(curve(&point), point(run)),
        format!("{:.2}", key_cpu(run) / key_cpu(reference)),
        at(curve(&key_point), key_point(run)),
    ]
}

fn rest(run: &Run) -> String {
    let Some(last) = run.rest.last() else { return "–".to_owned() };
    let time: f64 = run.rest.iter().map(|step| millis(step.encode.wall)).sum();
    let bytes: usize = run.rest.iter().map(|step: &Step| step.bytes).sum();
    format!("{} calls, {time:.0} ms, {bytes} B, {}", run.rest.len(), percent(last.closeness.samples_equal))
}

fn decibel(value: f64) -> String {
    if value.is_finite() { format!("{value:.1}") } else { "exact".to_owned() }
}

/// Rounded down, so that only all is 100 %.
fn percent(share: f64) -> String {
    format!("{:.2} %", (share * 10_000.0).floor() / 100.0)
}
