//! The distributions of a tile, sections 8.3.1 and 7.20: their defaults, and what goes from frame to frame.
//!
//! A field is named as in the specification, without `Tile` and `Cdf`; its indices are those of section
//! 8.3.2.

use super::cdf_tables as tables;

/// The distributions of motion vectors, for one `MvCtx`; the first index is the component, row then column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MvCdfs {
    pub(crate) joint: [u16; 5],
    pub(crate) class: [[u16; 12]; 2],
    pub(crate) class0_bit: [[u16; 3]; 2],
    pub(crate) class0_fr: [[[u16; 5]; 2]; 2],
    pub(crate) fr: [[u16; 5]; 2],
    pub(crate) sign: [[u16; 3]; 2],
    pub(crate) bit: [[[u16; 3]; 10]; 2],
}

/// All distributions that a tile's symbols use and adapt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CdfContext {
    pub(crate) intra_frame_y_mode: [[[u16; 14]; 5]; 5],
    pub(crate) y_mode: [[u16; 14]; 4],
    pub(crate) uv_mode_cfl_not_allowed: [[u16; 14]; 13],
    pub(crate) uv_mode_cfl_allowed: [[u16; 15]; 13],
    /// Of luma and chroma both.
    pub(crate) angle_delta: [[u16; 8]; 8],
    pub(crate) intrabc: [u16; 3],
    pub(crate) partition_w8: [[u16; 5]; 4],
    pub(crate) partition_w16: [[u16; 11]; 4],
    pub(crate) partition_w32: [[u16; 11]; 4],
    pub(crate) partition_w64: [[u16; 11]; 4],
    pub(crate) segment_id: [[u16; 9]; 3],
    pub(crate) new_mv: [[u16; 3]; 6],
    pub(crate) zero_mv: [[u16; 3]; 2],
    pub(crate) ref_mv: [[u16; 3]; 6],
    pub(crate) drl_mode: [[u16; 3]; 3],
    pub(crate) is_inter: [[u16; 3]; 4],
    pub(crate) skip: [[u16; 3]; 3],
    pub(crate) single_ref: [[[u16; 3]; 6]; 3],
    pub(crate) palette_y_size: [[u16; 8]; 7],
    pub(crate) palette_uv_size: [[u16; 8]; 7],
    pub(crate) palette_size_2_y_color: [[u16; 3]; 5],
    pub(crate) palette_size_3_y_color: [[u16; 4]; 5],
    pub(crate) palette_size_4_y_color: [[u16; 5]; 5],
    pub(crate) palette_size_5_y_color: [[u16; 6]; 5],
    pub(crate) palette_size_6_y_color: [[u16; 7]; 5],
    pub(crate) palette_size_7_y_color: [[u16; 8]; 5],
    pub(crate) palette_size_8_y_color: [[u16; 9]; 5],
    pub(crate) palette_size_2_uv_color: [[u16; 3]; 5],
    pub(crate) palette_size_3_uv_color: [[u16; 4]; 5],
    pub(crate) palette_size_4_uv_color: [[u16; 5]; 5],
    pub(crate) palette_size_5_uv_color: [[u16; 6]; 5],
    pub(crate) palette_size_6_uv_color: [[u16; 7]; 5],
    pub(crate) palette_size_7_uv_color: [[u16; 8]; 5],
    pub(crate) palette_size_8_uv_color: [[u16; 9]; 5],
    pub(crate) palette_y_mode: [[[u16; 3]; 3]; 7],
    pub(crate) palette_uv_mode: [[u16; 3]; 2],
    pub(crate) intra_tx_type_set1: [[[u16; 8]; 13]; 2],
    pub(crate) intra_tx_type_set2: [[[u16; 6]; 13]; 3],
    pub(crate) inter_tx_type_set1: [[u16; 17]; 2],
    pub(crate) inter_tx_type_set2: [u16; 13],
    pub(crate) inter_tx_type_set3: [[u16; 3]; 4],
    pub(crate) cfl_sign: [u16; 9],
    pub(crate) cfl_alpha: [[u16; 17]; 6],
    pub(crate) txb_skip: [[[u16; 3]; 13]; 5],
    pub(crate) eob_pt_16: [[[u16; 6]; 2]; 2],
    pub(crate) eob_pt_32: [[[u16; 7]; 2]; 2],
    pub(crate) eob_pt_64: [[[u16; 8]; 2]; 2],
    pub(crate) eob_pt_128: [[[u16; 9]; 2]; 2],
    pub(crate) eob_pt_256: [[[u16; 10]; 2]; 2],
    pub(crate) eob_pt_512: [[u16; 11]; 2],
    pub(crate) eob_pt_1024: [[u16; 12]; 2],
    pub(crate) eob_extra: [[[[u16; 3]; 9]; 2]; 5],
    pub(crate) dc_sign: [[[u16; 3]; 3]; 2],
    pub(crate) coeff_base_eob: [[[[u16; 4]; 4]; 2]; 5],
    pub(crate) coeff_base: [[[[u16; 5]; 42]; 2]; 5],
    pub(crate) coeff_br: [[[[u16; 5]; 21]; 2]; 5],
    /// By `MvCtx`: 0 for `LAST_FRAME`, `MV_INTRABC_CONTEXT` (1) for intra block copy.
    pub(crate) mv: [MvCdfs; 2],
}

impl CdfContext {
    /// `init_non_coeff_cdfs()` and `init_coeff_cdfs()`: what a key frame starts with.
    pub(crate) fn new(base_q_idx: u8) -> Self {
        let set = match base_q_idx {
            ..=20 => 0,
            21..=60 => 1,
            61..=120 => 2,
            _ => 3,
        };
        let mv = MvCdfs {
            joint: tables::MV_JOINT,
            class: tables::MV_CLASS,
            class0_bit: [tables::MV_CLASS0_BIT; 2],
            class0_fr: tables::MV_CLASS0_FR,
            fr: tables::MV_FR,
            sign: [tables::MV_SIGN; 2],
            bit: [tables::MV_BIT; 2],
        };
        Self {
            intra_frame_y_mode: tables::INTRA_FRAME_Y_MODE,
            y_mode: tables::Y_MODE,
            uv_mode_cfl_not_allowed: tables::UV_MODE_CFL_NOT_ALLOWED,
            uv_mode_cfl_allowed: tables::UV_MODE_CFL_ALLOWED,
            angle_delta: tables::ANGLE_DELTA,
            intrabc: tables::INTRABC,
            partition_w8: tables::PARTITION_W8,
            partition_w16: tables::PARTITION_W16,
            partition_w32: tables::PARTITION_W32,
            partition_w64: tables::PARTITION_W64,
            segment_id: tables::SEGMENT_ID,
            new_mv: tables::NEW_MV,
            zero_mv: tables::ZERO_MV,
            ref_mv: tables::REF_MV,
            drl_mode: tables::DRL_MODE,
            is_inter: tables::IS_INTER,
            skip: tables::SKIP,
            single_ref: tables::SINGLE_REF,
            palette_y_size: tables::PALETTE_Y_SIZE,
            palette_uv_size: tables::PALETTE_UV_SIZE,
            palette_size_2_y_color: tables::PALETTE_SIZE_2_Y_COLOR,
            palette_size_3_y_color: tables::PALETTE_SIZE_3_Y_COLOR,
            palette_size_4_y_color: tables::PALETTE_SIZE_4_Y_COLOR,
            palette_size_5_y_color: tables::PALETTE_SIZE_5_Y_COLOR,
            palette_size_6_y_color: tables::PALETTE_SIZE_6_Y_COLOR,
            palette_size_7_y_color: tables::PALETTE_SIZE_7_Y_COLOR,
            palette_size_8_y_color: tables::PALETTE_SIZE_8_Y_COLOR,
            palette_size_2_uv_color: tables::PALETTE_SIZE_2_UV_COLOR,
            palette_size_3_uv_color: tables::PALETTE_SIZE_3_UV_COLOR,
            palette_size_4_uv_color: tables::PALETTE_SIZE_4_UV_COLOR,
            palette_size_5_uv_color: tables::PALETTE_SIZE_5_UV_COLOR,
            palette_size_6_uv_color: tables::PALETTE_SIZE_6_UV_COLOR,
            palette_size_7_uv_color: tables::PALETTE_SIZE_7_UV_COLOR,
            palette_size_8_uv_color: tables::PALETTE_SIZE_8_UV_COLOR,
            palette_y_mode: tables::PALETTE_Y_MODE,
            palette_uv_mode: tables::PALETTE_UV_MODE,
            intra_tx_type_set1: tables::INTRA_TX_TYPE_SET1,
            intra_tx_type_set2: tables::INTRA_TX_TYPE_SET2,
            inter_tx_type_set1: tables::INTER_TX_TYPE_SET1,
            inter_tx_type_set2: tables::INTER_TX_TYPE_SET2,
            inter_tx_type_set3: tables::INTER_TX_TYPE_SET3,
            cfl_sign: tables::CFL_SIGN,
            cfl_alpha: tables::CFL_ALPHA,
            txb_skip: tables::TXB_SKIP[set],
            eob_pt_16: tables::EOB_PT_16[set],
            eob_pt_32: tables::EOB_PT_32[set],
            eob_pt_64: tables::EOB_PT_64[set],
            eob_pt_128: tables::EOB_PT_128[set],
            eob_pt_256: tables::EOB_PT_256[set],
            eob_pt_512: tables::EOB_PT_512[set],
            eob_pt_1024: tables::EOB_PT_1024[set],
            eob_extra: tables::EOB_EXTRA[set],
            dc_sign: tables::DC_SIGN[set],
            coeff_base_eob: tables::COEFF_BASE_EOB[set],
            coeff_base: tables::COEFF_BASE[set],
            coeff_br: tables::COEFF_BR[set],
            mv: [mv.clone(), mv],
        }
    }

    /// `load_cdfs()`: what a frame that continues starts with is what the last one ended with, its counters
    /// cleared.
    pub(crate) fn clear_counters(&mut self) {
        self.intra_frame_y_mode.clear_counters();
        self.y_mode.clear_counters();
        self.uv_mode_cfl_not_allowed.clear_counters();
        self.uv_mode_cfl_allowed.clear_counters();
        self.angle_delta.clear_counters();
        self.intrabc.clear_counters();
        self.partition_w8.clear_counters();
        self.partition_w16.clear_counters();
        self.partition_w32.clear_counters();
        self.partition_w64.clear_counters();
        self.segment_id.clear_counters();
        self.new_mv.clear_counters();
        self.zero_mv.clear_counters();
        self.ref_mv.clear_counters();
        self.drl_mode.clear_counters();
        self.is_inter.clear_counters();
        self.skip.clear_counters();
        self.single_ref.clear_counters();
        self.palette_y_size.clear_counters();
        self.palette_uv_size.clear_counters();
        self.palette_size_2_y_color.clear_counters();
        self.palette_size_3_y_color.clear_counters();
        self.palette_size_4_y_color.clear_counters();
        self.palette_size_5_y_color.clear_counters();
        self.palette_size_6_y_color.clear_counters();
        self.palette_size_7_y_color.clear_counters();
        self.palette_size_8_y_color.clear_counters();
        self.palette_size_2_uv_color.clear_counters();
        self.palette_size_3_uv_color.clear_counters();
        self.palette_size_4_uv_color.clear_counters();
        self.palette_size_5_uv_color.clear_counters();
        self.palette_size_6_uv_color.clear_counters();
        self.palette_size_7_uv_color.clear_counters();
        self.palette_size_8_uv_color.clear_counters();
        self.palette_y_mode.clear_counters();
        self.palette_uv_mode.clear_counters();
        self.intra_tx_type_set1.clear_counters();
        self.intra_tx_type_set2.clear_counters();
        self.inter_tx_type_set1.clear_counters();
        self.inter_tx_type_set2.clear_counters();
        self.inter_tx_type_set3.clear_counters();
        self.cfl_sign.clear_counters();
        self.cfl_alpha.clear_counters();
        self.txb_skip.clear_counters();
        self.eob_pt_16.clear_counters();
        self.eob_pt_32.clear_counters();
        self.eob_pt_64.clear_counters();
        self.eob_pt_128.clear_counters();
        self.eob_pt_256.clear_counters();
        self.eob_pt_512.clear_counters();
        self.eob_pt_1024.clear_counters();
        self.eob_extra.clear_counters();
        self.dc_sign.clear_counters();
        self.coeff_base_eob.clear_counters();
        self.coeff_base.clear_counters();
        self.coeff_br.clear_counters();
        for mv in &mut self.mv {
            mv.joint.clear_counters();
            mv.class.clear_counters();
            mv.class0_bit.clear_counters();
            mv.class0_fr.clear_counters();
            mv.fr.clear_counters();
            mv.sign.clear_counters();
            mv.bit.clear_counters();
        }
    }
}

/// A distribution or an array of them.
trait CdfTables {
    fn clear_counters(&mut self);
}

impl<const LEN: usize> CdfTables for [u16; LEN] {
    fn clear_counters(&mut self) {
        self[LEN - 1] = 0;
    }
}

impl<const LEN: usize, T> CdfTables for [T; LEN]
where
    T: CdfTables,
{
    fn clear_counters(&mut self) {
        self.iter_mut().for_each(CdfTables::clear_counters);
    }
}
