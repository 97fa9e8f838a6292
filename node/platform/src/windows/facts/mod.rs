//! What Windows says of itself: by the registry, and by calls that need no rights.
//!
//! What it does not do: no WMI, whose service hangs on the machines that need help most.

mod network;
mod registry;
mod services;

use std::path::PathBuf;
use std::time::Duration;

use windows_sys::Win32::Storage::FileSystem::{GetDiskFreeSpaceExW, GetDriveTypeW, GetLogicalDrives};
use windows_sys::Win32::System::SystemInformation::{GetTickCount64, GlobalMemoryStatusEx, MEMORYSTATUSEX};

use self::registry::{RegistryKey, RegistryRoot};
use super::wide;
use crate::facts::{DiskFact, MAX_FACTS, MachineFacts, StartupFact};

/// As in winbase.h; windows-sys has them with all that concerns programs.
const DRIVE_FIXED: u32 = 3;
const DRIVE_REMOTE: u32 = 4;

/// The first build that is called Windows 11; the registry goes on to say 10.
const FIRST_BUILD_OF_11: u32 = 22_000;

/// What starts with the user, of the whole machine and of them.
const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";

/// The same for programs of 32 bits.
const RUN_OF_32_BITS: &str = r"Software\WOW6432Node\Microsoft\Windows\CurrentVersion\Run";

/// Where links are that start with the user, below a folder of theirs or of all.
const STARTUP_FOLDER: &str = r"Microsoft\Windows\Start Menu\Programs\Startup";

/// What is known of this machine.
pub(crate) fn machine_facts() -> MachineFacts {
    let (memory_free, memory_size) = memory();
    let (system, build) = system();
    let bios = RegistryKey::open(RegistryRoot::Machine, r"HARDWARE\DESCRIPTION\System\BIOS");
    let of_bios = |name| bios.as_ref().and_then(|key| key.text(name)).unwrap_or_default();
    let processor =
        RegistryKey::open(RegistryRoot::Machine, r"HARDWARE\DESCRIPTION\System\CentralProcessor\0");
    let processor = processor.and_then(|key| key.text("ProcessorNameString")).unwrap_or_default();
    MachineFacts {
        system,
        build,
        // SAFETY: it only asks for a number.
        uptime: Duration::from_millis(unsafe { GetTickCount64() }),
        maker: of_bios("SystemManufacturer"),
        model: of_bios("SystemProductName"),
        processor: processor.trim().to_owned(),
        memory_free,
        memory_size,
        disks: disks(),
        interfaces: network::interfaces(),
        startup: startup(),
        services: services::services(),
        is_firewall_on: firewall(),
    }
}

fn system() -> (String, String) {
    let key = RegistryKey::open(RegistryRoot::Machine, r"SOFTWARE\Microsoft\Windows NT\CurrentVersion");
    let text = |name| key.as_ref().and_then(|key| key.text(name)).unwrap_or_default();
    let (mut name, build) = (text("ProductName"), text("CurrentBuildNumber"));
    if build.parse::<u32>().is_ok_and(|build| build >= FIRST_BUILD_OF_11) {
        name = name.replace("Windows 10", "Windows 11");
    }
    let name = format!("{name} {}", text("DisplayVersion")).trim().to_owned();
    let update = key.as_ref().and_then(|key| key.number("UBR"));
    (name, update.map_or_else(|| build.clone(), |update| format!("{build}.{update}")))
}

fn memory() -> (u64, u64) {
    // SAFETY: all zeros is a valid value of it.
    let mut status: MEMORYSTATUSEX = unsafe { std::mem::zeroed() };
    status.dwLength = size_of::<MEMORYSTATUSEX>() as u32;
    // SAFETY: Windows fills as many bytes as are said in it.
    let known = unsafe { GlobalMemoryStatusEx(&raw mut status) } != 0;
    if known { (status.ullAvailPhys, status.ullTotalPhys) } else { (0, 0) }
}

fn disks() -> Vec<DiskFact> {
    // SAFETY: it only asks for a number.
    let there = unsafe { GetLogicalDrives() };
    let letters = ('A'..='Z').enumerate().filter(|(bit, _)| there & 1 << bit != 0);
    let disk = |(_, letter): (usize, char)| {
        let folder = format!("{letter}:\\");
        let name = wide(&folder);
        // SAFETY: the name ends with a zero.
        match unsafe { GetDriveTypeW(name.as_ptr()) } {
            DRIVE_FIXED => {
                let (mut free, mut size) = (0, 0);
                // SAFETY: as above, and each number has its place.
                let known = unsafe {
                    let none = std::ptr::null_mut();
                    GetDiskFreeSpaceExW(name.as_ptr(), &raw mut free, &raw mut size, none)
                };
                (known != 0).then_some(DiskFact { folder, space: Some((free, size)) })
            }
            // Asking how full it is may hang.
            DRIVE_REMOTE => Some(DiskFact { folder, space: None }),
            _ => None,
        }
    };
    letters.filter_map(disk).collect()
}

fn startup() -> Vec<StartupFact> {
    let keys = [
        (RegistryRoot::Machine, RUN, r"HKLM\…\Run"),
        (RegistryRoot::Machine, RUN_OF_32_BITS, r"HKLM\WOW6432Node\…\Run"),
        (RegistryRoot::User, RUN, r"HKCU\…\Run"),
    ];
    let said = keys.into_iter().flat_map(|(root, path, place)| {
        let values = RegistryKey::open(root, path).map(|key| key.texts()).unwrap_or_default();
        let entry = move |(name, command)| StartupFact { place: place.to_owned(), name, command };
        values.into_iter().map(entry)
    });
    let folders = ["APPDATA", "ProgramData"].into_iter().filter_map(std::env::var_os);
    let linked = folders.flat_map(|folder| {
        let folder = PathBuf::from(folder).join(STARTUP_FOLDER);
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let named = entries.filter(|entry| entry.file_name() != "desktop.ini");
        let entry = move |entry: std::fs::DirEntry| StartupFact {
            place: "Startup".to_owned(),
            name: entry.file_name().to_string_lossy().into_owned(),
            command: entry.path().to_string_lossy().into_owned(),
        };
        named.map(entry).take(MAX_FACTS).collect::<Vec<_>>()
    });
    said.chain(linked).take(MAX_FACTS).collect()
}

/// By what the profile says that holds where no network is known to be one's own.
fn firewall() -> Option<bool> {
    let path = r"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\PublicProfile";
    Some(RegistryKey::open(RegistryRoot::Machine, path)?.number("EnableFirewall")? != 0)
}
