//! Files and folders by handles of folders, of which there are none.

use super::absent_calls;
use super::fd::OwnedFd;
use super::fs::{AtFlags, FlockOperation, Mode, OFlags, RenameFlags, Stat, StatVfs, Statx, StatxFlags};
use super::io::{Errno, Result};

absent_calls! {
    open<P>(P, OFlags, Mode) -> OwnedFd;
    openat<F P>(F, P, OFlags, Mode) -> OwnedFd;
    mkdirat<F P>(F, P, Mode) -> ();
    unlinkat<F P>(F, P, AtFlags) -> ();
    renameat<F P G Q>(F, P, G, Q) -> ();
    renameat_with<F P G Q>(F, P, G, Q, RenameFlags) -> ();
    fstat<F>(F) -> Stat;
    statat<F P>(F, P, AtFlags) -> Stat;
    statx<F P>(F, P, AtFlags, StatxFlags) -> Statx;
    fstatvfs<F>(F) -> StatVfs;
    fsync<F>(F) -> ();
    flock<F>(F, FlockOperation) -> ();
}
