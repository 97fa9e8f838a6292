//! dav1d, the library of this system, loaded when it is asked for.
//!
//! It is loaded and not linked for two reasons: re_rav1d, which is built in, has functions of the same names,
//! and a linked program would call those; and a system without it still has a decoder. Of its structures only
//! the beginnings are described here, which are the same in all versions with these names; they are followed
//! by more room than any version uses.

use std::ffi::{c_int, c_uint, c_void};
use std::ptr::{NonNull, null_mut};
use std::sync::Arc;

use beistand_codec::{Av1Context, Av1Library, Av1Picture, Canvas, DecodeError, Plane, Rect};
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

/// dav1d 1.3 to 1.5, and 1.0 to 1.2.
const NAMES: [&str; 2] = ["libdav1d.so.7", "libdav1d.so.6"];

/// `DAV1D_PIXEL_LAYOUT_I444`.
const LAYOUT_444: c_int = 3;

/// Room for the part of a structure that is not described: the longest has 200 bytes.
type Rest = [u64; 64];

const NO_REST: Rest = [0; 64];

/// `Dav1dSettings`.
#[repr(C)]
struct Settings {
    n_threads: c_int,
    max_frame_delay: c_int,
    apply_grain: c_int,
    operating_point: c_int,
    all_layers: c_int,
    frame_size_limit: c_uint,
    allocator: [*mut c_void; 3],
    logger_cookie: *mut c_void,
    logger: *mut c_void,
    rest: Rest,
}

/// `Dav1dData`.
#[repr(C)]
struct Data {
    data: *const u8,
    bytes: usize,
    reference: *mut c_void,
    rest: Rest,
}

/// `Dav1dPicture`.
#[repr(C)]
struct Picture {
    headers: [*mut c_void; 2],
    data: [*const u8; 3],
    stride: [isize; 2],
    width: c_int,
    height: c_int,
    layout: c_int,
    bits: c_int,
    rest: Rest,
}

/// `Dav1dContext`.
type Context = c_void;

/// The functions that are used.
struct Functions {
    default_settings: unsafe extern "C" fn(*mut Settings),
    open: unsafe extern "C" fn(*mut *mut Context, *const Settings) -> c_int,
    close: unsafe extern "C" fn(*mut *mut Context),
    flush: unsafe extern "C" fn(*mut Context),
    data_create: unsafe extern "C" fn(*mut Data, usize) -> *mut u8,
    data_unref: unsafe extern "C" fn(*mut Data),
    send_data: unsafe extern "C" fn(*mut Context, *mut Data) -> c_int,
    get_picture: unsafe extern "C" fn(*mut Context, *mut Picture) -> c_int,
    picture_unref: unsafe extern "C" fn(*mut Picture),
    /// They are gone when it is dropped.
    _library: Library,
}

/// The loaded library.
pub(super) struct Dav1d(Arc<Functions>);

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
        Self::of(library).map_err(|error| error.to_string())
    }

    fn of(library: Library) -> Result<Self, libloading::Error> {
        // SAFETY: the types are those of dav1d's headers, for both names.
        unsafe {
            Ok(Self(Arc::new(Functions {
                default_settings: *library.get(b"dav1d_default_settings")?,
                open: *library.get(b"dav1d_open")?,
                close: *library.get(b"dav1d_close")?,
                flush: *library.get(b"dav1d_flush")?,
                data_create: *library.get(b"dav1d_data_create")?,
                data_unref: *library.get(b"dav1d_data_unref")?,
                send_data: *library.get(b"dav1d_send_data")?,
                get_picture: *library.get(b"dav1d_get_picture")?,
                picture_unref: *library.get(b"dav1d_picture_unref")?,
                _library: library,
            })))
        }
    }
}

impl Av1Library for Dav1d {
    fn open(&self, limit_px: u32) -> Result<Box<dyn Av1Context>, DecodeError> {
        let mut settings = Settings {
            n_threads: 0,
            max_frame_delay: 0,
            apply_grain: 0,
            operating_point: 0,
            all_layers: 0,
            frame_size_limit: 0,
            allocator: [null_mut(); 3],
            logger_cookie: null_mut(),
            logger: null_mut(),
            rest: NO_REST,
        };
        // SAFETY: it fills in a structure that is as long as its own at least.
        unsafe { (self.0.default_settings)(&raw mut settings) };
        settings.n_threads = 1;
        settings.max_frame_delay = 1;
        settings.apply_grain = 0;
        settings.frame_size_limit = limit_px;
        // Its log has nowhere to go.
        settings.logger = null_mut();
        let mut context = null_mut();
        // SAFETY: both point to what the function expects, for the time of the call.
        let code = unsafe { (self.0.open)(&raw mut context, &raw const settings) };
        match NonNull::new(context) {
            Some(context) if code >= 0 => Ok(Box::new(Decoder { functions: self.0.clone(), context })),
            _ => Err(refused(code)),
        }
    }
}

/// A decoder of one stream.
struct Decoder {
    functions: Arc<Functions>,
    context: NonNull<Context>,
}

// SAFETY: a context may be used on any thread, by one at a time; it has no threads of its own here.
unsafe impl Send for Decoder {}

impl Av1Context for Decoder {
    fn flush(&mut self) {
        // SAFETY: the context is open.
        unsafe { (self.functions.flush)(self.context.as_ptr()) };
    }

    fn decode(&mut self, unit: &[u8]) -> Result<Box<dyn Av1Picture>, DecodeError> {
        let context = self.context.as_ptr();
        let mut data = Data { data: std::ptr::null(), bytes: 0, reference: null_mut(), rest: NO_REST };
        // SAFETY: it makes a buffer of that many bytes, or returns null.
        let buffer = unsafe { (self.functions.data_create)(&raw mut data, unit.len()) };
        if buffer.is_null() {
            return Err(DecodeError::Bitstream("no memory for a unit".to_owned()));
        }
        // SAFETY: the buffer is new and has the unit's length.
        unsafe { std::ptr::copy_nonoverlapping(unit.as_ptr(), buffer, unit.len()) };
        // SAFETY: the context is open, and the data is dav1d's own.
        let code = unsafe { (self.functions.send_data)(context, &raw mut data) };
        if code < 0 || data.bytes > 0 {
            // SAFETY: what was not taken is still ours.
            unsafe { (self.functions.data_unref)(&raw mut data) };
            return Err(refused(code));
        }
        let mut picture = Picture {
            headers: [null_mut(); 2],
            data: [std::ptr::null(); 3],
            stride: [0; 2],
            width: 0,
            height: 0,
            layout: 0,
            bits: 0,
            rest: NO_REST,
        };
        // SAFETY: the context is open, and it fills in a structure that is as long as its own at least.
        let code = unsafe { (self.functions.get_picture)(context, &raw mut picture) };
        if code < 0 {
            return Err(refused(code));
        }
        Ok(Box::new(DecodedPicture { functions: self.functions.clone(), picture }))
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        let mut context = self.context.as_ptr();
        // SAFETY: opened once, and closed once, here.
        unsafe { (self.functions.close)(&raw mut context) };
    }
}

/// A picture that dav1d keeps until this is dropped.
struct DecodedPicture {
    functions: Arc<Functions>,
    picture: Picture,
}

// SAFETY: nobody writes to a picture that was handed out, and its count of references is atomic.
unsafe impl Send for DecodedPicture {}

impl DecodedPicture {
    /// One plane's samples, of pictures with 8 bits and 4:4:4.
    fn plane(&self, index: usize) -> Option<Plane<'_>> {
        let stride = usize::try_from(self.picture.stride[index.min(1)]).ok()?;
        let (width, height) =
            (usize::try_from(self.picture.width).ok()?, usize::try_from(self.picture.height).ok()?);
        let start = NonNull::new(self.picture.data[index].cast_mut())?;
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
        (side(self.picture.width), side(self.picture.height))
    }

    fn is_8_bit_444(&self) -> bool {
        self.picture.bits == 8 && self.picture.layout == LAYOUT_444
    }

    fn draw(&self, canvas: &mut Canvas<'_>, rect: Rect) -> Result<(), DecodeError> {
        let planes = self.plane(0).zip(self.plane(1)).zip(self.plane(2));
        let ((y, u), v) =
            planes.ok_or_else(|| DecodeError::Bitstream("a picture without planes".to_owned()))?;
        canvas.draw([y, u, v], rect)
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
