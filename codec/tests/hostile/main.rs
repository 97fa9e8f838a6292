//! Hostile units against the decoder in this process. `node/tests/cage` has the same against the one in the
//! cage.

mod units;

use beistand_codec::{Av1Decoder, ScreenDecoder};

/// A new decoder.
fn with_decoder<R>(act: impl FnOnce(&mut dyn ScreenDecoder) -> R) -> R {
    act(&mut Av1Decoder::new())
}
