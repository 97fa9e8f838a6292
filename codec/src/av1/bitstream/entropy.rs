//! The symbol coder, section 8.2 turned round: adaptive symbols in, bytes out.
//!
//! Distributions are kept as 32768 less the specification's values, which saves a subtraction per symbol.
//! One code writes symbols and says what they cost: writers are generic over [`SymbolSink`].

/// The bits of a distribution's whole.
const PROB_BITS: u32 = 15;

/// `EC_PROB_SHIFT`: bits of a probability that a range is not multiplied with.
const PROB_SHIFT: u32 = 6;

/// `EC_MIN_PROB`, the least range of a symbol: no symbol is impossible.
const MIN_PROB: u32 = 4;

/// Takes symbols: to write them or to know what they would cost.
pub(crate) trait SymbolSink {
    /// Codes `value` with a distribution of `LEN - 1` values and its counter. `value` is below `LEN - 1`.
    fn symbol<const LEN: usize>(&mut self, value: usize, cdf: &mut [u16; LEN]);

    /// `L(n)`: the low `bits` of `value`, the most significant first.
    fn literal(&mut self, bits: u32, value: u32);

    /// Codes a yes or no whose distribution was derived and is not kept: `icdf` is 32768 less that of no.
    fn derived_bool(&mut self, value: bool, icdf: u16) {
        self.symbol(usize::from(value), &mut [icdf, 0, 0]);
    }
}

/// How many settled bits the window holds before they leave it: the rest of its 64 bits takes the range (16),
/// a carry, and the most that one symbol adds (15).
const WINDOW_BITS: i32 = 32;

/// Writes symbols, and adapts their distributions.
#[derive(Debug, Default)]
pub(crate) struct RangeEncoder {
    bytes: Vec<u8>,
    /// The low end of the range: 16 bits below the settled ones, which a carry may still change.
    low: u64,
    range: u32,
    /// How many bits of `low` are settled, less 1 at the start.
    settled: i32,
}

impl RangeEncoder {
    /// Starts a tile; keeps the buffer of the last one.
    pub(crate) fn start(&mut self) {
        self.bytes.clear();
        self.low = 0;
        self.range = 0x8000;
        self.settled = -1;
    }

    /// Bytes written so far, to within a few.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// What was written, complete once [`Self::finish`] was called.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Ends the tile, with the trailing bits that section 8.2.4 asks for.
    pub(crate) fn finish(&mut self) {
        let mask = 0x3fff;
        let mut end = ((self.low + mask) & !mask) | (mask + 1);
        let mut left = self.settled + 2;
        let mut shift = self.settled + 8;
        while left > 0 {
            self.push(end >> shift, 1);
            end &= (1 << shift) - 1;
            shift -= 8;
            left -= 8;
        }
    }

    /// Narrows the range to a symbol's part: `above` and `below` are its borders, of 32768 and falling;
    /// `rest` is how many symbols follow it.
    #[inline]
    fn narrow(&mut self, above: u32, below: u32, rest: u32) {
        let scale = |border: u32| ((self.range >> 8) * (border >> PROB_SHIFT)) >> (7 - PROB_SHIFT);
        let bottom = scale(below) + MIN_PROB * rest;
        let top = if above < 1 << PROB_BITS { scale(above) + MIN_PROB * (rest + 1) } else { self.range };
        self.keep(top, bottom);
    }

    /// Keeps what of the range lies between two values, counted from its high end.
    #[inline]
    fn keep(&mut self, top: u32, bottom: u32) {
        self.low += u64::from(self.range - top);
        let range = top - bottom;
        let shift = range.leading_zeros() - 16;
        self.low <<= shift;
        self.range = range << shift;
        self.settled += shift as i32;
        if self.settled >= WINDOW_BITS {
            self.flush();
        }
    }

    /// Moves whole settled bytes out of the window.
    fn flush(&mut self) {
        let count = self.settled / 8;
        self.settled %= 8;
        let kept = 16 + self.settled;
        self.push(self.low >> kept, count as usize);
        self.low &= (1 << kept) - 1;
    }

    /// Appends `count` bytes (up to 7) and adds a carry above them to what was written.
    fn push(&mut self, value: u64, count: usize) {
        if value >> (8 * count) != 0 {
            for byte in self.bytes.iter_mut().rev() {
                *byte = byte.wrapping_add(1);
                if *byte != 0 {
                    break;
                }
            }
        }
        self.bytes.extend_from_slice(&value.to_be_bytes()[8 - count..]);
    }
}

impl SymbolSink for RangeEncoder {
    #[inline]
    fn symbol<const LEN: usize>(&mut self, value: usize, cdf: &mut [u16; LEN]) {
        let above = if value > 0 { u32::from(cdf[value - 1]) } else { 1 << PROB_BITS };
        self.narrow(above, u32::from(cdf[value]), (LEN - 2 - value) as u32);
        adapt(cdf, value);
    }

    #[inline]
    fn literal(&mut self, bits: u32, value: u32) {
        for bit in (0..bits).rev() {
            let half = ((self.range >> 8) << 7) + MIN_PROB;
            if value >> bit & 1 == 1 {
                self.keep(half, 0);
            } else {
                self.keep(self.range, half);
            }
        }
    }
}

/// The adaptation of section 8.2.6.
#[inline]
fn adapt<const LEN: usize>(cdf: &mut [u16; LEN], value: usize) {
    let values = LEN - 1;
    let count = cdf[values];
    let rate = 3 + u16::from(count > 15) + u16::from(count > 31) + (values.ilog2() as u16).min(2);
    for (index, border) in cdf[..values - 1].iter_mut().enumerate() {
        if index < value {
            *border += (32768 - *border) >> rate;
        } else {
            *border -= *border >> rate;
        }
    }
    cdf[values] = count + u16::from(count < 32);
}

/// The unit of [`BitCounter`]: 256 to a bit.
pub(crate) const COST_UNIT: u32 = 256;

/// Adds up what symbols would cost, and leaves the distributions alone.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct BitCounter {
    /// In 1/256 bit.
    pub(crate) cost: u32,
}

impl BitCounter {
    /// What `value` costs in a distribution, in 1/256 bit.
    #[inline]
    pub(crate) fn of<const LEN: usize>(value: usize, cdf: &[u16; LEN]) -> u32 {
        let above = if value > 0 { cdf[value - 1] } else { 1 << PROB_BITS };
        u32::from(COSTS[usize::from((above - cdf[value]) >> PROB_SHIFT).min(COSTS.len() - 1)])
    }
}

impl SymbolSink for BitCounter {
    #[inline]
    fn symbol<const LEN: usize>(&mut self, value: usize, cdf: &mut [u16; LEN]) {
        self.cost += Self::of(value, cdf);
    }

    fn literal(&mut self, bits: u32, _value: u32) {
        self.cost += bits * COST_UNIT;
    }
}

/// The cost of a probability of (index + 1/2) / 512, in 1/256 bit.
static COSTS: [u16; 513] = costs();

const fn costs() -> [u16; 513] {
    let mut costs = [0; 513];
    let mut index = 0;
    while index < 513 {
        costs[index] = cost_of(2 * index as u64 + 1, 1024);
        index += 1;
    }
    costs
}

/// -log2(part / whole) in 1/256 bit, by squaring: each square gives a bit of the logarithm.
const fn cost_of(part: u64, whole: u64) -> u16 {
    if part >= whole {
        return 0;
    }
    let mut value = (whole << 16) / part;
    let mut log = 0;
    let mut bit = 0;
    while value >= 2 << 16 {
        value >>= 1;
        log += 256;
    }
    while bit < 8 {
        value = (value * value) >> 16;
        if value >= 2 << 16 {
            value >>= 1;
            log += 128 >> bit;
        }
        bit += 1;
    }
    log
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The symbol decoder, sections 8.2.2 to 8.2.6 word by word.
    pub(crate) struct SymbolDecoder<'a> {
        bits: Box<dyn Iterator<Item = u32> + 'a>,
        value: u32,
        range: u32,
        max_bits: i64,
    }

    impl<'a> SymbolDecoder<'a> {
        pub(crate) fn new(bytes: &'a [u8]) -> Self {
            let bits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| u32::from(byte >> bit & 1)));
            let mut bits: Box<dyn Iterator<Item = u32>> = Box::new(bits.chain(std::iter::repeat(0)));
            let buffer = bits.by_ref().take(15).fold(0, |value, bit| value << 1 | bit);
            let max_bits = 8 * bytes.len() as i64 - 15;
            Self { bits, value: ((1 << 15) - 1) ^ buffer, range: 1 << 15, max_bits }
        }

        pub(crate) fn symbol<const LEN: usize>(&mut self, icdf: &mut [u16; LEN]) -> usize {
            let count = LEN - 1;
            let mut cdf = icdf.map(|border| 32768 - u32::from(border));
            cdf[count] = icdf[count].into();
            let mut current = self.range;
            let mut symbol = 0;
            let mut previous;
            loop {
                previous = current;
                let f = (1 << 15) - cdf[symbol];
                current = (((self.range >> 8) * (f >> 6)) >> 1) + 4 * (count as u32 - symbol as u32 - 1);
                if self.value >= current {
                    break;
                }
                symbol += 1;
            }
            self.range = previous - current;
            self.value -= current;
            let bits = 15 - self.range.ilog2();
            self.range <<= bits;
            let new = self.bits.by_ref().take(bits as usize).fold(0, |value, bit| value << 1 | bit);
            self.value = (((self.value + 1) << bits) - 1) ^ new;
            self.max_bits -= i64::from(bits);
            let rate = 3 + u32::from(cdf[count] > 15) + u32::from(cdf[count] > 31) + count.ilog2().min(2);
            let mut target = 0;
            for (index, border) in cdf.iter_mut().enumerate().take(count - 1) {
                if index == symbol {
                    target = 32768;
                }
                if target < *border {
                    *border -= (*border - target) >> rate;
                } else {
                    *border += (target - *border) >> rate;
                }
                icdf[index] = (32768 - *border) as u16;
            }
            icdf[count] += u16::from(icdf[count] < 32);
            symbol
        }

        pub(crate) fn literal(&mut self, bits: u32) -> u32 {
            (0..bits).fold(0, |value, _| value << 1 | self.symbol(&mut [1 << 14, 0, 0]) as u32)
        }

        /// Whether the exit process of section 8.2.4 is satisfied.
        pub(crate) fn ends_well(&self, bytes: &[u8]) -> bool {
            let padding_end = 8 * bytes.len() as i64;
            let position = padding_end - self.max_bits.max(0);
            let trailing = position - 15.min(self.max_bits + 15);
            let bit = |at: i64| bytes[at as usize / 8] >> (7 - at % 8) & 1;
            self.max_bits >= -14 && bit(trailing) == 1 && (trailing + 1..padding_end).all(|at| bit(at) == 0)
        }
    }

    proptest! {
        #[test]
        fn symbols_come_back(values in prop::collection::vec((0..13usize, 0..2usize, 0..256u32), 0..600)) {
            let large = [30000, 28000, 26000, 20000, 16000, 12000, 8000, 4000, 2000, 1000, 500, 20, 0, 0];
            let small = [300, 0, 0];
            let mut encoder = RangeEncoder::default();
            encoder.start();
            let (mut a, mut b) = (large, small);
            for (x, y, z) in &values {
                encoder.symbol(*x, &mut a);
                encoder.symbol(*y, &mut b);
                encoder.literal(8, *z);
            }
            encoder.finish();
            let bytes = encoder.bytes();
            let mut decoder = SymbolDecoder::new(bytes);
            let (mut c, mut d) = (large, small);
            for (x, y, z) in &values {
                prop_assert_eq!(decoder.symbol(&mut c), *x);
                prop_assert_eq!(decoder.symbol(&mut d), *y);
                prop_assert_eq!(decoder.literal(8), *z);
            }
            prop_assert_eq!(a, c);
            prop_assert_eq!(b, d);
            prop_assert!(decoder.ends_well(bytes));
        }
    }

    #[test]
    fn costs_are_logarithms() {
        for (index, cost) in COSTS.iter().enumerate().take(512) {
            let exact = -((index as f64 + 0.5) / 512.0).log2() * 256.0;
            assert!((f64::from(*cost) - exact).abs() < 2.5, "{index}: {cost} for {exact}");
        }
    }
}
