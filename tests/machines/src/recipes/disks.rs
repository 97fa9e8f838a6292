//! Disks.

use beistand_inspect::FindingKind as K;
use beistand_inspect::Verdict::Broken;
use beistand_session::SpaceKind;

use crate::recipe::{USUAL_INODES, USUAL_SIZE};
use crate::{MachineMend, MachineRecipe};

pub(super) const RECIPES: &[MachineRecipe] = &[
    MachineRecipe::new(
        "a full disk",
        (K::DiskSpace, Broken, "/"),
        "cd /home/anna/.local/share; mkdir -p Trash/files Trash/info
        printf '[Trash Info]\\nPath=/home/anna/film.mkv\\nDeletionDate=2026-11-01T10:00:00\\n' > Trash/info/film.mkv.trashinfo
        head -c 100M /dev/zero > Trash/files/film.mkv || true",
    )
    .mended_by(MachineMend::Free(SpaceKind::Trash))
    .on_disk("64m", USUAL_INODES),
    MachineRecipe::new(
        "a disk that one file has filled",
        (K::DiskSpace, Broken, "/"),
        // Homes are on another disk. What a look keeps to be faster is there already.
        "mount -t tmpfs tmpfs /tmp; cp -a /home/. /tmp; mount --move /tmp /home; apt-get -s upgrade
        head -c 100M /dev/zero > /var/log/debug.log || true; truncate -s -8K /var/log/debug.log",
    )
    .mended_by(MachineMend::Quarantine("/var/log/debug.log"))
    .on_disk("64m", USUAL_INODES),
    MachineRecipe::new(
        "no room for files",
        (K::DiskInodes, Broken, "/"),
        "mkdir -p /home/anna/.cache/thumbnails/normal; cd /home/anna/.cache/thumbnails/normal
        # Files of one byte.
        head -c 5000 /dev/zero | split -b 1 -a 4 - picture || true",
    )
    .mended_by(MachineMend::Free(SpaceKind::Thumbnails))
    .on_disk(USUAL_SIZE, "4000"),
    MachineRecipe::new(
        "a disk that can't be written to",
        (K::DiskReadOnly, Broken, "/"),
        "mount -o remount,ro /",
    ),
];
