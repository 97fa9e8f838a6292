//! The programs that glassbench is asked to run: ours, and others that many people use. How the others are
//! started on one machine is in glassbench's `peers.sh`; how they are started across a line is here, since
//! those commands are for one machine.

use std::path::{Path, PathBuf};

use crate::Problem;

/// A remote desktop of somebody else's.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PeerProgram {
    /// As `peers.sh` knows it.
    pub(super) name: &'static str,
    /// What must be installed for it.
    pub(super) needs: &'static [&'static str],
    /// Its commands across a line; none where it has no way that is worth comparing.
    pub(super) across: Option<PeerCommands>,
}

/// The commands of both sides across a line, where the host has the address 10.99.0.1 in a network namespace
/// of its own. Nobody else can reach it there, so it needs no password.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PeerCommands {
    pub(super) host: &'static str,
    pub(super) viewer: &'static str,
}

/// In the order in which they are run.
pub(super) const PEERS: &[PeerProgram] = &[
    PeerProgram {
        name: "x0vnc",
        needs: &["x0tigervncserver", "xtigervncviewer"],
        across: Some(PeerCommands {
            host: "x0tigervncserver -rfbport 5902 -SecurityTypes None -localhost=0 --I-KNOW-THIS-IS-INSECURE",
            viewer: "xtigervncviewer -SecurityTypes None -AlertOnFatalError=0 -ReconnectOnError=0 -RemoteResize=0 \
                     -Log *:stderr:30 10.99.0.1::5902",
        }),
    },
    PeerProgram {
        name: "x11vnc",
        needs: &["x11vnc", "xtigervncviewer"],
        across: Some(PeerCommands {
            host: "x11vnc -nopw -rfbport 5901 -forever -noipv6 -quiet -nocursor",
            viewer: "xtigervncviewer -SecurityTypes None -AlertOnFatalError=0 -ReconnectOnError=0 -RemoteResize=0 \
                     -Log *:stderr:30 10.99.0.1::5901",
        }),
    },
    PeerProgram {
        name: "xpra",
        needs: &["xpra"],
        across: Some(PeerCommands {
            host: "xpra shadow $DISPLAY --bind-tcp=10.99.0.1:5903 --daemon=no --mdns=no --notifications=no \
                   --pulseaudio=no --speaker=off --microphone=off --dbus-proxy=no --webcam=no --printing=no \
                   --html=off --systemd-run=no --start-after-connect= --exec-wrapper=env --socket-dir=$HOME/xpra \
                   --mmap=no",
            viewer: "xpra attach tcp://10.99.0.1:5903/ --notifications=no --speaker=off --microphone=off --webcam=no \
                     --printing=no --tray=no --border=off --cursors=no --mmap=no --opengl=no",
        }),
    },
    PeerProgram {
        name: "freerdp",
        needs: &["freerdp-shadow-cli", "xfreerdp"],
        across: Some(PeerCommands {
            host: "freerdp-shadow-cli /port:3390 /bind-address:10.99.0.1 -auth /sec:tls",
            viewer: "xfreerdp /v:10.99.0.1:3390 /cert:ignore /sec:tls /u:x /p:x /size:1920x1080 /gfx:AVC444 \
                     /network:wan -wallpaper",
        }),
    },
    PeerProgram { name: "ffmpeg-tuned", needs: &["ffmpeg", "ffplay"], across: None },
];

impl PeerProgram {
    /// The one of this name.
    ///
    /// # Errors
    /// In words, where there is none.
    pub(super) fn named(name: &str) -> Result<&'static Self, Problem> {
        PEERS.iter().find(|peer| peer.name == name).ok_or_else(|| {
            let names: Vec<&str> = PEERS.iter().map(|peer| peer.name).collect();
            format!("`{name}` is no program that this can run; there are {}", names.join(", "))
        })
    }

    /// What it needs and isn't in any of the folders.
    pub(super) fn missing(&self, folders: &[PathBuf]) -> Vec<&'static str> {
        let there = |program: &&str| folders.iter().any(|folder| folder.join(program).is_file());
        self.needs.iter().copied().filter(|program| !there(program)).collect()
    }
}

/// The folders in which programs are looked for.
pub(super) fn program_folders() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

/// A program in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contender {
    Ours,
    Peer(&'static PeerProgram),
}

impl Contender {
    /// As the files of its results are called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ours => "beistand",
            Self::Peer(peer) => peer.name,
        }
    }

    /// As the table calls it.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Ours => "Beistand",
            Self::Peer(peer) => peer.name,
        }
    }
}

/// Checks that our programs are in a folder.
///
/// # Errors
/// In words, where one is missing.
pub(super) fn check_programs(folder: &Path) -> Result<(), Problem> {
    for program in ["beistand", "beistand-node"] {
        if !folder.join(program).is_file() {
            return Err(format!(
                "{} has no program `{program}`: without --bin-dir they are built",
                folder.display()
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_is_known_by_its_name() {
        assert_eq!(PeerProgram::named("x0vnc").expect("known").needs.len(), 2);
        let fault = PeerProgram::named("vnc").expect_err("unknown");
        assert!(fault.contains("`vnc`") && fault.contains("x0vnc, x11vnc, xpra"), "{fault}");
    }

    #[test]
    fn what_is_not_installed_is_named() {
        let peer = PeerProgram { name: "shell", needs: &["sh", "no-such-program"], across: None };
        assert_eq!(peer.missing(&program_folders()), ["no-such-program"]);
        assert_eq!(peer.missing(&[]), ["sh", "no-such-program"]);
    }

    #[test]
    fn a_folder_without_our_programs_is_refused() {
        let fault = check_programs(Path::new("/nonexistent")).expect_err("nothing there");
        assert!(fault.contains("/nonexistent") && fault.contains("--bin-dir"), "{fault}");
    }
}
