//! Keys of the registry, to be read.

use std::ptr::null_mut;

use windows_sys::Win32::Foundation::ERROR_SUCCESS;
use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, KEY_READ, REG_EXPAND_SZ, REG_SZ, RRF_NOEXPAND,
    RRF_RT_REG_DWORD, RRF_RT_REG_EXPAND_SZ, RRF_RT_REG_SZ, RegCloseKey, RegEnumValueW, RegGetValueW,
    RegOpenKeyExW,
};

use super::super::wide;
use crate::facts::MAX_FACTS;

/// The longest text in units of UTF-16: commands are no longer.
const MAX_UNITS: usize = 4096;

/// Where a path begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RegistryRoot {
    Machine,
    User,
}

/// A key; closed when dropped.
pub(super) struct RegistryKey(HKEY);

impl Drop for RegistryKey {
    fn drop(&mut self) {
        // SAFETY: it is open and ours.
        unsafe { RegCloseKey(self.0) };
    }
}

impl RegistryKey {
    /// `None` where it isn't there, or isn't to be read.
    pub(super) fn open(root: RegistryRoot, path: &str) -> Option<Self> {
        let root = match root {
            RegistryRoot::Machine => HKEY_LOCAL_MACHINE,
            RegistryRoot::User => HKEY_CURRENT_USER,
        };
        let (path, mut key) = (wide(path), null_mut());
        // SAFETY: the path ends with a zero, and the key has its place.
        let opened = unsafe { RegOpenKeyExW(root, path.as_ptr(), 0, KEY_READ, &raw mut key) };
        (opened == ERROR_SUCCESS).then_some(Self(key))
    }

    /// The text of this name.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let (name, mut units) = (wide(name), vec![0_u16; MAX_UNITS]);
        let mut bytes = size_of_val(units.as_slice()) as u32;
        let flags = RRF_RT_REG_SZ | RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND;
        // SAFETY: the name ends with a zero, and the text has as much room as is said.
        let read = unsafe {
            let (text, none) = (units.as_mut_ptr().cast(), null_mut());
            RegGetValueW(self.0, null_mut(), name.as_ptr(), flags, none, text, &raw mut bytes)
        };
        (read == ERROR_SUCCESS).then(|| text_of(&units, bytes))
    }

    /// The number of this name.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        let (name, mut number, mut bytes) = (wide(name), 0_u32, size_of::<u32>() as u32);
        // SAFETY: the name ends with a zero, and the number has its place.
        let read = unsafe {
            let (place, none) = ((&raw mut number).cast(), null_mut());
            RegGetValueW(self.0, null_mut(), name.as_ptr(), RRF_RT_REG_DWORD, none, place, &raw mut bytes)
        };
        (read == ERROR_SUCCESS).then_some(number)
    }

    /// All names with a text.
    pub(super) fn texts(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for index in 0..MAX_FACTS as u32 {
            let (mut name, mut units) = (vec![0_u16; MAX_UNITS], vec![0_u16; MAX_UNITS]);
            let (mut name_units, mut bytes) = (MAX_UNITS as u32, size_of_val(units.as_slice()) as u32);
            let mut kind = 0;
            // SAFETY: name and text have as much room as is said, and the numbers have their places.
            let read = unsafe {
                let (name, text) = (name.as_mut_ptr(), units.as_mut_ptr().cast());
                let lengths = (&raw mut name_units, &raw mut bytes);
                RegEnumValueW(self.0, index, name, lengths.0, null_mut(), &raw mut kind, text, lengths.1)
            };
            if read != ERROR_SUCCESS {
                break;
            }
            if [REG_SZ, REG_EXPAND_SZ].contains(&kind) {
                found.push((text_of(&name, name_units * 2), text_of(&units, bytes)));
            }
        }
        found
    }
}

fn text_of(units: &[u16], bytes: u32) -> String {
    let units = &units[..units.len().min(bytes as usize / 2)];
    let end = units.iter().position(|unit| *unit == 0).unwrap_or(units.len());
    String::from_utf16_lossy(&units[..end])
}
