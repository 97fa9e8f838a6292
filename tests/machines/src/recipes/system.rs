//! Memory, what runs, services, the journal, heat, printers, the clock.

use beistand_inspect::FindingKind as K;
use beistand_inspect::Verdict::{Broken, Look};

use beistand_session::AdjustKind::NetworkTime;

use crate::{MachineMend, MachineRecipe};

/// Why figures of the kernel's are not real.
const LAID_OVER: &str = "the kernel has one figure for all namespaces, so a file is laid over it";

pub(super) const RECIPES: &[MachineRecipe] = &[
    MachineRecipe::new(
        "no memory left",
        (K::Memory, Broken, ""),
        "cd /beistand/proc; sed 's/^MemAvailable:.*/MemAvailable: 120000 kB/' meminfo > new; cat new > meminfo",
    )
    .standing_in(LAID_OVER),
    MachineRecipe::new(
        "swap that is full",
        (K::Swap, Look, ""),
        "cd /beistand/proc; sed 's/^SwapFree:.*/SwapFree: 10000 kB/' meminfo > new; cat new > meminfo",
    )
    .standing_in(LAID_OVER)
    .in_full(),
    MachineRecipe::new(
        "programs ended for lack of memory",
        (K::OutOfMemory, Look, "3"),
        "echo 'oom_kill 3' > /beistand/proc/vmstat",
    )
    .standing_in(LAID_OVER),
    MachineRecipe::new(
        "more work than processors",
        (K::Load, Look, ""),
        "echo '900.1 800.2 700.3 800/900 1' > /beistand/proc/loadavg",
    )
    .standing_in(LAID_OVER),
    MachineRecipe::new(
        "a miner at 100 %",
        (K::BusyProcess, Look, "xmrig"),
        "mkdir -p /home/anna/.local/lib; cp /beistand/machines /home/anna/.local/lib/xmrig
        /home/anna/.local/lib/xmrig mine >/dev/null 2>&1 &",
    )
    .mended_by(MachineMend::End("xmrig")),
    MachineRecipe::new(
        "a program with most of the memory",
        (K::LargeProcess, Look, "indexer"),
        "cd /beistand/proc; sed 's/^MemTotal:.*/MemTotal: 400000 kB/; s/^MemAvailable:.*/MemAvailable: 300000 kB/' \
         meminfo > new; cat new > meminfo
        cp /beistand/machines /usr/local/bin/indexer; indexer hold 260 >/dev/null 2>&1 &",
    )
    .mended_by(MachineMend::End("indexer"))
    .standing_in("the program is real, and the machine has little memory by a file laid over the kernel's")
    .in_full(),
    MachineRecipe::new(
        "a pile of zombies",
        (K::ZombieProcesses, Look, "launcher"),
        "cp /beistand/machines /usr/local/bin/launcher; launcher litter >/dev/null 2>&1 &",
    )
    .booted()
    .mended_by(MachineMend::End("launcher")),
    MachineRecipe::new(
        "a dead service",
        (K::FailedService, Broken, "backup.service"),
        "printf '[Service]\\nExecStart=/bin/sh -c \"test -e /run/backup-disk && exec sleep 600\"\\n' \
         > /etc/systemd/system/backup.service
        systemctl daemon-reload; systemctl start backup.service || true
        until systemctl is-failed --quiet backup.service; do sleep 0.05; done
        # What it lacked is there by now.
        touch /run/backup-disk",
    )
    .booted()
    .mended_by(MachineMend::Restart("backup.service")),
    MachineRecipe::new(
        "a service that falls over at each start",
        (K::FailedService, Broken, "sync.service"),
        "printf '[Unit]\\nStartLimitBurst=2\\n[Service]\\nExecStart=/bin/sh -c \"exit 3\"\\nRestart=always\\nRestartSec=0\\n' \
         > /etc/systemd/system/sync.service
        systemctl daemon-reload; systemctl start sync.service || true
        until systemctl is-failed --quiet sync.service; do sleep 0.05; done",
    )
    .booted()
    .in_full(),
    MachineRecipe::new(
        "a flooded journal",
        (K::JournalError, Look, "indexer"),
        "for line in $(seq 40); do echo \"cannot open the database, try $line\"; done | \
         logger -p daemon.err -t indexer; journalctl --sync",
    )
    .booted(),
    MachineRecipe::new(
        "a disk that dies",
        (K::JournalError, Broken, "I/O error"),
        "logger -p kern.err -t kernel 'blk_update_request: I/O error, dev sda, sector 73728'; journalctl --sync",
    )
    .booted()
    .standing_in("the kernel's line is written into the journal by logger"),
    MachineRecipe::new(
        "a processor that is too hot",
        (K::Temperature, Broken, "x86_pkg_temp"),
        "cd /sys/class/thermal; mkdir thermal_zone0; cd thermal_zone0; echo 104000 > temp; echo x86_pkg_temp > type",
    )
    .needing(&["/sys/class/thermal"])
    .standing_in("a file is laid over the sensor's"),
    MachineRecipe::new(
        "a worn battery",
        (K::Battery, Look, "BAT0"),
        "cd /sys/class/power_supply; mkdir BAT0; cd BAT0; echo 18000000 > energy_full; echo 50000000 > energy_full_design",
    )
    .needing(&["/sys/class/power_supply"])
    .standing_in("a file is laid over the battery's")
    .in_full(),
    MachineRecipe::new(
        "a printer that is stopped",
        (K::PrinterStopped, Broken, "office"),
        "lpadmin -p office -E -v ipp://192.168.7.9/print; cupsdisable -r 'Paper jam' office",
    )
    .on_fresh()
    .mended_by(MachineMend::Resume("office")),
    MachineRecipe::new(
        "a print queue that is stuck",
        (K::PrintJobs, Look, "office"),
        "lpadmin -p office -E -v ipp://192.168.7.9/print
        for job in 1 2 3 4 5; do echo page | lp -d office; done",
    )
    .on_fresh()
    .mended_by(MachineMend::Jobs("office")),
    MachineRecipe::new(
        "a print service that is down",
        (K::PrintServiceDown, Look, ""),
        "systemctl stop cups.socket cups.path cups.service",
    )
    .on_fresh()
    .mended_by(MachineMend::Restart("cups.service")),
    MachineRecipe::new(
        "a wrong clock",
        (K::ClockWrong, Broken, ""),
        "touch -d '+400 days' /var/lib/dpkg/status /etc/passwd",
    )
    .standing_in(
        "no namespace has a clock of the wall of its own, so what the machine wrote is dated a year ahead of it",
    ),
    MachineRecipe::new(
        "a clock that nothing sets, and is wrong",
        (K::ClockWrong, Broken, ""),
        "timedatectl set-ntp false; rm -f /var/lib/systemd/timesync/clock; date --set='-400 days'",
    )
    .on_fresh()
    .needing(&["cc"])
    .with_clock()
    .mended_by(MachineMend::Adjust(NetworkTime, "on"))
    .standing_in(
        "the machine's programs have their clock from a library, since no namespace has one of its own; what sets it, and \
         the time server, are real",
    ),
    MachineRecipe::new(
        "an empty list of certificates",
        (K::CertificatesMissing, Broken, ""),
        ": > /etc/ssl/certs/ca-certificates.crt",
    )
    .needing(&["/etc/ssl/certs/ca-certificates.crt"]),
    MachineRecipe::new(
        "certificates that have expired",
        (K::CertificatesExpired, Broken, ""),
        concat!("cat > /etc/ssl/certs/ca-certificates.crt <<'END'\n", include_str!("expired.pem"), "END"),
    )
    .needing(&["/etc/ssl/certs/ca-certificates.crt"]),
];
