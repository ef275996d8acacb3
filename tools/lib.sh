# Sourced by the scripts beside it: progress on standard error, logs under build/logs.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$root/build/logs
tool=${0##*/}

say() { printf '%s: %s\n' "$tool" "$*" >&2; }

die() { say "$*"; exit 1; }

# Compilers of Boost's coroutines want up to 2 GiB each.
jobs_that_fit() {
  local cores gib
  cores=$(nproc)
  gib=$(awk '/^MemTotal:/ {print int($2 / 1048576)}' /proc/meminfo)
  local fit=$((gib / 2 < cores ? gib / 2 : cores))
  echo $((fit > 0 ? fit : 1))
}

# The last progress that a log shows: ninja's [n/m], or nothing.
last_step() { grep -ao '^\[[0-9]*/[0-9]*\]' "$1" 2>/dev/null | tail -n 1 || true; }

# run_quietly NAME COMMAND...: runs the command with its output in build/logs/NAME.log; shows one line of
# progress, on a terminal kept up to date, elsewhere once a minute; shows the log's end if it fails.
run_quietly() {
  local name=$1 started=$SECONDS status=0 shown=0
  shift
  mkdir -p "$logs"
  local log=$logs/$name.log
  "$@" >"$log" 2>&1 </dev/null &
  local pid=$!
  # A job in the background of a script does not see the terminal's interrupt.
  trap 'kill "$pid" 2>/dev/null; exit 130' INT TERM
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    local passed=$((SECONDS - started))
    if [ -t 2 ]; then
      printf '\r%s: %s %s %ss ' "$tool" "$name" "$(last_step "$log")" "$passed" >&2
    elif [ $((passed / 60)) -gt "$shown" ]; then
      shown=$((passed / 60))
      say "$name $(last_step "$log") ${passed}s"
    fi
  done
  wait "$pid" || status=$?
  trap - INT TERM
  [ ! -t 2 ] || printf '\r\033[K' >&2
  if [ "$status" -ne 0 ]; then
    tail -n "${TAIL_LINES:-60}" "$log" >&2
    say "$name failed after $((SECONDS - started))s; the whole log: $log"
    return "$status"
  fi
  say "$name done in $((SECONDS - started))s"
}
