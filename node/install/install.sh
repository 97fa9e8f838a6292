#!/bin/sh
# Puts both programs below the folder that is named, otherwise below ~/.local. `install.sh --remove FOLDER` takes them
# away again.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
remove=no
if [ "${1-}" = --remove ]; then remove=yes; shift; fi
to=${1-$HOME/.local}
case $to in /*) ;; *) to=$PWD/$to ;; esac
case $to in
*[!A-Za-z0-9/._+-]*) echo "The folder's name may have letters, digits and / . _ + - alone: $to" >&2; exit 2 ;;
esac
umask 022
cd "$here"
find bin lib share -type f | while IFS= read -r file; do
    if [ $remove = yes ]; then
        rm -f "$to/$file"
        # Folders that are empty now, up to the one that was named.
        (cd "$to" 2>/dev/null && rmdir -p "$(dirname "$file")" 2>/dev/null) || true
        continue
    fi
    mkdir -p "$to/$(dirname "$file")"
    case $file in
    *.service) sed "s|/usr/bin/|$to/bin/|" "$file" > "$to/$file" ;;
    *.desktop) sed "s|^Exec=|Exec=$to/bin/|" "$file" > "$to/$file" ;;
    *) cp "$file" "$to/$file" ;;
    esac
done
if [ $remove = yes ]; then exit 0; fi
echo "Installed below $to: beistand and beistand-node. See INSTALL.md for what they need."
