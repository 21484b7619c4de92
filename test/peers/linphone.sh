#!/usr/bin/env bash
# Another real phone without a screen: answers by itself, plays a WAV file, records what it hears.
#   linphone.sh start NAME ADDRESS USER [REGISTRAR]   without REGISTRAR it is called directly as sip:USER@ADDRESS
#   linphone.sh say NAME COMMAND                      one command of its console, such as "call sip:11@127.0.0.2" or "terminate"
#   linphone.sh stop NAME
# SAYS: WAV file to play, the house's speech by default. ANSWERS: auto (default) or manual. PASSWORD: "secret" by default.
# DTMF: rfc4733 (default) or info. TRANSPORT: udp (default) or tcp.
set -euo pipefail
. "$(dirname "$0")/env.sh"
pidfile() { echo "$cache/run/linphone-$1.pid"; }
folder() { echo "$cache/run/linphone-$1"; }

start() {
  local name=$1 address=$2 user=$3 registrar=${4:-} dir info=0 udp=5060 tcp=0 auto=-a
  dir=$(folder "$name")
  command -v linphonec >/dev/null || die "linphonec is missing: run install.sh first"
  [ -e "$(pidfile "$name")" ] && die "$name runs already"
  rm -rf "$dir" && mkdir -p "$dir"/{recordings,home/.local/share/linphone,home/linphone}
  [ "${DTMF:-rfc4733}" = info ] && info=1
  [ "${TRANSPORT:-udp}" = tcp ] && udp=0 tcp=5060
  [ "${ANSWERS:-auto}" = manual ] && auto=
  sed "s#@USER@#$user#g; s#@ADDRESS@#$address#g; s#@UDP@#$udp#g; s#@TCP@#$tcp#g; s#@INFO@#$info#g; s#@RFC4733@#$((1 - info))#g" \
    "$peers_dir/linphone/linphonerc" >"$dir/linphonerc"
  [ -z "$registrar" ] || sed "s#@USER@#$user#g; s#@REGISTRAR@#$registrar#g; s#@PASSWORD@#${PASSWORD:-secret}#g; s#@TRANSPORT@#${TRANSPORT:-udp}#g" \
    "$peers_dir/linphone/account" >>"$dir/linphonerc"
  mkfifo "$dir/console"
  # It reads its console from a pipe that it holds open itself, so that it never ends.
  # shellcheck disable=SC2016
  HOME="$dir/home" XDG_CONFIG_HOME="$dir/home" XDG_DATA_HOME="$dir/home/.local/share" start_group "$(pidfile "$name")" "$dir/log" \
    bash -c 'exec linphonec -c "$0/linphonerc" -d 6 -l "$0/trace" $1 <>"$0/console"' "$dir" "$auto"
  until_true 10 grep -q 'linphonec>' "$dir/log" || { tail -n 20 "$dir/log" >&2; stop "$name"; die "$name did not start"; }
  printf '%s\n' "soundcard use files" "play ${SAYS:-$cache/speech/house.wav}" "record $dir/recordings/heard.wav" >"$dir/console"
  [ -z "$registrar" ] || until_true 10 grep -q 'to \[LinphoneRegistrationOk\]' "$dir/trace" || { tail -n 20 "$dir/log" >&2; stop "$name"; die "$name is not registered"; }
  echo "pid=$(cat "$(pidfile "$name")")"
  echo "folder=$dir"
  echo "log=$dir/trace"
  echo "console=$dir/console"
  echo "screen=$dir/log"
  echo "heard=$dir/recordings/heard.wav"
}

stop() { stop_group "$(pidfile "$1")"; }

case ${1:-} in
  start) start "${2:?name}" "${3:?address}" "${4:?user}" "${5:-}" ;;
  say) name=${2:?name}; shift 2; echo "$*" >"$(folder "$name")/console" ;;
  stop) stop "${2:?name}" ;;
  *) die "start NAME ADDRESS USER [REGISTRAR] | say NAME COMMAND | stop NAME" ;;
esac
