#!/usr/bin/env bash
# Builds the program for one kind of board: static, stripped, the same from the same source.
#
#   build.sh armv6|armv7|arm64|amd64 OUT [VERSION]
#
# SYMBOLS=1 keeps the names of functions, for looking at what is in it.
set -euo pipefail
cd "$(dirname "$0")/../.."

arch=$1 out=$2 version=${3:-unknown}
cc=$(bash board/release/toolchains.sh "$arch")
case $arch in
  amd64) export GOARCH=amd64; machine= ;;
  arm64) export GOARCH=arm64; machine=-mno-outline-atomics ;;
  armv7) export GOARCH=arm GOARM=7; machine="-march=armv7-a+fp" ;;
  armv6) export GOARCH=arm GOARM=6; machine="-march=armv6kz -mtune=arm1176jzf-s -marm -mfpu=vfp -mfloat-abi=softfp" ;;
esac

here=$PWD
export GOOS=linux CGO_ENABLED=1 CC=$cc
export CGO_CFLAGS="-O2 -g0 -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections -ffile-prefix-map=$here=. $machine -I$here/hw/soundcard/kernelpcm/include"
# miniaudio by ALSA alone, without its decoders, mixers and generators, asking the linker for ALSA's functions.
CGO_CFLAGS="$CGO_CFLAGS -DMA_NO_RUNTIME_LINKING -DMA_ENABLE_ONLY_SPECIFIC_BACKENDS -DMA_ENABLE_ALSA -DMA_ENABLE_NULL"
for part in DECODING ENCODING RESOURCE_MANAGER NODE_GRAPH ENGINE GENERATION; do CGO_CFLAGS="$CGO_CFLAGS -DMA_NO_$part"; done
strip="-s -w" shapes=-d=maxshapelen=24
[ -z "${SYMBOLS:-}" ] || strip=
mkdir -p "$(dirname "$out")"
# Without inlining the program is a tenth smaller; only what works on sound is quicker with it. The types in the names of generic functions
# are shortened to their hash: a trace of a crash shows "[...]" for them in any case.
# norelro: a static program has nobody to write-protect these tables (musl does it for dynamic ones only); on arm64 they cost a page of 64 KB.
go build -trimpath -buildvcs=false -tags "static netgo osusergo noasm" "-gcflags=all=-l $shapes" "-gcflags=intercom/media/...=$shapes" \
  -ldflags "$strip -buildid= -X main.version=$version -linkmode external -extldflags '-static -Wl,--gc-sections -Wl,--build-id=none -Wl,-z,norelro'" \
  -o "$out" ./cmd/intercom
