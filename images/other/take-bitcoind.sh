#!/bin/sh
# take-bitcoind.sh ROOT: copies bitcoind and bitcoin-cli, as PATH finds them, and the libraries that
# they name below ROOT. Programs in /regtest-network/bin come first.
set -eu
root=$1
busybox=/regtest-network/busybox
PATH=/regtest-network/bin:$PATH

# The names of the libraries, one a line, as the image's own loader finds them.
libraries() {
  set -- "$1" /lib/ld-musl-*.so.1
  # A loader by the name of ldd, and one that takes a hint. What is linked statically just tells its version.
  if [ -e "$2" ]; then "$2" --list "$1"; else LD_TRACE_LOADED_OBJECTS=1 "$1" -version; fi |
    $busybox grep -o '/[^ )]*'
}

$busybox mkdir -p "$root/usr/bin"
for program in bitcoind bitcoin-cli; do
  file=$($busybox which "$program") || {
    echo "There is no $program on the PATH of this image ($PATH)." >&2
    exit 1
  }
  $busybox cp -L "$file" "$root/usr/bin/$program"
  $busybox chmod 755 "$root/usr/bin/$program"
  libraries "$file" | while read -r library; do
    [ -f "$library" ] || continue
    $busybox mkdir -p "$root$($busybox dirname "$library")"
    $busybox cp -L "$library" "$root$library"
  done
done
