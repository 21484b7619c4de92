#!/usr/bin/env bash
# Two talkers, 8 kHz mono 16 bit, in the cache folder: visitor.wav stands at the door, house.wav answers; for Asterisk the same
# as house.sln, and its first seven seconds as hello.sln. No sentence occurs twice: a recording fits in one place only.
set -euo pipefail
. "$(dirname "$0")/env.sh"
out=$cache/speech
exec 9>"$cache/speech.lock"; flock 9
[ "$out/complete" -nt "$0" ] && exit 0

# say VOICE PITCH NAME TEXT: about half a minute of speech, levelled to -6 dBFS.
say() {
  espeak-ng -v "$1" -p "$2" -s 150 -w "$out/$3.raw.wav" "$4"
  sox "$out/$3.raw.wav" -r 8000 -c 1 -b 16 -D "$out/$3.wav" gain -n -6
  rm "$out/$3.raw.wav"
}
say en 35 visitor "Good morning, this is the parcel service at your front door. I have two boxes for the third floor, one of them
is rather heavy. The lift seems to be out of order, so could you perhaps come down? Otherwise I leave both with your neighbour
on the ground floor, she is standing right beside me. Please decide quickly, because my van blocks the road and somebody is
already sounding the horn. Tomorrow would be possible as well, between eight and half past nine."
say en+f3 70 house "Hello, who is there? Just a moment please, I have to turn the radio down first. Yes, now I can hear you quite well.
We were expecting that delivery last Thursday, but never mind. Push the door when it buzzes and put everything under the stairs.
My husband will carry them up after lunch. Do you need a signature? Then wait for the bell, my daughter is coming with a pen.
Careful with the step, it has been raining all night and the stones are slippery."
raw="-t raw -r 8000 -e signed -b 16 -c 1"
# shellcheck disable=SC2086
{ sox "$out/house.wav" $raw "$out/house.sln"; sox "$out/house.wav" $raw "$out/hello.sln" trim 0 7; }
date >"$out/complete"
