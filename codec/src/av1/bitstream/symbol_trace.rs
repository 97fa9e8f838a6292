//! A sink for tests that notes each symbol and the CDF it was written with, and a reader that checks both.
//!
//! Unlike an encoder and a decoder that agree, it finds a symbol that was written with the statistics of
//! another.

use std::collections::VecDeque;

use super::entropy::SymbolSink;

/// Symbols in the order they were written, each with the address of its CDF.
#[derive(Debug, Default)]
pub(crate) struct SymbolTrace(VecDeque<(usize, usize)>);

impl SymbolSink for SymbolTrace {
    fn symbol<const N: usize>(&mut self, value: usize, cdf: &mut [u16; N]) {
        assert!(value < N - 1);
        self.0.push_back((value, cdf.as_ptr() as usize));
    }

    fn literal(&mut self, _bits: u32, _value: u32) {
        unreachable!("no mode has literals");
    }
}

impl SymbolTrace {
    /// The next symbol, which must have been written with this very CDF.
    pub(crate) fn read<const N: usize>(&mut self, cdf: &[u16; N]) -> usize {
        let (symbol, address) = self.0.pop_front().expect("a symbol was written");
        assert_eq!(address, cdf.as_ptr() as usize, "written with another CDF");
        symbol
    }

    /// The next symbol, whose CDF was made for it.
    pub(crate) fn read_derived(&mut self) -> usize {
        self.0.pop_front().expect("a symbol was written").0
    }

    /// That all was read.
    pub(crate) fn finish(self) {
        assert_eq!(self.0.len(), 0, "symbols are left");
    }
}
