//! The System V segments that `scrap` makes: open to every user of the machine, and attached to the server
//! without a look at its answer. Here they are closed to others, and it is seen whether the server has them.
//!
//! The kernel's list (`/proc/sysvipc/shm`) is where they are found, since `scrap` doesn't tell their number.

/// The kernel's list of all segments.
const LIST: &str = "/proc/sysvipc/shm";

/// Read and write for the owner: what the server needs has been checked when it attached.
const OWNER_ONLY: libc::mode_t = 0o600;

/// Who has a segment: we, and the server.
const BOTH: u32 = 2;

/// The segments that this process made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ScrapSegments(Vec<ScrapSegment>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ScrapSegment {
    id: libc::c_int,
    /// How many have it attached.
    attached: u32,
}

impl ScrapSegments {
    /// Those of this process; none where the system has no list.
    pub(super) fn ours() -> Self {
        Self::in_list(&std::fs::read_to_string(LIST).unwrap_or_default(), std::process::id())
    }

    /// The list begins with the columns' names: key, shmid, perms, size, cpid, lpid, nattch, …
    fn in_list(list: &str, creator: u32) -> Self {
        let segment = |line: &str| {
            let mut columns = line.split_whitespace().skip(1);
            let id = columns.next()?.parse().ok()?;
            let cpid: u32 = columns.nth(2)?.parse().ok()?;
            let attached = columns.nth(1)?.parse().ok()?;
            (cpid == creator).then_some(ScrapSegment { id, attached })
        };
        Self(list.lines().filter_map(segment).collect())
    }

    /// Those that are not among `others`.
    pub(super) fn without(mut self, others: &Self) -> Self {
        self.0.retain(|one| others.0.iter().all(|other| other.id != one.id));
        self
    }

    /// The same ones as they are now.
    pub(super) fn reread(&self) -> Self {
        let mut now = Self::ours();
        now.0.retain(|one| self.0.iter().any(|known| known.id == one.id));
        now
    }

    /// Whether one of them is not attached by the server.
    pub(super) fn unattached(&self) -> bool {
        self.0.iter().any(|segment| segment.attached < BOTH)
    }

    /// Takes every right from other users, but for those who are in already.
    pub(super) fn close_to_others(&self) {
        for segment in &self.0 {
            if let Err(error) = close(segment.id) {
                tracing::warn!(%error, "other users of this machine can read the captured picture");
            }
        }
    }
}

fn close(id: libc::c_int) -> std::io::Result<()> {
    // SAFETY: all zeros are a valid value of this plain C structure.
    let mut state: libc::shmid_ds = unsafe { std::mem::zeroed() };
    // SAFETY: the kernel fills the structure, which lives through the call; it fails for an id that is gone.
    if unsafe { libc::shmctl(id, libc::IPC_STAT, &raw mut state) } != 0 {
        return Err(std::io::Error::last_os_error());
    }
    state.shm_perm.mode = OWNER_ONLY as _;
    // SAFETY: as above; only the mode and the unchanged owner are read.
    if unsafe { libc::shmctl(id, libc::IPC_SET, &raw mut state) } != 0 {
        return Err(std::io::Error::last_os_error());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_list_is_read() {
        let list = "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n\
                    0          3   777              16588800    41    52      2     0     0     0     0 1700000000 0 1700000000 4096 0\n\
                    0          4   600                   100    41    41      1     0     0     0     0 1700000000 0 1700000000 4096 0\n\
                    0          5   600                   100    42    42      1     0     0     0     0 1700000000 0 1700000000 4096 0\n";
        let ours = ScrapSegments::in_list(list, 41);
        assert_eq!(ours.0, [ScrapSegment { id: 3, attached: 2 }, ScrapSegment { id: 4, attached: 1 }]);
        assert!(ours.unattached());
        let known = ScrapSegments(vec![ScrapSegment { id: 4, attached: 9 }]);
        let new = ours.without(&known);
        assert_eq!(new.0, [ScrapSegment { id: 3, attached: 2 }]);
        assert!(!new.unattached());
        assert_eq!(ScrapSegments::in_list("", 41).0, []);
        assert_eq!(ScrapSegments::in_list("a b\n1 2 3\n", 3).0, []);
    }
}
