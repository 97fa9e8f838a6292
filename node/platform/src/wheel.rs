//! The wheel for injectors that turn it by whole notches: parts of a notch add up.

/// A notch in the parts that [`InputEvent::Wheel`](beistand_session::InputEvent::Wheel) counts.
const NOTCH: i32 = 120;

/// Most notches that one event turns the wheel by: a quick flick is ten, more would only keep the user
/// waiting.
const MAX_NOTCHES: i32 = 30;

/// What is left of a notch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct WheelRemainder {
    right: i32,
    down: i32,
}

impl WheelRemainder {
    /// Takes in a turn; the whole notches to turn now, to the right and down.
    pub(crate) fn turn(&mut self, dx: i16, dy: i16) -> (i32, i32) {
        (notches(&mut self.right, dx), notches(&mut self.down, dy))
    }
}

/// Adds `turned` to what is left of a notch and takes the whole notches out.
fn notches(left: &mut i32, turned: i16) -> i32 {
    // A turn in the other direction starts anew instead of first undoing a part of a notch.
    if i32::from(turned).signum() * left.signum() < 0 {
        *left = 0;
    }
    *left += i32::from(turned);
    let notches = *left / NOTCH;
    *left %= NOTCH;
    notches.clamp(-MAX_NOTCHES, MAX_NOTCHES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_notch_add_up() {
        let mut left = 0;
        assert_eq!([50, 50, 50, 300].map(|turned| notches(&mut left, turned)), [0, 0, 1, 2]);
        assert_eq!(left, 90);
        assert_eq!([-100, -20].map(|turned| notches(&mut left, turned)), [0, -1]);
        assert_eq!(notches(&mut left, i16::MAX), MAX_NOTCHES);
    }
}
