#!/usr/bin/env bash
# Makes a Debian package of a program that build.sh has built. The same program gives the same package, octet for octet.
#
#   deb.sh armv6|arm64|amd64 PROGRAM VERSION OUT.deb
#
# The package for armhf has the program for ARMv6, which runs on every Raspberry Pi that a system called armhf runs on.
set -euo pipefail
cd "$(dirname "$0")/../.."

program=$2 version=$3 out=$4
case $1 in
  armv6) debian=armhf ;;
  arm64 | amd64) debian=$1 ;;
  *) echo "deb.sh: there is no package for $1: want armv6, arm64 or amd64" >&2; exit 2 ;;
esac
# No times but that of the last commit.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH
umask 022

# A version begins with a digit (deb-version(7)). What has no number is older than all that have one, and the newer the later it was made.
debversion=${version#v}
case $debversion in [0-9]*.*) ;; *) debversion=0~$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d.%H%M%S)+$debversion ;; esac
debversion=${debversion//-/+}-1
maintainer="The intercom authors <intercom@localhost>"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
doc=$root/usr/share/doc/intercom
from=board/release/debian
put() { install -D -m "$1" "$2" "$root/$3"; }
put 0755 "$program" usr/bin/intercom
put 0644 $from/intercom.service usr/lib/systemd/system/intercom.service
put 0644 $from/60-intercom.rules usr/lib/udev/rules.d/60-intercom.rules
put 0640 $from/intercom.toml etc/intercom.toml
put 0644 README.md usr/share/doc/intercom/README.md
for sample in configs/*.toml; do put 0644 "$sample" "usr/share/doc/intercom/examples/$(basename "$sample")"; done
mkdir -p "$root/usr/share/man/man1"
gzip -9n <$from/intercom.1 >"$root/usr/share/man/man1/intercom.1.gz"
gzip -9n <CHANGELOG.md >"$doc/changelog.gz"
gzip -9n <<CHANGES >"$doc/changelog.Debian.gz"
intercom ($debversion) stable; urgency=medium

  * Made from the sources of $version; changelog.gz tells what is new.

 -- $maintainer  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")
CHANGES
go run ./board/release/bill copyright "$program" "$version" >"$doc/copyright"
go run ./board/release/bill sbom "$program" "$version" >"$doc/sbom.cdx.json"
put 0644 $from/lintian-overrides usr/share/lintian/overrides/intercom

put 0755 $from/postinst DEBIAN/postinst
put 0755 $from/prerm DEBIAN/prerm
put 0755 $from/postrm DEBIAN/postrm
echo /etc/intercom.toml >"$root/DEBIAN/conffiles"
size=$(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f1)
cat >"$root/DEBIAN/control" <<CONTROL
Package: intercom
Version: $debversion
Architecture: $debian
Maintainer: $maintainer
Depends: adduser
Recommends: ca-certificates, tzdata
Installed-Size: $size
Section: comm
Priority: optional
Description: door station for a small Linux board
 Call buttons, door openers, a microphone and a loudspeaker on one side,
 SIP telephones on the other: rings the house, carries the conversation,
 and opens the door when the right person types the code.
CONTROL
(cd "$root" && find usr etc -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
chmod 0644 "$root"/DEBIAN/{control,conffiles,md5sums}
find "$root" -type d -exec chmod 0755 {} +

find "$root" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$(dirname "$out")"
dpkg-deb --root-owner-group -Zxz --threads-max=1 --build "$root" "$out" >/dev/null
