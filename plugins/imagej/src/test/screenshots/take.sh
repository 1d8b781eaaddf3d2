#!/usr/bin/env bash
# Takes the pictures of the user guide: the menu, the dialog and the result of Segment.
#
# Usage: take.sh IJ_JAR IMAGE [MODEL]     after ./mvnw package -DskipTests
#
# Needs Xvfb, openbox, xdotool and ImageMagick.
set -eu

[ $# -ge 2 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
ij=$(realpath "$1")
image=$(realpath "$2")
model=${3:-nuclei}
here=$(cd "$(dirname "$0")" && pwd)
jar=$here/../../../target/Fovea_.jar
pictures=$here/../../../../../docs/pictures
work=$(mktemp -d)
pids=

clean_up() {
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap clean_up EXIT

# Starts ImageJ with a macro and waits until it shows window $2.
imagej() {
  printf '%s\n' "$1" >"$work/macro.ijm"
  java -Duser.home="$work" --add-modules jdk.incubator.vector -Dplugins.dir="$work" -cp "$ij" \
    ij.ImageJ -macro "$work/macro.ijm" >"$work/log" 2>&1 &
  running=$!
  pids="$pids $running"
  xdotool search --sync --onlyvisible --name "$2" >/dev/null
  sleep 3
}

shoot() { import -window root -crop "$1" +repage +dither -colors 255 "png8:$pictures/$2.png"; }

mkdir -p "$work/plugins" "$pictures"
cp "$jar" "$work/plugins/"
Xvfb -displayfd 3 -screen 0 1024x800x24 -nolisten tcp 3>"$work/display" 2>/dev/null &
pids=$!
until [ -s "$work/display" ]; do sleep 0.2; done
DISPLAY=:$(cat "$work/display")
export DISPLAY
openbox 2>/dev/null &
pids="$pids $!"
import -window root "$work/warm-up.png"

imagej "open('$image'); setLocation(20, 150);" '^ImageJ$'
window=$(xdotool search --onlyvisible --name '^ImageJ$' | tail -n 1)
xdotool windowmove "$window" 20 20 windowactivate --sync "$window"
sleep 1
eval "$(xdotool getwindowgeometry --shell "$window")"
# To Plugins, down to its last entry, and on to the submenu.
xdotool mousemove $((X + 320)) $((Y - 7)) mousedown 1
sleep 1
xdotool mousemove $((X + 340)) $((Y + 60)) sleep 0.5 mousemove $((X + 360)) $((Y + 137)) sleep 0.5 \
  mousemove $((X + 550)) $((Y + 137)) sleep 1
shoot 660x270+10+10 imagej-menu
xdotool mouseup 1
kill "$running"

imagej "open('$image'); setLocation(20, 150); run('Segment...');" 'Segment'
window=$(xdotool search --onlyvisible --name 'Segment' | tail -n 1)
xdotool windowmove "$window" 40 40
sleep 1
eval "$(xdotool getwindowgeometry --shell "$window")"
shoot "$((WIDTH + 4))x$((HEIGHT + 26))+$((X - 2))+$((Y - 44))" imagej-segment-dialog
kill "$running"

imagej "open('$image'); setLocation(10, 130, 400, 420); input = getTitle();
run('Segment...', 'model=[$model]');
setLocation(420, 130, 400, 420);
Table.setLocationAndSize(10, 560, 810, 215, 'Fovea Objects');
selectWindow('Log'); setLocation(900, 700); selectWindow(input);" 'Fovea Objects'
window=$(xdotool search --onlyvisible --name '^ImageJ$' | tail -n 1)
xdotool windowmove "$window" 10 5
sleep 1
shoot 825x785+0+0 imagej-segment-result
