//! What panels and permissions are called: the keys of texts.

use crate::panels::PanelName;
use beistand_node::Permission;

/// What a panel is called, and what its permissions are.
#[derive(Debug)]
pub struct PanelWords {
    /// Its button.
    pub button: &'static str,
    /// What the user is asked for.
    pub permissions: &'static [(Permission, PermissionWords)],
}

/// What a permission is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PermissionWords {
    /// What it lets the helper do, as the user is asked.
    pub title: &'static str,
    /// A line that explains.
    pub line: &'static str,
    /// One or two words, where there is little room.
    pub short: &'static str,
    /// What it lets the helper do, as the helper reads it.
    pub helper: &'static str,
}

/// What no panel here is for.
const UNKNOWN: PermissionWords = PermissionWords {
    title: "panel-unknown-title",
    line: "panel-unknown-line",
    short: "panel-unknown-short",
    helper: "panel-unknown-helper",
};

/// What a permission is called.
pub fn permission_words(permission: Permission) -> PermissionWords {
    let all = PanelName::ALL.iter().flat_map(|name| name.words().permissions);
    all.into_iter().find(|(one, _)| *one == permission).map_or(UNKNOWN, |(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_asked_for_has_words_of_its_own() {
        let permissions: Vec<_> = beistand_node::offers().iter().collect();
        let mut titles: Vec<_> = permissions.iter().map(|one| permission_words(*one).title).collect();
        titles.push(UNKNOWN.title);
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), permissions.len() + 1);
    }
}
