#!/usr/bin/env bash
# A real phone without a screen: answers by itself, plays a WAV file, records what it hears.
#   baresip.sh start NAME PORT USER [REGISTRAR]   without REGISTRAR it is called directly as sip:USER@127.0.0.1:PORT
#   baresip.sh stop NAME
# SAYS: WAV file to play, the house's speech by default. ANSWERS: auto (default), manual or early (is heard, then manual). PASSWORD: "secret" by default.
# ENCRYPTS: srtp (where the other side can) or srtp-mand; not at all by default.
# Commands and events go over TCP port PORT+2 (module ctrl_tcp, netstrings of JSON). The address cannot be chosen: baresip 1.0
# sends its sound from an unbound socket, so that it would not come from where the SDP says.
set -euo pipefail
. "$(dirname "$0")/env.sh"
pidfile() { echo "$cache/run/baresip-$1.pid"; }

start() {
  local name=$1 port=$2 user=$3 registrar=${4:-} dir=$cache/run/baresip-$1
  command -v baresip >/dev/null || die "baresip is missing: run install.sh first"
  [ -e "$(pidfile "$name")" ] && die "$name runs already"
  rm -rf "$dir" && mkdir -p "$dir/recordings"
  sed "s#@PORT@#$port#g; s#@CONTROL@#$((port + 2))#g; s#@MODULES@#$(find /usr/lib -path '*baresip/modules' -prune)#g; s#@SAYS@#${SAYS:-$cache/speech/house.wav}#g; s#@FOLDER@#$dir#g" \
    "$peers_dir/baresip/config" >"$dir/config"
  printf '<sip:%s@%s;transport=udp>;auth_pass=%s;answermode=%s;regint=%s%s\n' \
    "$user" "${registrar:-127.0.0.1:$port}" "${PASSWORD:-secret}" "${ANSWERS:-auto}" "$([ -n "$registrar" ] && echo 60 || echo 0)" \
    "${ENCRYPTS:+;mediaenc=$ENCRYPTS}" >"$dir/accounts"
  : >"$dir/contacts"
  start_group "$(pidfile "$name")" "$dir/log" baresip -s -f "$dir"
  until_true 5 grep -q "baresip is ready" "$dir/log" || { tail -n 20 "$dir/log" >&2; stop "$name"; die "$name did not start"; }
  [ -z "$registrar" ] || until_true 5 grep -q "200 OK" "$dir/log" || { tail -n 20 "$dir/log" >&2; stop "$name"; die "$name is not registered"; }
  echo "pid=$(cat "$(pidfile "$name")")"
  echo "folder=$dir"
  echo "log=$dir/log"
  echo "recordings=$dir/recordings"
}

stop() { stop_group "$(pidfile "$1")"; }

case ${1:-} in
  start) start "${2:?name}" "${3:?address}" "${4:?user}" "${5:-}" ;;
  stop) stop "${2:?name}" ;;
  *) die "start NAME PORT USER [REGISTRAR] | stop NAME" ;;
esac
