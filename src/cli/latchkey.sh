#!/bin/sh
# Starts the command line on Java 17 or later; by which name it is called decides how it behaves.
set -eu
self=$(readlink -f "$0")
jar=$(dirname "$self")/latchkey.jar
[ -f "$jar" ] || jar=/usr/share/latchkey/latchkey.jar
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto \
  "-Dlatchkey.cli.name=$(basename "$0")" -cp "$jar" dev.latchkey.cli.CliMain "$@"
