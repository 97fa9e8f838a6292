//! What a helper keeps of a session: a picture of the screen that they see, as a file or to be pasted, and
//! their notes. Written on a thread of its own, since a large picture takes a tenth of a second.
//!
//! Nothing is kept by itself, and of a screen that the user hides there is nothing to keep.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use beistand_node::words::{Phrase, args};
use egui::{Color32, ColorImage};
use jiff::tz::TimeZone;

use super::App;
use super::awaited::AwaitedNews;
use crate::backend::NodeLink;
use beistand_node::{PictureSlot, PictureView, save_png};

/// Files of one second: a person presses no faster, and a folder that has so many is not searched on.
const MAX_SAME_NAME: u32 = 100;

/// What is written.
enum KeptThing {
    Picture(PictureSlot),
    Notes(String),
}

impl App {
    pub(super) fn save_picture(&mut self) {
        let shows = self.state.viewing().is_some_and(|viewing| !viewing.is_hidden());
        let picture = self.link.as_ref().map(|link| link.picture.clone()).filter(|_| shows);
        match picture {
            Some(picture) => self.keep(KeptThing::Picture(picture)),
            None => self.tell_helper(Phrase::new("page-shot-nothing")),
        }
    }

    pub(super) fn save_notes(&mut self, notes: String) {
        self.keep(KeptThing::Notes(notes));
    }

    pub(super) fn copy_picture(&mut self) {
        let shows = self.state.viewing().is_some_and(|viewing| !viewing.is_hidden());
        let image = |link: &NodeLink| link.picture.peek(image_of);
        let Some(image) = self.link.as_ref().filter(|_| shows).and_then(image) else {
            return self.tell_helper(Phrase::new("page-shot-nothing"));
        };
        self.ctx.copy_image(image);
        self.tell_helper(Phrase::new("page-shot-copied"));
    }

    /// Takes in what came of keeping something.
    pub(super) fn take_kept(&mut self) {
        if let AwaitedNews::Ready((tab, said)) = self.kept.take() {
            self.tell_tab(tab, said);
        }
    }

    fn keep(&mut self, what: KeptThing) {
        let (folder, tab) = (self.starter.keep_folder(), self.shown_tab());
        self.kept.start("keeping", &self.wake, move || (tab, keep_in(&folder, &what, &stamp())));
    }

    fn tell_helper(&mut self, said: Phrase) {
        self.tell_tab(self.shown_tab(), said);
    }
}

/// The picture as egui has pictures.
fn image_of(view: &PictureView) -> ColorImage {
    let frame = view.to_frame();
    let size = [usize::from(frame.size().width()), usize::from(frame.size().height())];
    let (pixels, _) = frame.pixels().as_chunks::<4>();
    ColorImage::new(size, pixels.iter().map(|[b, g, r, _]| Color32::from_rgb(*r, *g, *b)).collect())
}

/// The day and time of day where the person is, as a file can be called.
pub(super) fn stamp() -> String {
    let now = jiff::Timestamp::try_from(SystemTime::now()).unwrap_or_default();
    now.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H-%M-%S").to_string()
}

/// Keeps it in `folder`: what the helper is told.
fn keep_in(folder: &Path, what: &KeptThing, stamp: &str) -> Phrase {
    let ending = match what {
        KeptThing::Picture(_) => "png",
        KeptThing::Notes(_) => "txt",
    };
    let kept = std::fs::create_dir_all(folder).map_err(|error| error.to_string()).and_then(|()| {
        let path = free_name(folder, stamp, ending).map_err(|error| error.to_string())?;
        match what {
            KeptThing::Picture(picture) => {
                save_png(picture, &path).map(drop).map_err(|error| format!("{error:?}"))
            }
            KeptThing::Notes(notes) => std::fs::File::create(&path)
                .and_then(|mut file| file.write_all(notes.as_bytes()))
                .map_err(|error| error.to_string()),
        }
        .inspect_err(|_| drop(std::fs::remove_file(&path)))
        .map(|()| path)
    });
    match kept {
        Ok(path) => Phrase::with("page-shot-saved", args![file = path.display().to_string()]),
        Err(reason) => {
            tracing::warn!(reason, "nothing was kept");
            Phrase::with("page-shot-failed", args![folder = folder.display().to_string()])
        }
    }
}

/// A name that no file there has. The file is made, so that nobody else takes it.
fn free_name(folder: &Path, stamp: &str, ending: &str) -> std::io::Result<PathBuf> {
    let mut last = None;
    for number in 1..=MAX_SAME_NAME {
        let number = if number == 1 { String::new() } else { format!(" ({number})") };
        let path = folder.join(format!("Beistand {stamp}{number}.{ending}"));
        match std::fs::File::create_new(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap_or_else(|| std::io::ErrorKind::AlreadyExists.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::fake;
    use beistand_node::Size;

    #[test]
    fn what_is_kept_has_a_name_of_its_own_and_a_failure_is_said_without_a_librarys_words() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("new");
        let picture = PictureSlot::default();
        fake::draw_desktop(&picture, Size::new(64, 48).unwrap(), 0);
        for _ in 0..2 {
            keep_in(&inner, &KeptThing::Picture(picture.clone()), "today");
        }
        keep_in(&inner, &KeptThing::Notes("a printer".to_owned()), "today");
        let mut names: Vec<_> = std::fs::read_dir(&inner)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["Beistand today (2).png", "Beistand today.png", "Beistand today.txt"]);
        assert!(std::fs::metadata(inner.join(&names[0])).unwrap().len() > 50);
        assert_eq!(std::fs::read_to_string(inner.join(&names[2])).unwrap(), "a printer");
        std::fs::write(folder.path().join("file"), "").unwrap();
        let failed = keep_in(&folder.path().join("file"), &KeptThing::Notes(String::new()), "today");
        let said = crate::app::words(beistand_node::words::Language::English).say(&failed);
        assert!(said.contains("file") && !said.contains("os error"), "{said}");
    }

    #[test]
    fn a_copied_picture_has_the_colours_of_the_screen() {
        let picture = PictureSlot::default();
        fake::draw_desktop(&picture, Size::new(64, 48).unwrap(), 0);
        let image = picture.peek(image_of).unwrap();
        assert_eq!((image.size, image.pixels[64 * 47]), ([64, 48], Color32::from_rgb(50, 90, 120)));
    }
}
