//! How loud something is, as a person sees it on a meter.

/// How loud something is: decibels below the loudest that there is, at most 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SoundLevel(i8);

impl SoundLevel {
    /// What nobody hears.
    pub const SILENCE: Self = Self(-100);

    /// How loud these samples are: their mean power.
    pub fn of(samples: &[f32]) -> Self {
        if samples.is_empty() {
            return Self::SILENCE;
        }
        let power = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
        Self::of_power(power / samples.len() as f64)
    }

    /// The level of a mean power.
    pub(crate) fn of_power(power: f64) -> Self {
        let decibels = 10.0 * power.max(1e-10).log10();
        // A cast of a float stays within the type's bounds.
        Self(decibels.round().clamp(-100.0, 0.0) as i8)
    }

    /// The level of so many decibels.
    pub(crate) const fn from_decibels(decibels: i8) -> Self {
        Self(decibels)
    }

    /// In decibels.
    pub const fn decibels(self) -> i8 {
        self.0
    }

    /// How much of a meter it fills, from 0 to 1: a meter begins where a quiet room is.
    pub fn of_meter(self) -> f32 {
        const FLOOR: f32 = -60.0;
        ((f32::from(self.0) - FLOOR) / -FLOOR).clamp(0.0, 1.0)
    }
}

impl Default for SoundLevel {
    fn default() -> Self {
        Self::SILENCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_what_engineers_know() {
        assert_eq!(SoundLevel::of(&[1.0, -1.0]).decibels(), 0);
        assert_eq!(SoundLevel::of(&[0.1, -0.1]).decibels(), -20);
        assert_eq!(SoundLevel::of(&[0.0; 9]), SoundLevel::SILENCE);
        assert_eq!(SoundLevel::of(&[f32::NAN]).of_meter(), 0.0);
        assert_eq!(SoundLevel::of(&[9.0]).of_meter(), 1.0);
    }
}
