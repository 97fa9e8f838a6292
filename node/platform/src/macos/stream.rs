//! One display's stream of ScreenCaptureKit: pictures without the pointer, put on the board as they come.

use std::sync::mpsc::sync_channel;
use std::time::Duration;

use beistand_codec::Rect;
use block2::RcBlock;
use dispatch2::{DispatchQueue, DispatchRetained};
use objc2::rc::{Allocated, Retained, autoreleasepool};
use objc2::runtime::{AnyObject, NSObject, NSObjectProtocol, ProtocolObject};
use objc2::{AnyThread as _, DefinedClass as _, define_class, msg_send};
use objc2_core_foundation::{CFArray, CFDictionary};
use objc2_core_graphics::kCGColorSpaceSRGB;
use objc2_core_media::{CMSampleBuffer, CMTime};
use objc2_core_video::kCVPixelFormatType_32BGRA;
use objc2_foundation::{NSArray, NSDictionary, NSError, NSNumber, NSString, NSValue};
use objc2_screen_capture_kit::{
    SCContentFilter, SCFrameStatus, SCShareableContent, SCStream, SCStreamConfiguration, SCStreamDelegate,
    SCStreamErrorCode, SCStreamFrameInfoDirtyRects, SCStreamFrameInfoStatus, SCStreamOutput,
    SCStreamOutputType,
};

use super::picture_board::{BoardPicture, ChangedPart, PictureBoard, StreamEnd};
use crate::DesktopArea;

/// Most pictures per second: as many as are sent at most.
const PICTURES_PER_SEC: i32 = 30;

/// Pictures that ScreenCaptureKit may have in its hands: the board holds one, a reader one, and it draws on.
const QUEUE_DEPTH: isize = 5;

/// How long macOS may take to list its displays or to begin.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running stream; it ends with this value.
pub(super) struct DisplayStream {
    stream: Retained<SCStream>,
    output: Retained<StreamOutput>,
    _queue: DispatchRetained<DispatchQueue>,
}

/// What an output knows.
struct OutputPlace {
    board: PictureBoard,
    display: usize,
}

define_class!(
    // SAFETY: NSObject asks nothing of what inherits from it, and nothing is done when this is dropped.
    #[unsafe(super(NSObject))]
    #[name = "BeistandStreamOutput"]
    #[ivars = OutputPlace]
    struct StreamOutput;

    // SAFETY: NSObject does all of it.
    unsafe impl NSObjectProtocol for StreamOutput {}

    // SAFETY: the method has the form of the protocol's.
    unsafe impl SCStreamOutput for StreamOutput {
        #[unsafe(method(stream:didOutputSampleBuffer:ofType:))]
        fn take(&self, _stream: &SCStream, sample: &CMSampleBuffer, kind: SCStreamOutputType) {
            if kind == SCStreamOutputType::Screen {
                let place = self.ivars();
                if let Some((picture, changed)) = autoreleasepool(|_| picture(sample)) {
                    place.board.put(place.display, picture, changed);
                }
            }
        }
    }

    // SAFETY: the method has the form of the protocol's.
    unsafe impl SCStreamDelegate for StreamOutput {
        #[unsafe(method(stream:didStopWithError:))]
        fn stopped(&self, _stream: &SCStream, error: &NSError) {
            self.ivars().board.end(end(error));
        }
    }
);

impl StreamOutput {
    fn new(place: OutputPlace) -> Retained<Self> {
        let this: Allocated<Self> = Self::alloc();
        let this = this.set_ivars(place);
        // SAFETY: NSObject's way to begin takes nothing.
        unsafe { msg_send![super(this), init] }
    }
}

/// What macOS lets be shared, of which it makes a copy for whoever asks.
pub(super) struct SharedContent(Retained<SCShareableContent>);

// SAFETY: it is a list that nobody changes, counted atomically.
unsafe impl Send for SharedContent {}

impl SharedContent {
    /// # Errors
    /// Why macOS lists nothing.
    pub(super) fn look() -> Result<Self, StreamEnd> {
        let (listed, answer) = sync_channel(1);
        let take = RcBlock::new(move |content: *mut SCShareableContent, error: *mut NSError| {
            // SAFETY: one of both is an object, of which a count is taken over here.
            let result = unsafe {
                match Retained::retain(content) {
                    Some(content) => Ok(Self(content)),
                    None => Err(error.as_ref().map_or_else(silent, end)),
                }
            };
            // Nobody waits any more where it took too long.
            drop(listed.try_send(result));
        });
        // SAFETY: the block takes what is handed to it, and may be called on any thread.
        unsafe {
            SCShareableContent::getShareableContentExcludingDesktopWindows_onScreenWindowsOnly_completionHandler(
                false, true, &take,
            );
        }
        answer.recv_timeout(PATIENCE).unwrap_or_else(|_| Err(silent()))
    }
}

impl DisplayStream {
    /// Begins to put pictures of the display of this number on the board, in the size of its place.
    ///
    /// # Errors
    /// Why macOS shows nothing.
    pub(super) fn start(
        content: &SharedContent,
        id: u32,
        place: DesktopArea,
        display: usize,
        board: PictureBoard,
    ) -> Result<Self, StreamEnd> {
        let output = StreamOutput::new(OutputPlace { board, display });
        let queue = DispatchQueue::new("beistand.screen", None);
        // SAFETY: all objects are alive, and each method gets what it asks for. What is handed to the stream
        // it counts itself, but for its delegate, which lives as long as it.
        let stream = unsafe {
            let displays = content.0.displays();
            let display = displays.iter().find(|display| display.displayID() == id).ok_or_else(silent)?;
            let filter = SCContentFilter::initWithDisplay_excludingWindows(
                SCContentFilter::alloc(),
                &display,
                &NSArray::new(),
            );
            let delegate = ProtocolObject::from_ref(&*output);
            let stream = SCStream::initWithFilter_configuration_delegate(
                SCStream::alloc(),
                &filter,
                &configuration(place),
                Some(delegate),
            );
            let output = ProtocolObject::from_ref(&*output);
            let kind = SCStreamOutputType::Screen;
            stream
                .addStreamOutput_type_sampleHandlerQueue_error(output, kind, Some(&queue))
                .map_err(|error| end(&error))?;
            stream
        };
        let stream = Self { stream, output, _queue: queue };
        stream.begin()?;
        Ok(stream)
    }

    fn begin(&self) -> Result<(), StreamEnd> {
        let (begun, answer) = sync_channel(1);
        let take = RcBlock::new(move |error: *mut NSError| {
            // SAFETY: it is an error, or nothing where there is none.
            let result = unsafe { error.as_ref() }.map_or(Ok(()), |error| Err(end(error)));
            // Nobody waits any more where it took too long.
            drop(begun.try_send(result));
        });
        // SAFETY: the block takes what is handed to it, and may be called on any thread.
        unsafe { self.stream.startCaptureWithCompletionHandler(Some(&take)) };
        answer.recv_timeout(PATIENCE).unwrap_or_else(|_| Err(silent()))
    }
}

impl Drop for DisplayStream {
    fn drop(&mut self) {
        // The stream calls its delegate without counting it, until it has stopped.
        let held = Retained::clone(&self.output);
        let stopped = RcBlock::new(move |_: *mut NSError| {
            let _ = &held;
        });
        // SAFETY: both are alive; a stream that has ended already only says so. What the block holds may be
        // let go of on any thread.
        unsafe {
            let output = ProtocolObject::from_ref(&*self.output);
            if let Err(error) = self.stream.removeStreamOutput_type_error(output, SCStreamOutputType::Screen)
            {
                tracing::debug!(%error, "a stream of the screen had no output");
            }
            self.stream.stopCaptureWithCompletionHandler(Some(&stopped));
        }
    }
}

fn configuration(place: DesktopArea) -> Retained<SCStreamConfiguration> {
    // SAFETY: each method sets a number or a string of the kind that it asks for.
    unsafe {
        let configuration = SCStreamConfiguration::new();
        configuration.setWidth(usize::from(place.width()));
        configuration.setHeight(usize::from(place.height()));
        // What isn't as sharp as the sharpest display is drawn larger.
        configuration.setScalesToFit(true);
        configuration.setMinimumFrameInterval(CMTime::new(1, PICTURES_PER_SEC));
        configuration.setPixelFormat(kCVPixelFormatType_32BGRA);
        configuration.setColorSpaceName(kCGColorSpaceSRGB);
        configuration.setQueueDepth(QUEUE_DEPTH);
        configuration.setShowsCursor(false);
        configuration
    }
}

/// The picture in a sample, where it has a new one.
fn picture(sample: &CMSampleBuffer) -> Option<(BoardPicture, ChangedPart)> {
    // SAFETY: the sample is alive; its attachments are an array of dictionaries of Cocoa's, which are Core
    // Foundation's as well.
    let (attachments, buffer) = unsafe {
        let attachments = sample.sample_attachments_array(false)?;
        let attachments = &*(&raw const *attachments).cast::<CFArray<CFDictionary>>();
        let first = attachments.get(0)?;
        let first = (&raw const *first).cast::<NSDictionary<NSString, AnyObject>>().cast_mut();
        (Retained::retain(first)?, sample.image_buffer()?)
    };
    // SAFETY: the constants are strings that live as long as the program.
    let (status, rects) = unsafe { (SCStreamFrameInfoStatus, SCStreamFrameInfoDirtyRects) };
    let status = attachments.objectForKey(status)?.downcast::<NSNumber>().ok()?;
    if SCFrameStatus(status.integerValue()) != SCFrameStatus::Complete {
        return None;
    }
    let rects = attachments.objectForKey(rects).and_then(|rects| rects.downcast::<NSArray>().ok());
    let changed = rects.map_or(ChangedPart::All, |rects| {
        let rects: Option<Vec<Rect>> = rects.iter().map(|value| rect(&value)).collect();
        rects.map_or(ChangedPart::All, ChangedPart::Rects)
    });
    Some((BoardPicture::new(buffer)?, changed))
}

/// A rectangle in pixels of the picture; `None` where it is something else.
fn rect(value: &AnyObject) -> Option<Rect> {
    let rect = value.downcast_ref::<NSValue>()?.get_rect()?;
    let edge = |at: f64| at.clamp(0.0, f64::from(u16::MAX)) as u16;
    let (left, top) = (edge(rect.origin.x.floor()), edge(rect.origin.y.floor()));
    let right = edge((rect.origin.x + rect.size.width).ceil());
    let bottom = edge((rect.origin.y + rect.size.height).ceil());
    Rect::new(left, top, right.checked_sub(left)?, bottom.checked_sub(top)?)
}

fn end(error: &NSError) -> StreamEnd {
    let code = SCStreamErrorCode(error.code());
    if code == SCStreamErrorCode::UserDeclined || code == SCStreamErrorCode::UserStopped {
        return StreamEnd::ByUser;
    }
    StreamEnd::Fault(error.localizedDescription().to_string())
}

fn silent() -> StreamEnd {
    StreamEnd::Fault("ScreenCaptureKit does not answer".to_owned())
}
