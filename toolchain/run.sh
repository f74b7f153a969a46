#!/bin/sh
# Makes sure that Node and the dependencies are there, then hands over to the command-line program.
# Usage: run.sh SUBCOMMAND [ARGUMENTS]. What it does is told on stderr; stdout is the program's alone.
set -eu
unset CDPATH
cd -- "$(dirname -- "$0")/.."
root=$(pwd)
cache=$root/.regtest-network

say() { printf '%s\n' "$*" >&2; }
# Says that a step begins, and when it is over how long it took.
begin() {
  step=$1
  began=$(date +%s)
  say "$step ..."
}
finish() { say "$step: done after $(($(date +%s) - began)) s"; }
fail() {
  say "error: $*"
  exit 1
}

# What of ours is another user's, as everything is that a command with sudo made.
not_ours() {
  user=$(id -u)
  {
    find . .regtest-network node_modules -prune ! -user "$user" || :
    find . -maxdepth 1 -name 'Pulumi.*.yaml' ! -user "$user" || :
    find node_modules -maxdepth 1 ! -user "$user" || :
    find .regtest-network -path '*/node/node_modules' -prune -o ! -user "$user" -print || :
  } 2>/dev/null
}

# Whether this user can work with it all the same. Most files are replaced as a whole, which asks nothing of them.
usable() {
  if [ -d "$1" ]; then
    [ -r "$1" ] && [ -w "$1" ] && [ -x "$1" ]
  else
    case "$1" in
      */Pulumi.*.yaml | */install.lock | "$stamp") [ -r "$1" ] && [ -w "$1" ] ;;
      *) [ -r "$1" ] || [ -L "$1" ] ;;
    esac
  fi
}

refuse_foreign_files() {
  [ "$(id -u)" -ne 0 ] || return 0
  not_ours | while IFS= read -r file; do
    usable "$file" && continue
    # shellcheck disable=SC2046 # The third word of a long listing is the owner.
    owner=$(set -- $(ls -ld -- "$file") && printf %s "$3")
    file=$root/${file#./}
    say "error: permission denied: ${file%/.} belongs to $owner."
    say "Most likely a command was run with sudo here. Take back what it made, and go on without sudo:"
    # A user without a name, as many containers have it, goes by its id.
    user=$(id -un 2>/dev/null) || user=$(id -u)
    say "  sudo chown -R $user '$root'"
    exit 1
  done
}

# Whether a program is a Node that this runs on ("engines" in package.json).
node_suits() {
  version=$("$1" --version 2>/dev/null) || return 1
  version=${version#v}
  [ "${version%%.*}" -ge 24 ]
} 2>/dev/null

# Sets $node: the one on PATH, or the one kept in the cache when it is whole and of the pinned version.
find_node() {
  if node_suits node; then
    node=$(command -v node)
    return
  fi
  for node in "$cache"/node/node_modules/node-*/bin/node; do
    cmp -s toolchain/node/package-lock.json "$cache/node/installed.json" && node_suits "$node" && return
  done
  return 1
}

install_node() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64 | Linux-aarch64) ;;
    *) fail "Node.js 24 or later is needed and not on PATH: install it from https://nodejs.org" ;;
  esac
  command -v npm >/dev/null || fail "neither Node.js 24 or later nor npm is on PATH: install Node.js from https://nodejs.org"
  begin "Installing Node.js 24 into .regtest-network/node"
  rm -rf "$cache/node"
  mkdir "$cache/node"
  cp .npmrc toolchain/node/package.json toolchain/node/package-lock.json "$cache/node/"
  (cd "$cache/node" && npm ci --ignore-scripts >&2) || fail "npm could not install Node.js: see its lines above"
  cp toolchain/node/package-lock.json "$cache/node/installed.json"
  find_node || fail "the Node.js that npm installed into $cache/node does not run on this machine"
  finish
}

# A copy of the lock file in the folder itself: `npm ci` removes it with the folder, and it comes back last,
# so a half-made install has none.
stamp=node_modules/.regtest-network-lock.json
dependencies_there() { cmp -s package-lock.json "$stamp"; }

# After an install by hand the stamp is of old, or there is none, though nothing is missing.
installed_by_hand() {
  "$node" --disable-warning=ExperimentalWarning toolchain/installed.ts && cp package-lock.json "$stamp"
}

install_dependencies() {
  command -v npm >/dev/null || fail "npm is not on PATH: install it together with Node.js from https://nodejs.org"
  begin "Installing dependencies (npm ci)"
  # Nothing here needs an install script of a package, so none is run.
  npm ci --ignore-scripts >&2 || fail "npm could not install the dependencies: see its lines above"
  cp package-lock.json "$stamp"
  finish
}

everything_there() { find_node && dependencies_there; }

use_node() { PATH=$(dirname -- "$node"):$PATH; }

refuse_foreign_files

if ! everything_there; then
  mkdir -p "$cache"
  # A kernel lock: it ends with its owner, however that ends. Where there is no flock, runs are not kept apart.
  if command -v flock >/dev/null; then
    exec 9>"$cache/install.lock"
    flock --nonblock 9 || {
      say "Another run is installing Node.js or the dependencies; waiting for it (10 minutes at most) ..."
      flock --timeout 600 9 || fail "waited 10 minutes for another run of toolchain/run.sh to finish installing"
    }
  fi
  find_node || install_node
  use_node
  dependencies_there || installed_by_hand || install_dependencies
  exec 9>&-
fi

use_node
export PATH
# Compiled once instead of by each of the four processes of every command: a fifth of an update's CPU time.
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$cache/compiled}"
# The first releases of Node 24 warn that they strip types; that is what is wanted here.
exec "$node" --disable-warning=ExperimentalWarning cli/main.ts "$@"
