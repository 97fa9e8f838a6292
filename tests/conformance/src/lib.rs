//! AV1 decoders that hand out exact samples: dav1d's port `re_rav1d` in this process, and as programs dav1d
//! itself and libaom's `aomdec`, which is independent of both.
//!
//! What it does: decodes temporal units, 8 bits in 4:4:4 or 4:2:0 of any size, into planes that are to be
//! compared with an encoder's own reconstruction, sample by sample.
//!
//! What it does not do: it converts no colours, and it treats a decoder that is missing as an error, never as
//! a test that passed.

mod ivf;
mod planes;
mod program;
mod rav1d;

pub use planes::{Chroma, Difference, Format, Planes};
pub use program::{Program, ProgramError};
pub use rav1d::{Decoded, Rav1d, Rav1dError};
