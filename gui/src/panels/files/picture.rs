//! Pictures in the conversation: one that is pasted is shown first, and sent as a file like any other; of one
//! that has arrived whole there is a small view.
//!
//! Files are written and read on threads of their own, and what is written is gone with the session.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::time::{Duration, Instant, SystemTime};

use beistand_node::words::args;
use beistand_node::{FilesCommand, FilesRefusal, Permission, files_size_phrase};
use egui::{ColorImage, Event, Image, Sense, TextureHandle, TextureOptions, Ui, Vec2, ViewportCommand};
use jiff::tz::TimeZone;
use tempfile::TempDir;

use crate::panels::{PanelContext, PanelSide};
use crate::picture_file::{PictureFault, read_view, view_of, write_picture};
use crate::theme::{BODY_PT, palette};
use crate::views::widgets::{ButtonLook, sized_button_ui, small_ui, trouble_ui, wrapped_ui};

/// How often it is looked whether a thread is done.
const LOOK: Duration = Duration::from_millis(50);

/// How long a picture may take to be pasted: egui asks for it at once, and says nothing where there is none.
const PASTE_WAIT: Duration = Duration::from_secs(2);

/// What a thread makes, and whether it has.
#[derive(Debug)]
pub(super) struct PictureTask<T>(Receiver<Result<T, PictureFault>>);

impl<T: Send + 'static> PictureTask<T> {
    fn start(ui: &Ui, make: impl FnOnce() -> Result<T, PictureFault> + Send + 'static) -> Self {
        let (outbox, inbox) = sync_channel(1);
        let ctx = ui.ctx().clone();
        let run = move || {
            let _ = outbox.send(make());
            ctx.request_repaint();
        };
        if let Err(error) = std::thread::Builder::new().name("picture".to_owned()).spawn(run) {
            tracing::warn!(%error, "no thread for a picture");
        }
        Self(inbox)
    }

    fn made(&self, ui: &Ui) -> Option<Result<T, PictureFault>> {
        match self.0.try_recv() {
            Ok(made) => Some(made),
            Err(TryRecvError::Empty) => {
                ui.request_repaint_after(LOOK);
                None
            }
            Err(TryRecvError::Disconnected) => Some(Err(PictureFault::Broken)),
        }
    }
}

/// The view of a picture in an offer.
#[derive(Debug, Default)]
pub(super) enum OfferView {
    /// There is none.
    #[default]
    Nothing,
    /// This file has arrived and may be a picture.
    Arrived(PathBuf),
    /// It is being read.
    Reading(PictureTask<ColorImage>),
    /// It is shown.
    Shown(ViewTexture),
}

impl OfferView {
    /// The view of what has arrived there, where its name is a picture's.
    pub(super) fn of_file(path: &Path) -> Self {
        let is_picture = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("png"));
        if is_picture { Self::Arrived(path.to_owned()) } else { Self::Nothing }
    }

    /// Draws it, where there is one by now.
    pub(super) fn view_ui(&mut self, ui: &mut Ui, name: &str) {
        match self {
            Self::Nothing => {}
            Self::Arrived(path) => {
                let path = path.clone();
                *self = Self::Reading(PictureTask::start(ui, move || read_view(&path)));
            }
            Self::Reading(task) => match task.made(ui) {
                None => {}
                Some(Ok(image)) => *self = Self::Shown(texture(ui, image)),
                // Whatever it is, it has arrived.
                Some(Err(_)) => *self = Self::Nothing,
            },
            Self::Shown(view) => view_ui(ui, view, name),
        }
    }
}

/// A view, where the window draws it from.
pub(super) struct ViewTexture(TextureHandle);

impl std::fmt::Debug for ViewTexture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a view of {:?}", self.0.size())
    }
}

fn texture(ui: &Ui, image: ColorImage) -> ViewTexture {
    ViewTexture(ui.ctx().load_texture("a picture in the conversation", image, TextureOptions::LINEAR))
}

fn view_ui(ui: &mut Ui, view: &ViewTexture, name: &str) {
    let shown = ui.add(Image::new(&view.0).max_width(ui.available_width()));
    shown.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, name));
}

/// A picture that was pasted, as a file.
#[derive(Debug)]
struct PastedPicture {
    path: PathBuf,
    name: String,
    size: [usize; 2],
    bytes: u64,
    view: ViewTexture,
    /// Helper: whether it was given to the node, and is not to be given twice.
    is_sent: bool,
}

/// What a thread makes of a picture that was pasted.
#[derive(Debug)]
struct WrittenPicture {
    folder: TempDir,
    name: String,
    size: [usize; 2],
    bytes: u64,
    view: ColorImage,
}

#[derive(Debug, Default)]
enum EntryStage {
    #[default]
    Nothing,
    /// It is being pasted.
    Waiting(Instant),
    Writing(PictureTask<WrittenPicture>),
    Ready(PastedPicture),
}

/// What is pasted into the conversation.
#[derive(Debug, Default)]
pub(super) struct PictureEntry {
    stage: EntryStage,
    /// Why nothing comes of it: the key of a text.
    trouble: Option<&'static str>,
    /// What was written, each in a folder of its own, until the session is over.
    folders: Vec<TempDir>,
}

impl PictureEntry {
    /// What would be sent: another one is to be looked at first.
    pub(super) fn offered(&self) -> Option<&Path> {
        match &self.stage {
            EntryStage::Ready(picture) => Some(&picture.path),
            EntryStage::Nothing | EntryStage::Waiting(_) | EntryStage::Writing(_) => None,
        }
    }

    /// A file of this name was offered: its view, where it is the one that was pasted.
    pub(super) fn take_offered(&mut self, title: &str) -> OfferView {
        match std::mem::take(&mut self.stage) {
            EntryStage::Ready(picture) if picture.name == title => OfferView::Shown(picture.view),
            stage @ (EntryStage::Nothing
            | EntryStage::Waiting(_)
            | EntryStage::Writing(_)
            | EntryStage::Ready(_)) => {
                self.stage = stage;
                OfferView::Nothing
            }
        }
    }

    /// Something was not sent.
    pub(super) fn refuse(&mut self, why: FilesRefusal) {
        if let EntryStage::Ready(picture) = &mut self.stage {
            picture.is_sent = false;
            self.trouble = Some(match why {
                FilesRefusal::NotAllowed => "gui-files-picture-not-allowed",
                FilesRefusal::Behind
                | FilesRefusal::OtherSide
                | FilesRefusal::Nothing
                | FilesRefusal::NoFolder => "gui-files-picture-later",
            });
        }
    }

    /// Draws the button below the field, or what was pasted. Where the field `is_aimed` at, what is pasted is
    /// meant for it.
    pub(super) fn entry_ui(&mut self, ui: &mut Ui, is_aimed: bool, cx: &mut PanelContext<'_, FilesCommand>) {
        let may = cx.facts.granted.contains(match cx.side {
            PanelSide::Host => Permission::FilesFromUser,
            PanelSide::Technician => Permission::FilesToUser,
        });
        self.take_pasted(ui, is_aimed, may, cx);
        self.take_written(ui);
        match &mut self.stage {
            EntryStage::Nothing if may => {
                if ui.button(cx.text("gui-files-paste")).clicked() {
                    self.trouble = None;
                    self.stage = EntryStage::Waiting(cx.now);
                    ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
                    ui.request_repaint_after(PASTE_WAIT);
                }
            }
            EntryStage::Nothing | EntryStage::Waiting(_) => {}
            EntryStage::Writing(_) => small_ui(ui, cx.text("gui-files-picture-coming")),
            EntryStage::Ready(_) => self.ready_ui(ui, cx),
        }
        if let Some(key) = self.trouble {
            trouble_ui(ui, cx.text(key));
        }
    }

    /// Takes a picture that is pasted now.
    fn take_pasted(&mut self, ui: &Ui, is_aimed: bool, may: bool, cx: &PanelContext<'_, FilesCommand>) {
        let since = match &self.stage {
            EntryStage::Waiting(since) => Some(*since),
            EntryStage::Nothing | EntryStage::Writing(_) | EntryStage::Ready(_) => None,
        };
        if !is_aimed && since.is_none() {
            return;
        }
        let (mut picture, mut is_text) = (None, false);
        ui.input_mut(|input| {
            input.events.retain(|event| {
                match event {
                    Event::PasteImage(image) => picture = Some(Arc::clone(image)),
                    Event::Paste(_) => is_text = true,
                    _ => {}
                }
                !matches!(event, Event::PasteImage(_))
            });
        });
        if let Some(picture) = picture {
            self.stage = EntryStage::Nothing;
            self.trouble = (!may).then_some("gui-files-picture-not-allowed");
            if may {
                self.write(ui, picture, cx);
            }
        } else if since.is_some_and(|since| is_text || cx.now.duration_since(since) >= PASTE_WAIT) {
            self.stage = EntryStage::Nothing;
            self.trouble = Some("gui-files-picture-none");
        }
    }

    fn write(&mut self, ui: &Ui, picture: Arc<ColorImage>, cx: &PanelContext<'_, FilesCommand>) {
        let time = jiff::Timestamp::try_from(SystemTime::now()).unwrap_or_default();
        let time = time.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H.%M.%S").to_string();
        let name = cx.with("gui-files-picture-name", args![time = time]);
        self.stage = EntryStage::Writing(PictureTask::start(ui, move || {
            let view = view_of(&picture)?;
            let folder = tempfile::tempdir().map_err(|_| PictureFault::Broken)?;
            let bytes = write_picture(&picture, &folder.path().join(&name))?;
            Ok(WrittenPicture { folder, name, size: picture.size, bytes, view })
        }));
    }

    fn take_written(&mut self, ui: &Ui) {
        let EntryStage::Writing(task) = &self.stage else { return };
        match task.made(ui) {
            None => {}
            Some(Ok(WrittenPicture { folder, name, size, bytes, view })) => {
                let path = folder.path().join(&name);
                self.folders.push(folder);
                let (view, is_sent) = (texture(ui, view), false);
                self.stage = EntryStage::Ready(PastedPicture { path, name, size, bytes, view, is_sent });
            }
            Some(Err(why)) => {
                self.stage = EntryStage::Nothing;
                self.trouble = Some(match why {
                    PictureFault::TooLarge => "gui-files-picture-too-large",
                    PictureFault::NotReadable | PictureFault::Broken => "gui-files-picture-broken",
                });
            }
        }
    }

    /// What was pasted, and whether it is sent.
    fn ready_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, FilesCommand>) {
        let EntryStage::Ready(picture) = &mut self.stage else { return };
        wrapped_ui(ui, &picture.name, BODY_PT, palette(ui).text);
        view_ui(ui, &picture.view, &picture.name);
        let [width, height] = picture.size;
        let size = files_size_phrase(picture.bytes);
        let about = args![width = width.to_string(), height = height.to_string(), size = size];
        small_ui(ui, cx.with("gui-files-picture-about", about));
        let mut is_cancelled = false;
        ui.horizontal_wrapped(|ui| {
            if !picture.is_sent {
                let (text, size) = (cx.text("gui-files-picture-send"), Vec2::new(0.0, 36.0));
                let button = sized_button_ui(ui, ButtonLook::Plain, &text, size, Sense::CLICK);
                let paths = vec![picture.path.clone()];
                match cx.side {
                    PanelSide::Host => cx.widen(ui, &button, FilesCommand::Pick(paths)),
                    PanelSide::Technician if button.clicked() => {
                        picture.is_sent = true;
                        cx.send(FilesCommand::Send(paths));
                    }
                    PanelSide::Technician => {}
                }
            }
            is_cancelled = ui.button(cx.text("gui-files-forget")).clicked();
        });
        if is_cancelled {
            (self.stage, self.trouble) = (EntryStage::Nothing, None);
        }
    }
}
