//! A system without them: the same names, and each call fails.
//!
//! A handle is a type that nothing makes, so that what would happen behind a call that succeeds is compiled
//! and never runs. Windows has handles of folders and what can be done by them; the rest is absent there too.

pub mod event;
#[cfg_attr(windows, path = "../windows/fd.rs")]
pub mod fd;
#[cfg_attr(windows, path = "../windows/folder.rs")]
mod folder;
pub mod fs;
pub mod io;
#[cfg_attr(windows, path = "../windows/origin.rs")]
pub mod origin;
pub mod process;
pub mod unix;

/// A set of flags of this name with these members, each with a bit of its own; no system knows these bits.
macro_rules! flags {
    ($(#[$about:meta])* $name:ident: $($flag:ident)*) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct $name(u32);

        const _: () = {
            /// Which bit each has.
            #[allow(
                clippy::upper_case_acronyms,
                non_camel_case_types,
                dead_code,
                reason = "named as the flags are, of which some sets have none"
            )]
            enum Bit {
                $($flag,)*
            }

            impl $name {
                $(#[doc = "A flag."] pub const $flag: Self = Self(1 << Bit::$flag as u32);)*

                /// None of them.
                pub const fn empty() -> Self {
                    Self(0)
                }

                /// Their bits.
                pub const fn bits(self) -> u32 {
                    self.0
                }

                /// Whether all of the others are among them.
                pub const fn contains(self, others: Self) -> bool {
                    self.0 & others.0 == others.0
                }
            }
        };

        impl std::ops::BitOr for $name {
            type Output = Self;

            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }
    };
}
pub(crate) use flags;

/// Calls of these names, each of which fails.
macro_rules! absent_calls {
    ($($name:ident<$($generic:ident)*>($($type:ty),*) -> $result:ty;)*) => {$(
        #[doc = concat!("As `", stringify!($name), "`.")]
        ///
        /// # Errors
        /// Always.
        pub fn $name<$($generic),*>($(_: $type),*) -> Result<$result> {
            Err(Errno::NOSYS)
        }
    )*};
}
pub(crate) use absent_calls;
