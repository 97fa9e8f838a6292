//! `cargo xtask machines`: broken machines and fresh ones, and what a report says of them.
//!
//! It builds the program that does it, has debootstrap make fresh systems in the target folder where there
//! are none, and writes both tables. What it does not do: it breaks nothing itself, and looks at nothing.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Problem;
use crate::packages;
use crate::run::{command, linting_cargo, output, root, run, target_dir};

/// The page, from the root.
const PAPER: &str = "docs/BENCHMARKS.md";

const BEGINNING: &str = "<!-- machines -->\n";
const END: &str = "<!-- /machines -->";

/// What makes a fresh system.
const NEEDED: &[&str] = &["debootstrap"];

/// Where fresh systems come from.
const RELEASE: [&str; 2] = ["bookworm", "http://deb.debian.org/debian"];

/// What a desktop has beyond the smallest system, as far as the report looks at it.
const DESKTOP: &str = "systemd-sysv,systemd-timesyncd,dbus,dbus-user-session,libpam-systemd,cron,cups-daemon,cups-client,sudo,procps,iproute2,nftables,\
ca-certificates,openssh-server,network-manager,xfce4-session,rsyslog,ufw,curl,less,libglib2.0-bin,gsettings-desktop-schemas,clamav,clamav-freshclam,polkitd,pkexec";

/// A Debian with what an Ubuntu has otherwise: the registries at hand have none.
const UBUNTU_LIKE: &str = "set -eu
cp -a \"$1\" \"$2.draft\"
cd \"$2.draft\"
rm -f etc/os-release
printf 'PRETTY_NAME=\"Ubuntu 24.04.3 LTS\"\\nNAME=\"Ubuntu\"\\nVERSION_ID=\"24.04\"\\nID=ubuntu\\nID_LIKE=debian\\n' > etc/os-release
mkdir -p snap/bin var/snap var/lib/snapd/snaps etc/netplan etc/update-motd.d etc/apt/apt.conf.d etc/systemd/resolved.conf.d
printf 'network:\\n  version: 2\\n  renderer: NetworkManager\\n' > etc/netplan/01-network-manager-all.yaml
printf '[Service]\\nExecStart=/usr/bin/snap run firefox.hook\\nType=oneshot\\n' > etc/systemd/system/snap.firefox.hook.service
printf '[Desktop Entry]\\nName=Snap\\nExec=/usr/bin/snap userd --autostart\\n' > etc/xdg/autostart/snap-userd-autostart.desktop
printf 'export PATH=\"$PATH:/snap/bin\"\\n' > etc/profile.d/apps-bin-path.sh
printf 'APT::Periodic::Update-Package-Lists \"1\";\\nAPT::Periodic::Unattended-Upgrade \"1\";\\n' > etc/apt/apt.conf.d/20auto-upgrades
printf '#!/bin/sh\\n' > etc/update-motd.d/50-motd-news
mv \"$2.draft\" \"$2\"";

/// Breaks the machines that are named, or all, and writes the tables unless they are only to be printed.
///
/// # Errors
/// Where this is not root, something can't be built, or a machine is not seen as it has to be.
pub(crate) fn run_machines(arguments: &[&str]) -> Result<(), Problem> {
    let (options, names): (Vec<&str>, Vec<&str>) =
        arguments.iter().partition(|argument| argument.starts_with("--"));
    if let Some(unknown) = options.iter().find(|option| **option != "--print") {
        return Err(format!("`cargo xtask machines` has no option {unknown}"));
    }
    if output(command("id").arg("-u"))?.trim() != "0" {
        return Err("machines need namespaces, and those need root: run this as root".to_owned());
    }
    packages::install(&[packages::BUILD, packages::TEST, NEEDED])?;
    // With the features of the whole workspace, as the tests are built: nothing is compiled twice.
    run(linting_cargo().args(["build", "--workspace", "--bins", "--locked"]))?;
    let program = target_dir().join("debug/beistand-machines");
    let program = program.to_string_lossy();
    let systems = fresh_systems(&target_dir().join("machines"))?;
    let desktop = systems.last().ok_or("there is no fresh system")?;
    let broken = output(command(&program).arg("--on").arg(desktop).args(&names))?;
    println!("{broken}");
    let fresh = output(command(&program).arg("clean").args(&systems))?;
    println!("{fresh}");
    if !options.is_empty() || !names.is_empty() {
        return Ok(());
    }
    let text = format!("{broken}\nFresh systems:\n\n{fresh}");
    let page = fs::read_to_string(root().join(PAPER)).map_err(|error| format!("{PAPER}: {error}"))?;
    let page = with_tables(&page, &text)?;
    fs::write(root().join(PAPER), page).map_err(|error| format!("{PAPER}: {error}"))?;
    println!("written into {PAPER}");
    Ok(())
}

/// Folders with a small Debian, a Debian with a desktop, and one like an Ubuntu, made where they are missing.
fn fresh_systems(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let at = |name: &str| folder.join(name);
    let (small, ubuntu, desktop) = (at("debian-12-small"), at("like-ubuntu-24.04"), at("debian-12-desktop"));
    for (system, more) in [(&small, None), (&desktop, Some(DESKTOP))] {
        if system.exists() {
            continue;
        }
        let draft = folder.join("draft");
        let mut making = command("debootstrap");
        making.args(["--variant=minbase"]).args(more.map(|more| format!("--include={more}")));
        run(making.arg(RELEASE[0]).arg(&draft).arg(RELEASE[1]))?;
        fs::rename(&draft, system).map_err(|error| format!("{}: {error}", system.display()))?;
    }
    if !ubuntu.exists() {
        run(command("sh").args(["-c", UBUNTU_LIKE, "sh"]).arg(&desktop).arg(&ubuntu))?;
    }
    Ok(vec![small, ubuntu, desktop])
}

fn with_tables(page: &str, text: &str) -> Result<String, Problem> {
    let (before, rest) = page
        .split_once(BEGINNING)
        .ok_or_else(|| format!("{PAPER} has no place for the tables: a line `{}`", BEGINNING.trim_end()))?;
    let (_, after) = rest
        .split_once(END)
        .ok_or_else(|| format!("{PAPER} has no end of the place for the tables: a line `{END}`"))?;
    Ok(format!("{before}{BEGINNING}{text}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_comments_is_replaced() {
        let page = "# A\n<!-- machines -->\nold\n<!-- /machines -->\nrest\n";
        let once = with_tables(page, "| new |\n").expect("a place");
        assert_eq!(once, "# A\n<!-- machines -->\n| new |\n<!-- /machines -->\nrest\n");
        assert!(with_tables("# A\n", "").is_err());
    }

    #[test]
    fn the_page_has_a_place() {
        let page = fs::read_to_string(root().join(PAPER)).expect("it is there");
        assert!(with_tables(&page, "").is_ok());
    }
}
