//! Whether the microphone hears anything and the speaker plays, by the programs that systems have for it.
//!
//! What is heard goes nowhere: only how loud it was is reported.

use std::time::Duration;

use beistand_session::{CheckupEnd, FindingKind};

use crate::report::{Probe, ProbeReport, ProbeResult, count, text};
use crate::tool::{ProbeTool, first_here};

/// Samples per second: enough for a voice.
const RATE: u32 = 16_000;

/// How long the tone is and how long it is listened, in seconds.
const SECONDS: u32 = 2;

/// How long it may take in all: opening a sound card takes a while.
const SOUND_LIMIT: Duration = Duration::from_secs(10);

/// The tone, in vibrations per second: everybody hears it.
const TONE: f64 = 440.0;

/// How loud the tone is, of the loudest: a fifth, since nobody expects it.
const LOUDNESS: f64 = 0.2;

/// The loudest sample.
const LOUDEST: f64 = i16::MAX as f64;

/// Programs that record a raw mono stream of 16 bits. All but the first end only when they are killed.
const RECORDERS: [ProbeTool; 1] = [ProbeTool {
    program: "arecord",
    args: &["-q", "-t", "raw", "-f", "S16_LE", "-r", "16000", "-c", "1", "-d", "2"],
}];

/// Programs that play one.
const PLAYERS: [ProbeTool; 2] = [
    ProbeTool { program: "aplay", args: &["-q", "-t", "raw", "-f", "S16_LE", "-r", "16000", "-c", "1", "-"] },
    ProbeTool {
        program: "pacat",
        args: &["--playback", "--raw", "--format=s16le", "--rate=16000", "--channels=1"],
    },
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MicrophoneProbe;

impl Probe for MicrophoneProbe {
    fn parse(args: &str) -> Option<Self> {
        args.is_empty().then_some(Self)
    }

    fn subject(&self) -> String {
        String::new()
    }

    async fn run(self, report: ProbeReport) -> ProbeResult {
        report
            .in_thread(|report| {
                let recorded = first_here(&RECORDERS)?.run(&[], &[], SOUND_LIMIT, report)?;
                match SoundLevel::of(&recorded.bytes) {
                    Some(_) if !recorded.well => Err(CheckupEnd::Gone),
                    None => Err(CheckupEnd::Gone),
                    Some(SoundLevel { peak: 0, .. }) => {
                        report.find_blocking(FindingKind::MicrophoneSilent, []);
                        Ok(())
                    }
                    Some(SoundLevel { peak, mean }) => {
                        report.find_blocking(FindingKind::MicrophoneLevel, [count(peak), count(mean)]);
                        Ok(())
                    }
                }
            })
            .await
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SpeakerProbe;

impl Probe for SpeakerProbe {
    fn parse(args: &str) -> Option<Self> {
        args.is_empty().then_some(Self)
    }

    fn subject(&self) -> String {
        String::new()
    }

    async fn run(self, report: ProbeReport) -> ProbeResult {
        report
            .in_thread(|report| {
                let player = first_here(&PLAYERS)?;
                if !player.run(&[], &tone(), SOUND_LIMIT, report)?.well {
                    return Err(CheckupEnd::Gone);
                }
                report.find_blocking(FindingKind::SpeakerPlayed, [text(player.program)]);
                Ok(())
            })
            .await
    }
}

/// A tone as samples of 16 bits.
fn tone() -> Vec<u8> {
    let sample = |at: u32| {
        let angle = f64::from(at) / f64::from(RATE) * TONE * std::f64::consts::TAU;
        (angle.sin() * LOUDNESS * LOUDEST) as i16
    };
    (0..RATE * SECONDS).flat_map(|at| sample(at).to_le_bytes()).collect()
}

/// How loud a recording is, in thousandths of the loudest.
#[derive(Debug, PartialEq, Eq)]
struct SoundLevel {
    peak: u64,
    mean: u64,
}

impl SoundLevel {
    /// `None` where nothing was recorded.
    fn of(bytes: &[u8]) -> Option<Self> {
        let samples = bytes.as_chunks::<2>().0.iter().map(|pair| f64::from(i16::from_le_bytes(*pair)).abs());
        let (mut number, mut peak, mut squares) = (0.0, 0.0_f64, 0.0);
        for sample in samples {
            number += 1.0;
            peak = peak.max(sample);
            squares += sample * sample;
        }
        let of_loudest = |level: f64| (level / LOUDEST * 1000.0).min(1000.0) as u64;
        (number > 0.0).then(|| Self { peak: of_loudest(peak), mean: of_loudest((squares / number).sqrt()) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_tone_is_as_loud_as_it_was_made() {
        assert_eq!(SoundLevel::of(&tone()), Some(SoundLevel { peak: 199, mean: 141 }));
        assert_eq!(SoundLevel::of(&[0; 100]), Some(SoundLevel { peak: 0, mean: 0 }));
        assert_eq!(SoundLevel::of(&[1]), None);
    }

    proptest! {
        #[test]
        fn no_recording_is_louder_than_the_loudest(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            if let Some(level) = SoundLevel::of(&bytes) {
                prop_assert!(level.mean <= level.peak && level.peak <= 1000);
            }
        }
    }
}
