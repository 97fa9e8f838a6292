//! Installed software.

use beistand_inspect::FindingKind as K;
use beistand_inspect::Verdict::{Broken, Look};

use crate::{MachineMend, MachineRecipe};

pub(super) const RECIPES: &[MachineRecipe] = &[
    MachineRecipe::new(
        "a swapped file of a package",
        (K::PackageFileChanged, Broken, "/usr/bin/passwd"),
        // The package is still there from when it was installed.
        "cd /var/cache/apt/archives; mkdir -p new/DEBIAN new/usr/bin; cp -a /usr/bin/passwd new/usr/bin/
        dpkg-query -s passwd | grep -v '^Status:' > new/DEBIAN/control
        dpkg-deb --build new \"$(dpkg-query -W -f '${Package}_${Version}_${Architecture}.deb' passwd | sed 's/:/%3a/')\"
        rm -r new
        printf '#!/bin/sh\\nread secret; echo \"$secret\" >> /tmp/.x\\n' > /usr/bin/passwd; chmod 4711 /usr/bin/passwd",
    )
    .mended_by(MachineMend::Restore("/usr/bin/passwd")),
    MachineRecipe::new(
        "a swapped server for logins",
        (K::PackageFileChanged, Broken, "/usr/sbin/sshd"),
        "cd /usr/sbin; cp -a sshd new; printf 'logs passwords' >> new; mv new sshd",
    )
    .on_fresh()
    .mended_by(MachineMend::Restore("/usr/sbin/sshd")),
    MachineRecipe::new(
        "a swapped shell, mended by a user's yes",
        (K::PackageFileChanged, Broken, "/bin/bash"),
        "useradd -u 1000 anna; chown -R anna: /home/anna
        cd /bin; cp -a bash new; printf 'listens' >> new; mv new bash
        cat > /etc/polkit-1/rules.d/50-anna.rules <<'END'
polkit.addRule(function(action, subject) {
    if (action.id == 'org.freedesktop.policykit.exec' && subject.user == 'anna') return polkit.Result.YES;
});
END",
    )
    .on_fresh()
    .by_user()
    .mended_by(MachineMend::Restore("/bin/bash"))
    .standing_in("a rule of polkit's says yes in the place of a password that somebody types"),
    MachineRecipe::new(
        "a package that is half installed",
        (K::PackageBroken, Broken, "half-installed"),
        "sed -i '/^Package: procps$/,/^$/s/ok installed$/ok half-installed/' /var/lib/dpkg/status",
    )
    .on_fresh()
    .mended_by(MachineMend::Packages),
    MachineRecipe::new(
        "a package that was not configured",
        (K::PackageBroken, Broken, "half-configured"),
        "sed -i '/^Package: procps$/,/^$/s/ok installed$/ok half-configured/' /var/lib/dpkg/status",
    )
    .mended_by(MachineMend::Packages),
    MachineRecipe::new(
        "a package that wants to be reinstalled",
        (K::PackageBroken, Broken, "reinstreq"),
        "sed -i '/^Package: procps$/,/^$/s/ok installed$/reinstreq half-installed/' /var/lib/dpkg/status",
    )
    .on_fresh()
    .mended_by(MachineMend::Packages),
    MachineRecipe::new(
        "an installation that was broken off",
        (K::PackagesInterrupted, Broken, ""),
        "sed -n '/^Package: procps$/,/^$/p' /var/lib/dpkg/status > /var/lib/dpkg/updates/0001",
    )
    .in_full()
    .mended_by(MachineMend::Packages),
    MachineRecipe::new(
        "a package that lacks another",
        (K::PackageUnmet, Broken, "libgone1"),
        "printf 'Package: payroll\\nStatus: install ok installed\\nArchitecture: all\\nVersion: 1\\nMaintainer: x\\nDepends: libgone1\\nDescription: x\\n\\n' \
         >> /var/lib/dpkg/status",
    ),
    MachineRecipe::new(
        "a package that lacks another which can be had",
        (K::PackageUnmet, Broken, "procps"),
        "dpkg --force-depends --remove procps; touch /var/lib/dpkg/status
        printf 'Package: payroll\\nStatus: install ok installed\\nArchitecture: all\\nVersion: 1\\nMaintainer: x\\nDepends: procps\\nDescription: x\\n\\n' \\
         >> /var/lib/dpkg/status",
    )
    .on_fresh()
    .mended_by(MachineMend::Packages),
    MachineRecipe::new(
        "a list of sources that can't be read",
        (K::PackagesRefused, Look, ""),
        "echo 'deb https://example.org' > /etc/apt/sources.list.d/broken.list",
    )
    .in_full()
    .mended_by(MachineMend::Quarantine("/etc/apt/sources.list.d/broken.list")),
    MachineRecipe::new(
        "a package that is held back",
        (K::PackageHeld, Look, "bash"),
        "sed -i '/^Package: bash$/,/^$/s/install ok/hold ok/' /var/lib/dpkg/status",
    )
    .mended_by(MachineMend::Unhold("bash")),
    MachineRecipe::new(
        "updates for security that wait",
        (K::UpdatesPending, Look, "1"),
        "mkdir -p /srv/security; cd /srv/security
        printf 'Origin: Debian\\nLabel: Debian-Security\\nSuite: stable-security\\nCodename: stable-security\\n' > Release
        printf 'Package: dash\\nArchitecture: %s\\nVersion: 9:9\\nMaintainer: x\\nFilename: ./dash.deb\\nSize: 1\\nSHA256: %064d\\nDescription: x\\n\\n' \
         \"$(dpkg --print-architecture)\" 0 > Packages
        echo 'deb [trusted=yes] file:/srv/security ./' > /etc/apt/sources.list.d/security.list
        apt-get -o APT::Sandbox::User=root update",
    )
    .in_full(),
    MachineRecipe::new(
        "a restart that is due",
        (K::RebootNeeded, Look, "linux-image"),
        "echo '*** System restart required ***' > /run/reboot-required
        echo linux-image-6.1.0-40-amd64 > /run/reboot-required.pkgs",
    ),
];
