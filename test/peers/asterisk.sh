#!/usr/bin/env bash
# A real PBX on a loopback address.
#   asterisk.sh setup                unpack Asterisk 22 (Debian sid) and 16 (bullseye) into the cache folder; one of them is enough
#   asterisk.sh start NAME ADDRESS   start an instance on ADDRESS (UDP and TCP 5060, TLS 5061 to 5064), wait until it has booted,
#                                    print where things are
#   asterisk.sh stop NAME            end it
#   asterisk.sh cli NAME COMMAND     one command of its console
# Needs root (mmdebstrap, chroot). The packages are only unpacked: none of their scripts runs and no service is started.
# Any number of instances may run on different addresses in 127.0.0.0/8. ASTERISK=16 or 22 asks for that version alone;
# without it, the newest that is there is started.
set -euo pipefail
. "$(dirname "$0")/env.sh"

# The configuration names its folders as the chroot sees them.
root() { for v in ${ASTERISK:-22 16}; do [ -e "$cache/asterisk-$v/ready" ] && echo "$cache/asterisk-$v" && return; done; false; }
inside() { echo "/srv/$1"; }
pidfile() { echo "$cache/run/asterisk-$1.pid"; }
console() { chroot "$1" /usr/sbin/asterisk -C "$(inside "$2")/etc/asterisk.conf" -rx "$3"; }
booted() {
  console "$1" "$2" "core waitfullybooted" | grep -q "fully booted" &&
    console "$1" "$2" "module show like chan_pjsip" | grep -q Running
}

mirror() { # the one that this machine's own apt uses
  cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | awk '
    ($1 == "deb" || $1 == "URIs:") && !found { for (i = 2; i <= NF; i++) if ($i ~ /\/debian\/?$/) { print $i; found = 1; exit } }
    END { if (!found) print "http://deb.debian.org/debian" }' || true
}

unpack() { # VERSION SUITE
  local dir=$cache/asterisk-$1 new=$cache/asterisk-$1.new
  if [ -e "$dir/ready" ]; then cat "$dir/ready"; return; fi
  rm -rf "$new"
  mmdebstrap --variant=extract --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "2"' \
    --include=asterisk,asterisk-modules "$2" "$new" "$(mirror)" || { rm -rf "$new"; return 1; }
  # The base-files package, which brings these links, is not unpacked.
  for d in bin sbin lib lib64; do [ -e "$new/$d" ] || ln -s "usr/$d" "$new/$d"; done
  rm -rf "$new"/usr/share/{doc,man,locale,info} "$new"/var/{cache,lib}/apt "$new"/etc/asterisk
  mkdir -p "$new"/{etc,tmp,srv}
  echo 'root:x:0:0:root:/:/bin/sh' >"$new/etc/passwd"
  echo 'root:x:0:' >"$new/etc/group"
  echo '127.0.0.1 localhost' >"$new/etc/hosts"
  chroot "$new" /usr/sbin/asterisk -V >"$new/ready" || return
  rm -rf "$dir" && mv "$new" "$dir" && cat "$dir/ready"
}

setup() {
  exec 9>"$cache/asterisk.lock"; flock 9
  local there=1 version jobs=
  for version in ${ASTERISK:-22 16}; do
    [ -e "$cache/asterisk-$version/ready" ] || there=
  done
  [ -n "$there" ] && return
  [ "$(id -u)" = 0 ] || die "unpacking takes root"
  command -v mmdebstrap >/dev/null || die "mmdebstrap is missing: run install.sh first"
  for version in ${ASTERISK:-22 16}; do
    case $version in
      22) unpack 22 sid & jobs="$jobs $!" ;;
      16) unpack 16 bullseye & jobs="$jobs $!" ;;
      *) die "ASTERISK=$ASTERISK: 16 or 22" ;;
    esac
  done
  for job in $jobs; do wait "$job" || echo "one version could not be unpacked"; done
  root >/dev/null
}

# users prints what pjsip.conf says of user10 to user69, who have nothing special about them.
users() {
  for n in $(seq 10 69); do
    printf '[user%d](subscriber)\nauth = user%d\naors = user%d\ncallerid = "User %d" <user%d>\n' "$n" "$n" "$n" "$n" "$n"
    printf '[user%d](digest)\nusername = user%d\n[user%d](location)\n' "$n" "$n" "$n"
  done
}

start() {
  local name=$1 address=$2 root in dir modules urgent
  root=$(root) || die "Asterisk ${ASTERISK:-} is not unpacked: run asterisk.sh setup first"
  in=$(inside "$name") dir=$root$(inside "$name")
  [ -e "$(pidfile "$name")" ] && die "$name runs already"
  rm -rf "$dir" && mkdir -p "$dir"/{etc,run,log,spool,db,data,recordings,sounds/en}
  "$peers_dir/certificates.sh" "$dir/certificates" "$address"
  modules=$(cd "$root" && find usr/lib -path '*asterisk/modules' -prune)
  # Without its own documentation Asterisk refuses its configuration objects.
  ln -s /usr/share/asterisk/documentation "$dir/data/documentation"
  ln -s ../sounds "$dir/data/sounds"
  cp "$cache"/speech/{house,hello}.sln "$dir/sounds/en/"
  if may_be_urgent; then urgent=yes; else urgent=no; fi
  for f in "$peers_dir"/asterisk/*.conf; do
    sed "s#@URGENT@#$urgent#; s#@HERE@#$in#g; s#@MODULES@#/$modules#g; s#@ADDRESS@#$address#g" "$f" >"$dir/etc/${f##*/}"
  done
  users >>"$dir/etc/pjsip.conf"
  # Parts of the core that are not used here complain where their files are missing.
  for f in ccss cdr cel features acl udptl pjproject stasis; do touch "$dir/etc/$f.conf"; done
  start_group "$(pidfile "$name")" "$dir/log/output" \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C "$(command -v chroot)" "$root" /usr/sbin/asterisk -f -C "$in/etc/asterisk.conf"
  until_true 30 booted "$root" "$name" || { tail -n 20 "$dir/log/output" "$dir/log/messages" >&2; stop "$name"; die "$name did not boot"; }
  echo "version=$(cat "$root/ready")"
  echo "pid=$(cat "$(pidfile "$name")")"
  echo "folder=$dir"
  echo "log=$dir/log/messages"
  echo "recordings=$dir/recordings"
  echo "certificates=$dir/certificates"
}

stop() { stop_group "$(pidfile "$1")"; }

# The version of an instance is seen from where its folder is.
cli() { # NAME COMMAND
  local folder
  folder=$(compgen -G "$cache/asterisk-*$(inside "$1")") || die "there is no $1"
  console "${folder%"$(inside "$1")"}" "$1" "$2"
}

case ${1:-} in
  setup) setup ;;
  start) start "${2:?name}" "${3:?address}" ;;
  stop) stop "${2:?name}" ;;
  cli) name=${2:?name}; shift 2; cli "$name" "$*" ;;
  *) die "setup | start NAME ADDRESS | stop NAME | cli NAME COMMAND" ;;
esac
