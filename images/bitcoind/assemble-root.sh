#!/bin/sh
# Copies bitcoind, bitcoin-cli and what they need at run time into an empty root folder.
set -eu
root=$1

mkdir -p "$root/bin" "$root/etc" "$root/home/bitcoin/.bitcoin" "$root/tmp" "$root/usr/bin"
chmod 1777 "$root/tmp"

for program in /usr/bin/bitcoind /usr/bin/bitcoin-cli; do
  cp "$program" "$root$program"
  # ldd prints "name => /path (address)", and for the loader "/path (address)".
  ldd "$program" | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
done

cp /bin/busybox "$root/bin/busybox"
for applet in sh ip awk rm tar ls cat sleep; do
  ln -s busybox "$root/bin/$applet"
done

echo 'root:x:0:0:root:/:/bin/sh' > "$root/etc/passwd"
echo 'bitcoin:x:1000:1000:bitcoin:/home/bitcoin:/bin/sh' >> "$root/etc/passwd"
echo 'bitcoin:x:1000:' > "$root/etc/group"
