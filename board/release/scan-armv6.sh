#!/usr/bin/env bash
# Looks at every function of a program for instructions that an ARM1176 (ARMv6KZ with VFPv2: Pi 1, Pi Zero) does not have.
#
#   scan-armv6.sh PROGRAM, not stripped
#
# What may hold some: the two of musl's atomic functions that it only calls where the kernel says that the processor is an ARMv7.
set -euo pipefail

arm-linux-gnueabi-objdump -d --no-show-raw-insn "$1" | awk '
  /^[0-9a-f]+ <.*>:$/ { name = substr($2, 2, length($2) - 3); next }
  {
    op = $2
    bad = op ~ /^(movw|movt|ubfx|sbfx|bfi|bfc|mls|sdiv|udiv|rbit|dmb|dsb|isb|cbz|cbnz|tbb|tbh|vfma|vfms|vrint|vdup|vld[1-4]|vst[1-4])/
    bad = bad || op ~ /\.(w|n)$/                              # Thumb
    bad = bad || $0 ~ /[ ,{-](d1[6-9]|d2[0-9]|d3[01]|q[0-9]+)[ ,}]/ # registers of VFPv3 and NEON
    bad = bad || (op ~ /^vmov\.f(32|64)/ && $0 ~ /#/)         # constants of VFPv3
    if (bad) { count[name]++; example[name] = op }
  }
  END {
    for (name in count)
      if (name !~ /^__a_(barrier|cas)_v7$/) {
        printf "%s: %d instructions that ARMv6 does not have, such as %s\n", name, count[name], example[name]
        found = 1
      }
    exit found
  }'
