//! Networks of butterflies that run both ways.
//!
//! An inverse transform of section 7.13.2 is a sequence of orthogonal steps, up to scale, so the same steps
//! transposed in reverse order are its forward transform. `network!` writes both from one list, which reads
//! as the specification's: `B angle (a, b)` is B(a, b, angle, 0), `X angle (a, b)` is B(a, b, angle, 1),
//! which exchanges afterwards, `H (a, b)` is H(a, b, 0).

macro_rules! network {
    ($(#[$doc:meta])* $inverse:ident, $forward:ident, $n:literal, { $($steps:tt)* }) => {
        $(#[$doc])*
        #[inline(always)]
        fn $inverse(t: &mut [Lanes; $n]) {
            network!(@inverse t, $($steps)*);
        }

        $(#[$doc])*
        #[inline(always)]
        fn $forward(t: &mut [Lanes; $n]) {
            network!(@forward t, [] $($steps)*);
        }
    };

    (@inverse $t:ident,) => {};
    (@inverse $t:ident, B $angle:literal ($a:literal, $b:literal); $($rest:tt)*) => {
        rotate::<$angle, _>($t, $a, $b);
        network!(@inverse $t, $($rest)*);
    };
    (@inverse $t:ident, X $angle:literal ($a:literal, $b:literal); $($rest:tt)*) => {
        rotate::<$angle, _>($t, $a, $b);
        $t.swap($a, $b);
        network!(@inverse $t, $($rest)*);
    };
    (@inverse $t:ident, H ($a:literal, $b:literal); $($rest:tt)*) => {
        hadamard($t, $a, $b);
        network!(@inverse $t, $($rest)*);
    };

    (@forward $t:ident, [$($code:tt)*]) => { $($code)* };
    (@forward $t:ident, [$($code:tt)*] B $angle:literal ($a:literal, $b:literal); $($rest:tt)*) => {
        network!(@forward $t, [rotate::<{ -$angle }, _>($t, $a, $b); $($code)*] $($rest)*);
    };
    (@forward $t:ident, [$($code:tt)*] X $angle:literal ($a:literal, $b:literal); $($rest:tt)*) => {
        network!(@forward $t, [$t.swap($a, $b); rotate::<{ -$angle }, _>($t, $a, $b); $($code)*] $($rest)*);
    };
    (@forward $t:ident, [$($code:tt)*] H ($a:literal, $b:literal); $($rest:tt)*) => {
        network!(@forward $t, [hadamard($t, $a, $b); $($code)*] $($rest)*);
    };
}
pub(super) use network;
