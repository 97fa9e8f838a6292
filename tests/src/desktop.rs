//! The desktop program as a person uses it: finds its buttons on the screen and presses them.
//!
//! It knows the program's colours and shapes (gui/src/theme.rs), nothing of its inside.

use std::time::Duration;

use crate::hiding::{end_button, flow_button, indicator};
use crate::{Area, Device, Hand, Picture, Program, Screen, Window, poll};

/// What a person is meant to press next; the consent dialog fills nothing but a yes with it.
const ACCENT: [u8; 3] = [15, 118, 110];

/// The same under the pointer.
const ACCENT_HOVER: [u8; 3] = [17, 94, 89];

/// What ends or refuses something.
const DANGER: [u8; 3] = [185, 28, 28];

/// A selected button of the toolbar: the accent at 45 % on a white card.
const SELECTED: [u8; 3] = [147, 193, 190];

/// Where the consent dialog's button for more choices is, from its right and lower edge in pixels.
const MORE_FROM_CORNER: (u32, u32) = (120, 36);

/// The round mark on a card of the home page and of the consent dialog, in pixels.
const MARK_PX: u32 = 64;

/// More boxes than a dialog has: as many as the protocol has permissions.
const ALL_BOXES: usize = 15;

/// The side of a box to tick, in pixels.
const TICK_PX: u32 = 20;

/// What a window does within this time it does at once, on a busy machine with software graphics.
const PROMPT: Duration = Duration::from_secs(10);

/// The frame round a screen that is seen.
const FRAME: [u8; 3] = [20, 140, 70];

/// Letters of a button are darker than this, as the sum of their parts.
const LETTER_BRIGHTNESS: u32 = 300;

/// Between the words of two buttons there is more than this, in pixels, and between two of one less.
const LABEL_GAP_PX: u32 = 14;

/// Half of what a letter on a button is high, in pixels.
const HALF_LETTER_PX: u32 = 9;

/// How the title of the session bar begins, in any language.
const BAR_TITLE: &str = "Beistand: ";

/// Where the bar's button is that opens and closes it, from its left and upper edge in pixels.
const BAR_MORE: (u32, u32) = (60, 28);

/// The title of the main window, and how it ends while somebody is at the other end.
const TITLE: &str = "Beistand";
const TITLE_END: &str = " – Beistand";

/// Waits until `find` finds something in what the program's main window shows; positions are the screen's.
///
/// # Panics
/// Where it does not in time; the screen is saved then.
#[track_caller]
fn wait_for(screen: &Screen, what: &str, find: impl Fn(&Picture, Area) -> Option<Area>) -> Area {
    let found = poll(PROMPT, || {
        let window = main_window(screen)?;
        find(&screen.shot(), window.area)
    });
    found.unwrap_or_else(|| {
        let path = std::env::temp_dir().join("beistand-not-found.png");
        screen.shot().save(&path);
        panic!("{what} is not on the screen; what is there: {}", path.display())
    })
}

fn main_window(screen: &Screen) -> Option<Window> {
    let (width, height) = screen.size();
    let on_screen = |area: Area| area.x + area.width <= width.into() && area.y + area.height <= height.into();
    let is_main = |title: &str| title == TITLE || title.ends_with(TITLE_END);
    screen.windows().into_iter().find(|window| is_main(&window.title) && on_screen(window.area))
}

/// What is on the buttons of the session bar, from the left: that which opens it, the window's, and Stop
/// where something goes on. What the bar says is at its right.
fn bar_labels(screen: &Screen, bar: Area) -> Vec<Area> {
    let (x, y) = BAR_MORE;
    let row = Area::new(bar.x + x / 4, bar.y + y - HALF_LETTER_PX, bar.width * 2 / 3, 2 * HALF_LETTER_PX);
    labels(&screen.shot(), row)
}

/// A filled button of at least a finger's size.
fn button(colour: [u8; 3], picture: &Picture, within: Area) -> Option<Area> {
    picture.bounds_of(colour, 3, within).filter(|area| area.width >= 50 && area.height >= 25)
}

/// The consent dialog's Allow, once it can be pressed.
fn allow_button(picture: &Picture, window: Area) -> Option<Area> {
    // The pointer may lie on it from a click before.
    let buttons = [ACCENT, ACCENT_HOVER].map(|colour| button(colour, picture, window));
    // Bars of the same colour on the large choices are further apart than a button is high.
    buttons.into_iter().flatten().find(|area| area.width > 150 && (41..70).contains(&area.height))
}

/// The marks of the consent dialog's large choices, one below the other, once these can be pressed.
fn choice_marks(picture: &Picture, window: Area) -> Option<Area> {
    // While the time runs before which none counts, bars of the same colour grow where they end.
    let is_round = |marks: &Area| {
        let edge = picture.pixel(marks.x + 5, marks.y + MARK_PX / 2);
        edge.iter().zip(ACCENT).all(|(seen, of)| seen.abs_diff(of) < 4)
    };
    let is_mark =
        |marks: &Area| marks.width.abs_diff(MARK_PX) < 6 && marks.height + 6 > MARK_PX && is_round(marks);
    picture.bounds_of(ACCENT, 3, window).filter(is_mark)
}

/// The lowest of some marks.
fn last_of(marks: Area) -> Area {
    Area::new(marks.x, marks.y + marks.height - MARK_PX.min(marks.height), MARK_PX, MARK_PX)
}

/// The user's side: `beistand` on a screen, with a hand that counts as a person's, or one that does not.
#[derive(Debug)]
pub struct User {
    hand: Hand,
}

impl User {
    /// A user at this screen.
    pub fn at(screen: &Screen, device: Device) -> Self {
        Self { hand: Hand::new(screen, device) }
    }

    /// Presses "Get help" on the home page and copies the link on the page that follows.
    #[track_caller]
    pub fn get_help(&self, screen: &Screen) -> String {
        let marks = wait_for(screen, "the home page", |picture, window| {
            picture.bounds_of(ACCENT, 3, window).filter(|marks| marks.height > 2 * MARK_PX)
        });
        // The upper of two cards, beside its mark.
        let (x, y) = Area::new(marks.x, marks.y, MARK_PX, MARK_PX).centre();
        self.hand.click((x, y));
        wait_for(screen, "the invite page's button", |picture, window| {
            button(ACCENT, picture, window).filter(|area| area.height < 60)
        });
        self.hand.control('c');
        poll(PROMPT, || screen.clipboard().filter(|text| text.starts_with("beistand:")))
            .expect("Ctrl+C on the invite page copies the link")
    }

    /// Waits for the consent dialog to be ready and presses "Let them help".
    #[track_caller]
    pub fn let_help(&self, screen: &Screen) {
        self.hand.click(self.choices(screen)[0].centre());
    }

    /// Waits for the consent dialog to be ready and ticks everything in it.
    #[track_caller]
    pub fn tick_all(&self, screen: &Screen) {
        self.tick(screen, ALL_BOXES);
    }

    /// Waits for the consent dialog to be ready and ticks the first boxes in it that are empty.
    #[track_caller]
    pub fn tick(&self, screen: &Screen, boxes: usize) {
        self.tick_one_by_one(screen);
        // Those with a tick in them are not found again.
        for _ in 0..boxes {
            let Some(window) = main_window(screen) else { break };
            let Some(unticked) = empty_boxes(&screen.shot(), window.area).first().copied() else { break };
            self.hand.click(unticked.centre());
            let gone = || (!empty_boxes(&screen.shot(), window.area).contains(&unticked)).then_some(());
            if poll(Duration::from_secs(1), gone).is_none() {
                // Not ours to press: whoever called checks what came of it.
                break;
            }
        }
    }

    /// Has the consent dialog show a tick for each thing, and waits for it to be ready.
    #[track_caller]
    pub fn tick_one_by_one(&self, screen: &Screen) {
        self.choices(screen);
        let window = main_window(screen).expect("the dialog is there").area;
        let (right, bottom) = (window.x + window.width, window.y + window.height);
        self.hand.click(((right - MORE_FROM_CORNER.0) as i16, (bottom - MORE_FROM_CORNER.1) as i16));
        wait_for(screen, "the consent dialog's Allow", allow_button);
    }

    /// Says yes in the consent dialog once it can be pressed: to what is ticked, or else to looking only.
    #[track_caller]
    pub fn press_allow(&self, screen: &Screen) {
        let yes = wait_for(screen, "the consent dialog's yes", |picture, window| {
            allow_button(picture, window).or_else(|| choice_marks(picture, window).map(last_of))
        });
        self.hand.click(yes.centre());
    }

    /// The marks of the large choices, once these can be pressed.
    #[track_caller]
    pub fn choices(&self, screen: &Screen) -> [Area; 2] {
        let marks = wait_for(screen, "the consent dialog's choices", choice_marks);
        [Area::new(marks.x, marks.y, MARK_PX, MARK_PX), last_of(marks)]
    }

    /// Where a click in the consent dialog would let the helper do more: the large choices, or the empty
    /// boxes and Allow.
    #[track_caller]
    pub fn widening_places(&self, screen: &Screen) -> Vec<Area> {
        let window = main_window(screen).expect("the dialog is there").area;
        let picture = screen.shot();
        match allow_button(&picture, window) {
            Some(allow) => empty_boxes(&picture, window).into_iter().chain([allow]).collect(),
            None => self.choices(screen).into(),
        }
    }

    /// Presses what opens and closes the session bar; where the bar is then.
    #[track_caller]
    pub fn press_more(&self, screen: &Screen) -> Area {
        let before = screen.window(BAR_TITLE).area;
        let (x, y) = BAR_MORE;
        self.hand.click(((before.x + x) as i16, (before.y + y) as i16));
        let changed = || Some(screen.window(BAR_TITLE).area).filter(|area| area.height != before.height);
        poll(PROMPT, changed).expect("the bar opens and closes")
    }

    /// Has the session bar bring the main window to the front, where there is something new in it; where that
    /// is.
    #[track_caller]
    pub fn open_window(&self, screen: &Screen) -> Area {
        let bar = screen.window(BAR_TITLE).area;
        let news = poll(PROMPT, || {
            let picture = screen.shot();
            // The pointer may lie on it.
            [ACCENT, ACCENT_HOVER].into_iter().find_map(|colour| button(colour, &picture, bar))
        });
        self.hand.click(news.expect("the bar says that there is something new").centre());
        poll(PROMPT, || main_window(screen)).expect("the window comes to the front").area
    }

    /// Clicks at a place of the screen.
    pub fn click(&self, place: (i16, i16)) {
        self.hand.click(place);
    }

    /// Presses at the first place and releases at the last, along all of them.
    pub fn drag(&self, places: &[(i16, i16)]) {
        self.hand.drag(places);
    }

    /// Presses the session bar's Stop, which is there while something goes on.
    #[track_caller]
    pub fn press_stop(&self, screen: &Screen) {
        let stop = poll(PROMPT, || {
            bar_labels(screen, screen.window(BAR_TITLE).area).get(2).map(|label| label.centre())
        });
        self.hand.click(stop.expect("the bar has its Stop button"));
    }

    /// Presses the indicator's Pause.
    #[track_caller]
    pub fn press_pause(&self, screen: &Screen) {
        self.hand.click(flow_button(&indicator(screen)));
    }

    /// Presses the indicator's Go on, which does not count at once, until `host` says that it goes on.
    #[track_caller]
    pub fn go_on(&self, screen: &Screen, host: &mut Program) {
        let resumed = poll(PROMPT, || {
            self.hand.click(self.go_on_place(screen));
            host.wait_for("resumed", Duration::from_millis(1500))
        });
        assert!(resumed.is_some(), "a hand lets it go on");
    }

    /// Where the indicator's Go on is.
    #[track_caller]
    pub fn go_on_place(&self, screen: &Screen) -> (i16, i16) {
        flow_button(&indicator(screen))
    }

    /// Presses the indicator's End, once.
    #[track_caller]
    pub fn press_end(&self, screen: &Screen) {
        self.hand.click(end_button(&indicator(screen)));
    }
}

/// The button of the scale that is chosen in a viewer's toolbar.
fn chosen_scale(picture: &Picture, window: Area, scale: u16) -> Option<Area> {
    let height = (45 * u32::from(scale)).min(window.height);
    let toolbar = Area::new(window.x, window.y, window.width, height);
    picture.bounds_of(SELECTED, 12, toolbar).filter(|area| area.width > 20 && area.height > 20)
}

/// All of the text in the field that has the keyboard, as Ctrl+A and Ctrl+C copy it.
pub fn copied_text(screen: &Screen, hand: &Hand) -> Option<String> {
    hand.control('a');
    hand.control('c');
    screen.clipboard()
}

/// Brings the technician's viewer to full screen, in which the host's fills as much as it can.
///
/// # Panics
/// Where there is no viewer.
#[track_caller]
pub fn full_screen(screen: &Screen, hand: &Hand) {
    let fit = wait_for(screen, "the viewer's toolbar", |picture, window| {
        chosen_scale(picture, window, screen.scale())
    });
    // Keys go to the window that was clicked.
    hand.click(fit.centre());
    hand.function_key(11);
}

/// The technician's viewer in full screen, every pixel as it is; returns where the host's screen, of `size`,
/// is.
///
/// # Panics
/// Where it can't be brought there.
#[track_caller]
pub fn full_screen_one_to_one(screen: &Screen, host: &Screen, hand: &Hand) -> Area {
    let scale = screen.scale();
    let chosen = |picture: &Picture, window: Area| chosen_scale(picture, window, scale);
    let fit = wait_for(screen, "the viewer's toolbar", chosen);
    // "1:1" is right of "Fit".
    let (_, y) = fit.centre();
    let other = ((fit.x + fit.width + 24 * u32::from(scale)) as i16, y);
    hand.click(other);
    // With the toolbar goes a click that it has not seen yet. One that comes with the frame in which the
    // toolbar appears is taken for nobody's, and a person clicks again.
    wait_for(screen, "the choice of 1:1", |picture, window| {
        let seen = chosen(picture, window).filter(|area| area.x >= fit.x + fit.width);
        if seen.is_none() {
            hand.click(other);
        }
        seen
    });
    hand.function_key(11);
    let ((width, height), (host_width, host_height)) = (screen.size(), host.size());
    let (host_width, host_height) = (u32::from(host_width), u32::from(host_height));
    let centred = Area::new(
        (u32::from(width) - host_width) / 2,
        (u32::from(height) - host_height) / 2,
        host_width,
        host_height,
    );
    let there = || (screen.shot().crop(centred).psnr(&host.shot()) > 25.0).then_some(centred);
    poll(PROMPT, there).unwrap_or_else(|| {
        let path = std::env::temp_dir().join("beistand-not-found.png");
        screen.shot().save(&path);
        panic!("the host's screen is not at {centred:?}; what is there: {}", path.display())
    })
}

/// The words on the light buttons of a row, from left to right, each as far as its letters go.
pub fn labels(picture: &Picture, row: Area) -> Vec<Area> {
    let dark = |x| (row.y..row.y + row.height).any(|y| is_letter(picture.pixel(x, y)));
    let mut found: Vec<Area> = Vec::new();
    for x in (row.x..row.x + row.width).filter(|x| dark(*x)) {
        match found.last_mut() {
            Some(last) if x < last.x + last.width + LABEL_GAP_PX => last.width = x + 1 - last.x,
            _ => found.push(Area::new(x, row.y, 1, row.height)),
        }
    }
    let filled = |label: &Area| picture.bounds_of(DANGER, 3, *label).is_some();
    found.retain(|label| !filled(label));
    found
}

fn is_letter(pixel: [u8; 3]) -> bool {
    pixel.iter().map(|value| u32::from(*value)).sum::<u32>() < LETTER_BRIGHTNESS
}

/// Where the host's screen is drawn in a viewer, by the frame that each has in a session.
///
/// # Panics
/// Where there is none in time; the screen is saved then.
#[track_caller]
pub fn framed_picture(screen: &Screen) -> Area {
    wait_for(screen, "the host's framed screen", |picture, window| {
        picture.bounds_of(FRAME, 16, window).filter(|area| area.width > 300 && area.height > 200)
    })
}

/// Boxes to tick that are empty, column by column and from top to bottom: squares with a dark edge round one
/// light colour.
pub fn empty_boxes(picture: &Picture, within: Area) -> Vec<Area> {
    let mut found: Vec<Area> = Vec::new();
    for y in within.y..(within.y + within.height).saturating_sub(TICK_PX) {
        for x in within.x..(within.x + within.width).saturating_sub(TICK_PX) {
            let area = Area::new(x, y, TICK_PX, TICK_PX);
            if !found.iter().any(|other| other.meets(area)) && empty_box(picture, x, y) {
                found.push(area);
            }
        }
    }
    found.sort_by_key(|area| (area.x, area.y));
    found
}

fn empty_box(picture: &Picture, x: u32, y: u32) -> bool {
    let inside = picture.pixel(x + TICK_PX / 2, y + TICK_PX / 2);
    let brightness = |x, y| picture.pixel(x, y).iter().map(|value| i32::from(*value)).sum::<i32>();
    let light = inside.iter().map(|value| i32::from(*value)).sum::<i32>();
    let dark = |x, y| light - brightness(x, y) > 100;
    // The corners are round: only the middle of each side counts.
    let middle = || 6..TICK_PX - 6;
    light > 600
        && middle().all(|i| {
            (dark(x, y + i) || dark(x + 1, y + i))
                && (dark(x + TICK_PX - 1, y + i) || dark(x + TICK_PX - 2, y + i))
                && (dark(x + i, y) || dark(x + i, y + 1))
                && (dark(x + i, y + TICK_PX - 1) || dark(x + i, y + TICK_PX - 2))
        })
        && (4..TICK_PX - 4)
            .all(|row| (4..TICK_PX - 4).all(|column| picture.pixel(x + column, y + row) == inside))
}

/// Waits for the event that a program writes when the session has begun, and hands back what is allowed.
#[track_caller]
pub fn granted(program: &mut Program) -> String {
    program.expect("granted", PROMPT).text("permissions")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_box_is_told_from_a_ticked_one_and_from_text() {
        let mut picture = Picture::from_bgrx(200, 100, 800, &[255; 80_000]);
        for x in [30, 100] {
            picture.fill(Area::new(x, 40, 20, 20), [84, 94, 107]);
            picture.fill(Area::new(x + 2, 42, 16, 16), [255; 3]);
        }
        picture.fill(Area::new(105, 50, 8, 3), [24, 29, 36]);
        picture.fill(Area::new(150, 40, 2, 20), [24, 29, 36]);
        let found = empty_boxes(&picture, picture.area());
        assert_eq!(found.len(), 1, "{found:?}");
        // An edge may be blurred over two pixels, so the place is exact to one.
        assert!(found[0].x.abs_diff(30) <= 1 && found[0].y.abs_diff(40) <= 1, "{found:?}");
    }
}
