//! The stage on which a machine stands: its root, its router, and its first process.
//!
//! It runs in namespaces for mounts, the network, names and messages that [`crate::MachineLab`] started it
//! in, and ends with what it has started there.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::inside::{DONE, PROBLEM, SEEN};
use crate::recipe::{USUAL_INODES, USUAL_SIZE};
use crate::run::BOOTED_TWIN;
use crate::{SeenBy, recipe_named};

/// Where everything is, in this mount namespace alone.
const ROOT: &str = "/mnt/root";

/// How long a machine may take until all is seen: it starts, breaks, and is looked at some times, beside
/// others.
const PATIENCE: Duration = Duration::from_secs(90);

/// How often it is looked whether it is done.
const STEP: Duration = Duration::from_millis(20);

/// What the machine and its router have of the network.
const CABLE: &str = "set -eu
ip link set lo up
ip link add eth0 type veth peer name lan netns \"$ROUTER\"
nsenter --net=/proc/\"$ROUTER\"/ns/net sh -euc '
    ip link set lo up
    ip address add 192.168.7.1/24 dev lan
    ip address add 192.168.7.2/24 dev lan
    ip address add 192.168.7.3/24 dev lan
    ip link set lan up
    ip address add fd00:7::1/64 dev lan nodad'
ip address add 192.168.7.20/24 dev eth0
ip link set eth0 up
ip address add fd00:7::20/64 dev eth0 nodad
ip route add default via 192.168.7.1
ip route add default via fd00:7::1
hostname desk";

/// Gives a machine's services a clock of their own; what sets it needs no right of the kernel's then. It asks
/// the router for the time.
const CLOCK: &str = concat!(
    "set -eu
cd /mnt/root/beistand
cc -O1 -fPIC -shared -x c -o clock.so - <<'END'
",
    include_str!("clock.c"),
    "END
head -c 8 /dev/zero > clock
chmod 666 clock
cd ../etc/systemd
mkdir -p system.conf.d timesyncd.conf.d system/systemd-timesyncd.service.d
printf '[Manager]\\nDefaultEnvironment=LD_PRELOAD=/beistand/clock.so\\n' > system.conf.d/clock.conf
printf '[Time]\\nNTP=192.168.7.1\\n' > timesyncd.conf.d/router.conf
printf '[Unit]\\nConditionCapability=\\nConditionVirtualization=\\n[Service]\\nAmbientCapabilities=\\nCapabilityBoundingSet=\\nReadWritePaths=/beistand\\nPrivateDevices=no\\n' \\
 > system/systemd-timesyncd.service.d/clock.conf"
);

/// Goes into the machine's root and leaves nothing of what is below, then becomes what follows.
const ENTER: &str = "cd $0 && pivot_root . beistand/below && umount -l beistand/below && exec chroot .";

/// The units that start a session in a machine with systemd, and nothing that a machine with hardware needs.
/// A fresh system has all that it starts with, too.
const TARGET: &str = "[Unit]
Requires=systemd-journald.service dbus.service
After=systemd-journald.service dbus.service
Wants=machine.service ";

const UNIT: &str = "[Unit]
DefaultDependencies=no
After=systemd-journald.service dbus.service multi-user.target
[Service]
Type=oneshot
Environment=HOME=/home/anna PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ExecStart=/beistand/machines session ";

/// Sets a machine up, lets its session run, and hands back what was seen by this one. `fresh` is a folder
/// with a whole system that is to be the machine's own.
///
/// # Errors
/// In words, where it can't be set up or says nothing in time.
pub fn stage(name: &str, by: SeenBy, fresh: Option<&Path>) -> Result<String, String> {
    let recipe = recipe_named(name);
    let boots = match (recipe, fresh) {
        (Some(recipe), _) => recipe.boots,
        (None, Some(root)) => root.join("lib/systemd/systemd").exists(),
        (None, None) => name == BOOTED_TWIN,
    };
    let mut build = Command::new("sh");
    build.args(["-c", include_str!("../root.sh")]);
    build.env("SIZE", recipe.map_or(USUAL_SIZE, |recipe| recipe.size));
    build.env("INODES", recipe.map_or(USUAL_INODES, |recipe| recipe.inodes));
    build.env("LOWER", fresh.map_or_else(|| "MADE".into(), Path::to_path_buf));
    build.env("PROGRAM", std::env::current_exe().map_err(|error| error.to_string())?);
    succeed("the root", &mut build)?;
    if recipe.is_some_and(|recipe| recipe.has_clock) {
        succeed("the clock", Command::new("sh").args(["-c", CLOCK]))?;
    }
    let mut router = start_router()?;
    let mut joining = Command::new("sh");
    succeed("the network", joining.args(["-c", CABLE]).env("ROUTER", router.id().to_string()))?;
    // Now that it has its addresses.
    let told = router.stdin.as_mut().map(|pipe| pipe.write_all(b"go\n"));
    told.transpose().map_err(|error| format!("the router is gone: {error}"))?;
    wait_for_line(&mut router)?;
    let group = boots.then(ControlGroup::new).transpose()?;
    let more = if fresh.is_some() { "multi-user.target" } else { "" };
    let mut machine = start_machine([name, by.word()], group.as_ref(), more)?;
    let seen = seen(&mut machine);
    for mut child in [machine, router] {
        let _ = child.kill();
        let _ = child.wait();
    }
    seen
}

/// A command that the kernel ends when this process ends.
fn child_command(program: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--", program]);
    command
}

fn succeed(what: &str, command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{what}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{what} can't be made: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

fn start_router() -> Result<Child, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = child_command("unshare");
    command.args(["--net", "--"]).arg(program).arg("route");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut router = command.spawn().map_err(|error| format!("no router: {error}"))?;
    wait_for_line(&mut router)?;
    Ok(router)
}

/// Waits until the router says that it is as far.
fn wait_for_line(router: &mut Child) -> Result<(), String> {
    let pipe = router.stdout.as_mut().ok_or("the router has no pipe")?;
    let mut line = String::new();
    // Its lines come one at a time, so that nothing is lost with the buffer.
    BufReader::new(pipe).read_line(&mut line).map_err(|error| format!("the router is gone: {error}"))?;
    if line.is_empty() { Err("the router is gone".to_owned()) } else { Ok(()) }
}

/// A control group of this machine's own, without which systemd doesn't run; it is gone afterwards.
struct ControlGroup {
    folder: PathBuf,
}

impl ControlGroup {
    fn new() -> Result<Self, String> {
        let script = "mkdir -p /mnt/groups && mount -t cgroup2 cgroup2 /mnt/groups";
        succeed("control groups", Command::new("sh").args(["-c", script]))?;
        let folder = PathBuf::from(format!("/mnt/groups/beistand-machine-{}", std::process::id()));
        fs::create_dir(&folder).map_err(|error| format!("a control group can't be made: {error}"))?;
        Ok(Self { folder })
    }
}

impl Drop for ControlGroup {
    fn drop(&mut self) {
        // Its processes are being ended by the kernel; a group with one in it stays.
        let deadline = Instant::now() + Duration::from_secs(5);
        let script = "find \"$1\" -depth -type d -exec rmdir {} +";
        while self.folder.exists() && Instant::now() < deadline {
            let folder = &self.folder;
            let _ = Command::new("sh").args(["-c", script, "sh"]).arg(folder).stderr(Stdio::null()).status();
            thread::sleep(STEP);
        }
    }
}

/// Starts the first process: the session itself, or systemd with its units and `more`.
fn start_machine([name, by]: [&str; 2], group: Option<&ControlGroup>, more: &str) -> Result<Child, String> {
    let mut command = child_command("setpriv");
    // The clock of the computer below is nobody's here.
    command.args(["--bounding-set", "-sys_time", "--", "sh"]);
    let proc = format!("--mount-proc={ROOT}/proc");
    let pid_one = ["--pid", "--fork", "--kill-child", &proc];
    command.env_clear().env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    command.env("HOME", "/home/anna");
    match group {
        None => {
            command.args(["-c", "exec unshare \"$@\"", "sh"]).args(pid_one);
            command.args(["sh", "-c", &format!("{ENTER} /beistand/machines session \"$@\""), ROOT, name, by]);
        }
        Some(group) => {
            let folder = format!("{ROOT}/etc/systemd/system");
            let write = |file: &str, text: &str| {
                fs::write(format!("{folder}/{file}"), text).map_err(|error| format!("{file}: {error}"))
            };
            write("machine.target", &format!("{TARGET}{more}\n"))?;
            write("machine.service", &format!("{UNIT}\"{}\" {by}\n", name.replace('%', "%%")))?;
            let script = "echo $$ > \"$1/cgroup.procs\"; shift; exec unshare --cgroup \"$@\"";
            command.args(["-c", script, "sh"]).arg(&group.folder).args(pid_one);
            let boot = format!(
                "mount -t cgroup2 cgroup2 $0/sys/fs/cgroup && {ENTER} /lib/systemd/systemd --unit=machine.target \
                 --log-target=null --show-status=no"
            );
            command.args(["sh", "-c", &boot, ROOT]).env("container", "beistand");
        }
    }
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command.spawn().map_err(|error| format!("the machine does not start: {error}"))
}

/// What its session has written down.
fn seen(machine: &mut Child) -> Result<String, String> {
    let deadline = Instant::now() + PATIENCE;
    let read = |file: &str| fs::read_to_string(format!("{ROOT}{file}")).unwrap_or_default();
    let done = format!("{ROOT}{DONE}");
    while !Path::new(&done).exists() {
        let ended = machine.try_wait().is_ok_and(|status| status.is_some());
        if (ended && !Path::new(&done).exists()) || Instant::now() > deadline {
            return Err(format!("the machine ended, or takes too long: {}", read(PROBLEM).trim()));
        }
        thread::sleep(STEP);
    }
    let seen = read(SEEN);
    if seen.is_empty() { Err(read(PROBLEM)) } else { Ok(seen) }
}
