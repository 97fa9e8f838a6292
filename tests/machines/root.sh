# Builds the root of a made-up machine at /mnt/root, in a mount namespace of its own. Takes SIZE and INODES of its
# disk, MADE (the programs of this system, everything else new) or a folder with a whole system in LOWER.
set -eu
mount -t tmpfs -o "size=$SIZE,nr_inodes=$INODES" tmpfs /mnt
mkdir /mnt/root /mnt/up /mnt/work /mnt/usr-up /mnt/usr-work /mnt/low
R=/mnt/root
if [ "$LOWER" != MADE ]; then
    mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=/mnt/up,workdir=/mnt/work" $R
    # As on any computer that has got its address and name servers from a router.
    echo desk > $R/etc/hostname
    rm -f $R/etc/resolv.conf
    mkdir -p $R/home/anna
    # A service of systemd's that wants a network namespace of its own, which it can't have inside of this one.
    if [ -d $R/etc/systemd/system ]; then ln -sf /dev/null $R/etc/systemd/system/systemd-hostnamed.service; fi
else
    cd /mnt/low
    mkdir -p etc/apt/apt.conf.d etc/apt/sources.list.d etc/apt/preferences.d etc/xdg/autostart etc/cron.d etc/ssl/certs
    mkdir -p etc/dpkg/dpkg.cfg.d etc/systemd/system etc/profile.d
    mkdir -p var/lib/dpkg/info var/lib/dpkg/updates var/lib/dpkg/triggers var/lib/apt/lists/partial
    mkdir -p var/cache/apt/archives/partial var/log/journal var/tmp home/anna root run tmp proc sys dev usr
    chmod 1777 tmp var/tmp
    ln -s /run var/run
    for link in bin sbin lib lib32 lib64 libx32; do
        if [ -L "/$link" ]; then cp -a "/$link" .; fi
    done
    cp -a /etc/ld.so.cache /etc/alternatives etc/
    for copied in /etc/dbus-1 /etc/ssl/certs/ca-certificates.crt; do
        if [ -e "$copied" ]; then cp -a "$copied" ".$copied"; fi
    done
    ln -s /usr/lib/os-release etc/os-release
    cat > etc/passwd <<'END'
root:x:0:0:root:/root:/bin/bash
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
messagebus:x:100:102::/nonexistent:/usr/sbin/nologin
lp:x:7:7::/nonexistent:/usr/sbin/nologin
anna:x:1000:1000:Anna:/home/anna:/bin/bash
nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin
END
    printf 'root:x:0:\nlp:x:7:\nlpadmin:x:8:\nshadow:x:42:\nmessagebus:x:102:\nanna:x:1000:\nnogroup:x:65534:\n' > etc/group
    echo desk > etc/hostname
    echo 0123456789abcdef0123456789abcdef > etc/machine-id
    printf '127.0.0.1 localhost\n127.0.1.1 desk\n::1 localhost ip6-localhost\n' > etc/hosts
    printf 'passwd: files\ngroup: files\nhosts: files dns\n' > etc/nsswitch.conf
    printf '[Desktop Entry]\nType=Application\nName=Network\nExec=nm-applet\n' > etc/xdg/autostart/nm-applet.desktop
    printf '# As it comes.\ncase $- in *i*) ;; *) return;; esac\n' > home/anna/.bashrc
    packages='bash coreutils dash login openssh-client passwd procps sudo libpam-modules apt dpkg'
    # Without what they depend on: of this system only these are there.
    dpkg-query -W -f 'Package: ${Package}\nStatus: ${Status}\nArchitecture: ${Architecture}\nVersion: ${Version}\nMaintainer: Debian\nDescription: a package\n\n' \
        $packages > var/lib/dpkg/status 2>/dev/null || true
    for name in $packages; do
        for file in "/var/lib/dpkg/info/$name".list "/var/lib/dpkg/info/$name":*.list \
            "/var/lib/dpkg/info/$name".md5sums "/var/lib/dpkg/info/$name":*.md5sums; do
            # Its programs are there, its settings are not.
            if [ -e "$file" ]; then grep -v '^/etc' "$file" > "var/lib/dpkg/info/${file##*/}"; fi
        done
    done
    touch var/lib/dpkg/available
    mount -t overlay overlay -o lowerdir=/mnt/low,upperdir=/mnt/up,workdir=/mnt/work $R
    mount -t overlay overlay -o lowerdir=/usr,upperdir=/mnt/usr-up,workdir=/mnt/usr-work $R/usr
fi
echo 'nameserver 192.168.7.1' > $R/etc/resolv.conf
mount -t sysfs sysfs $R/sys
# What the computer below feels is not this machine's.
for felt in thermal power_supply; do
    if [ -d $R/sys/class/$felt ]; then mount -t tmpfs tmpfs $R/sys/class/$felt; fi
done
mount -t tmpfs -o mode=755 tmpfs $R/dev
for device in null zero full random urandom tty; do
    touch $R/dev/$device
    mount --bind /dev/$device $R/dev/$device
done
ln -s /proc/self/fd $R/dev/fd
mkdir $R/dev/shm $R/dev/pts
mount -t tmpfs -o mode=1777 tmpfs $R/dev/shm
mount -t tmpfs -o mode=755 tmpfs $R/run
# Where the looking program is and says what it saw, whatever becomes of the disk.
mkdir $R/beistand
mount -t tmpfs tmpfs $R/beistand
mkdir $R/beistand/below
cp "$PROGRAM" $R/beistand/machines
