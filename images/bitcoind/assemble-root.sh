#!/bin/sh
# Copies bitcoind, bitcoin-cli and what they need at run time into an empty root folder.
set -eu
root=$1

datadir="$root/home/bitcoin/.bitcoin/regtest"
mkdir -p "$root/bin" "$root/etc" "$datadir/wallets" "$root/tmp" "$root/usr/bin"
chmod 1777 "$root/tmp"
# A volume mounted on the datadir takes over its owner and mode. bitcoind makes the folder for the
# wallets only together with the datadir; without it they would lie beside the blocks.
chmod 700 "$datadir" "$datadir/wallets"

for program in /usr/bin/bitcoind /usr/bin/bitcoin-cli; do
  cp "$program" "$root$program"
  # ldd prints "name => /path (address)", and for the loader "/path (address)".
  ldd "$program" | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
done

cp /bin/busybox "$root/bin/busybox"
for applet in sh ip awk rm tar ls cat grep sleep; do
  ln -s busybox "$root/bin/$applet"
done

echo 'root:x:0:0:root:/:/bin/sh' > "$root/etc/passwd"
echo 'bitcoin:x:1000:1000:bitcoin:/home/bitcoin:/bin/sh' >> "$root/etc/passwd"
echo 'bitcoin:x:1000:' > "$root/etc/group"
