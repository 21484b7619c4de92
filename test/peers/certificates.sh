#!/usr/bin/env bash
# What a TLS server on ADDRESS shows, made anew in FOLDER: certificates.sh FOLDER ADDRESS
#   authority.pem   the authority that signs good, expired and elsewhere
#   good.pem        for ADDRESS, with its key, as the others
#   expired.pem     the same until yesterday
#   stranger.pem    the same by an authority that nobody knows
#   elsewhere.pem   for another name and another address
set -euo pipefail
. "$(dirname "$0")/env.sh"
folder=${1:?folder} address=${2:?address}
mkdir -p "$folder" && cd "$folder"
exec 2>openssl.log

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
authority() { key "$1"; openssl req -x509 -new -key "$1.key" -days 30 -subj "/CN=$1" -out "$1.pem"; }
# certificate NAME AUTHORITY DAYS NAMES
certificate() {
  key "$1"
  openssl req -new -key "$1.key" -subj "/CN=pbx.test" -out "$1.request"
  openssl x509 -req -in "$1.request" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days "$3" -out "$1.pem" \
    -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\n' "$4")
  cat "$1.key" >>"$1.pem"
}

authority authority
authority nobody
certificate good authority 30 "IP:$address,DNS:pbx.test"
certificate expired authority -1 "IP:$address,DNS:pbx.test"
certificate stranger nobody 30 "IP:$address,DNS:pbx.test"
certificate elsewhere authority 30 "IP:127.0.0.9,DNS:elsewhere.test"
chmod 644 ./*
