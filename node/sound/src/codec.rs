//! Opus, as a voice needs it: full band, with copies of the frame before in each frame, and no frames of
//! silence.

use opusic_c::{Application, Bitrate, Channels, Decoder, Encoder, InbandFec, SampleRate, Signal};

use crate::FRAME_SAMPLES;
use beistand_session::MAX_VOICE_BYTES;

/// Bits per second: full band with room for the copies.
const BITS_PER_SEC: u32 = 32_000;

/// How much work the encoder takes, of 10: beyond it a voice sounds no better and costs twice as much.
const COMPLEXITY: u8 = 5;

/// The least loss in percent that is prepared for: below it Opus makes no copies.
const LEAST_LOSS: u8 = 5;

/// The most: past it the copies take what the voice needs.
const MOST_LOSS: u8 = 25;

/// A frame of so few bytes is Opus's word for silence.
const SILENCE_BYTES: usize = 2;

/// The library does not do what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodecFault;

impl std::fmt::Display for CodecFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opus fails")
    }
}

impl std::error::Error for CodecFault {}

/// Makes frames of a voice.
pub struct VoiceEncoder {
    encoder: Encoder,
    loss: u8,
}

impl VoiceEncoder {
    /// One for this side's voice.
    ///
    /// # Errors
    /// [`CodecFault`] where the system's Opus lacks something.
    pub fn new() -> Result<Self, CodecFault> {
        let fault = |_| CodecFault;
        let mut encoder =
            Encoder::new(Channels::Mono, SampleRate::Hz48000, Application::Voip).map_err(fault)?;
        encoder.set_bitrate(Bitrate::Value(BITS_PER_SEC)).map_err(fault)?;
        encoder.set_complexity(COMPLEXITY).map_err(fault)?;
        encoder.set_signal(Signal::Voice).map_err(fault)?;
        encoder.set_inband_fec(InbandFec::Mode1).map_err(fault)?;
        encoder.set_dtx(true).map_err(fault)?;
        encoder.set_packet_loss(LEAST_LOSS).map_err(fault)?;
        Ok(Self { encoder, loss: LEAST_LOSS })
    }

    /// From now on so many frames of a hundred get lost.
    pub fn set_loss(&mut self, percent: u8) {
        let percent = percent.clamp(LEAST_LOSS, MOST_LOSS);
        if percent != self.loss && self.encoder.set_packet_loss(percent).is_ok() {
            self.loss = percent;
        }
    }

    /// The bytes of 20 ms; none where nothing is to be heard in it.
    ///
    /// # Errors
    /// [`CodecFault`] where the library does.
    pub fn encode(&mut self, frame: &[f32; FRAME_SAMPLES]) -> Result<Option<Vec<u8>>, CodecFault> {
        let mut bytes = vec![0; MAX_VOICE_BYTES];
        let length = self.encoder.encode_float_to_slice(frame, &mut bytes).map_err(|_| CodecFault)?;
        bytes.truncate(length);
        Ok((length > SILENCE_BYTES).then_some(bytes))
    }
}

/// Makes a voice of frames. What can't be decoded sounds like what is missing.
pub struct VoiceDecoder(Decoder);

impl VoiceDecoder {
    /// One for the other side's voice.
    ///
    /// # Errors
    /// [`CodecFault`] where the library has none.
    pub fn new() -> Result<Self, CodecFault> {
        Decoder::new(Channels::Mono, SampleRate::Hz48000).map(Self).map_err(|_| CodecFault)
    }

    /// Decodes a frame.
    pub fn decode(&mut self, bytes: &[u8], frame: &mut [f32; FRAME_SAMPLES]) {
        match self.0.decode_float_to_slice(bytes, frame, false) {
            Ok(FRAME_SAMPLES) if !bytes.is_empty() => {}
            _ => self.conceal(frame),
        }
    }

    /// Decodes the copy of the frame before that `next` holds.
    pub fn recover(&mut self, next: &[u8], frame: &mut [f32; FRAME_SAMPLES]) {
        match self.0.decode_float_to_slice(next, frame, true) {
            Ok(FRAME_SAMPLES) if !next.is_empty() => {}
            _ => self.conceal(frame),
        }
    }

    /// Goes on from what was before.
    pub fn conceal(&mut self, frame: &mut [f32; FRAME_SAMPLES]) {
        if self.0.decode_float_to_slice(&[], frame, false) != Ok(FRAME_SAMPLES) {
            frame.fill(0.0);
        }
    }
}
