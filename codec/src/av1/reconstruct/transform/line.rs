//! One-dimensional transforms by length and kind, for eight columns or rows at once.

use super::lanes::{Lanes, round2};
use super::{LineTransform, adst, dct, identity};

/// A line of 4, 8, 16 or 32 values that can be transformed in place.
pub(super) trait TransformLine {
    /// Section 7.13.2 for one kind, then `Round2` by `shift` bits and a clamp to 16 bits.
    fn inverse(&mut self, kind: LineTransform, shift: u32);

    /// The forward transform, with the gain of the inverse.
    fn forward(&mut self, kind: LineTransform);
}

macro_rules! line {
    ($n:literal, $inverse_dct:path, $forward_dct:path, $inverse_adst:path, $forward_adst:path) => {
        impl TransformLine for [Lanes; $n] {
            #[inline(never)]
            fn inverse(&mut self, kind: LineTransform, shift: u32) {
                match kind {
                    LineTransform::Dct => $inverse_dct(self),
                    LineTransform::Adst => $inverse_adst(self),
                    LineTransform::FlipAdst => {
                        $inverse_adst(self);
                        self.reverse();
                    }
                    LineTransform::Identity => return identity::identity(self, shift),
                }
                for x in self {
                    *x = round2(*x, shift);
                }
            }

            #[inline(never)]
            fn forward(&mut self, kind: LineTransform) {
                match kind {
                    LineTransform::Dct => $forward_dct(self),
                    LineTransform::Adst => $forward_adst(self),
                    LineTransform::FlipAdst => {
                        self.reverse();
                        $forward_adst(self);
                    }
                    LineTransform::Identity => identity::identity(self, 0),
                }
            }
        }
    };
}

line!(4, dct::inverse_dct4, dct::forward_dct4, adst::inverse_adst4, adst::forward_adst4);
line!(8, dct::inverse_dct8, dct::forward_dct8, adst::inverse_adst8, adst::forward_adst8);
line!(16, dct::inverse_dct16, dct::forward_dct16, adst::inverse_adst16, adst::forward_adst16);
line!(32, dct::inverse_dct32, dct::forward_dct32, no_adst32, no_adst32);

fn no_adst32(_: &mut [Lanes; 32]) {
    unreachable!("AV1 has no ADST of 32");
}
