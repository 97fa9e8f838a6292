//! A voice that nobody has: vowels of a made-up speaker with pauses, for tests and measurements.
//!
//! A buzz of a hundred and some vibrations per second goes through three resonances, as a throat and a mouth
//! are. It says nothing, but codecs, echo cancellers and detectors of silence take it for a person.

use crate::SAMPLE_RATE;

/// Frequencies of the three resonances of five vowels, in hertz (Peterson and Barney, 1952, men).
const VOWELS: [[f32; 3]; 5] = [
    [730.0, 1090.0, 2440.0],
    [270.0, 2290.0, 3010.0],
    [300.0, 870.0, 2240.0],
    [530.0, 1840.0, 2480.0],
    [570.0, 840.0, 2410.0],
];

/// How broad each resonance is, in hertz.
const WIDTHS: [f32; 3] = [80.0, 100.0, 140.0];

/// How long a vowel is, in samples: a fifth of a second.
const VOWEL_SAMPLES: usize = SAMPLE_RATE as usize / 5;

/// After so many vowels one is silent.
const PAUSE_AFTER: usize = 6;

/// The loudest sample, of 1.
const LOUDNESS: f32 = 0.5;

/// The voice, sample by sample, for ever. `pitch` is its height in hertz: 120 is a man's.
pub fn voice(pitch: f32) -> impl Iterator<Item = f32> + Send {
    let mut throat = Throat { phase: 0.0, noise: 1, resonances: [[0.0; 2]; 3] };
    (0_usize..).map(move |at| throat.sample(pitch, at))
}

/// So many seconds of it.
pub fn seconds(pitch: f32, seconds: usize) -> Vec<f32> {
    voice(pitch).take(seconds * SAMPLE_RATE as usize).collect()
}

struct Throat {
    phase: f32,
    noise: u32,
    resonances: [[f32; 2]; 3],
}

impl Throat {
    fn sample(&mut self, pitch: f32, at: usize) -> f32 {
        let (vowel, within) = (at / VOWEL_SAMPLES, at % VOWEL_SAMPLES);
        let way = within as f32 / VOWEL_SAMPLES as f32;
        let pauses = vowel % (PAUSE_AFTER + 1) == PAUSE_AFTER;
        // Each vowel swells and fades, and its pitch falls a little.
        let strength = if pauses { 0.0 } else { (way * std::f32::consts::PI).sin().sqrt() };
        self.phase += pitch * (1.1 - 0.2 * way) / SAMPLE_RATE as f32;
        self.phase -= self.phase.floor();
        self.noise = self.noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let breath = (self.noise >> 16) as f32 / 32_768.0 - 1.0;
        // The vocal cords: open for two fifths of each vibration.
        let cords = if self.phase < 0.4 { (self.phase / 0.4 * std::f32::consts::PI).sin() } else { 0.0 };
        let mut sample = (cords - 0.25 + 0.02 * breath) * strength;
        for ((frequency, width), state) in
            VOWELS[vowel % VOWELS.len()].into_iter().zip(WIDTHS).zip(&mut self.resonances)
        {
            sample = resonance(sample, frequency, width, state);
        }
        (sample * LOUDNESS * 0.6).clamp(-LOUDNESS, LOUDNESS)
    }
}

/// A resonator of the second order (Klatt, 1980), whose gain is 1 for what does not vibrate.
fn resonance(sample: f32, frequency: f32, width: f32, state: &mut [f32; 2]) -> f32 {
    let rate = SAMPLE_RATE as f32;
    let radius = (-std::f32::consts::PI * width / rate).exp();
    let b = 2.0 * radius * (2.0 * std::f32::consts::PI * frequency / rate).cos();
    let c = -radius * radius;
    let out = (1.0 - b - c) * sample + b * state[0] + c * state[1];
    *state = [out, state[0]];
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SoundLevel;

    #[test]
    fn it_is_as_loud_as_a_person_and_pauses() {
        let voice = seconds(120.0, 3);
        let level = SoundLevel::of(&voice).decibels();
        assert!((-35..=-10).contains(&level), "{level}");
        assert!(voice.iter().all(|sample| sample.abs() <= LOUDNESS));
        let pause = &voice[PAUSE_AFTER * VOWEL_SAMPLES + 4800..(PAUSE_AFTER + 1) * VOWEL_SAMPLES];
        assert!(SoundLevel::of(pause).decibels() < -60);
    }
}
