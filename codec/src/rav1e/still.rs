//! One rectangle of the screen as AV1, coded by rav1e: a still that stands for itself.
//!
//! It knows no policy: which rectangle, how coarse and when is decided elsewhere.

use rav1e::color::{ColorDescription, ColorPrimaries, MatrixCoefficients, TransferCharacteristics};
use rav1e::prelude::{
    BlockSize, ChromaSampling, Context, EncoderConfig, EncoderStatus, PartitionRange, PixelRange,
    SceneDetectionSpeed, SpeedSettings, Tune,
};

use super::rate::BaseQuantiser;
use crate::colour::{self, PlaneMut};
use crate::{EncodeError, Frame, Rect, TILE_PX};

/// Codes `rect` of `picture` as a still of its own.
///
/// # Errors
/// [`EncodeError::Encoder`] where rav1e refuses.
pub(super) fn encode(picture: &Frame, rect: Rect, quantiser: BaseQuantiser) -> Result<Vec<u8>, EncodeError> {
    let mut config = base_config(rect, quantiser);
    config.still_picture = true;
    let mut context = open(config)?;
    context.send_frame(planes(&context, picture, rect)?).map_err(failed)?;
    context.flush();
    loop {
        match context.receive_packet() {
            Ok(packet) => return Ok(packet.data),
            Err(EncoderStatus::Encoded) => {}
            Err(status) => return Err(failed(status)),
        }
    }
}

fn open(config: EncoderConfig) -> Result<Context<u8>, EncodeError> {
    rav1e::Config::new()
        .with_encoder_config(config)
        .new_context()
        .map_err(|error| EncodeError::Encoder(error.to_string()))
}

fn failed(status: EncoderStatus) -> EncodeError {
    EncodeError::Encoder(status.to_string())
}

fn planes(context: &Context<u8>, picture: &Frame, rect: Rect) -> Result<rav1e::Frame<u8>, EncodeError> {
    let mut frame = context.new_frame();
    let planes = frame.planes.each_mut().map(|plane| {
        let stride = plane.cfg.stride;
        PlaneMut { samples: plane.data_origin_mut(), stride }
    });
    colour::to_planes(picture, rect, planes).map_err(|error| EncodeError::Encoder(error.to_string()))?;
    Ok(frame)
}

fn base_config(rect: Rect, quantiser: BaseQuantiser) -> EncoderConfig {
    let speed = speed_settings(rect);
    EncoderConfig {
        width: rect.width().into(),
        height: rect.height().into(),
        bit_depth: 8,
        chroma_sampling: ChromaSampling::Cs444,
        pixel_range: PixelRange::Full,
        color_description: Some(ColorDescription {
            color_primaries: ColorPrimaries::BT709,
            transfer_characteristics: TransferCharacteristics::SRGB,
            matrix_coefficients: MatrixCoefficients::BT709,
        }),
        low_latency: true,
        quantizer: quantiser.0.into(),
        min_quantizer: 0,
        tune: Tune::Psnr,
        speed_settings: speed,
        ..EncoderConfig::with_speed_preset(10)
    }
}

/// The fastest preset, but with blocks of 8x8: on text a third fewer bytes than blocks of 32x32, in less
/// time.
fn speed_settings(rect: Rect) -> SpeedSettings {
    let mut speed = SpeedSettings::from_preset(10);
    speed.partition.partition_range = PartitionRange::new(BlockSize::BLOCK_8X8, BlockSize::BLOCK_8X8);
    // More than twice as fast, but it drops colour in the last superblock where that is cut by the picture's
    // edge.
    speed.transform.tx_domain_rate =
        rect.width().is_multiple_of(TILE_PX) && rect.height().is_multiple_of(TILE_PX);
    // Half a decibel for nothing measurable.
    speed.fast_deblock = false;
    speed.rdo_lookahead_frames = 1;
    speed.scene_detection_mode = SceneDetectionSpeed::None;
    speed
}
