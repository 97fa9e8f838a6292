//! Disks: room, inodes, what can't be written to, health, and logs that have grown.

use beistand_posix::unix::fs::MetadataExt as _;
use std::collections::BTreeSet;
use std::fs;

use crate::linux::{MachineLook, size_text};
use crate::{DiskSpace, Finding, FindingKind, Verdict};

/// File systems that are on a disk of this machine.
const ON_DISK: [&str; 10] =
    ["ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "vfat", "exfat", "ntfs3", "fuseblk"];

/// Those that are elsewhere: asking how full they are may hang.
const ELSEWHERE: [&str; 6] = ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p"];

/// Those that are made to be read only.
const MADE_READ_ONLY: [&str; 3] = ["squashfs", "iso9660", "erofs"];

/// Below this a disk with less than a hundredth free is broken whatever its size: programs can't write their
/// files.
const LITTLE_BYTES: u64 = 256 << 20;

/// From here on a percentage says too little: a large disk with so much free is fine.
const MUCH_BYTES: u64 = 20 << 30;

/// Logs beyond this: systemd's own limit for its journal is 4 GiB.
const LARGE_LOGS: u64 = 4 << 30;

/// Disks that are asked for their health.
const MAX_DISKS: usize = 8;

/// Files of logs that are counted.
const MAX_LOG_FILES: usize = 2000;

pub(super) fn collect(look: &MachineLook) -> Vec<Finding> {
    let mounts = look.text("/proc/mounts");
    let mut found = Vec::new();
    let mut devices = BTreeSet::new();
    for line in mounts.lines() {
        let mut fields = line.split(' ');
        let (Some(device), Some(folder), Some(kind), Some(options)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let folder = folder.replace("\\040", " ");
        if ELSEWHERE.contains(&kind) {
            found.push(look.line(FindingKind::DiskElsewhere, Verdict::Fine, [&folder]));
        }
        // What overlays and binds show is in a container the disk itself.
        let looked_at =
            ON_DISK.contains(&kind) && look.at(&folder).is_dir() || folder == "/" && kind == "overlay";
        // One device may be mounted at many places.
        if !looked_at || MADE_READ_ONLY.contains(&kind) || !devices.insert(device.to_owned()) {
            continue;
        }
        if options.split(',').any(|option| option == "ro") {
            found.push(look.line(FindingKind::DiskReadOnly, Verdict::Broken, [&folder]));
        }
        if let Some(space) = look.probes().space(&look.at(&folder)) {
            found.extend(of_space(look, &folder, space));
        }
    }
    found.extend(health(look));
    found.extend(logs(look));
    found
}

fn of_space(look: &MachineLook, folder: &str, space: DiskSpace) -> Vec<Finding> {
    let mut found = Vec::new();
    if space.size > 0 {
        let (free, size) = (size_text(space.free), size_text(space.size));
        found.push(look.line(FindingKind::DiskSpace, space_verdict(space), [folder, &free, &size]));
    }
    if let Some(percent) = space.inodes_free.saturating_mul(100).checked_div(space.inodes) {
        let verdict = inode_verdict(percent);
        if verdict > Verdict::Fine {
            found.push(look.line(FindingKind::DiskInodes, verdict, [folder, &percent.to_string()]));
        }
    }
    found
}

/// What so much free room of so much means.
pub fn space_verdict(space: DiskSpace) -> Verdict {
    let percent = space.free.saturating_mul(100) / space.size.max(1);
    match percent {
        0..1 => Verdict::Broken,
        1..5 if space.free < LITTLE_BYTES => Verdict::Broken,
        1..10 if space.free < MUCH_BYTES => Verdict::Look,
        _ => Verdict::Fine,
    }
}

fn inode_verdict(percent: u64) -> Verdict {
    match percent {
        0..1 => Verdict::Broken,
        1..10 => Verdict::Look,
        _ => Verdict::Fine,
    }
}

/// What the disks say of themselves, where there is the tool and it may ask.
fn health(look: &MachineLook) -> Vec<Finding> {
    let is_disk = |name: &String| ["sd", "nvme", "hd"].iter().any(|kind| name.starts_with(kind));
    let disks = look.names("/sys/block").into_iter().filter(is_disk).take(MAX_DISKS);
    let of_disk = |disk: String| {
        // It fails where the disk does.
        let text = look.tool("smartctl", &["-H", &format!("/dev/{disk}")]).any_text()?;
        let state = text.lines().find_map(|line| line.split_once("result:").or(line.split_once("Status:")));
        Some(match state.map(|(_, state)| state.trim()) {
            Some(state @ ("PASSED" | "OK")) => {
                look.line(FindingKind::DiskHealth, Verdict::Fine, [&disk, state])
            }
            Some(state) => look.line(FindingKind::DiskHealth, Verdict::Broken, [&disk, state]),
            None => look.not_readable(&format!("SMART {disk}")),
        })
    };
    disks.filter_map(of_disk).collect()
}

/// How much room the logs take.
fn logs(look: &MachineLook) -> Option<Finding> {
    let (mut folders, mut size, mut files) = (vec![look.at("/var/log")], 0_u64, 0_usize);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            files += 1;
            let Ok(data) = entry.metadata() else { continue };
            if data.is_dir() {
                folders.push(entry.path());
            } else {
                // What it takes of the disk: /var/log/lastlog is a file with a hole of gigabytes.
                size = size.saturating_add(data.blocks().saturating_mul(512));
            }
        }
        if files > MAX_LOG_FILES || look.limit.left().is_zero() {
            break;
        }
    }
    (size > LARGE_LOGS).then(|| look.line(FindingKind::LogsLarge, Verdict::Look, [&size_text(size)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(free_mib: u64, size_mib: u64) -> Verdict {
        space_verdict(DiskSpace { size: size_mib << 20, free: free_mib << 20, ..DiskSpace::default() })
    }

    #[test]
    fn a_disk_is_judged_by_its_share_and_its_size() {
        assert_eq!(verdict(0, 100_000), Verdict::Broken);
        assert_eq!(verdict(200, 8_000), Verdict::Broken);
        assert_eq!(verdict(5_000, 100_000), Verdict::Look);
        assert_eq!(verdict(60_000, 1_000_000), Verdict::Fine);
        assert_eq!(verdict(20_000, 100_000), Verdict::Fine);
        assert_eq!([0, 5, 50].map(inode_verdict), [Verdict::Broken, Verdict::Look, Verdict::Fine]);
    }
}
