#!/usr/bin/env bash
# Installs a package into a small Debian in a folder, starts its program there as the service's user, upgrades, removes and purges
# it. Takes root and debootstrap; the folder is kept for the next time.
#
#   try-deb.sh PACKAGE.deb, of this computer's architecture
set -euo pipefail

deb=$(realpath "$1")
root=${XDG_CACHE_HOME:-$HOME/.cache}/intercom/debian
fail() { echo "try-deb.sh: $*" >&2; exit 1; }
in_root() { chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }
want() { in_root sh -c "$1" >/dev/null 2>&1 || fail "after $step: not so: $1"; }

if [ ! -x "$root/usr/bin/systemctl" ]; then
  mirror=$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -n1) || true
  debootstrap --variant=minbase --include=systemd,adduser,udev bookworm "$root" "${mirror:-http://deb.debian.org/debian}" >/dev/null
fi
in_root dpkg --purge intercom >/dev/null 2>&1 || true
install -m 0644 "$deb" "$root/tmp/intercom.deb"

step="installing"
in_root dpkg -i /tmp/intercom.deb >/dev/null
want 'stat -c "%a %U %G" /etc/intercom.toml | grep "^640 root intercom$"'
want 'id -nG intercom | grep -w gpio | grep -w audio'
want 'systemctl is-enabled intercom.service'
want 'systemd-analyze verify --man=no /usr/lib/systemd/system/intercom.service'
want 'intercom version'
# Nothing is configured yet: the station says so, and takes no line.
in_root setpriv --reuid intercom --regid intercom --init-groups timeout -s TERM 3 intercom run >"$root/tmp/log" 2>&1 || [ $? = 124 ] || fail "$(tail -3 "$root/tmp/log")"
grep -q "rings nobody and opens no door" "$root/tmp/log" || fail "an empty configuration gave: $(cat "$root/tmp/log")"

step="configuring"
cp "$root/usr/share/doc/intercom/examples/demo.toml" "$root/etc/intercom.toml"
want 'setpriv --reuid intercom --regid intercom --init-groups intercom check /etc/intercom.toml'
in_root systemctl disable intercom.service >/dev/null 2>&1

step="upgrading"
in_root dpkg -i /tmp/intercom.deb >/dev/null
want 'cmp /etc/intercom.toml /usr/share/doc/intercom/examples/demo.toml'
want 'stat -c "%a %U %G" /etc/intercom.toml | grep "^640 root intercom$"'
want '! systemctl is-enabled intercom.service'

step="removing"
in_root dpkg --remove intercom >/dev/null
want 'test -e /etc/intercom.toml -a ! -e /usr/bin/intercom'

step="purging"
in_root mkdir -p /var/lib/intercom
in_root dpkg --purge intercom >/dev/null
want '! find /etc /usr /var/lib/intercom /var/lib/systemd -name "*intercom*" | grep .'
echo "try-deb.sh: $(basename "$deb"): installed, upgraded, removed, purged"
