//! What a library calls for a picture's memory.

use std::ffi::{c_int, c_void};
use std::sync::Arc;

use super::LAYOUT_444;
use super::abi::{Allocator, PictureHead};
use crate::cage::linux::arena::PictureArena;
use crate::cage::linux::layout::PictureShape;

/// An allocator in `arena`, which whoever uses it must keep as long as a decoder or a picture of it is there.
pub(super) fn of(arena: &Arc<PictureArena>) -> Allocator {
    Allocator { cookie: Arc::as_ptr(arena).cast_mut().cast(), take: Some(take), give_back: Some(give_back) }
}

/// `alloc_picture_callback`.
///
/// # Safety
/// `picture` and `cookie` are what a library passes on: a picture without memory, and what [`of`] said.
unsafe extern "C" fn take(picture: *mut PictureHead, cookie: *mut c_void) -> c_int {
    // SAFETY: the library passes a picture of its own, which nobody else looks at meanwhile.
    let picture = unsafe { &mut *picture };
    // SAFETY: the arena is there as long as a decoder has its address.
    let arena = unsafe { &*cookie.cast::<PictureArena>() };
    let (Ok(width), Ok(height)) = (usize::try_from(picture.width), usize::try_from(picture.height)) else {
        return -libc::EINVAL;
    };
    // No other is ever shown.
    if picture.bits != 8 || picture.layout != LAYOUT_444 {
        return -libc::EINVAL;
    }
    let shape = PictureShape::of(width, height);
    let (Some(start), Ok(stride)) = (arena.take(shape.bytes()), isize::try_from(shape.stride)) else {
        return -libc::ENOMEM;
    };
    // SAFETY: the room that was taken is as long as all planes.
    picture.data = [0, 1, 2].map(|plane| unsafe { start.add(plane * shape.plane_bytes) }.as_ptr());
    picture.stride = [stride; 2];
    0
}

/// `release_picture_callback`.
///
/// # Safety
/// `picture` has what [`take`] gave it, which nobody uses any more; `cookie` is what [`of`] said.
unsafe extern "C" fn give_back(picture: *mut PictureHead, cookie: *mut c_void) {
    // SAFETY: the library passes a picture, and the arena is there as long as a picture is in it.
    let (picture, arena) = unsafe { (&*picture, &*cookie.cast::<PictureArena>()) };
    arena.give_back(picture.data[0]);
}
