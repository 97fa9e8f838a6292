//! A desktop that exists only in memory: for tests of everything above, and where there is none.

mod input;
mod screen;

pub use input::{FakeInjector, FakeInput};
pub use screen::{FakeCapturer, FakeScreen};
