//! Programs by which somebody else can use this computer: those that a fraud leaves behind, and our like.

/// A program for remote access, as it can be recognised.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RemoteProduct {
    pub(crate) name: &'static str,
    /// What the name of its program, its service or its folder begins with, in small letters.
    programs: &'static [&'static str],
    /// What its command contains, where its program is a general one.
    words: &'static [&'static str],
    /// At which it waits, where no other program usually does.
    ports: &'static [u16],
}

const fn product(
    name: &'static str,
    programs: &'static [&'static str],
    words: &'static [&'static str],
    ports: &'static [u16],
) -> RemoteProduct {
    RemoteProduct { name, programs, words, ports }
}

static PRODUCTS: [RemoteProduct; 25] = [
    product("AnyDesk", &["anydesk"], &[], &[7070, 6568, 50001]),
    product("TeamViewer", &["teamviewer", "tvnserver"], &[], &[5938]),
    product("RustDesk", &["rustdesk"], &[], &[21115, 21116, 21117, 21118, 21119]),
    product(
        "ScreenConnect",
        &["screenconnect", "connectwisecontrol"],
        &["screenconnect", "connectwisecontrol", "connectwise control"],
        &[8040, 8041],
    ),
    product("Splashtop", &["splashtop", "srstreamer", "strwinclt"], &["splashtop"], &[6783]),
    product("LogMeIn", &["logmein", "lmi_rescue", "lmiignition"], &["logmein"], &[]),
    product(
        "GoTo",
        &["gotoassist", "gotoresolve", "goto-resolve", "gotomypc", "g2comm"],
        &["gotoresolve"],
        &[],
    ),
    product("Supremo", &["supremo"], &[], &[]),
    product("UltraViewer", &["ultraviewer"], &["ultraviewer"], &[]),
    product("DWService", &["dwagent", "dwagsvc", "dwaglnc"], &["dwagent"], &[7950]),
    product("NoMachine", &["nxserver", "nxnode", "nxd", "nxplayer", "nomachine"], &["/usr/nx/"], &[4000]),
    product(
        "VNC",
        &[
            "x11vnc",
            "xvnc",
            "x0vncserver",
            "x0tigervnc",
            "vncserver",
            "wayvnc",
            "vino-server",
            "krfb",
            "winvnc",
            "vncagent",
        ],
        &[],
        &[5800, 5900, 5901, 5902],
    ),
    product("xrdp", &["xrdp"], &[], &[3389]),
    product(
        "Chrome Remote Desktop",
        &["chrome-remote-desktop", "remoting_me2me", "chromoting"],
        &["remoting_me2me"],
        &[],
    ),
    product("MeshAgent", &["meshagent", "mesh_services"], &["meshagent", "meshcentral"], &[]),
    product("Atera", &["ateraagent", "atera"], &["ateraagent"], &[]),
    product("Ammyy Admin", &["aa_v3", "ammyy"], &["ammyy"], &[]),
    product("Remote Utilities", &["rutserv", "rfusclient", "rut-server"], &["remote utilities"], &[5650]),
    product(
        "Zoho Assist",
        &["zohoassist", "zohours", "za_connect", "zaservice"],
        &["zohoassist", "zoho assist"],
        &[],
    ),
    product("AeroAdmin", &["aeroadmin"], &["aeroadmin"], &[]),
    product("ISL Online", &["islalwayson", "isllight"], &["isl alwayson"], &[]),
    product("HopToDesk", &["hoptodesk"], &["hoptodesk"], &[]),
    product("Tactical RMM", &["tacticalrmm", "tacticalagent", "rmmagent"], &["tacticalrmm"], &[]),
    product("NinjaOne", &["ninjarmm", "ninja-linagent", "ninjaremote"], &["ninjarmm"], &[]),
    product("tunnel", &["ngrok", "cloudflared", "playit", "localtonet"], &[], &[]),
];

/// How programs of ours are called.
const OWN: [&str; 3] = ["beistand", "beistand-node", "beistand-decoder"];

/// The product that one of these texts names: names of programs, of services, commands.
pub(crate) fn remote_product(texts: &[&str]) -> Option<&'static RemoteProduct> {
    texts.iter().find_map(|text| PRODUCTS.iter().find(|product| product.is_named_in(text)))
}

/// The product that usually waits at this port.
pub(crate) fn product_at(port: u16) -> Option<&'static RemoteProduct> {
    PRODUCTS.iter().find(|product| product.ports.contains(&port))
}

/// Whether a program is one of ours: it lies in the folder of this one. What only calls itself so is none.
pub(crate) fn is_own(program: &str, folder: &str) -> bool {
    program.rsplit_once('/').is_some_and(|(of, name)| of == folder && OWN.contains(&name))
}

impl RemoteProduct {
    fn is_named_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let pieces = text.split([' ', '/', '"', '\'', '=', '\t', ';']).filter(|piece| !piece.is_empty());
        let is_named = |piece: &str| self.programs.iter().any(|program| begins_as_a_word(piece, program));
        pieces.clone().any(is_named) || self.words.iter().any(|word| text.contains(word))
    }
}

/// Whether a name is this program's: what follows it is no letter, so that others' names are not cut.
fn begins_as_a_word(piece: &str, program: &str) -> bool {
    let Some(rest) = piece.strip_prefix(program) else { return false };
    // Services and helpers: `teamviewerd`, `anydesk.service`, `rustdesk-server`, `x11vnc2`.
    rest.is_empty() || rest == "d" || rest.starts_with(|next: char| !next.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_for_remote_access_are_known_by_their_names() {
        for (text, name) in [
            ("anydesk", "AnyDesk"),
            ("/opt/teamviewer/tv_bin/teamviewerd -d", "TeamViewer"),
            ("rustdesk.service", "RustDesk"),
            ("java -jar /opt/connectwisecontrol-abc/x.jar", "ScreenConnect"),
            ("Xvnc", "VNC"),
            ("/usr/sbin/xrdp", "xrdp"),
            ("xrdp-sesman", "xrdp"),
            ("chrome-remote-desktop-host", "Chrome Remote Desktop"),
            ("/usr/local/mesh_services/meshagent/meshagent", "MeshAgent"),
        ] {
            assert_eq!(remote_product(&[text]).map(|product| product.name), Some(name), "{text}");
        }
        for text in [
            "/usr/bin/gnome-terminal",
            "nxdomain",
            "ateras",
            "supremos",
            "vncviewer",
            "beistand",
            "playitall",
        ] {
            assert_eq!(remote_product(&[text]), None, "{text}");
        }
        assert_eq!(product_at(5938).map(|product| product.name), Some("TeamViewer"));
        assert!(is_own("/usr/bin/beistand-node", "/usr/bin"));
        for other in ["/usr/bin/beistand-x", "/home/anna/.cache/beistand", "beistand", "/usr/bin/x/beistand"]
        {
            assert!(!is_own(other, "/usr/bin"), "{other}");
        }
    }
}
