//! What was found before it is judged: together with the files that it consists of, so that their packages
//! are looked for once for all.

use std::collections::BTreeSet;
use std::fs;

use beistand_session::{SweepEnd, SweepFinding, SweepReason, SweepStanding};

use crate::facts::{FileFacts, RECENT_DAYS};
use crate::installed::{PackagedFile, PackagedFiles, PackagedOriginal, merged};
use crate::machine::LinuxSweep;
use crate::run::{SweepProgress, SweepResult};

/// Drafts of one category: each is judged, and more are told in no case.
const MAX_DRAFTS: usize = 4096;

/// Something that was found, and what it consists of.
#[derive(Debug, Clone)]
pub(crate) struct SweepDraft {
    pub(crate) finding: SweepFinding,
    /// Its files; the first is the one that is shown.
    pub(crate) files: Vec<String>,
    /// What is thought of it whosever it is.
    pub(crate) bias: DraftBias,
}

/// What is thought of something whosever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DraftBias {
    /// It depends.
    None,
    /// It looks bad unless a package brought it.
    Doubtful,
    /// It looks bad.
    Suspicious,
    /// It is nothing to be alarmed at.
    Known,
}

/// How one of its files stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileStanding {
    Unchanged,
    Changed,
    ChangedSettings,
    /// It is a package's, but can't be compared.
    Unseen,
    Stranger,
}

impl SweepDraft {
    pub(crate) fn new(finding: SweepFinding, files: Vec<String>) -> Self {
        // What somebody else wrote may be as long as a file: no more of it is kept than is told.
        Self { finding: finding.fitted(), files, bias: DraftBias::None }
    }

    /// The same, which looks bad for this reason.
    pub(crate) fn suspicious_where(mut self, is: bool, reason: SweepReason) -> Self {
        if is {
            self.finding.reasons.push(reason);
            self.bias = DraftBias::Suspicious;
        }
        self
    }
}

impl LinuxSweep {
    /// Judges drafts by their packages, and adds what can be said of their files.
    pub(crate) fn judge(
        &self,
        mut drafts: Vec<SweepDraft>,
        progress: &mut SweepProgress<'_>,
        found: &mut Vec<SweepFinding>,
    ) -> SweepResult {
        let surplus = drafts.len().saturating_sub(MAX_DRAFTS);
        drafts.truncate(MAX_DRAFTS);
        progress.leave_off(surplus as u32);
        for draft in &mut drafts {
            draft.files.iter_mut().for_each(|file| *file = self.behind_links(file));
        }
        let paths: BTreeSet<String> = drafts.iter().flat_map(|draft| draft.files.iter().cloned()).collect();
        let mut packaged = self.packaged(&paths, progress)?;
        self.compare_by_rpm(&mut packaged, progress)?;
        let whole = drafts.len() as u64;
        for (index, draft) in drafts.into_iter().enumerate() {
            progress.advance(index as u64, whole);
            found.push(self.judge_one(draft, &packaged, progress)?);
        }
        Ok(())
    }

    fn judge_one(
        &self,
        draft: SweepDraft,
        packaged: &PackagedFiles,
        progress: &mut SweepProgress<'_>,
    ) -> Result<SweepFinding, SweepEnd> {
        let SweepDraft { mut finding, files, bias } = draft;
        let mut standings = Vec::new();
        for (index, path) in files.iter().enumerate() {
            let Some(facts) = self.facts(path, true, progress)? else { continue };
            let owner = packaged.get(&merged(path));
            standings.push(file_standing(owner, &facts));
            if index == 0 {
                describe(&mut finding, &facts, owner);
            }
        }
        add_reasons(&mut finding.reasons, &standings);
        let is_changed = standings.contains(&FileStanding::Changed);
        let is_known = !standings.is_empty() && standings.iter().all(|one| *one == FileStanding::Unchanged);
        finding.standing = match bias {
            DraftBias::Suspicious => SweepStanding::Suspicious,
            DraftBias::Known => SweepStanding::Known,
            DraftBias::None if is_changed => SweepStanding::Suspicious,
            DraftBias::None | DraftBias::Doubtful if is_known => SweepStanding::Known,
            DraftBias::Doubtful => SweepStanding::Suspicious,
            DraftBias::None => SweepStanding::Unknown,
        };
        Ok(finding)
    }

    /// Where a file really is: what is run by another name is still its package's.
    fn behind_links(&self, path: &str) -> String {
        let real = fs::canonicalize(self.at(path)).ok();
        real.and_then(|real| self.seen_from_inside(&real)).unwrap_or_else(|| path.to_owned())
    }
}

fn describe(finding: &mut SweepFinding, facts: &FileFacts, owner: Option<&PackagedFile>) {
    finding.size_bytes = Some(facts.size_bytes);
    finding.age_days = Some(facts.age_days);
    finding.sha256 = facts.hashes.as_ref().map(|hashes| hashes.sha256);
    if let Some(owner) = owner {
        finding.package.clone_from(&owner.package);
    } else if facts.age_days < RECENT_DAYS {
        finding.reasons.push(SweepReason::Recent);
    }
}

fn file_standing(owner: Option<&PackagedFile>, facts: &FileFacts) -> FileStanding {
    let Some(PackagedFile { original, is_settings, .. }) = owner else { return FileStanding::Stranger };
    let is_same = match (original, &facts.hashes) {
        (PackagedOriginal::Md5(md5), Some(hashes)) => *md5 == hashes.md5,
        (PackagedOriginal::Same, _) => true,
        (PackagedOriginal::Other, _) => false,
        (PackagedOriginal::Md5(_), None) | (PackagedOriginal::Unsaid, _) => return FileStanding::Unseen,
    };
    match (is_same, is_settings) {
        (true, _) => FileStanding::Unchanged,
        (false, true) => FileStanding::ChangedSettings,
        (false, false) => FileStanding::Changed,
    }
}

fn add_reasons(reasons: &mut Vec<SweepReason>, standings: &[FileStanding]) {
    for standing in standings {
        let more: &[SweepReason] = match standing {
            FileStanding::Unchanged => &[SweepReason::OfPackage],
            FileStanding::Changed => &[SweepReason::ChangedFromPackage],
            FileStanding::ChangedSettings => &[SweepReason::ChangedFromPackage, SweepReason::SettingsFile],
            FileStanding::Unseen => &[SweepReason::AdministratorsOnly],
            FileStanding::Stranger => &[SweepReason::NoPackage],
        };
        for reason in more {
            if !reasons.contains(reason) {
                reasons.push(*reason);
            }
        }
    }
    // One file that is otherwise is what counts.
    if standings.iter().any(|standing| *standing != FileStanding::Unchanged) {
        reasons.retain(|reason| *reason != SweepReason::OfPackage);
    }
}
