//! dav1d, the library of this system, loaded when it is asked for, and re_rav1d by the same functions.
//!
//! dav1d is loaded and not linked for two reasons: re_rav1d, which is built in, has functions of the same
//! names, and a linked program would call those; and a system without it still has a decoder.

mod abi;
mod allocator;
mod context;

use std::ffi::c_int;
use std::num::NonZero;
use std::ptr::NonNull;
use std::sync::Arc;

use beistand_codec::{Av1Context, Av1Library, Av1Picture, DecodeError, LookAtPlanes, Plane, Size};
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

use super::arena::PictureArena;
use abi::{Functions, Picture};
use context::{DecoderContext, StreamContext, ThreadedSeat};

/// dav1d 1.3 to 1.5, and 1.0 to 1.2.
const NAMES: [&str; 2] = ["libdav1d.so.7", "libdav1d.so.6"];

/// `DAV1D_PIXEL_LAYOUT_I444`.
const LAYOUT_444: c_int = 3;

/// Threads of a decoder of the whole screen: as many as an encoder of ours has tiles in a picture that is new
/// in most of its parts.
const THREADS: u32 = 2;

/// A library with dav1d's functions.
pub(super) struct Dav1d {
    functions: Arc<Functions>,
    /// Where its pictures are to be; otherwise in memory of its own.
    arena: Option<Arc<PictureArena>>,
    /// A context with threads of its own, while no stream has it.
    threaded: ThreadedSeat,
}

impl Dav1d {
    /// Loads the newest that this system has.
    ///
    /// # Errors
    /// Where it has none; in words.
    pub(super) fn load() -> Result<Self, String> {
        // SAFETY: dav1d's initialisers do nothing but register themselves.
        let open = |name: &&str| unsafe { Library::open(Some(name), RTLD_NOW | RTLD_LOCAL) };
        let library = NAMES.iter().find_map(|name| open(name).ok());
        let library = library.ok_or_else(|| format!("this system has neither {}", NAMES.join(" nor ")))?;
        let functions = Functions::of(library).map_err(|error| error.to_string())?;
        Ok(Self { functions: Arc::new(functions), arena: None, threaded: ThreadedSeat::default() })
    }

    /// re_rav1d.
    pub(super) fn built_in() -> Self {
        let functions = Arc::new(Functions::built_in());
        Self { functions, arena: None, threaded: ThreadedSeat::default() }
    }

    /// The same, with its pictures there: 8 bits and 4:4:4 alone.
    pub(super) fn with_pictures_in(self, arena: Arc<PictureArena>) -> Self {
        Self { arena: Some(arena), ..self }
    }

    /// The same, with threads for one stream of the whole screen. Without any, it decodes on the caller's.
    pub(super) fn with_threads_for(self, screen: Size) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        if processors > 1 {
            let limit_px = u32::try_from(screen.area()).unwrap_or(u32::MAX);
            let context = DecoderContext::open(&self.functions, self.arena.as_ref(), THREADS, limit_px);
            self.threaded.put(context.ok());
        }
        self
    }
}

impl Av1Library for Dav1d {
    fn open(&self, limit_px: u32) -> Result<Box<dyn Av1Context>, DecodeError> {
        let context = match self.threaded.take(limit_px) {
            Some(context) => context,
            None => DecoderContext::open(&self.functions, self.arena.as_ref(), 1, limit_px)?,
        };
        Ok(Box::new(StreamContext { context: Some(context), seat: self.threaded.clone() }))
    }
}

/// A picture that dav1d keeps until this is dropped.
struct DecodedPicture {
    functions: Arc<Functions>,
    /// It may be there, and outlive its decoder.
    _arena: Option<Arc<PictureArena>>,
    picture: Picture,
}

// SAFETY: nobody writes to a picture that was handed out, and its count of references is atomic.
unsafe impl Send for DecodedPicture {}

impl DecodedPicture {
    /// One plane's samples, of pictures with 8 bits and 4:4:4.
    fn plane(&self, index: usize) -> Option<Plane<'_>> {
        let stride = usize::try_from(self.picture.head.stride[index.min(1)]).ok()?;
        let (width, height) =
            (usize::try_from(self.picture.head.width).ok()?, usize::try_from(self.picture.head.height).ok()?);
        let start = NonNull::new(self.picture.head.data[index])?;
        if !self.is_8_bit_444() || stride < width {
            return None;
        }
        let length = height.checked_sub(1)?.checked_mul(stride)?.checked_add(width)?;
        // SAFETY: dav1d's planes have this stride and as many rows as the picture, each at least as long as
        // the picture is wide; nobody writes to them any more.
        let samples = unsafe { std::slice::from_raw_parts(start.as_ptr(), length) };
        Some(Plane { samples, stride })
    }
}

impl Av1Picture for DecodedPicture {
    fn size(&self) -> (u32, u32) {
        let side = |side: c_int| u32::try_from(side).unwrap_or(0);
        (side(self.picture.head.width), side(self.picture.head.height))
    }

    fn is_8_bit_444(&self) -> bool {
        self.picture.head.bits == 8 && self.picture.head.layout == LAYOUT_444
    }

    fn planes(&self, look: &mut LookAtPlanes<'_>) -> Result<(), DecodeError> {
        let planes = self.plane(0).zip(self.plane(1)).zip(self.plane(2));
        let ((y, u), v) =
            planes.ok_or_else(|| DecodeError::Bitstream("a picture without planes".to_owned()))?;
        look([y, u, v])
    }
}

impl Drop for DecodedPicture {
    fn drop(&mut self) {
        // SAFETY: handed out once, and given back once, here.
        unsafe { (self.functions.picture_unref)(&raw mut self.picture) };
    }
}

/// What a code of dav1d's, a negative error of the system, means here.
fn refused(code: c_int) -> DecodeError {
    DecodeError::Bitstream(match -code {
        0 => "a unit of which something was left".to_owned(),
        libc::EAGAIN => "a unit without a picture".to_owned(),
        libc::ENOMEM => "not enough memory".to_owned(),
        libc::EINVAL => "no valid unit".to_owned(),
        code => format!("error {code} of dav1d"),
    })
}
