//! A stream of pictures: PipeWire's own thread puts each where its screen's arrive. It keeps none, and looks
//! at none.

use std::cell::{Cell, UnsafeCell};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::os::fd::{IntoRawFd as _, OwnedFd};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::abi::{
    DIRECTION_INPUT, PipeWireFunctions, PwStreamEvents, STATE_ERROR, STATE_UNCONNECTED, STREAM_FLAGS, SpaHook,
};
use super::buffer::TakenBuffer;
use super::pod::{self, PARAM_FORMAT, VideoFormat};
use crate::wayland::frame_slot::SlotFeed;

/// The longest description of a format that is read, in bytes: they have some hundred.
const MAX_FORMAT_BYTES: usize = 64 << 10;

/// libpipewire, loaded.
#[derive(Clone, Copy)]
pub(in crate::wayland) struct PipeWireLibrary {
    functions: PipeWireFunctions,
}

impl PipeWireLibrary {
    /// Loads it.
    ///
    /// # Errors
    /// Where this system has none; in words.
    pub(in crate::wayland) fn load() -> Result<Self, String> {
        PipeWireFunctions::load().map(|functions| Self { functions })
    }
}

/// The running stream; dropping it ends it, and nothing is put into the slot after that.
pub(in crate::wayland) struct ScreenStream {
    functions: PipeWireFunctions,
    /// Each `null` where it was not made.
    thread: *mut c_void,
    context: *mut c_void,
    core: *mut c_void,
    stream: *mut c_void,
    /// Of a box that ends with this: the library keeps where it is.
    listener: *mut StreamListener,
}

/// What the library calls.
struct StreamListener {
    functions: PipeWireFunctions,
    /// The library writes to it.
    hook: UnsafeCell<SpaHook>,
    events: PwStreamEvents,
    /// There once it was made; used on the loop's thread.
    stream: Cell<*mut c_void>,
    format: Mutex<Option<VideoFormat>>,
    /// Set where we end it: then it is not lost.
    ending: AtomicBool,
    feed: SlotFeed,
}

impl ScreenStream {
    /// Connects over `remote` and captures the node.
    ///
    /// # Errors
    /// In the library's words.
    pub(in crate::wayland) fn start(
        library: PipeWireLibrary,
        remote: OwnedFd,
        node: u32,
        feed: SlotFeed,
    ) -> Result<Self, String> {
        let functions = library.functions;
        let listener = StreamListener {
            functions,
            hook: UnsafeCell::new(SpaHook::EMPTY),
            events: PwStreamEvents {
                version: 0,
                destroy: None,
                state_changed: Some(on_state),
                control_info: None,
                io_changed: None,
                param_changed: Some(on_param),
                add_buffer: None,
                remove_buffer: None,
                process: Some(on_process),
                drained: None,
            },
            stream: Cell::new(null_mut()),
            format: Mutex::default(),
            ending: AtomicBool::new(false),
            feed,
        };
        let mut this = Self {
            functions,
            thread: null_mut(),
            context: null_mut(),
            core: null_mut(),
            stream: null_mut(),
            listener: Box::into_raw(Box::new(listener)),
        };
        this.open(remote, node)?;
        Ok(this)
    }

    fn open(&mut self, remote: OwnedFd, node: u32) -> Result<(), String> {
        let functions = self.functions;
        let missing = |what: &str| format!("PipeWire makes no {what}");
        // SAFETY: each call gets what the one before it returned, checked; nothing else uses it before the
        // loop runs.
        unsafe {
            self.thread = (functions.loop_new)(c"beistand-screen".as_ptr(), null_mut());
            if self.thread.is_null() {
                return Err(missing("thread"));
            }
            self.context = (functions.context_new)((functions.loop_inner)(self.thread), null_mut(), 0);
            if self.context.is_null() {
                return Err(missing("context"));
            }
            if (functions.loop_start)(self.thread) < 0 {
                return Err(missing("thread"));
            }
            (functions.loop_lock)(self.thread);
            let connected = self.connect(remote, node);
            (functions.loop_unlock)(self.thread);
            connected
        }
    }

    /// # Safety
    /// The loop is locked, and the context is there.
    unsafe fn connect(&mut self, remote: OwnedFd, node: u32) -> Result<(), String> {
        let functions = self.functions;
        // SAFETY: as the caller says; the library owns the descriptor and the properties from here on.
        unsafe {
            self.core = (functions.context_connect_fd)(self.context, remote.into_raw_fd(), null_mut(), 0);
            if self.core.is_null() {
                return Err("PipeWire does not answer".to_owned());
            }
            let role = c"media.type=Video media.category=Capture media.role=Screen";
            let properties = (functions.properties_new)(role.as_ptr());
            self.stream = (functions.stream_new)(self.core, c"Beistand".as_ptr(), properties);
            if self.stream.is_null() {
                return Err("PipeWire makes no stream".to_owned());
            }
            let listener = &*self.listener;
            listener.stream.set(self.stream);
            let data = self.listener.cast();
            (functions.stream_add_listener)(
                self.stream,
                listener.hook.get(),
                &raw const listener.events,
                data,
            );
            let formats = pod::offered_formats();
            let offered = [formats.as_ptr()];
            let code = (functions.stream_connect)(
                self.stream,
                DIRECTION_INPUT,
                node,
                STREAM_FLAGS,
                offered.as_ptr(),
                1,
            );
            if code < 0 {
                return Err(format!("PipeWire refuses the screen ({code})"));
            }
        }
        Ok(())
    }
}

impl Drop for ScreenStream {
    fn drop(&mut self) {
        let functions = self.functions;
        // SAFETY: in the reverse order of their making. Once the loop has stopped the listener is called on
        // this thread alone, while the stream is destroyed, and after that no more.
        unsafe {
            (*self.listener).ending.store(true, Ordering::Release);
            if !self.thread.is_null() {
                (functions.loop_stop)(self.thread);
            }
            if !self.stream.is_null() {
                (functions.stream_destroy)(self.stream);
            }
            if !self.core.is_null() {
                (functions.core_disconnect)(self.core);
            }
            if !self.context.is_null() {
                (functions.context_destroy)(self.context);
            }
            if !self.thread.is_null() {
                (functions.loop_destroy)(self.thread);
            }
            drop(Box::from_raw(self.listener));
        }
    }
}

impl StreamListener {
    /// # Safety
    /// `data` is the listener that was registered, which outlives its stream.
    unsafe fn of<'a>(data: *mut c_void) -> &'a Self {
        // SAFETY: as the caller says; only shared references are made while the stream is there.
        unsafe { &*data.cast() }
    }

    fn format(&self) -> Option<VideoFormat> {
        *self.format.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_format(&self, format: Option<VideoFormat>) {
        *self.format.lock().unwrap_or_else(PoisonError::into_inner) = format;
        let Some(format) = format else { return };
        tracing::debug!(?format, "the screen's format");
        if format.screen_size().is_none() {
            let (width, height) = format.size;
            self.feed.lose(format!("a screen of {width} x {height} pixels is too large"));
        }
        let wanted = pod::wanted_buffers();
        let wanted = wanted.each_ref().map(pod::Pod::as_ptr);
        // SAFETY: on the loop's thread; the parameters are copied.
        unsafe {
            (self.functions.stream_update_params)(self.stream.get(), wanted.as_ptr(), wanted.len() as u32)
        };
    }

    /// Takes all buffers that have come. Of one that is followed by another its picture counts as well: it
    /// may have changed where the next one has not.
    fn take_buffers(&self) {
        loop {
            // SAFETY: on the loop's thread.
            let buffer = unsafe { (self.functions.stream_dequeue)(self.stream.get()) };
            if buffer.is_null() {
                return;
            }
            // SAFETY: it was just dequeued, and is given back below.
            if let Some((taken, format)) = unsafe { TakenBuffer::of(buffer) }.zip(self.format()) {
                if let Some(size) = taken.screen_size(format) {
                    self.feed.take_size(size);
                }
                if let Some(cursor) = taken.cursor(format) {
                    self.feed.put_cursor(cursor);
                }
                match taken.picture(format) {
                    Some(picture) => self.feed.put_picture(&picture),
                    None if taken.names_change(format) => self.feed.note_skipped(),
                    // It only brings the pointer.
                    None => {}
                }
            }
            // SAFETY: nothing of it is referred to any more.
            unsafe { (self.functions.stream_queue)(self.stream.get(), buffer) };
        }
    }
}

unsafe extern "C" fn on_state(data: *mut c_void, old: c_int, state: c_int, error: *const c_char) {
    // SAFETY: the library passes what was registered.
    let listener = unsafe { StreamListener::of(data) };
    tracing::debug!(old, state, "the stream of the screen");
    if listener.ending.load(Ordering::Acquire) {
        return;
    }
    if state == STATE_ERROR || (state == STATE_UNCONNECTED && old > STATE_UNCONNECTED) {
        // SAFETY: null, or a text that ends.
        let why = (!error.is_null()).then(|| unsafe { CStr::from_ptr(error) }.to_string_lossy().into_owned());
        listener.feed.lose(why.unwrap_or_else(|| "the desktop shows it no longer".to_owned()));
    }
}

unsafe extern "C" fn on_param(data: *mut c_void, id: u32, param: *const u8) {
    // SAFETY: the library passes what was registered.
    let listener = unsafe { StreamListener::of(data) };
    if id != PARAM_FORMAT {
        return;
    }
    let format = if param.is_null() {
        None
    } else {
        // SAFETY: a parameter begins with its length, and has as many bytes behind its header.
        let bytes = unsafe {
            let length = param.cast::<u32>().read_unaligned() as usize;
            (length <= MAX_FORMAT_BYTES).then(|| std::slice::from_raw_parts(param, length + 8))
        };
        let format = bytes.and_then(pod::parse_format);
        if format.is_none() {
            listener.feed.lose("the desktop describes its screen in a way that is not understood");
        }
        format
    };
    listener.take_format(format);
}

unsafe extern "C" fn on_process(data: *mut c_void) {
    // SAFETY: the library passes what was registered.
    unsafe { StreamListener::of(data) }.take_buffers();
}
