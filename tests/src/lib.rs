//! The harness of the end-to-end tests and of the headless demonstration.
//!
//! What it does: starts virtual screens with real programs on them ([`Screen`]), the project's programs as a
//! user would ([`Program`]), moves the mouse and types like a program or like a hand ([`Hand`]), looks at
//! pixels ([`Picture`], [`Framebuffer`]), separates networks ([`Network`]), builds an internet of NATs and
//! lines ([`lab`]), tries keyboards with different layouts at each other ([`keyboards`]) and reads what a
//! process costs ([`cost`]), and starts sound servers ([`SoundServer`]).
//!
//! What it does not do: it links none of the project's crates. What it sees is what a person, a script or the
//! kernel sees. Everything here panics where it can't go on, as a test does; what the programs wrote is
//! printed then.

pub mod cost;
pub mod desktop;
mod framebuffer;
mod hand;
pub mod hiding;
pub mod keyboards;
pub mod lab;
mod network;
mod picture;
mod ping;
mod process;
mod program;
mod screen;
mod sound;
mod terminal;
mod watch;

pub use framebuffer::Framebuffer;
pub use hand::{Device, Hand, button};
pub use network::Network;
pub use picture::{Area, Picture};
pub use ping::WindowPing;
pub use process::{Process, poll, root};
pub use program::{Event, Program, Start, programs_dir};
pub use screen::{Screen, Window};
pub use sound::{SAMPLES_PER_SEC, SoundRecording, SoundServer, SoundServerKind};
pub use watch::{InputWatch, Press};
