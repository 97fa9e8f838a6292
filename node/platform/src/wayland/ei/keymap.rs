//! Which key makes which sign, by the desktop's own keymap. libxkbcommon reads it, which every Wayland
//! desktop has; it is loaded when it is needed.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt as _;

use reis::ei::keyboard::KeymapType;
use reis::event::Keymap;
use xkbcommon_dl::{
    XkbCommon, xkb_context, xkb_context_flags, xkb_keymap, xkb_keymap_compile_flags, xkb_keymap_format,
    xkb_log_level, xkb_state, xkbcommon_option,
};
use xkeysym::key;

/// The longest keymap that is read: usual ones have 60 KiB.
const MAX_KEYMAP_BYTES: usize = 1 << 20;

/// Most layouts of a keymap: XKB has four.
const MAX_GROUPS: u32 = 4;

/// XKB's numbers of keys are Linux's and 8.
const KEY_OFFSET: u32 = 8;

/// Linux's last key that XKB has a number for.
const LAST_KEY: u32 = 247;

/// Real modifiers: Shift, Caps Lock, and what chooses the third level, which is Mod5 everywhere.
const SHIFT: u32 = 1;
const LOCK: u32 = 1 << 1;
const LEVEL: u32 = 1 << 7;

/// Whether keymaps can be read here.
pub(in crate::wayland) fn has_keymaps() -> bool {
    xkbcommon_option().is_some()
}

/// What of the keyboard's state changes which key makes a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct LockState {
    group: u32,
    caps: bool,
}

impl LockState {
    /// As the desktop says it.
    pub(super) fn new(locked: u32, group: u32) -> Self {
        Self { group: group.min(MAX_GROUPS - 1), caps: locked & LOCK != 0 }
    }
}

/// How a sign is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeymapStroke {
    /// Linux's number.
    pub(super) key: u32,
    /// With Shift.
    pub(super) shift: bool,
    /// With what chooses the third level.
    pub(super) level: bool,
}

/// A keymap as far as it is needed; empty where it could not be read.
#[derive(Debug, Default)]
pub(super) struct SignMap {
    strokes: HashMap<(LockState, u32), KeymapStroke>,
    level_key: Option<u32>,
}

impl SignMap {
    /// Reads the desktop's keymap.
    pub(super) fn read(keymap: &Keymap) -> Self {
        let map = text_of(keymap).and_then(|text| Self::of(&text));
        map.unwrap_or_else(|| {
            tracing::warn!("the desktop's keymap can't be read");
            Self::default()
        })
    }

    /// The map of a keymap in XKB's text form.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        let map = OpenedKeymap::open(xkbcommon_option()?, text)?;
        let mut signs = Self::default();
        let states = (0..MAX_GROUPS).flat_map(|group| [false, true].map(|caps| LockState { group, caps }));
        // The simplest way to a sign comes first, and is kept.
        let levels = [(false, false), (true, false), (false, true), (true, true)];
        for state in states {
            for (shift, level) in levels {
                let bit = |is_set: bool, bit: u32| if is_set { bit } else { 0 };
                map.set(bit(shift, SHIFT) | bit(level, LEVEL), bit(state.caps, LOCK), state.group);
                for key in 1..=LAST_KEY {
                    let sign = map.sign(key);
                    if sign != 0 {
                        signs.strokes.entry((state, sign)).or_insert(KeymapStroke { key, shift, level });
                    }
                }
            }
        }
        let plain = LockState::default();
        signs.level_key = signs.strokes.get(&(plain, key::ISO_Level3_Shift)).map(|stroke| stroke.key);
        if signs.level_key.is_none() {
            signs.strokes.retain(|_, stroke| !stroke.level);
        }
        Some(signs)
    }

    pub(super) fn stroke(&self, locks: LockState, sign: u32) -> Option<KeymapStroke> {
        self.strokes.get(&(locks, sign)).copied()
    }

    /// The key that chooses the third level.
    pub(super) fn level_key(&self) -> Option<u32> {
        self.level_key
    }
}

fn text_of(keymap: &Keymap) -> Option<Vec<u8>> {
    let size = usize::try_from(keymap.size).ok().filter(|size| *size <= MAX_KEYMAP_BYTES)?;
    if keymap.type_ != KeymapType::Xkb {
        return None;
    }
    let mut text = vec![0; size];
    // By its place: whoever else has the file may have read it to its end.
    File::from(keymap.fd.try_clone().ok()?).read_exact_at(&mut text, 0).ok()?;
    Some(text)
}

/// A keymap that the library has read, and a keyboard with it.
struct OpenedKeymap {
    library: &'static XkbCommon,
    context: *mut xkb_context,
    keymap: *mut xkb_keymap,
    state: *mut xkb_state,
}

impl OpenedKeymap {
    fn open(library: &'static XkbCommon, text: &[u8]) -> Option<Self> {
        // The text ends with a zero.
        let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
        let (flags, format) = (
            xkb_context_flags::XKB_CONTEXT_NO_DEFAULT_INCLUDES,
            xkb_keymap_format::XKB_KEYMAP_FORMAT_TEXT_V1,
        );
        let mut opened = Self {
            library,
            context: std::ptr::null_mut(),
            keymap: std::ptr::null_mut(),
            state: std::ptr::null_mut(),
        };
        // SAFETY: the library's functions as its header has them; the text lives until they return, and what
        // is null goes no further. What is made is given back when `opened` is dropped.
        unsafe {
            opened.context = (library.xkb_context_new)(flags);
            if opened.context.is_null() {
                return None;
            }
            // It writes to standard error otherwise, where others read.
            (library.xkb_context_set_log_level)(opened.context, xkb_log_level::XKB_LOG_LEVEL_CRITICAL);
            opened.keymap = (library.xkb_keymap_new_from_buffer)(
                opened.context,
                text.as_ptr().cast(),
                text.len(),
                format,
                xkb_keymap_compile_flags::XKB_KEYMAP_COMPILE_NO_FLAGS,
            );
            if opened.keymap.is_null() {
                return None;
            }
            opened.state = (library.xkb_state_new)(opened.keymap);
        }
        (!opened.state.is_null()).then_some(opened)
    }

    /// These modifiers are held and locked, in this layout.
    fn set(&self, held: u32, locked: u32, group: u32) {
        // SAFETY: the state is there until this is dropped.
        unsafe { (self.library.xkb_state_update_mask)(self.state, held, 0, locked, 0, 0, group) };
    }

    /// What this key of Linux's makes now; 0: nothing, or several signs.
    fn sign(&self, key: u32) -> u32 {
        // SAFETY: the state is there until this is dropped; a key that it lacks makes nothing.
        unsafe { (self.library.xkb_state_key_get_one_sym)(self.state, key + KEY_OFFSET) }
    }
}

impl Drop for OpenedKeymap {
    fn drop(&mut self) {
        // SAFETY: each was made by the library, or is null, which it takes.
        unsafe {
            (self.library.xkb_state_unref)(self.state);
            (self.library.xkb_keymap_unref)(self.keymap);
            (self.library.xkb_context_unref)(self.context);
        }
    }
}
