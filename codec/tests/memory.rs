//! What the screen encoder holds and allocates, as a counting allocator sees it. Alone in its process, as it
//! counts all.

use std::num::NonZero;
use std::thread::available_parallelism;

use beistand_codec::{Av1ScreenEncoder, ByteBudget, Damage, Frame, ScreenEncoder, Size};
use beistand_sequences::{Kind, Sequence};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// What an encoder of 1920x1080 may hold, in bytes.
const MOST_BYTES: usize = 40 << 20;

/// Allocations that a frame may make: the unit that it hands out, and the list that the unit is in.
const HANDED_OUT: u64 = 2;

/// And for each helping thread, up to three, a task of each step that is shared.
const TASKS_A_HELPER: u64 = 6;

/// Their bytes, beside those of the unit with its reserve: none of them grows with the picture.
const MOST_BYTES_A_FRAME: u64 = 1 << 10;

#[test]
fn an_encoder_holds_little_and_allocates_next_to_nothing_a_frame() {
    let _profiler = dhat::Profiler::builder().testing().build();
    let helpers = available_parallelism().map_or(1, NonZero::get).saturating_sub(1).min(3) as u64;
    let size = Size::new(1920, 1080).expect("a size");
    let mut sequence = Sequence::new(Kind::Scroll, size, 3);
    let mut picture = Frame::new(size);
    let damage = sequence.next(&mut picture);
    let before = dhat::HeapStats::get();
    let mut encoder = Av1ScreenEncoder::new();
    let mut encode = |picture: &Frame, damage: &Damage| -> u64 {
        let coded =
            encoder.encode(picture, damage, ByteBudget::UNLIMITED).expect("the encoder takes its picture");
        coded.units.iter().map(|unit| unit.data.len() as u64).sum()
    };
    encode(&picture, &damage);
    // Buffers grow to what the content needs.
    for _ in 0..6 {
        let damage = sequence.next(&mut picture);
        encode(&picture, &damage);
    }
    let held = dhat::HeapStats::get().curr_bytes - before.curr_bytes;
    println!("held {:.1} MiB", held as f64 / (1 << 20) as f64);
    assert!(held < MOST_BYTES, "{held} bytes are held");
    for _ in 0..6 {
        let damage = sequence.next(&mut picture);
        let before = dhat::HeapStats::get();
        let unit = encode(&picture, &damage);
        let after = dhat::HeapStats::get();
        let (blocks, bytes) =
            (after.total_blocks - before.total_blocks, after.total_bytes - before.total_bytes);
        println!("{blocks} allocations of {bytes} bytes for a unit of {unit}");
        assert!(blocks <= HANDED_OUT + TASKS_A_HELPER * helpers, "{blocks} allocations");
        assert!(bytes <= MOST_BYTES_A_FRAME + 2 * unit, "{bytes} bytes were allocated for a unit of {unit}");
    }
}
