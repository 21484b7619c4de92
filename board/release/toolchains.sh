#!/usr/bin/env bash
# Installs what building for all boards takes, on Debian and as root: cross compilers, and an emulator to try the result. Debian's
# packages of musl, the C library that goes into the program, are unpacked into a cache and never installed.
#
#   toolchains.sh            installs what is missing
#   toolchains.sh ARCH       prints the C compiler for armv6, armv7, arm64 or amd64
set -euo pipefail
. "$(dirname "$0")/foreign-apt.sh"

cache=${INTERCOM_TOOLCHAINS:-${XDG_CACHE_HOME:-$HOME/.cache}/intercom/toolchains}

# What Debian calls the processor, its compiler's target, and that of musl. ARMv6 takes the compiler of armel: the libraries of armhf
# are built for ARMv7 and die on a Pi Zero.
names() {
  case $1 in
    armv6) echo "armel arm-linux-gnueabi arm-linux-musleabi" ;;
    armv7) echo "armhf arm-linux-gnueabihf arm-linux-musleabihf" ;;
    arm64) echo "arm64 aarch64-linux-gnu aarch64-linux-musl" ;;
    amd64) echo "amd64 x86_64-linux-gnu x86_64-linux-musl" ;;
    *) echo "toolchains.sh: $1 is no board: want armv6, armv7, arm64 or amd64" >&2; exit 2 ;;
  esac
}

if [ $# -gt 0 ]; then
  names "$1" >/dev/null
  [ -x "$cache/$1/cc" ] || { echo "toolchains.sh: the compiler for $1 is not there; as root: board/release/toolchains.sh" >&2; exit 1; }
  echo "$cache/$1/cc"
  exit
fi

refuse() { echo "toolchains.sh: $*" >&2; exit 1; }

may_install() {
  command -v apt-get >/dev/null || refuse "there is no apt-get to install $1 with; this takes Debian"
  [ "$(id -u)" = 0 ] || refuse "installing $1 takes root"
}

install_compilers() {
  local wanted missing='' p
  wanted="gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-arm-linux-gnueabihf libc6-dev-armhf-cross gcc-arm-linux-gnueabi
    libc6-dev-armel-cross qemu-user-static file"
  case $(dpkg --print-architecture 2>/dev/null) in
    amd64) wanted="$wanted gcc libc6-dev" ;;
    *) wanted="$wanted gcc-x86-64-linux-gnu libc6-dev-amd64-cross" ;;
  esac
  for p in $wanted; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
  done
  [ -n "$missing" ] || return 0
  may_install "$missing"
  apt-get update -q >/dev/null
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -yq --no-install-recommends $missing >/dev/null
}

fetch_musl() {
  foreign_apt "$cache/apt"
  mkdir -p "$cache/packages"
  (cd "$cache/packages" && apt-get download -q musl-dev:amd64 musl-dev:arm64 musl-dev:armhf musl-dev:armel >/dev/null)
}

# unpack_musl makes a compiler of Debian's: its gcc and the kernel's headers, with musl for the C library.
unpack_musl() {
  local arch=$1 debian gnu musl dir=$cache/$1 headers
  read -r debian gnu musl <<<"$(names "$arch")"
  headers=/usr/$gnu/include
  [ -d "$headers/linux" ] || headers=/usr/include
  rm -rf "$dir"
  mkdir -p "$dir/kernel"
  dpkg -x "$cache"/packages/musl-dev_*_"$debian".deb "$dir"
  sed "s#/usr/lib/$musl#$dir&#g; s#/usr/include/$musl#$dir&#g" "$dir/usr/lib/$musl/musl-gcc.specs" >"$dir/specs"
  for h in linux asm-generic sound; do ln -s "$headers/$h" "$dir/kernel/$h"; done
  if [ -d "$headers/asm" ]; then ln -s "$headers/asm" "$dir/kernel/asm"; else ln -s "$headers/$gnu/asm" "$dir/kernel/asm"; fi
  printf '#!/bin/sh\nexec %s-gcc -specs=%s -idirafter %s "$@"\n' "$gnu" "$dir/specs" "$dir/kernel" >"$dir/cc.new"
  chmod +x "$dir/cc.new"
  mv "$dir/cc.new" "$dir/cc" # the last step: what has a cc is whole
}

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
install_compilers
missing=
for arch in armv6 armv7 arm64 amd64; do [ -x "$cache/$arch/cc" ] || missing="$missing $arch"; done
[ -n "$missing" ] || exit 0
command -v apt-get >/dev/null || refuse "there is no apt-get to fetch musl with; this takes Debian"
fetch_musl
for arch in $missing; do unpack_musl "$arch"; done
