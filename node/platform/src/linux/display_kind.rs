//! Whether a program was started on a Wayland desktop or on an X server.

/// On what kind of desktop a program was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DisplayKind {
    /// Windows are Wayland's; there may be an X server for those of old programs.
    Wayland,
    /// An X server, or nothing.
    X11,
}

impl DisplayKind {
    /// By this program's environment.
    pub(crate) fn of_this_program() -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let session = std::env::var("XDG_SESSION_TYPE").unwrap_or_default();
        Self::of(set("WAYLAND_DISPLAY") || set("WAYLAND_SOCKET"), set("DISPLAY"), &session)
    }

    /// The kind of session alone says nothing where a display is named: within a session of either kind a
    /// program can be started on a screen of the other.
    fn of(wayland: bool, x11: bool, session: &str) -> Self {
        if wayland || (!x11 && session == "wayland") { Self::Wayland } else { Self::X11 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wayland_desktop_is_known_by_its_display_and_else_by_the_kind_of_session() {
        for (wayland, x11, session, expected) in [
            (true, true, "wayland", DisplayKind::Wayland),
            (true, false, "", DisplayKind::Wayland),
            (false, false, "wayland", DisplayKind::Wayland),
            (false, true, "wayland", DisplayKind::X11),
            (false, true, "x11", DisplayKind::X11),
            (false, false, "tty", DisplayKind::X11),
        ] {
            assert_eq!(DisplayKind::of(wayland, x11, session), expected, "{wayland} {x11} {session}");
        }
    }
}
