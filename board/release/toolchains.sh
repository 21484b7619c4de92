#!/usr/bin/env bash
# Installs what building for all boards takes, on Debian and as root: cross compilers, and an emulator to try the result.
set -euo pipefail

wanted="gcc-x86-64-linux-gnu libc6-dev-amd64-cross gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-arm-linux-gnueabihf libc6-dev-armhf-cross
  gcc-arm-linux-gnueabi libc6-dev-armel-cross qemu-user-static file"
[ "$(dpkg --print-architecture 2>/dev/null)" != amd64 ] || wanted=${wanted/gcc-x86-64-linux-gnu libc6-dev-amd64-cross/gcc libc6-dev}
missing=
for p in $wanted; do
  dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "toolchains.sh: not installed:$missing; run this as root on Debian" >&2
  exit 1
fi
apt-get update -q >/dev/null
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends $missing >/dev/null
