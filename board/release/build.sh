#!/usr/bin/env bash
# Builds the program for one kind of board: static, stripped, the same from the same source.
#
#   build.sh armv6|armv7|arm64|amd64 OUT [VERSION]
#
# The C of miniaudio is compiled by Debian's cross compilers. For ARMv6 that is the armel one: the C library of armhf is built for
# ARMv7 and dies on a Pi Zero.
set -euo pipefail
cd "$(dirname "$0")/../.."

arch=$1 out=$2 version=${3:-unknown}
case $arch in
  amd64) cc=x86_64-linux-gnu-gcc; export GOARCH=amd64; machine= ;;
  arm64) cc=aarch64-linux-gnu-gcc; export GOARCH=arm64; machine= ;;
  armv7) cc=arm-linux-gnueabihf-gcc; export GOARCH=arm GOARM=7; machine="-march=armv7-a+fp" ;;
  armv6) cc=arm-linux-gnueabi-gcc; export GOARCH=arm GOARM=6; machine="-march=armv6kz -mtune=arm1176jzf-s -marm -mfpu=vfp -mfloat-abi=softfp" ;;
  *) echo "build.sh: $arch is no board: want armv6, armv7, arm64 or amd64" >&2; exit 2 ;;
esac
command -v "$cc" >/dev/null || { echo "build.sh: $cc is not installed; as root: board/release/toolchains.sh" >&2; exit 1; }
# Of 32-bit C libraries the clock ends in 2038 unless told otherwise, and miniaudio loses its pace.
[ "$GOARCH" != arm ] || machine="$machine -D_TIME_BITS=64 -D_FILE_OFFSET_BITS=64"

here=$PWD
export GOOS=linux CGO_ENABLED=1 CC=$cc
export CGO_CFLAGS="-O2 -g0 -ffunction-sections -fdata-sections -ffile-prefix-map=$here=. $machine -I$here/hw/soundcard/kernelpcm/include
  -DMA_NO_RUNTIME_LINKING -DMA_ENABLE_ONLY_SPECIFIC_BACKENDS -DMA_ENABLE_ALSA -DMA_ENABLE_NULL -DMA_NO_DECODING -DMA_NO_ENCODING
  -DMA_NO_RESOURCE_MANAGER -DMA_NO_NODE_GRAPH -DMA_NO_ENGINE -DMA_NO_GENERATION"
CGO_CFLAGS=$(echo $CGO_CFLAGS) # on one line
mkdir -p "$(dirname "$out")"
go build -trimpath -buildvcs=false -tags "static netgo osusergo noasm" \
  -ldflags "-s -w -buildid= -X main.version=$version -linkmode external -extldflags '-static -Wl,--gc-sections -Wl,--build-id=none'" \
  -o "$out" ./cmd/intercom
