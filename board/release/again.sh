#!/usr/bin/env bash
# Builds a program once more, from a copy of the sources in another folder and with nothing of an earlier build: it must be the same,
# octet for octet.
#
#   again.sh armv6|armv7|arm64|amd64 PROGRAM VERSION
set -euo pipefail
cd "$(dirname "$0")/../.."

arch=$1 program=$(realpath "$2") version=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$work"
GOCACHE=$work/cache bash "$work/board/release/build.sh" "$arch" "$work/again" "$version"
if ! cmp "$program" "$work/again"; then
  echo "again.sh: $program is another when it is built again" >&2
  exit 1
fi
echo "again.sh: $arch, built twice: $(sha256sum <"$program" | cut -c1-16)…"
