//! dav1d's functions and structures, as its headers have them.
//!
//! Of the structures only the beginnings are described here, which are the same in all versions with these
//! names; they are followed by more room than any version uses. re_rav1d's are the same too.

use std::ffi::{c_int, c_uint, c_void};
use std::ptr::null_mut;

use libloading::os::unix::Library;

/// Room for the part of a structure that is not described: the longest has 200 bytes.
type Rest = [u64; 64];

const NO_REST: Rest = [0; 64];

/// `Dav1dSettings`.
#[repr(C)]
pub(super) struct Settings {
    pub(super) n_threads: c_int,
    pub(super) max_frame_delay: c_int,
    pub(super) apply_grain: c_int,
    pub(super) operating_point: c_int,
    pub(super) all_layers: c_int,
    pub(super) frame_size_limit: c_uint,
    pub(super) allocator: Allocator,
    pub(super) logger_cookie: *mut c_void,
    pub(super) logger: *mut c_void,
    rest: Rest,
}

/// `Dav1dPicAllocator`.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Allocator {
    pub(super) cookie: *mut c_void,
    pub(super) take: Option<unsafe extern "C" fn(*mut PictureHead, *mut c_void) -> c_int>,
    pub(super) give_back: Option<unsafe extern "C" fn(*mut PictureHead, *mut c_void)>,
}

/// `Dav1dData`.
#[repr(C)]
pub(super) struct Data {
    pub(super) data: *const u8,
    pub(super) bytes: usize,
    pub(super) reference: *mut c_void,
    rest: Rest,
}

/// The beginning of a `Dav1dPicture`, which is all that may be looked at of one that a library has.
#[repr(C)]
pub(super) struct PictureHead {
    pub(super) headers: [*mut c_void; 2],
    pub(super) data: [*mut u8; 3],
    pub(super) stride: [isize; 2],
    pub(super) width: c_int,
    pub(super) height: c_int,
    pub(super) layout: c_int,
    pub(super) bits: c_int,
}

/// `Dav1dPicture`, for a library to fill in.
#[repr(C)]
pub(super) struct Picture {
    pub(super) head: PictureHead,
    rest: Rest,
}

impl Settings {
    /// For a library to fill in.
    pub(super) const UNSET: Self = Self {
        n_threads: 0,
        max_frame_delay: 0,
        apply_grain: 0,
        operating_point: 0,
        all_layers: 0,
        frame_size_limit: 0,
        allocator: Allocator { cookie: null_mut(), take: None, give_back: None },
        logger_cookie: null_mut(),
        logger: null_mut(),
        rest: NO_REST,
    };
}

impl Data {
    /// For a library to fill in.
    pub(super) const UNSET: Self =
        Self { data: std::ptr::null(), bytes: 0, reference: null_mut(), rest: NO_REST };
}

impl Picture {
    /// For a library to fill in.
    pub(super) const UNSET: Self = Self {
        head: PictureHead {
            headers: [null_mut(); 2],
            data: [null_mut(); 3],
            stride: [0; 2],
            width: 0,
            height: 0,
            layout: 0,
            bits: 0,
        },
        rest: NO_REST,
    };
}

/// `Dav1dContext`.
pub(super) type Context = c_void;

/// The functions that are used.
pub(super) struct Functions {
    pub(super) default_settings: unsafe extern "C" fn(*mut Settings),
    pub(super) open: unsafe extern "C" fn(*mut *mut Context, *const Settings) -> c_int,
    pub(super) close: unsafe extern "C" fn(*mut *mut Context),
    pub(super) flush: unsafe extern "C" fn(*mut Context),
    pub(super) data_create: unsafe extern "C" fn(*mut Data, usize) -> *mut u8,
    pub(super) data_unref: unsafe extern "C" fn(*mut Data),
    pub(super) send_data: unsafe extern "C" fn(*mut Context, *mut Data) -> c_int,
    pub(super) get_picture: unsafe extern "C" fn(*mut Context, *mut Picture) -> c_int,
    pub(super) picture_unref: unsafe extern "C" fn(*mut Picture),
    /// They are gone when it is dropped.
    _library: Option<Library>,
}

impl Functions {
    /// Those of a library that was loaded.
    ///
    /// # Errors
    /// Where it lacks one.
    pub(super) fn of(library: Library) -> Result<Self, libloading::Error> {
        // SAFETY: the types are those of dav1d's headers, for both names.
        unsafe {
            Ok(Self {
                default_settings: *library.get(b"dav1d_default_settings")?,
                open: *library.get(b"dav1d_open")?,
                close: *library.get(b"dav1d_close")?,
                flush: *library.get(b"dav1d_flush")?,
                data_create: *library.get(b"dav1d_data_create")?,
                data_unref: *library.get(b"dav1d_data_unref")?,
                send_data: *library.get(b"dav1d_send_data")?,
                get_picture: *library.get(b"dav1d_get_picture")?,
                picture_unref: *library.get(b"dav1d_picture_unref")?,
                _library: Some(library),
            })
        }
    }

    /// Those of re_rav1d, which is built in.
    pub(super) fn built_in() -> Self {
        Self {
            default_settings: re_rav1d_functions::dav1d_default_settings,
            open: re_rav1d_functions::dav1d_open,
            close: re_rav1d_functions::dav1d_close,
            flush: re_rav1d_functions::dav1d_flush,
            data_create: re_rav1d_functions::dav1d_data_create,
            data_unref: re_rav1d_functions::dav1d_data_unref,
            send_data: re_rav1d_functions::dav1d_send_data,
            get_picture: re_rav1d_functions::dav1d_get_picture,
            picture_unref: re_rav1d_functions::dav1d_picture_unref,
            _library: None,
        }
    }
}

/// What re_rav1d has under dav1d's names. The codec links it, which alone may name it as a crate; no other
/// library has these names in this program.
mod re_rav1d_functions {
    use super::{Context, Data, Picture, Settings, c_int};

    unsafe extern "C" {
        pub(super) fn dav1d_default_settings(settings: *mut Settings);
        pub(super) fn dav1d_open(context: *mut *mut Context, settings: *const Settings) -> c_int;
        pub(super) fn dav1d_close(context: *mut *mut Context);
        pub(super) fn dav1d_flush(context: *mut Context);
        pub(super) fn dav1d_data_create(data: *mut Data, bytes: usize) -> *mut u8;
        pub(super) fn dav1d_data_unref(data: *mut Data);
        pub(super) fn dav1d_send_data(context: *mut Context, data: *mut Data) -> c_int;
        pub(super) fn dav1d_get_picture(context: *mut Context, picture: *mut Picture) -> c_int;
        pub(super) fn dav1d_picture_unref(picture: *mut Picture);
    }
}
