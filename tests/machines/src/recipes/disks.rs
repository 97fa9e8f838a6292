//! Disks.

use beistand_inspect::FindingKind as K;
use beistand_inspect::Verdict::Broken;

use crate::MachineRecipe;
use crate::recipe::{USUAL_INODES, USUAL_SIZE};

pub(super) const RECIPES: &[MachineRecipe] = &[
    MachineRecipe::new(
        "a full disk",
        (K::DiskSpace, Broken, "/"),
        "mkdir -p /home/anna/Videos; head -c 100M /dev/zero > /home/anna/Videos/film.mkv || true",
    )
    .on_disk("64m", USUAL_INODES),
    MachineRecipe::new(
        "no room for files",
        (K::DiskInodes, Broken, "/"),
        "mkdir -p /home/anna/.cache/thumbs; cd /home/anna/.cache/thumbs; seq 5000 | xargs touch || true",
    )
    .on_disk(USUAL_SIZE, "4000"),
    MachineRecipe::new(
        "a disk that can't be written to",
        (K::DiskReadOnly, Broken, "/"),
        "mount -o remount,ro /",
    ),
];
