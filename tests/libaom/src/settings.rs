//! How libaom is set up. The list is that of WebRTC's encoder (`libaom_av1_encoder.cc`) for shared screens,
//! but with a constant quantiser instead of a bitrate, so that runs can be compared at one quality.

use libaom_sys as aom;

/// How many chroma samples there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chroma {
    /// Profile 0, 4:2:0.
    Yuv420,
    /// Profile 1, 4:4:4.
    Yuv444,
}

/// What can be chosen.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Pixels from left to right.
    pub width: u16,
    /// Pixels from top to bottom.
    pub height: u16,
    /// The chroma planes' density.
    pub chroma: Chroma,
    /// Worker threads.
    pub threads: u8,
    /// `cpu-used`, 5 to 11 in real time; 11 is the fastest.
    pub speed: u8,
    /// The quantiser on libaom's scale of 0 to 63; 0 is the finest.
    pub quantiser: u8,
}

/// What is set beyond the speed and the quantiser, after opening: control and value.
pub(crate) const CONTROLS: &[(aom::aome_enc_control_id, i32)] = &[
    (aom::AV1E_SET_TUNE_CONTENT, aom::AOM_CONTENT_SCREEN as i32),
    (aom::AV1E_SET_ENABLE_PALETTE, 1),
    // Two tiles across and threads by rows within them. (log2.)
    (aom::AV1E_SET_TILE_COLUMNS, 1),
    (aom::AV1E_SET_ROW_MT, 1),
    // One quantiser for the whole picture: adaptive ones need a bitrate.
    (aom::AV1E_SET_AQ_MODE, 0),
    (aom::AV1E_SET_DELTAQ_MODE, 0),
    (aom::AV1E_SET_ENABLE_CDEF, 1),
    (aom::AV1E_SET_ENABLE_TPL_MODEL, 0),
    (aom::AV1E_SET_ENABLE_ORDER_HINT, 0),
    (aom::AV1E_SET_COEFF_COST_UPD_FREQ, 3),
    (aom::AV1E_SET_MODE_COST_UPD_FREQ, 3),
    (aom::AV1E_SET_MV_COST_UPD_FREQ, 3),
    (aom::AV1E_SET_ENABLE_OBMC, 0),
    (aom::AV1E_SET_ENABLE_WARPED_MOTION, 0),
    (aom::AV1E_SET_ENABLE_GLOBAL_MOTION, 0),
    (aom::AV1E_SET_ENABLE_REF_FRAME_MVS, 0),
    (aom::AV1E_SET_ENABLE_CFL_INTRA, 0),
    (aom::AV1E_SET_ENABLE_SMOOTH_INTRA, 0),
    (aom::AV1E_SET_ENABLE_ANGLE_DELTA, 0),
    (aom::AV1E_SET_ENABLE_FILTER_INTRA, 0),
    (aom::AV1E_SET_INTRA_DEFAULT_TX_ONLY, 1),
    (aom::AV1E_SET_DISABLE_TRELLIS_QUANT, 1),
    (aom::AV1E_SET_ENABLE_DIST_WTD_COMP, 0),
    (aom::AV1E_SET_ENABLE_DIFF_WTD_COMP, 0),
    (aom::AV1E_SET_ENABLE_DUAL_FILTER, 0),
    (aom::AV1E_SET_ENABLE_INTERINTRA_COMP, 0),
    (aom::AV1E_SET_ENABLE_INTERINTRA_WEDGE, 0),
    (aom::AV1E_SET_ENABLE_INTRA_EDGE_FILTER, 0),
    (aom::AV1E_SET_ENABLE_INTRABC, 0),
    (aom::AV1E_SET_ENABLE_MASKED_COMP, 0),
    (aom::AV1E_SET_ENABLE_PAETH_INTRA, 0),
    (aom::AV1E_SET_ENABLE_QM, 0),
    (aom::AV1E_SET_ENABLE_RECT_PARTITIONS, 0),
    (aom::AV1E_SET_ENABLE_RESTORATION, 0),
    (aom::AV1E_SET_ENABLE_SMOOTH_INTERINTRA, 0),
    (aom::AV1E_SET_ENABLE_TX64, 0),
    (aom::AV1E_SET_MAX_REFERENCE_FRAMES, 3),
    (aom::AV1E_SET_COLOR_RANGE, aom::AOM_CR_FULL_RANGE as i32),
    (aom::AV1E_SET_COLOR_PRIMARIES, aom::AOM_CICP_CP_BT_709 as i32),
    (aom::AV1E_SET_TRANSFER_CHARACTERISTICS, aom::AOM_CICP_TC_SRGB as i32),
    (aom::AV1E_SET_MATRIX_COEFFICIENTS, aom::AOM_CICP_MC_BT_709 as i32),
];

impl Settings {
    /// Fills in libaom's configuration, which holds its defaults for real time.
    pub(crate) fn configure(&self, config: &mut aom::aom_codec_enc_cfg) {
        let quantiser = u32::from(self.quantiser);
        config.g_profile = match self.chroma {
            Chroma::Yuv420 => 0,
            Chroma::Yuv444 => 1,
        };
        config.g_w = self.width.into();
        config.g_h = self.height.into();
        config.g_threads = self.threads.into();
        config.g_timebase = aom::aom_rational { num: 1, den: 30 };
        config.g_lag_in_frames = 0;
        config.g_error_resilient = 0;
        config.rc_end_usage = aom::AOM_Q;
        config.rc_min_quantizer = quantiser;
        config.rc_max_quantizer = quantiser;
        config.rc_dropframe_thresh = 0;
        config.kf_mode = aom::AOM_KF_DISABLED;
    }
}
