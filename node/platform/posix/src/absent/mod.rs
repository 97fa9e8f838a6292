//! A system without them: the same names, and each call fails.
//!
//! A handle is a type that nothing makes, so that what would happen behind a call that succeeds is compiled
//! and never runs.

pub mod event;
pub mod fd;
pub mod fs;
pub mod io;
pub mod process;
pub mod unix;

/// A set of flags of this name with these members; their bits mean nothing here.
macro_rules! flags {
    ($(#[$about:meta])* $name:ident: $($flag:ident)*) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct $name(u32);

        impl $name {
            $(#[doc = "A flag."] pub const $flag: Self = Self(0);)*

            /// None of them.
            pub const fn empty() -> Self {
                Self(0)
            }

            /// Their bits.
            pub const fn bits(self) -> u32 {
                self.0
            }
        }

        impl std::ops::BitOr for $name {
            type Output = Self;

            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }
    };
}
pub(crate) use flags;
