//! What of libpipewire 0.3 is used: functions, structures, and numbers as its headers have them.
//!
//! The library is loaded and not linked, so that a program starts where there is none, and nothing of it is
//! needed to build. It checks nothing that the library says.

use std::ffi::{c_char, c_int, c_void};
use std::ptr::null_mut;

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

/// The library's name since 2020.
const NAME: &str = "libpipewire-0.3.so.0";

/// `PW_DIRECTION_INPUT`.
pub(super) const DIRECTION_INPUT: c_int = 0;
/// `PW_STREAM_FLAG_AUTOCONNECT`, `_MAP_BUFFERS` and `_DONT_RECONNECT`: another screen than the one that the
/// user has chosen is never captured.
pub(super) const STREAM_FLAGS: c_int = 1 | 1 << 2 | 1 << 7;
/// `PW_STREAM_STATE_ERROR`.
pub(super) const STATE_ERROR: c_int = -1;
/// `PW_STREAM_STATE_UNCONNECTED`.
pub(super) const STATE_UNCONNECTED: c_int = 0;

/// `SPA_DATA_MemPtr` and `SPA_DATA_MemFd`: memory of this process, and a file in memory that is mapped.
pub(super) const DATA_MEM_PTR: u32 = 1;
pub(super) const DATA_MEM_FD: u32 = 2;

/// `struct spa_meta`.
#[repr(C)]
pub(super) struct SpaMeta {
    pub(super) kind: u32,
    pub(super) size: u32,
    pub(super) data: *mut u8,
}

/// `struct spa_chunk`.
#[derive(Debug)]
#[repr(C)]
pub(super) struct SpaChunk {
    pub(super) offset: u32,
    pub(super) size: u32,
    pub(super) stride: i32,
    pub(super) flags: i32,
}

/// `struct spa_data`.
#[repr(C)]
pub(super) struct SpaData {
    pub(super) kind: u32,
    pub(super) flags: u32,
    pub(super) fd: i64,
    pub(super) map_offset: u32,
    pub(super) max_size: u32,
    pub(super) data: *mut u8,
    pub(super) chunk: *mut SpaChunk,
}

/// `struct spa_buffer`.
#[repr(C)]
pub(super) struct SpaBuffer {
    pub(super) meta_count: u32,
    pub(super) data_count: u32,
    pub(super) metas: *mut SpaMeta,
    pub(super) datas: *mut SpaData,
}

/// The beginning of `struct pw_buffer`, which the library allocates.
#[repr(C)]
pub(super) struct PwBuffer {
    pub(super) buffer: *mut SpaBuffer,
}

/// `struct spa_hook`, which the library fills in.
#[repr(C)]
pub(super) struct SpaHook {
    words: [*mut c_void; 6],
}

impl SpaHook {
    pub(super) const EMPTY: Self = Self { words: [null_mut(); 6] };
}

/// `struct pw_stream_events` in its first version.
#[repr(C)]
pub(super) struct PwStreamEvents {
    pub(super) version: u32,
    pub(super) destroy: Option<unsafe extern "C" fn(*mut c_void)>,
    pub(super) state_changed: Option<unsafe extern "C" fn(*mut c_void, c_int, c_int, *const c_char)>,
    pub(super) control_info: Option<unsafe extern "C" fn(*mut c_void, u32, *const c_void)>,
    pub(super) io_changed: Option<unsafe extern "C" fn(*mut c_void, u32, *mut c_void, u32)>,
    pub(super) param_changed: Option<unsafe extern "C" fn(*mut c_void, u32, *const u8)>,
    pub(super) add_buffer: Option<unsafe extern "C" fn(*mut c_void, *mut PwBuffer)>,
    pub(super) remove_buffer: Option<unsafe extern "C" fn(*mut c_void, *mut PwBuffer)>,
    pub(super) process: Option<unsafe extern "C" fn(*mut c_void)>,
    pub(super) drained: Option<unsafe extern "C" fn(*mut c_void)>,
}

macro_rules! functions {
    ($($field:ident = $symbol:literal: fn($($argument:ty),*) $(-> $result:ty)?;)*) => {
        /// The functions, for as long as the program runs.
        #[derive(Clone, Copy)]
        pub(super) struct PipeWireFunctions {
            $(pub(super) $field: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
        }

        impl PipeWireFunctions {
            fn of(library: &Library) -> Result<Self, libloading::Error> {
                // SAFETY: the symbols are functions with these arguments in every library of this name.
                unsafe { Ok(Self { $($field: *library.get($symbol)?,)* }) }
            }
        }
    };
}

functions! {
    init = b"pw_init\0": fn(*mut c_int, *mut *mut *mut c_char);
    loop_new = b"pw_thread_loop_new\0": fn(*const c_char, *const c_void) -> *mut c_void;
    loop_destroy = b"pw_thread_loop_destroy\0": fn(*mut c_void);
    loop_inner = b"pw_thread_loop_get_loop\0": fn(*mut c_void) -> *mut c_void;
    loop_start = b"pw_thread_loop_start\0": fn(*mut c_void) -> c_int;
    loop_stop = b"pw_thread_loop_stop\0": fn(*mut c_void);
    loop_lock = b"pw_thread_loop_lock\0": fn(*mut c_void);
    loop_unlock = b"pw_thread_loop_unlock\0": fn(*mut c_void);
    context_new = b"pw_context_new\0": fn(*mut c_void, *mut c_void, usize) -> *mut c_void;
    context_destroy = b"pw_context_destroy\0": fn(*mut c_void);
    context_connect_fd = b"pw_context_connect_fd\0": fn(*mut c_void, c_int, *mut c_void, usize) -> *mut c_void;
    core_disconnect = b"pw_core_disconnect\0": fn(*mut c_void) -> c_int;
    properties_new = b"pw_properties_new_string\0": fn(*const c_char) -> *mut c_void;
    stream_new = b"pw_stream_new\0": fn(*mut c_void, *const c_char, *mut c_void) -> *mut c_void;
    stream_destroy = b"pw_stream_destroy\0": fn(*mut c_void);
    stream_add_listener = b"pw_stream_add_listener\0":
        fn(*mut c_void, *mut SpaHook, *const PwStreamEvents, *mut c_void);
    stream_connect = b"pw_stream_connect\0":
        fn(*mut c_void, c_int, u32, c_int, *const *const u8, u32) -> c_int;
    stream_update_params = b"pw_stream_update_params\0": fn(*mut c_void, *const *const u8, u32) -> c_int;
    stream_dequeue = b"pw_stream_dequeue_buffer\0": fn(*mut c_void) -> *mut PwBuffer;
    stream_queue = b"pw_stream_queue_buffer\0": fn(*mut c_void, *mut PwBuffer) -> c_int;
}

impl PipeWireFunctions {
    /// Loads the library of this system.
    ///
    /// # Errors
    /// Where it has none; in words.
    pub(super) fn load() -> Result<Self, String> {
        // SAFETY: the library's initialisers do nothing but register themselves.
        let library = unsafe { Library::open(Some(NAME), RTLD_NOW | RTLD_LOCAL) };
        let library = library.map_err(|error| error.to_string())?;
        let functions = Self::of(&library).map_err(|error| error.to_string())?;
        // Never unloaded: its plugins leave threads and handlers behind.
        std::mem::forget(library);
        // SAFETY: it takes no arguments of the program, and counts how often it is called.
        unsafe { (functions.init)(null_mut(), null_mut()) };
        Ok(functions)
    }
}
