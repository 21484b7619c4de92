#!/usr/bin/env bash
# Installs what the tests play against: real SIP peers (Debian packages, unpacked Asterisks), two talkers' speech, an emulator.
# Exit 0: everything is there. 3: left out, because this is not root with apt. 1: tried and failed. One line says which.
set -euo pipefail
. "$(dirname "$0")/env.sh"

left_out() { echo "peers: the tests against real peers are left out: $*"; exit "${code:-3}"; }

wanted=
need() { command -v "$1" >/dev/null || wanted="$wanted $2"; }
need mmdebstrap mmdebstrap
need baresip baresip-core
need sipp sip-tester
need linphonec linphone-cli
need kamailio kamailio
[ -z "$(find /usr/lib -path '*kamailio/modules/tls.so' 2>/dev/null)" ] && wanted="$wanted kamailio-tls-modules"
need openssl openssl
need sox sox
need espeak-ng espeak-ng
need qemu-arm-static qemu-user-static # to hold what ARM boards work out against this computer
# Real talkers, for the echo canceller and for the detector of digits, which must hear none in speech.
for language in en es fr it ru; do
  compgen -G "/usr/share/asterisk/sounds/$language*" >/dev/null || wanted="$wanted asterisk-core-sounds-$language-g722"
done

[ "$(id -u)" = 0 ] || left_out "unpacking and starting them takes root"
if [ -n "$wanted" ]; then
  command -v apt-get >/dev/null || left_out "no apt-get to install$wanted with"
  log=$cache/install.log
  apt="apt-get -qy -o Acquire::Retries=2 -o Acquire::http::Timeout=20"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086
  { $apt update && $apt install --no-install-recommends $wanted; } >"$log" 2>&1 </dev/null ||
    code=1 left_out "apt-get could not install$wanted: $(grep -m1 '^E:' "$log" || echo "see $log")"
fi
# Debian starts a proxy with its package, which holds SIP's port on every address.
case $wanted in *" kamailio"*) if [ -d /run/systemd/system ]; then systemctl disable --now kamailio >>"$cache/install.log" 2>&1 || true; fi ;; esac
"$peers_dir/asterisk.sh" setup >"$cache/setup.log" 2>&1 || code=1 left_out "Asterisk could not be unpacked: $(tail -n1 "$cache/setup.log")"
for version in 22 16; do
  [ -e "$cache/asterisk-$version/ready" ] || echo "peers: Asterisk $version could not be unpacked, the tests against it are left out: see $cache/setup.log"
done
"$peers_dir/speech.sh" || code=1 left_out "no speech could be made"
