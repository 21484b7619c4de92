# shellcheck shell=bash
# Shared by the peer scripts; to be sourced. What they make lives in one folder that git ignores.
peers_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${INTERCOM_CACHE:-$(cd "$peers_dir/../.." && pwd)/.cache}
mkdir -p "$cache/run" "$cache/speech"

die() { echo "${0##*/}: $*" >&2; exit 1; }

# until_true SECONDS COMMAND...: run COMMAND twenty times a second until it succeeds.
until_true() {
  local tries=$(($1 * 20)); shift
  until "$@" >/dev/null 2>&1; do
    [ $((tries--)) -gt 0 ] || return 1
    sleep 0.05
  done
}

may_be_urgent() { chrt --rr 10 true 2>/dev/null; }

# start_group PIDFILE LOG COMMAND...: start COMMAND at the head of its own process group. Peers run in real time where that is
# allowed, so that a compiler next door leaves no holes in their sound. When INTERCOM_OWNER names a process, the peer
# is killed as soon as that process is gone, however it went.
start_group() {
  local pidfile=$1 log=$2 pid urgent=; shift 2
  if may_be_urgent; then urgent="chrt --rr 10"; fi
  # shellcheck disable=SC2086
  setsid $urgent "$@" </dev/null >"$log" 2>&1 &
  pid=$!
  echo "$pid" >"$pidfile"
  [ -n "${INTERCOM_OWNER:-}" ] || return 0
  (while kill -0 "$INTERCOM_OWNER" && ! gone "$pid"; do sleep 1; done
   kill -0 "$INTERCOM_OWNER" || kill -KILL -- "-$pid") </dev/null >/dev/null 2>&1 &
}

# stop_group PIDFILE: TERM, then after two seconds KILL, for the group that start_group began, and wait until it is gone.
stop_group() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  kill -TERM -- "-$pid" 2>/dev/null || true
  until_true 2 gone "$pid" || kill -KILL -- "-$pid" 2>/dev/null || true
  until_true 2 gone "$pid" || die "process $pid does not end"
  rm -f "$1"
}
# A zombie whose parent does not care is gone too.
gone() { ps -eo pgid=,stat= | awk -v group="$1" '$1 == group && $2 !~ /^Z/ { alive = 1 } END { exit alive }'; }
