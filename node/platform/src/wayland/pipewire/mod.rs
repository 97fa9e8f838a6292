//! The pictures of a screen as PipeWire brings them, in memory, each with what has changed in it.
//!
//! What it does not do: it chooses no screen and asks nobody; the portal has done that, and hands over the
//! connection. It takes no picture that lies on a graphics card.

mod abi;
mod buffer;
mod pod;
mod stream;

pub(super) use pod::PixelOrder;
pub(super) use stream::{PipeWireLibrary, ScreenStream};
