# Run as an administrator, after the system's own question: puts a file of a package in its place again (put), or
# takes that back (back). All that it goes by lies where only an administrator writes: what a package has is known to
# dpkg, what was there before and where that was is kept in a folder of its own. A journal that somebody has changed
# can't make it write anything else.
#
# put HELD FILE DIGEST   FILE is as it was where its SHA-256 is DIGEST, and is kept under HELD
# back HELD              what is kept under HELD goes back
#
# The last line is "done", "changed" or "no", after the reason.
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
export PATH LC_ALL
umask 077
# Whoever has asked for it may be gone meanwhile.
trap '' HUP PIPE
echo begun

kept=/var/lib/beistand/replaced
work= log=/dev/null
end() {
    if [ -n "$work" ]; then
        tail -n 1 "$log" 2>/dev/null || true
        rm -rf "$work"
    fi
    echo "$1"
    exit 0
}
trap 'end no' EXIT
finish() { trap - EXIT; end "$1"; }
digest() { sha256sum < "$1" | cut -c 1-64; }

# In its place in one step, whole and on the disk before, with its owner, mode and times.
move_in() {
    new=$(mktemp -- "$2.XXXXXXXXXX") || return 1
    if cp -a --remove-destination -- "$1" "$new" && cmp -s -- "$1" "$new" && sync -- "$new" &&
        mv -f -T -- "$new" "$2"; then
        sync -f "$2" || true
        return 0
    fi
    rm -f -- "$new"
    return 1
}

held=$2
case $held in '' | *[!0-9a-f]*) exit ;; esac
mkdir -p "$kept"
work=$(mktemp -d "$kept/work.XXXXXXXXXX")
log=$work/log
cd "$work"

if [ "$1" = back ]; then
    # It was interrupted before anything was put anywhere.
    if [ ! -d "$kept/$held" ]; then finish done; fi
    file=$(cat "$kept/$held/path")
    now=$(digest "$file" 2>/dev/null || true)
    if [ "$now" != "$(digest "$kept/$held/file")" ]; then
        if [ "$now" != "$(cat "$kept/$held/put")" ]; then finish changed; fi
        move_in "$kept/$held/file" "$file" 2> "$log" || exit
    fi
    rm -rf "${kept:?}/$held"
    finish done
fi

file=$3
if [ "$1" != put ] || [ -e "$kept/$held" ]; then exit; fi
# Which package has it, by exactly this name.
line=$(dpkg-query -S -- "$file" 2> "$log")
package=${line%": $file"}
case $package in '' | *[!a-z0-9+.:-]*) exit ;; esac
version=$(dpkg-query -W -f '${Version}' -- "$package" 2> "$log")
architecture=$(dpkg-query -W -f '${Architecture}' -- "$package" 2> "$log")

# An administrator has given it other rights than the package's: that is theirs to do again.
if dpkg-statoverride --list "$file" > "$log"; then exit; fi

# The package, if it is still there, else from where the system has its packages; apt sees to it that it is the true one.
deb=/var/cache/apt/archives/${package%%:*}_$(printf %s "$version" | sed 's/:/%3a/g')_$architecture.deb
if [ ! -f "$deb" ]; then
    apt-get -q download "$package=$version" < /dev/null > "$log" 2>&1
    deb=$(echo "$work"/*.deb)
fi
dpkg-deb --fsys-tarfile "$deb" > tar 2> "$log"
mkdir tree
tar -x -p -f tar -C tree -- ".$file" 2> "$log"
if [ ! -f "tree$file" ] || [ -L "tree$file" ]; then exit; fi
# What dpkg knows of it.
sum=$(md5sum < "tree$file" | cut -c 1-32)
dpkg-query --control-show "$package" md5sums > sums 2> "$log"
grep -F -x -q -- "$sum  ${file#/}" sums

if [ "$(digest "$file")" != "$4" ]; then finish changed; fi
mkdir keep
cp -a -- "$file" keep/file 2> "$log"
printf '%s' "$file" > keep/path
digest "tree$file" > keep/put
mv -T keep "$kept/$held"
sync -f "$kept" || true
if move_in "tree$file" "$file" 2> "$log"; then finish done; fi
# Nothing has changed, so nothing is kept.
rm -rf "${kept:?}/$held"
