//! The desktop on real X servers: its screen, its locks, and what is pressed and copied there, as other
//! programs see it.
//!
//! One program for all of them: each one more would be linked once more. Each test starts a display of its
//! own.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod capture;
mod clipboard;
mod desktop_door;
mod enigo;
mod indicator;
mod input;
mod keeper;
mod keyboard;
mod origin;
mod overlay;
mod pane;
mod save_dialog;
mod scrap;
mod session_lock;
mod shortcuts;
mod support;
mod system_appearance;
mod user_watch;
