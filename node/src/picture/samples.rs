//! The screen's samples as whoever shows them wants them: as pixels, or as the decoder has them.

use beistand_codec::{Canvas, Frame, PlanarFrame, Size};

/// What whoever shows a picture wants to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PictureForm {
    /// Pixels, which the processor makes of what is decoded.
    #[default]
    Pixels,
    /// What is decoded: a graphics card makes pixels of it.
    Planes,
}

/// A whole screen in one of the forms.
#[derive(Debug, Clone)]
pub(super) enum PictureSamples {
    Pixels(Frame),
    Planes(PlanarFrame),
}

impl PictureSamples {
    /// A black screen.
    pub(super) fn new(form: PictureForm, size: Size) -> Self {
        match form {
            PictureForm::Pixels => Self::Pixels(Frame::new(size)),
            PictureForm::Planes => Self::Planes(PlanarFrame::new(size)),
        }
    }

    pub(super) fn size(&self) -> Size {
        match self {
            Self::Pixels(frame) => frame.size(),
            Self::Planes(planes) => planes.size(),
        }
    }

    pub(super) fn frame(&self) -> Option<&Frame> {
        match self {
            Self::Pixels(frame) => Some(frame),
            Self::Planes(_) => None,
        }
    }

    pub(super) fn frame_mut(&mut self) -> Option<&mut Frame> {
        match self {
            Self::Pixels(frame) => Some(frame),
            Self::Planes(_) => None,
        }
    }

    pub(super) fn planes(&self) -> Option<&PlanarFrame> {
        match self {
            Self::Pixels(_) => None,
            Self::Planes(planes) => Some(planes),
        }
    }

    pub(super) fn to_frame(&self) -> Frame {
        match self {
            Self::Pixels(frame) => frame.clone(),
            Self::Planes(planes) => planes.to_frame(),
        }
    }

    pub(super) fn canvas(&mut self) -> Canvas<'_> {
        match self {
            Self::Pixels(frame) => frame.canvas(),
            Self::Planes(planes) => planes.canvas(),
        }
    }
}
