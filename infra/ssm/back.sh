#!/bin/sh
# Part of both documents, in the place of @BACK@: the last agent is in its place again, and what was there is rejected. At
# each moment an agent that has worked is there, and it is kept as the last one, too.
# shellcheck disable=SC2154
date -u "+$(cat "$trial") %Y-%m-%dT%H:%M:%SZ" >> "$rejected"
rm -f "$folder/.back"
if ln "$last" "$folder/.back" && mv -f "$folder/.back" "$agent"; then
  sync "$folder" 2> /dev/null || sync
  rm -f "$trial"
fi
