#!/usr/bin/env bash
# Tries a program that build.sh has built: that it is static, that its processor can run it, that it does something.
#
#   try.sh armv6|armv7|arm64|amd64 PROGRAM
set -euo pipefail

arch=$1 program=$2
case $arch in
  amd64) elf="x86-64" emulator=() ;;
  arm64) elf="ARM aarch64" emulator=(qemu-aarch64-static) ;;
  armv7) elf="ARM, EABI5" emulator=(qemu-arm-static -cpu cortex-a7) ;;
  armv6) elf="ARM, EABI5" emulator=(qemu-arm-static -cpu arm1176) ;;
  *) echo "try.sh: $arch is no board" >&2; exit 2 ;;
esac
[ "$arch" != amd64 ] || [ "$(uname -m)" = x86_64 ] || emulator=(qemu-x86_64-static)

kind=$(file -b "$program")
for want in "$elf" "statically linked" "stripped"; do
  case $kind in *"$want"*) ;; *) echo "try.sh: $program is not $want but: $kind" >&2; exit 1 ;; esac
done
"${emulator[@]}" "$program" version
"${emulator[@]}" "$program" sound -card null -for 300ms level >/dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A visit on the simulated board, with sound, codes and a relay. How well it sounds is not looked at: an emulator on a busy computer
# is later than sound can wait.
timeout 120 "${emulator[@]}" "$program" demo -out "$work" </dev/null >"$work/log" 2>&1 || true
for want in "the door is open" "the door is shut" "200 OK (BYE)"; do
  grep -qF "$want" "$work/log" || { tail -20 "$work/log" >&2; echo "try.sh: in a visit with $program this is missing: $want" >&2; exit 1; }
done
