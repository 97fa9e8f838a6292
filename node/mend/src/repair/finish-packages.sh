# Run as an administrator, after the system's own question: finishes installations that were broken off. It is told
# nothing. Settings that somebody has changed stay as they are, and no package is removed.
#
# The last line is "done" or "no", after the reason.
set -u
PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l
export PATH LC_ALL DEBIAN_FRONTEND NEEDRESTART_MODE
umask 022
# Whoever has asked for it may be gone meanwhile, and half an installation is worse than none.
trap '' HUP PIPE
echo begun

log=$(mktemp) || exit
trap 'rm -f "$log"' EXIT
apt() {
    apt-get -q -y --no-remove --no-install-recommends -o DPkg::Lock::Timeout=60 \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" < /dev/null > "$log" 2>&1
}
# Waits for whoever else installs something.
apt check
# What one can't finish, the next one may.
dpkg --force-confdef --force-confold --configure -a < /dev/null > "$log" 2>&1
# A removal that was broken off is none that somebody wants back.
half=$(dpkg-query -W -f '${db:Status-Want} ${db:Status-Eflag} ${db:Status-Status} ${binary:Package}\n' |
    sed -n -E -e 's/^(install|hold) reinstreq [^ ]* //p' -e 's/^(install|hold) ok half-installed //p')
# Each is a word.
# shellcheck disable=SC2086
if [ -n "$half" ]; then apt --reinstall install $half; fi
if apt --fix-broken install; then
    echo done
else
    tail -n 1 "$log"
    echo no
fi
