//! The sequence header, sections 5.5 and 6.4: what holds for the whole stream.
//!
//! Everything that this encoder never uses is switched off here, so that frames need not say so.

use super::bits::{BitWriter, HeaderBytes};
use crate::av1::types::Chroma;

/// Bits of a picture's width and height: sides of up to 65536 samples.
const SIZE_BITS: u32 = 16;

/// What all frames of a stream have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SequenceHeader {
    /// Luma samples, 16 to 8192.
    pub(crate) width: usize,
    /// Luma samples, 16 to 8192.
    pub(crate) height: usize,
    pub(crate) chroma: Chroma,
}

impl SequenceHeader {
    /// `MiCols`.
    pub(crate) fn mi_cols(self) -> usize {
        2 * self.width.div_ceil(8)
    }

    /// `MiRows`.
    pub(crate) fn mi_rows(self) -> usize {
        2 * self.height.div_ceil(8)
    }

    /// `sequence_header_obu()`, trailing bits included.
    pub(crate) fn write(self) -> HeaderBytes {
        let mut out = BitWriter::default();
        let profile = match self.chroma {
            Chroma::Half => 0,
            Chroma::Full => 1,
        };
        out.f(3, profile);
        out.flag(false); // still_picture
        out.flag(false); // reduced_still_picture_header
        out.flag(false); // timing_info_present_flag
        out.flag(false); // initial_display_delay_present_flag
        out.f(5, 0); // operating_points_cnt_minus_1
        out.f(12, 0); // operating_point_idc[ 0 ]
        out.f(5, self.level());
        out.flag(false); // seq_tier[ 0 ]: main
        out.f(4, SIZE_BITS - 1);
        out.f(4, SIZE_BITS - 1);
        out.f(SIZE_BITS, self.width as u32 - 1);
        out.f(SIZE_BITS, self.height as u32 - 1);
        out.flag(false); // frame_id_numbers_present_flag
        out.flag(false); // use_128x128_superblock
        out.flag(false); // enable_filter_intra
        out.flag(false); // enable_intra_edge_filter
        out.flag(false); // enable_interintra_compound
        out.flag(false); // enable_masked_compound
        out.flag(false); // enable_warped_motion
        out.flag(false); // enable_dual_filter
        out.flag(false); // enable_order_hint
        out.flag(true); // seq_choose_screen_content_tools: each frame says
        out.flag(true); // seq_choose_integer_mv: each frame says
        out.flag(false); // enable_superres
        out.flag(false); // enable_cdef
        out.flag(false); // enable_restoration
        self.color_config(&mut out);
        out.flag(false); // film_grain_params_present
        out.trailing_bits();
        out.into_bytes()
    }

    /// `seq_level_idx`, Annex A.3, by the picture's size alone, for the rates of a screen: 4.1, 5.1 or 6.1.
    fn level(self) -> u32 {
        match self.width * self.height {
            ..=2_228_224 => 9,
            2_228_225..=8_912_896 => 13,
            _ => 17,
        }
    }

    /// `color_config()`: 8 bit, sRGB as BT.709 YCbCr in full range.
    fn color_config(self, out: &mut BitWriter) {
        const BT_709: u32 = 1;
        const SRGB: u32 = 13;
        out.flag(false); // high_bitdepth
        if self.chroma == Chroma::Half {
            out.flag(false); // mono_chrome
        }
        out.flag(true); // color_description_present_flag
        out.f(8, BT_709); // color_primaries
        out.f(8, SRGB); // transfer_characteristics
        out.f(8, BT_709); // matrix_coefficients
        out.flag(true); // color_range
        if self.chroma == Chroma::Half {
            out.f(2, 0); // chroma_sample_position: unknown
        }
        out.flag(false); // separate_uv_delta_q
    }
}
