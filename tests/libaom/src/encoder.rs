//! The encoder behind a safe face. All of this crate's `unsafe` is here.

use std::ffi::{CStr, c_int};
use std::mem::MaybeUninit;
use std::ptr;

use libaom_sys as aom;
use thiserror::Error;

use crate::settings::{CONTROLS, Chroma, Settings};

/// libaom refused; holds what it was asked for and what it says.
#[derive(Debug, Error)]
#[error("libaom refuses {what}: {why}")]
pub struct Error {
    what: String,
    why: String,
}

/// One stream of libaom's.
pub struct Encoder {
    /// Boxed: libaom may keep its address.
    context: Box<aom::aom_codec_ctx>,
    settings: Settings,
    picture: i64,
}

// SAFETY: libaom ties a context to no thread; it only forbids two at once, which `&mut` rules out.
unsafe impl Send for Encoder {}

impl Encoder {
    /// Opens a stream.
    ///
    /// # Errors
    /// Where libaom refuses the settings.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        // SAFETY: it hands out a static table.
        let interface = unsafe { aom::aom_codec_av1_cx() };
        let mut config = MaybeUninit::uninit();
        // SAFETY: `config` is written whole where the call succeeds, which is checked before it is read.
        let status = unsafe {
            aom::aom_codec_enc_config_default(interface, config.as_mut_ptr(), aom::AOM_USAGE_REALTIME)
        };
        check(status, "its defaults for real time")?;
        // SAFETY: it succeeded.
        let mut config = unsafe { config.assume_init() };
        settings.configure(&mut config);
        let mut context = Box::new(aom::aom_codec_ctx {
            name: ptr::null(),
            iface: ptr::null(),
            err: aom::AOM_CODEC_OK,
            err_detail: ptr::null(),
            init_flags: 0,
            config: aom::aom_codec_ctx__bindgen_ty_1 { raw: ptr::null() },
            priv_: ptr::null_mut(),
        });
        let version = aom::AOM_ENCODER_ABI_VERSION as c_int;
        // SAFETY: context and configuration live through the call; libaom copies the configuration.
        let status = unsafe { aom::aom_codec_enc_init_ver(&mut *context, interface, &config, 0, version) };
        check(status, "the configuration")?;
        let mut encoder = Self { context, settings, picture: 0 };
        encoder.control(aom::AOME_SET_CPUUSED, settings.speed.into())?;
        encoder.control(aom::AOME_SET_CQ_LEVEL, settings.quantiser.into())?;
        for (control, value) in CONTROLS {
            encoder.control(*control, *value)?;
        }
        Ok(encoder)
    }

    /// Codes a picture, given as its planes Y, U, V without padding, into one temporal unit.
    ///
    /// # Errors
    /// Where libaom fails, or hands out anything but one unit.
    ///
    /// # Panics
    /// Where a plane has not the size that the settings promise.
    pub fn encode(&mut self, planes: [&[u8]; 3], key: bool) -> Result<Vec<u8>, Error> {
        let image = self.image(planes);
        let flags = if key { i64::from(aom::AOM_EFLAG_FORCE_KF) } else { 0 };
        // SAFETY: the context is open; the image's planes outlive the call, and libaom copies what it keeps.
        let status = unsafe { aom::aom_codec_encode(&mut *self.context, &image, self.picture, 1, flags) };
        check(status, "a picture")?;
        self.picture += 1;
        let mut iterator: aom::aom_codec_iter_t = ptr::null();
        let mut unit = Vec::new();
        loop {
            // SAFETY: context and iterator are valid; the packet lives until the next call to the context.
            let packet = unsafe { aom::aom_codec_get_cx_data(&mut *self.context, &mut iterator).as_ref() };
            let Some(packet) = packet else { break };
            if packet.kind == aom::AOM_CODEC_CX_FRAME_PKT {
                // SAFETY: of this kind, the union holds a frame, and its buffer has the size that it says.
                unit.extend_from_slice(unsafe {
                    std::slice::from_raw_parts(packet.data.frame.buf.cast::<u8>(), packet.data.frame.sz)
                });
            }
        }
        if unit.is_empty() {
            return Err(Error { what: "a picture".to_owned(), why: "no unit came out".to_owned() });
        }
        Ok(unit)
    }

    /// A description of the caller's planes as libaom wants it.
    fn image(&self, planes: [&[u8]; 3]) -> aom::aom_image {
        let (width, height) = (u32::from(self.settings.width), u32::from(self.settings.height));
        let (format, shift) = match self.settings.chroma {
            Chroma::Yuv420 => (aom::AOM_IMG_FMT_I420, 1),
            Chroma::Yuv444 => (aom::AOM_IMG_FMT_I444, 0),
        };
        let chroma_width = width.div_ceil(1 << shift);
        let chroma_size = (chroma_width * height.div_ceil(1 << shift)) as usize;
        let sizes = [(width * height) as usize, chroma_size, chroma_size];
        assert_eq!(planes.map(<[u8]>::len), sizes, "planes of the picture's size");
        let mut image = MaybeUninit::<aom::aom_image>::zeroed();
        // SAFETY: it fills in the description for a picture whose first plane is given, and reads no sample.
        // The alignment of 1 makes strides equal to widths.
        let wrapped = unsafe {
            aom::aom_img_wrap(image.as_mut_ptr(), format, width, height, 1, planes[0].as_ptr().cast_mut())
        };
        assert!(!wrapped.is_null(), "the format and size were accepted when the stream was opened");
        // SAFETY: `aom_img_wrap` succeeded, and all fields are valid when zero.
        let mut image = unsafe { image.assume_init() };
        // Never written to: the encoder only reads its input.
        image.planes = planes.map(|plane| plane.as_ptr().cast_mut());
        image.stride = [width, chroma_width, chroma_width].map(|stride| stride as c_int);
        image.range = aom::AOM_CR_FULL_RANGE;
        image.cp = aom::AOM_CICP_CP_BT_709;
        image.tc = aom::AOM_CICP_TC_SRGB;
        image.mc = aom::AOM_CICP_MC_BT_709;
        image
    }

    fn control(&mut self, control: aom::aome_enc_control_id, value: c_int) -> Result<(), Error> {
        // SAFETY: the context is open, and all controls that are used take one `int` (or an enum or unsigned
        // of its size), as `aom/aomcx.h` says.
        let status = unsafe { aom::aom_codec_control(&mut *self.context, control as c_int, value) };
        check(status, &format!("control {control} = {value}"))
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        // SAFETY: the context was opened and is not used after.
        unsafe { aom::aom_codec_destroy(&mut *self.context) };
    }
}

fn check(status: aom::aom_codec_err_t, what: &str) -> Result<(), Error> {
    if status == aom::AOM_CODEC_OK {
        return Ok(());
    }
    // SAFETY: it hands out static text for any status.
    let why = unsafe { CStr::from_ptr(aom::aom_codec_err_to_string(status)) };
    Err(Error { what: what.to_owned(), why: why.to_string_lossy().into_owned() })
}
