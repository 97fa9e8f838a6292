# Installs the packages in the folder $1 over a copy of this system that is forgotten, in namespaces of its own, and
# looks at what came of it. Opens the link $2 as a desktop does, says so, and waits for a line until it takes all
# away again. Prints what is left.
set -eu
packages=$1 link=$2
mount -t tmpfs tmpfs /mnt
for folder in etc usr var; do
    mkdir -p /mnt/$folder/up /mnt/$folder/work
    mount -t overlay overlay -o "lowerdir=/$folder,upperdir=/mnt/$folder/up,workdir=/mnt/$folder/work" /$folder
done
# No service of the system's below is touched.
mkdir /mnt/run && mount --bind /mnt/run /run
export DEBIAN_FRONTEND=noninteractive

dpkg --force-unsafe-io --install "$packages"/beistand_*.deb "$packages"/beistand-node_*.deb
dpkg --verify beistand beistand-node
cd /
beistand --version
beistand-node --version
test "$(command -v beistand)" = /usr/bin/beistand
# What it finds here is not the matter.
beistand-node doctor > /mnt/doctor || test -s /mnt/doctor

desktop-file-validate /usr/share/applications/org.beistand.Beistand.desktop
appstreamcli validate --no-net /usr/share/metainfo/org.beistand.Beistand.metainfo.xml
for page in beistand beistand-view beistand-node beistand-node-serve; do man --where $page; done
test -s /usr/share/man/de/man1/beistand.1.gz
bash -n /usr/share/bash-completion/completions/beistand-node
if command -v systemd-analyze; then
    systemd-analyze security --offline=true --threshold=20 beistand-serve.service
fi

# The packages of other systems: whole, with what they need, and the same files.
rpm --define "_dbpath /mnt/rpm" -K --nosignature "$packages"/*.rpm
rpm -qp --requires "$packages"/beistand-0*.rpm | grep -q '^libxcb.so.1'
rpm -qp --list "$packages"/beistand-node-*.rpm | grep -q /usr/lib/systemd/system/beistand-serve.service
mkdir /mnt/rpms
rpm --root /mnt/rpms --dbpath /db --install --nodeps --noscripts "$packages"/beistand-node-*.rpm
cmp /mnt/rpms/usr/bin/beistand-node /usr/bin/beistand-node

# The lists of hashes and of crates; the program signs the first by itself, here one of small files.
(cd "$packages" && sha256sum --check --quiet SHA256SUMS)
grep -q '"bomFormat": "CycloneDX"' "$packages"/beistand-node-*.cdx.json
mkdir /mnt/list
cp "$packages"/*.cdx.json /mnt/list
(cd /mnt/list && sha256sum *.cdx.json > SHA256SUMS)
beistand-node release sign /mnt/list --key /mnt/release.key --data-dir /mnt/data
beistand-node release check /mnt/list --data-dir /mnt/data > /mnt/released
grep -q '^right: beistand-node-.*json$' /mnt/released

# The archive, below a folder of its own.
mkdir /mnt/archive /mnt/there
tar -C /mnt/archive -xf "$packages"/beistand-*.tar*
/mnt/archive/*/install.sh /mnt/there
/mnt/there/bin/beistand --version
grep -q '^Exec=/mnt/there/bin/beistand$' /mnt/there/share/dbus-1/services/org.beistand.Beistand.service
desktop-file-validate /mnt/there/share/applications/org.beistand.Beistand.desktop
/mnt/archive/*/install.sh --remove /mnt/there
find /mnt/there -mindepth 1

# Nothing is running: the bus starts the program and hands it the link.
dbus-run-session -- sh -euc '
    gio open "$0"
    # The same program takes the next one, which waits.
    gio open "beistand:another"
    test "$(pidof beistand | wc -w)" = 1
    echo "opened with $(tr "\0" " " < /proc/$(pidof -s beistand)/cmdline)"
    read -r go
    kill $(pidof beistand)
' "$link"

dpkg --purge beistand beistand-node
for folder in etc usr var; do
    find /mnt/$folder/up -iname '*beistand*' ! -type c -printf 'left: %p\n'
done
echo "done"
