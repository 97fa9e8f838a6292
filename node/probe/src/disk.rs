//! How fast a disk takes data and hands them out again, and whether they are the same.
//!
//! The file has no name from the moment it is made: whatever ends this program, nothing of it is left.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::time::Instant;

use beistand_posix::fs::{Advice, fadvise, statvfs};
use beistand_session::{CheckupEnd, FindingKind};

use crate::bytes::NoiseStream;
use crate::net::end_of;
use crate::report::{Probe, ProbeReport, ProbeResult, count, rate};
use crate::scan::folder;

/// The most that is written: long enough for a disk to show its pace, short enough to be over soon.
const MAX_BYTES: u64 = 256 << 20;

/// Of what is free it takes one part in so many.
const SHARE_OF_FREE: u64 = 10;

/// What is written at once; a stop waits for no more.
const BLOCK_BYTES: usize = 1 << 20;

/// Blocks after which what was written must be on the disk: a stop waits for them too.
const SYNC_BLOCKS: u64 = 8;

/// The seed of what is written.
const SEED: u64 = 7;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DiskProbe {
    folder: PathBuf,
}

impl Probe for DiskProbe {
    fn parse(args: &str) -> Option<Self> {
        if args.is_empty() {
            let home = std::env::home_dir().filter(|home| home.is_dir());
            return Some(Self { folder: home.unwrap_or_else(std::env::temp_dir) });
        }
        folder(args).map(|folder| Self { folder })
    }

    fn subject(&self) -> String {
        self.folder.display().to_string()
    }

    async fn run(self, report: ProbeReport) -> ProbeResult {
        report
            .in_thread(move |report| {
                let room = statvfs(&self.folder).map_err(|error| end_of(&error.into()))?;
                let free = room.f_bavail.saturating_mul(room.f_frsize);
                let blocks = (free / SHARE_OF_FREE).min(MAX_BYTES) / BLOCK_BYTES as u64;
                let file = tempfile::tempfile_in(&self.folder).map_err(|error| end_of(&error))?;
                measure(file, blocks, report)
            })
            .await
    }
}

/// Writes so many blocks and reads them back.
fn measure(mut file: File, blocks: u64, report: &ProbeReport) -> ProbeResult {
    if blocks == 0 {
        return Err(CheckupEnd::DiskFull);
    }
    let size = blocks * BLOCK_BYTES as u64;
    let (mut noise, mut block) = (NoiseStream::new(SEED), vec![0; BLOCK_BYTES]);
    let begin = Instant::now();
    for done in 1..=blocks {
        report.go_on()?;
        noise.fill(&mut block);
        file.write_all(&block).map_err(|error| end_of(&error))?;
        if done % SYNC_BLOCKS == 0 || done == blocks {
            file.sync_data().map_err(|error| end_of(&error))?;
        }
        report.advance(done, 2 * blocks);
    }
    report.find_blocking(FindingKind::DiskWrite, [count(size), rate(size, begin.elapsed())]);
    // So that it comes from the disk; where the system does not do so, reading is as fast as memory.
    let _ = fadvise(&file, 0, None, Advice::DontNeed);
    file.seek(SeekFrom::Start(0)).map_err(|error| end_of(&error))?;
    let (mut noise, mut wanted, mut wrong) = (NoiseStream::new(SEED), vec![0; BLOCK_BYTES], 0);
    let begin = Instant::now();
    for done in 1..=blocks {
        report.go_on()?;
        file.read_exact(&mut block).map_err(|error| end_of(&error))?;
        noise.fill(&mut wanted);
        wrong += u64::from(block != wanted);
        report.advance(blocks + done, 2 * blocks);
    }
    report.find_blocking(FindingKind::DiskRead, [count(size), rate(size, begin.elapsed())]);
    if wrong > 0 {
        report.find_blocking(FindingKind::DiskWrong, [count(wrong)]);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use beistand_session::CheckupKind;

    use super::*;
    use crate::report::tests::{kinds, number, outcome};
    use crate::{ProbeNews, ProbeRequest, ProbeRun};

    fn run_with(file: File, blocks: u64) -> ProbeRun {
        ProbeRun::start_with(move |report| report.in_thread(move |report| measure(file, blocks, report)))
    }

    #[tokio::test]
    async fn what_is_written_is_read_again_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let file = tempfile::tempfile_in(folder.path()).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "it has no name");
        let (findings, end) = outcome(run_with(file, 4)).await;
        assert_eq!(
            (kinds(&findings), end),
            (vec![FindingKind::DiskWrite, FindingKind::DiskRead], CheckupEnd::Done)
        );
        assert_eq!(number(&findings[0], "size"), 4 << 20);
        assert!(number(&findings[0], "rate") > 0);
    }

    #[tokio::test]
    async fn a_full_disk_is_told() {
        let full = File::options().read(true).write(true).open("/dev/full").unwrap();
        assert_eq!(outcome(run_with(full, 4)).await.1, CheckupEnd::DiskFull);
        let file = tempfile::tempfile().unwrap();
        assert_eq!(outcome(run_with(file, 0)).await.1, CheckupEnd::DiskFull);
    }

    #[tokio::test]
    async fn a_disk_that_hands_out_something_else_is_told() {
        // What is written to it is lost, and zeros are read.
        let zero = File::options().read(true).write(true).open("/dev/zero").unwrap();
        let (findings, _) = outcome(run_with(zero, 2)).await;
        // A device can't be synced; where it can, its blocks are wrong.
        let wrong = findings.iter().find(|finding| finding.kind() == FindingKind::DiskWrong);
        assert!(findings.is_empty() || wrong.is_some_and(|wrong| number(wrong, "blocks") == 2));
    }

    #[tokio::test]
    async fn a_stop_in_the_midst_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let request = ProbeRequest::parse(CheckupKind::Disk, folder.path().to_str().unwrap()).unwrap();
        let mut run = ProbeRun::start(request);
        assert!(matches!(run.next().await, Some(ProbeNews::Advance(_))));
        run.stop().await;
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_told() {
        let request = ProbeRequest::parse(CheckupKind::Disk, "/nonexistent").unwrap();
        assert_eq!(outcome(ProbeRun::start(request)).await.1, CheckupEnd::Gone);
    }
}
