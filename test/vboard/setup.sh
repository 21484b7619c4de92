#!/usr/bin/env bash
# Fetches what the virtual boards need that is not Go: QEMU, installed by apt as root, and Debian's stock kernels, unpacked and
# never installed.
#
#   setup.sh [ARCH...]      arm64, armhf, armel, amd64; without any, the first three
#
# $INTERCOM_VBOARD, ~/.cache/intercom/vboard if it is not set, gets a folder for each: vmlinuz, modules/, board.dtb.
# Exit 0: all is there. 3: left out, because this is not root with apt. 1: tried and failed. One line says which.
set -euo pipefail
. "$(dirname "$0")/../../board/release/foreign-apt.sh"

cache=${INTERCOM_VBOARD:-${XDG_CACHE_HOME:-$HOME/.cache}/intercom/vboard}
[ $# -gt 0 ] || set -- arm64 armhf armel

left_out() { echo "vboard: the tests on virtual boards are left out: $*"; exit "${code:-3}"; }
failed() { code=1 left_out "$*"; }

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9 # two at a time would unpack into each other

# What of a kernel package is of use: sound, and what QEMU's machines consist of.
folders='kernel/sound kernel/drivers/virtio kernel/drivers/watchdog kernel/drivers/usb kernel/drivers/gpio kernel/drivers/char
  kernel/drivers/leds/trigger/ledtrig-audio.ko kernel/drivers/media/mc kernel/drivers/net/virtio_net.ko kernel/drivers/net/net_failover.ko kernel/net/core kernel/drivers/input'

flavour() { case $1 in arm64) echo arm64 ;; armhf) echo armmp ;; armel) echo rpi ;; amd64) echo amd64 ;; *) failed "there is no virtual board \"$1\"" ;; esac; }

install_qemu() {
  local need=
  command -v qemu-system-aarch64 >/dev/null || need="qemu-system-arm"
  command -v fdtput >/dev/null || need="$need device-tree-compiler"
  case " $* " in *" amd64 "*) command -v qemu-system-x86_64 >/dev/null || need="$need qemu-system-x86" ;; esac
  [ -n "$need" ] || return 0
  command -v apt-get >/dev/null || left_out "no apt-get to install $need with"
  [ "$(id -u)" = 0 ] || left_out "installing $need takes root"
  # shellcheck disable=SC2086
  { apt-get -qy update && DEBIAN_FRONTEND=noninteractive apt-get -qy -o DPkg::Lock::Timeout=300 install --no-install-recommends $need; } \
    >"$cache/apt.log" 2>&1 </dev/null || failed "apt-get could not install $need: see $cache/apt.log"
}

fetch_lists() {
  command -v apt-get >/dev/null || left_out "no apt-get to fetch Debian's kernels with"
  foreign_apt "$cache/apt" 2>"$cache/apt.log" || failed "Debian's list of packages could not be fetched: see $cache/apt.log"
}

unpack_kernel() {
  local arch=$1 meta package work folder
  meta=linux-image-$(flavour "$arch"):$arch
  package=$(apt-cache show "$meta" | sed -n 's/^Depends: \(linux-image-[^ ,]*\).*/\1/p' | head -n1)
  work=$cache/$arch.new
  rm -rf "$work"
  mkdir -p "$work/package"
  (cd "$work" && apt-get -q download "$package:$arch" >>"$cache/apt.log" 2>&1) || failed "$package of $arch could not be fetched: see $cache/apt.log"
  dpkg-deb -x "$work"/*.deb "$work/package"
  mv "$work"/package/boot/vmlinuz-* "$work/vmlinuz"
  for folder in $folders; do
    # Not every kernel has all of them: some are built in.
    (cd "$work"/package/lib/modules/* && { [ ! -e "$folder" ] || find "$folder" -name '*.ko*'; }) | while read -r m; do
      mkdir -p "$work/modules/$(dirname "$m")"
      mv "$work"/package/lib/modules/*/"$m" "$work/modules/$m"
    done
  done
  find "$work/modules" -name '*.ko.xz' -exec xz -d {} +
  [ "$arch" != armel ] || mv "$work"/package/usr/lib/linux-image-*/bcm2835-rpi-zero.dtb "$work/board.dtb"
  rm -rf "$work/package" "$work"/*.deb
  echo "$package" >"$work/package"
}

# The device tree of QEMU's "virt" with names for the lines of its GPIO chip, and without the power key that takes the fourth.
write_tree() {
  local qemu=$1 cpu=$2 tree=$3
  "$qemu" -M "virt,dumpdtb=$tree" -cpu "$cpu" -m 256 -nic none >>"$cache/apt.log" 2>&1
  fdtput -t s "$tree" /pl061@9030000 gpio-line-names BELL GARDEN CONTACT EXIT RELAY1 RELAY2 LED TAMPER
  fdtput -r "$tree" /gpio-keys
}

install_qemu "$@"
for arch; do
  [ ! -e "$cache/$arch/ready" ] || continue
  [ -n "${APT_CONFIG:-}" ] || fetch_lists
  unpack_kernel "$arch"
  case $arch in
    arm64) write_tree qemu-system-aarch64 cortex-a53 "$cache/$arch.new/board.dtb" ;;
    armhf) write_tree qemu-system-arm cortex-a7 "$cache/$arch.new/board.dtb" ;;
  esac
  touch "$cache/$arch.new/ready"
  rm -rf "${cache:?}/$arch"
  mv "$cache/$arch.new" "$cache/$arch"
done
