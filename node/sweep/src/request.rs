//! What is to be searched, as it is typed.

use std::path::{Path, PathBuf};

use beistand_session::{MAX_SWEEP_ARGS_BYTES, SweepCategory, SweepKind, escape};

/// A search with what belongs to it, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepRequest {
    kind: SweepKind,
    /// Empty but for viruses.
    path: PathBuf,
}

impl SweepRequest {
    /// Reads what belongs to a search: a path from the root where it is for viruses, else nothing. `None`
    /// where that makes no sense.
    pub fn parse(kind: SweepKind, args: &str) -> Option<Self> {
        let args = args.trim();
        let makes_sense = if takes_path(kind) {
            args.starts_with('/') && args.len() <= MAX_SWEEP_ARGS_BYTES && !args.chars().any(char::is_control)
        } else {
            args.is_empty()
        };
        // Without what is at its end, a slash above all, with which the system would follow a link.
        makes_sense.then(|| Self { kind, path: Path::new(args).components().collect() })
    }

    /// What belongs to a search, as it is typed.
    pub const fn usage(kind: SweepKind) -> &'static str {
        if takes_path(kind) { "PATH" } else { "" }
    }

    /// Which search it is.
    pub const fn kind(&self) -> SweepKind {
        self.kind
    }

    /// What is scanned; empty where that is the whole computer. It has no characters that could deceive its
    /// reader.
    pub fn subject(&self) -> String {
        escape(&self.path.display().to_string())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

const fn takes_path(kind: SweepKind) -> bool {
    matches!(kind, SweepKind::Only(SweepCategory::Virus))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_belongs_to_a_search_for_viruses_alone() {
        let virus = SweepKind::Only(SweepCategory::Virus);
        let subject = |kind, args| SweepRequest::parse(kind, args).map(|request| request.subject());
        assert_eq!(subject(virus, " /home/a b/ "), Some("/home/a b".to_owned()));
        assert_eq!(subject(virus, "/a/\u{202e}b"), Some("/a/\\u{202e}b".to_owned()));
        assert_eq!(subject(SweepKind::Everything, ""), Some(String::new()));
        let long = format!("/{}", "x".repeat(MAX_SWEEP_ARGS_BYTES));
        for wrong in ["", "relative", "--database=/", "/a\nb", &long] {
            assert_eq!(subject(virus, wrong), None, "{wrong}");
        }
        assert_eq!(subject(SweepKind::Everything, "/home"), None);
    }
}
