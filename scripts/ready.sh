# Sourced by ./start and ./test: makes the dependencies match package-lock.json and leaves the path of a
# Node 24 or newer in $node. The warm path runs no npm.

say() { printf '%s\n' "$*" >&2; }
fail() { say "answerback: $*"; exit 1; }

# Under `npm start` node_modules/.bin leads PATH, and an install would pull that Node from under itself.
outer_path() {
  printf '%s' "$PATH" | tr ':' '\n' | grep -v '/node_modules/\.bin$' | grep -v '/node-gyp-bin$' | paste -s -d ':' -
}

major_of() { "$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }

# The stamp is a copy of the lockfile the installed packages came from, written last: an interrupted
# install has none, because npm ci empties node_modules before it fills it.
stamp=node_modules/.answerback-install
installed() { cmp -s package-lock.json "$stamp"; }

install_locked() {
  installed && return 0
  PATH=$(outer_path)
  command -v node >/dev/null || fail 'Node.js was not found: install Node.js 20 or newer (https://nodejs.org).'
  found=$(major_of node)
  [ "$found" -ge 20 ] || fail "Node.js $(node --version) is too old: install Node.js 20 or newer (https://nodejs.org)."
  command -v npm >/dev/null || fail 'npm was not found beside Node.js: install it (it comes with https://nodejs.org).'
  say 'answerback: installing dependencies (package-lock.json is new or has changed)'
  rm -f "$stamp"
  npm ci --include=dev --include=optional --no-audit --no-fund --loglevel=error >&2 ||
    fail 'npm ci failed: see its message above, then run this again.'
  cp package-lock.json "$stamp.new" && mv "$stamp.new" "$stamp"
}

# Two at once: the second waits for the first, then finds the stamp. The kernel drops a flock with its holder.
install() {
  installed && return 0
  if command -v flock >/dev/null; then
    (flock 9 && install_locked) 9<package-lock.json || exit 1
  else
    install_locked
  fi
}

# The Node that came with the dependencies (Linux x64 and arm64); elsewhere the machine's own.
choose_node() {
  node=$PWD/node_modules/.bin/node
  "$node" --version >/dev/null 2>&1 && return 0
  node=$(PATH=$(outer_path) command -v node) || fail 'Node.js was not found: install Node.js 24 or newer (https://nodejs.org).'
  [ "$(major_of "$node")" -ge 24 ] ||
    fail "on this machine Answerback needs Node.js 24 or newer, and $node is $("$node" --version): install it (https://nodejs.org)."
}

install
choose_node
PATH=$PWD/node_modules/.bin:$(outer_path)
export PATH
