//! Whether free memory keeps what is written to it: patterns are written, and read when all is full.
//!
//! It tests what this program gets, not all that is built in; what other programs hold is not touched.

use std::fs;
use std::hint::black_box;

use beistand_session::{CheckupEnd, FindingKind};

use crate::bytes::NoiseStream;
use crate::report::{Probe, ProbeReport, ProbeResult, count};
use crate::request::number_in;

/// The most memory, in MiB: more takes longer than somebody waits.
const MAX_MIB: u64 = 1024;

/// Of what is free it takes one part in so many: the user's programs go on.
const SHARE_OF_FREE: u64 = 4;

/// What is taken, written and read at once; a stop waits for no more.
const BLOCK_WORDS: usize = (1 << 20) / 8;

/// Where the system says how much is free.
const MEMINFO: &str = "/proc/meminfo";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MemoryProbe {
    mib: u64,
}

/// What is written.
#[derive(Debug, Clone, Copy)]
enum MemoryPattern {
    /// The same in each word: bits that stick.
    Same(u64),
    /// Another in each word: places that are mistaken for others.
    Noise,
}

/// The patterns, one after the other.
const PATTERNS: [MemoryPattern; 5] = [
    MemoryPattern::Same(0),
    MemoryPattern::Same(u64::MAX),
    MemoryPattern::Same(0x5555_5555_5555_5555),
    MemoryPattern::Same(0xaaaa_aaaa_aaaa_aaaa),
    MemoryPattern::Noise,
];

impl Probe for MemoryProbe {
    fn parse(args: &str) -> Option<Self> {
        number_in(args, 1..=MAX_MIB, MAX_MIB).map(|mib| Self { mib })
    }

    fn subject(&self) -> String {
        String::new()
    }

    async fn run(self, report: ProbeReport) -> ProbeResult {
        report
            .in_thread(move |report| {
                let free = free_bytes(&fs::read_to_string(MEMINFO).unwrap_or_default());
                let free = free.ok_or(CheckupEnd::NotHere)?;
                let blocks = self.mib.min((free >> 20) / SHARE_OF_FREE);
                let mut memory = take_blocks(blocks as usize, report, free_block)?;
                let wrong = try_patterns(&mut memory, report)?;
                // There may have been less than was wished.
                let bytes = (memory.len() as u64) << 20;
                report.find_blocking(FindingKind::MemoryTested, [count(bytes), count(wrong)]);
                Ok(())
            })
            .await
    }
}

/// So many blocks, or as many as there are.
fn take_blocks(
    wished: usize,
    report: &ProbeReport,
    mut take: impl FnMut() -> Option<Vec<u64>>,
) -> Result<Vec<Vec<u64>>, CheckupEnd> {
    let mut memory = Vec::new();
    while memory.len() < wished {
        report.go_on()?;
        let Some(block) = take() else { break };
        memory.push(block);
    }
    Ok(memory)
}

/// A block that is written to, so that it is really there; `None` where the system has none.
fn free_block() -> Option<Vec<u64>> {
    let mut block = Vec::new();
    block.try_reserve_exact(BLOCK_WORDS).ok()?;
    block.resize(BLOCK_WORDS, 1);
    Some(block)
}

/// How many words of these blocks were not what was written.
fn try_patterns(memory: &mut [Vec<u64>], report: &ProbeReport) -> Result<u64, CheckupEnd> {
    let steps = 2 * (PATTERNS.len() * memory.len()) as u64;
    let (mut done, mut wrong) = (0, 0);
    for pattern in PATTERNS {
        for (seed, block) in memory.iter_mut().enumerate() {
            report.go_on()?;
            pattern.write(seed as u64, black_box(block));
            done += 1;
            report.advance(done, steps);
        }
        for (seed, block) in memory.iter_mut().enumerate() {
            report.go_on()?;
            // The compiler does not know what was written there.
            wrong += pattern.wrong(seed as u64, black_box(block));
            done += 1;
            report.advance(done, steps);
        }
    }
    Ok(wrong)
}

impl MemoryPattern {
    fn write(self, seed: u64, block: &mut [u64]) {
        match self {
            Self::Same(word) => block.fill(word),
            Self::Noise => {
                let mut noise = NoiseStream::new(seed);
                block.iter_mut().for_each(|word| *word = noise.next());
            }
        }
    }

    /// How many words are wrong.
    fn wrong(self, seed: u64, block: &[u64]) -> u64 {
        let wrong = match self {
            Self::Same(wanted) => block.iter().filter(|word| **word != wanted).count(),
            Self::Noise => {
                let mut noise = NoiseStream::new(seed);
                block.iter().filter(|word| **word != noise.next()).count()
            }
        };
        wrong as u64
    }
}

/// How much the system says is free.
fn free_bytes(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use beistand_session::CheckupKind;
    use proptest::prelude::*;

    use super::*;
    use crate::report::tests::{number, outcome};
    use crate::{ProbeRequest, ProbeRun};

    #[tokio::test]
    async fn memory_that_keeps_everything_is_well() {
        let request = ProbeRequest::parse(CheckupKind::Memory, "4").unwrap();
        let (findings, end) = outcome(ProbeRun::start(request)).await;
        assert_eq!(end, CheckupEnd::Done);
        assert_eq!((number(&findings[0], "size"), number(&findings[0], "wrong")), (4 << 20, 0));
    }

    #[tokio::test]
    async fn only_what_was_there_is_said_to_be_tested() {
        let run = ProbeRun::start_with(|report| {
            report.in_thread(|report| {
                let mut left = 2;
                let take = || {
                    left -= 1;
                    free_block().filter(|_| left >= 0)
                };
                assert_eq!(take_blocks(1000, report, take)?.len(), 2);
                Ok(())
            })
        });
        assert_eq!(outcome(run).await.1, CheckupEnd::Done);
    }

    #[test]
    fn one_bit_is_noticed() {
        for pattern in PATTERNS {
            let mut block = vec![1; 1000];
            pattern.write(3, &mut block);
            assert_eq!(pattern.wrong(3, &block), 0);
            block[500] ^= 1 << 40;
            assert_eq!(pattern.wrong(3, &block), 1);
        }
    }

    proptest! {
        #[test]
        fn junk_says_nothing_of_memory(text in "(MemAvailable:)?\\PC{0,40}\n?") {
            let _ = free_bytes(&text);
        }
    }

    #[test]
    fn what_is_free_is_read() {
        assert_eq!(free_bytes("MemTotal: 9 kB\nMemAvailable:    2048 kB\n"), Some(2 << 20));
    }
}
