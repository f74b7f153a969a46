#!/bin/sh
# Copies node and what it needs at run time into an empty root folder.
set -eu
root=$1

mkdir -p "$root/etc" "$root/tmp"
chmod 1777 "$root/tmp"

copy() {
  mkdir -p "$root$(dirname "$1")"
  cp -L "$1" "$root$1"
}

copy /usr/bin/node
# ldd prints "name => /path (address)", and for the loader "/path (address)".
ldd /usr/bin/node | grep -o '/[^ ]*' | while read -r library; do
  copy "$library"
  # Debian's node reads parts of its own modules from other packages when it starts.
  { grep -aoE '/usr/(share|lib)/nodejs/[A-Za-z0-9_./@-]+\.(js|mjs|wasm)' "$library" || true; } | sort -u |
    while read -r module; do
      if [ -f "$module" ]; then copy "$module"; fi
    done
done

echo 'explorer:x:1000:1000:explorer:/:' > "$root/etc/passwd"
echo 'explorer:x:1000:' > "$root/etc/group"
