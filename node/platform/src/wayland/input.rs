//! Mouse and keyboard by the portal, or by libei where that gives a connection to it.
//!
//! A key that made text at the technician's is pressed as that sign, wherever the user's keyboard has it; a
//! key without text is pressed by its place. It refuses the user's panic hotkey and keys that act below all
//! windows.
//!
//! What it does not do: it does not see whose window is under the pointer. While the user can grant something
//! in a window of ours nothing is injected at all, which is seen to above.

use std::time::Duration;

use beistand_session::{InputEvent, PhysicalKey, PointerButton};
use futures::executor::block_on;
use xkeysym::{Keysym, key};

use super::portal::{PortalFault, PortalInput};
use super::seat::{SeatOpening, SeatPlace};
use crate::wheel::WheelRemainder;
use crate::{InjectError, InputInjector, Interrupt, KeyCombination};

/// Linux's numbers of Ctrl and Alt, left and right.
const CONTROL: [u8; 2] = [29, 97];
const ALT: [u8; 2] = [56, 100];

/// Keys that act below all windows: F1 to F12 with Ctrl and Alt show another console.
const CONSOLES: [u8; 12] = [59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 87, 88];
/// And whatever else is held: SysRq, power, sleep, wake up, brightness, display switches, touchpad, radio.
const BELOW_WINDOWS: [u8; 13] = [99, 116, 142, 143, 152, 205, 224, 225, 227, 237, 238, 246, 247];

/// Between two letters of a text: programs follow a fast typist, and the portal's queue stays short.
const LETTER_PAUSE: Duration = Duration::from_millis(1);

/// A key that is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HeldStroke {
    /// By its place.
    Place(u8),
    /// By the sign that it makes.
    Sign(u32),
}

/// Injects by the portal. Nobody is asked before the first event.
pub(super) struct PortalInjector {
    place: SeatPlace,
    panic: KeyCombination,
    buttons: Vec<PointerButton>,
    /// In the order in which they went down.
    keys: Vec<(PhysicalKey, HeldStroke)>,
    wheel: WheelRemainder,
    interrupt: Interrupt,
    /// Where the pointer was put last.
    pointed: Option<(u16, u16)>,
    /// The session in which all that is down was pressed.
    input: Option<PortalInput>,
}

impl PortalInjector {
    pub(super) fn new(place: SeatPlace, panic: KeyCombination) -> Self {
        Self {
            place,
            panic,
            buttons: Vec::new(),
            keys: Vec::new(),
            wheel: WheelRemainder::default(),
            interrupt: Interrupt::default(),
            pointed: None,
            input: None,
        }
    }

    fn dispatch(&mut self, event: &InputEvent) -> Result<(), InjectError> {
        let (opening, slot) = self.place.need();
        let open = match opening {
            SeatOpening::Open(open) => open,
            SeatOpening::Closed | SeatOpening::Asking => {
                return Err(InjectError::Refused("the desktop asks the user first"));
            }
            SeatOpening::Over(fault) => return Err(InjectError::Lost(fault.to_string())),
        };
        let Some(input) = open.input.clone() else {
            return Err(InjectError::Refused("the desktop gives no mouse and keyboard"));
        };
        self.input = Some(input.clone());
        let done = match event {
            InputEvent::PointerMove { x, y } => {
                let (there, seen_at) = {
                    let state = slot.lock();
                    (state.locate((*x, *y)), state.seen_at)
                };
                let there = there.and_then(|(screen, at)| Some((open.screens.get(screen)?, at)));
                let Some((screen, at)) = there else {
                    return Err(InjectError::Refused("the position is off the screen"));
                };
                // Where it is already nothing moves, and what does nothing must not hide the user's hand.
                let is_there = self.pointed == Some((*x, *y)) && seen_at == self.pointed;
                if is_there {
                    return Ok(());
                }
                self.pointed = Some((*x, *y));
                self.place.note_injected();
                slot.note_pointed((*x, *y));
                block_on(input.point(screen, at))
            }
            InputEvent::Button { button, pressed } => return self.button(&input, *button, *pressed),
            InputEvent::Wheel { dx, dy } => {
                let (right, down) = self.wheel.turn(*dx, *dy);
                let mut turns = [(1, right), (0, down)].into_iter().filter(|(_, notches)| *notches != 0);
                turns.try_for_each(|(axis, notches)| {
                    self.place.note_injected();
                    block_on(input.turn(axis, notches))
                })
            }
            InputEvent::Key { key, pressed: true, text } => {
                return self.press(&input, *key, text.as_ref().map(|text| text.as_str()));
            }
            InputEvent::Key { key, pressed: false, .. } => return self.release(&input, *key),
            InputEvent::Text(text) => return self.type_text(&input, text.as_str()),
            // For how long is for whoever injects to say.
            InputEvent::ButtonsHeld | InputEvent::KeysHeld | InputEvent::Mark(_) | InputEvent::GivenUp(_) => {
                Ok(())
            }
        };
        done.map_err(lost)
    }

    fn button(&mut self, input: &PortalInput, button: PointerButton, down: bool) -> Result<(), InjectError> {
        if self.buttons.contains(&button) == down {
            return Err(InjectError::Refused("the button was so already"));
        }
        self.place.note_injected();
        block_on(input.button(number(button), down)).map_err(lost)?;
        if down {
            self.buttons.push(button);
        } else {
            self.buttons.retain(|held| *held != button);
        }
        Ok(())
    }

    fn press(
        &mut self,
        input: &PortalInput,
        key: PhysicalKey,
        text: Option<&str>,
    ) -> Result<(), InjectError> {
        self.check(key)?;
        if self.keys.iter().any(|(held, _)| *held == key) {
            return Err(InjectError::Refused("the key is down already"));
        }
        let stroke = match text.filter(|_| !key.modifier()).and_then(sign_of) {
            Some(sign) => HeldStroke::Sign(sign),
            None => HeldStroke::Place(key.code()),
        };
        self.place.note_injected();
        block_on(stroke.send(input, true)).map_err(lost)?;
        self.keys.push((key, stroke));
        Ok(())
    }

    fn release(&mut self, input: &PortalInput, key: PhysicalKey) -> Result<(), InjectError> {
        let Some(at) = self.keys.iter().position(|(held, _)| *held == key) else {
            return Err(InjectError::Refused("the key was not down"));
        };
        let (_, stroke) = self.keys.remove(at);
        self.place.note_injected();
        block_on(stroke.send(input, false)).map_err(lost)
    }

    fn type_text(&mut self, input: &PortalInput, text: &str) -> Result<(), InjectError> {
        let mut typed = Ok(());
        for letter in text.chars() {
            if self.interrupt.raised() {
                return Err(InjectError::Refused("the text was cut short"));
            }
            let Some(sign) = sign(letter) else { continue };
            for down in [true, false] {
                self.place.note_injected();
                match block_on(HeldStroke::Sign(sign).send(input, down)).map_err(lost) {
                    // The rest of the text is worth more than nothing.
                    Err(error @ InjectError::Refused(_)) => typed = Err(error),
                    done => done?,
                }
            }
            self.interrupt.wait(LETTER_PAUSE);
        }
        typed
    }

    /// Refuses what must never be pressed. It goes by the places of keys: what they make is the desktop's to
    /// know.
    fn check(&self, key: PhysicalKey) -> Result<(), InjectError> {
        let holds = |codes: [u8; 2]| self.keys.iter().any(|(held, _)| codes.contains(&held.code()));
        let (control, alt) = (holds(CONTROL), holds(ALT));
        let with_panic = (control || !self.panic.control) && (alt || !self.panic.alt);
        if key.code() == self.panic.key_code() && with_panic {
            return Err(InjectError::Refused("the hotkey that stops everything is the user's own"));
        }
        let console = control && alt && CONSOLES.contains(&key.code());
        if console || BELOW_WINDOWS.contains(&key.code()) {
            return Err(InjectError::Refused("the key acts below all windows"));
        }
        Ok(())
    }

    fn let_go(&mut self) -> Result<(), InjectError> {
        self.wheel = WheelRemainder::default();
        self.interrupt.lower();
        let Some(input) = self.input.take() else { return Ok(()) };
        let (keys, buttons) = (std::mem::take(&mut self.keys), std::mem::take(&mut self.buttons));
        let is_any = !keys.is_empty() || !buttons.is_empty();
        let done = block_on(async {
            for (_, stroke) in keys.iter().rev() {
                self.place.note_injected();
                stroke.send(&input, false).await?;
            }
            for button in buttons.iter().rev() {
                self.place.note_injected();
                input.button(number(*button), false).await?;
            }
            // The portal has it when this returns, unless it is slow; the desktop comes to it a moment later.
            input.settle().await
        });
        if is_any {
            self.place.note_injected();
        }
        done.map_err(lost)
    }
}

impl HeldStroke {
    async fn send(self, input: &PortalInput, down: bool) -> Result<(), PortalFault> {
        match self {
            Self::Place(code) => input.key(code.into(), down).await,
            Self::Sign(sign) => input.sign(sign.cast_signed(), down).await,
        }
    }
}

impl InputInjector for PortalInjector {
    fn inject(&mut self, event: &InputEvent) -> Result<(), InjectError> {
        self.dispatch(event)
    }

    fn release_all(&mut self) -> Result<(), InjectError> {
        self.let_go()
    }

    fn interrupt(&self) -> Interrupt {
        self.interrupt.clone()
    }

    fn held_buttons(&self) -> Vec<PointerButton> {
        self.buttons.clone()
    }
}

impl Drop for PortalInjector {
    fn drop(&mut self) {
        if let Err(error) = self.let_go() {
            tracing::warn!(%error, "keys and buttons could not be released");
        }
    }
}

/// The one sign that this text is.
fn sign_of(text: &str) -> Option<u32> {
    let mut letters = text.chars();
    letters.next().filter(|_| letters.next().is_none()).and_then(sign)
}

/// X11's number of what makes this letter.
fn sign(letter: char) -> Option<u32> {
    match letter {
        '\n' | '\r' => Some(key::Return),
        '\t' => Some(key::Tab),
        letter if letter.is_control() => None,
        letter => Some(Keysym::from_char(letter).raw()),
    }
}

/// evdev's number of a button.
fn number(button: PointerButton) -> i32 {
    match button {
        PointerButton::Left => 0x110,
        PointerButton::Right => 0x111,
        PointerButton::Middle => 0x112,
        PointerButton::Back => 0x113,
        PointerButton::Forward => 0x114,
    }
}

fn lost(fault: PortalFault) -> InjectError {
    match fault {
        PortalFault::Refused(why) => InjectError::Refused(why),
        PortalFault::Declined | PortalFault::Failed(_) => InjectError::Lost(fault.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_signs_and_control_characters_none() {
        assert_eq!(sign_of("a"), Some(key::a));
        assert_eq!(sign_of("ß"), Some(key::ssharp));
        assert_eq!(sign_of("€"), Some(key::EuroSign));
        assert_eq!(sign_of("\r"), Some(key::Return));
        assert_eq!(sign_of("ab"), None);
        assert_eq!(sign_of("\u{3}"), None);
    }
}
