//! IVF, the simplest file that `aomdec` reads: a header of 32 bytes, then temporal units with their length
//! and time.

use crate::Format;

/// A file with one temporal unit after the other.
pub(crate) fn file<U: AsRef<[u8]>>(format: Format, units: &[U]) -> Vec<u8> {
    let mut file = Vec::new();
    file.extend(b"DKIF");
    // Version and the header's length.
    file.extend([0u16, 32].map(u16::to_le_bytes).as_flattened());
    file.extend(b"AV01");
    // They only announce: a decoder takes the size from the sequence header.
    let announced = |side: usize| u16::try_from(side).unwrap_or(u16::MAX);
    file.extend([announced(format.width), announced(format.height)].map(u16::to_le_bytes).as_flattened());
    // Pictures a second, seconds, number of pictures, reserved.
    file.extend([30u32, 1, units.len() as u32, 0].map(u32::to_le_bytes).as_flattened());
    for (time, unit) in units.iter().enumerate() {
        file.extend((unit.as_ref().len() as u32).to_le_bytes());
        file.extend((time as u64).to_le_bytes());
        file.extend(unit.as_ref());
    }
    file
}
