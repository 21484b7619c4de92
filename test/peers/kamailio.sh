#!/usr/bin/env bash
# A real proxy and registrar on a loopback address: UDP and TCP 5060, TLS 5061. Every user's password is "secret".
#   kamailio.sh start NAME ADDRESS          start it
#   kamailio.sh start NAME ADDRESS BEHIND   start an edge proxy, which adds itself to the Path of what it hands on to BEHIND
#   kamailio.sh stop NAME
#   kamailio.sh contacts NAME               who is registered where
set -euo pipefail
. "$(dirname "$0")/env.sh"
pidfile() { echo "$cache/run/kamailio-$1.pid"; }
folder() { echo "$cache/run/kamailio-$1"; }

start() {
  local name=$1 address=$2 behind=${3:-} dir modules
  dir=$(folder "$name")
  command -v kamailio >/dev/null || die "kamailio is missing: run install.sh first"
  [ -e "$(pidfile "$name")" ] && die "$name runs already"
  rm -rf "$dir" && mkdir -p "$dir"
  "$peers_dir/certificates.sh" "$dir/certificates" "$address"
  modules=$(find /usr/lib -path '*kamailio/modules' -prune)
  for f in "$peers_dir"/kamailio/*.cfg; do
    sed "s#@ADDRESS@#$address#g; s#@REGISTRAR@#${behind:-127.0.0.1}#g; s#@MODULES@#$modules/#g; s#@HERE@#$dir#g" "$f" >"$dir/${f##*/}"
  done
  # The memory that it may have is small: it forgets everything with the test.
  start_group "$(pidfile "$name")" "$dir/log" \
    kamailio -f "$dir/kamailio.cfg" ${behind:+-A WITH_EDGE} -DD -E -m 32 -M 4 -Y "$dir" -P "$dir/kamailio.pid"
  until_true 10 contacts "$name" || { tail -n 20 "$dir/log" >&2; stop "$name"; die "$name did not start"; }
  echo "pid=$(cat "$(pidfile "$name")")"
  echo "folder=$dir"
  echo "log=$dir/log"
  echo "certificates=$dir/certificates"
}

stop() { stop_group "$(pidfile "$1")"; }
contacts() { kamcmd -s "unix:$(folder "$1")/control" ul.dump; }

case ${1:-} in
  start) start "${2:?name}" "${3:?address}" "${4:-}" ;;
  stop) stop "${2:?name}" ;;
  contacts) contacts "${2:?name}" ;;
  *) die "start NAME ADDRESS [BEHIND] | stop NAME | contacts NAME" ;;
esac
