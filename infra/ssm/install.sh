#!/bin/sh
# Latchkey-Install: takes the agent in parts. With the last of them it puts the agent in its place, in one step, and lets it
# set its timer.
set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

# Agents of Systems Manager before 3.3.2746 set no variables but put the text in here. No alphabet of theirs has a quote.
if [ -z "${SSM_part+x}" ]; then
  SSM_part='{{ part }}'
fi
if [ -z "${SSM_parts+x}" ]; then
  SSM_parts='{{ parts }}'
fi
if [ -z "${SSM_data+x}" ]; then
  SSM_data='{{ data }}'
fi
part=$SSM_part parts=$SSM_parts data=$SSM_data
unset SSM_part SSM_parts SSM_data

wanted=@HASH@
root=${LATCHKEY_ROOT:-/}
parent="${root%/}/usr/local/lib"
folder="$parent/latchkey"
agent="$folder/latchkey_agent.pyz"

# Enterprise Linux 8 has no other.
python=$(command -v python3 || command -v /usr/libexec/platform-python) || {
  echo '{"latchkey": 1, "outcome": "NO_PYTHON"}'
  exit 1
}
# A Python that was built without liblzma cannot unpack the agent; nothing is touched then.
"$python" -I -c 'import lzma' 2> /dev/null || {
  echo '{"latchkey": 1, "outcome": "NO_PYTHON", "problem": "its module lzma is missing; install a Python 3.6 or later that has it"}'
  exit 1
}

failed() {
  printf '{"latchkey": 1, "outcome": "NO_AGENT", "sha256": "%s"}\n' "$1"
  exit 1
}

umask 022
mkdir -p "$parent" || failed ''
umask 077
mkdir -p "$folder" || failed ''
# Where others may write in the parent, the folder may be there already, and theirs.
chown "$(id -u):$(id -g)" "$folder" || failed ''
chmod 0700 "$folder" || failed ''

draft=$(mktemp "$folder/.latchkey_agent.XXXXXX") || failed ''
trap 'rm -f "$draft"' EXIT

# Parts may come in any order, and more than once. Those of another agent will never be whole.
for old in "$folder"/.part-*; do
  case $old in
    "$folder/.part-$wanted-$parts-"*) ;;
    *) rm -rf "$old" ;;
  esac
done
printf %s "$data" > "$draft" || failed ''
mv -f "$draft" "$folder/.part-$wanted-$parts-$part" || failed ''
number=1
while [ "$number" -le "$parts" ]; do
  if [ ! -f "$folder/.part-$wanted-$parts-$number" ]; then
    printf '{"latchkey": 1, "outcome": "INCOMPLETE", "missing": %s}\n' "$number"
    exit 0
  fi
  number=$((number + 1))
done

unpack='import base64, lzma, sys; sys.stdout.buffer.write(lzma.decompress(base64.b64decode(sys.stdin.read())))'
cat "$folder/.part-$wanted-$parts-"[1-9] | "$python" -I -c "$unpack" > "$draft"
rm -f "$folder/.part-$wanted-$parts-"[1-9]
found=$(sha256sum < "$draft" | cut -c 1-64)
[ "$found" = "$wanted" ] || failed "$found"

chmod 0700 "$draft" || failed "$found"
# An older sync knows no files, only all of them.
sync "$draft" 2> /dev/null || sync
mv -f "$draft" "$agent" || failed "$found"
sync "$folder" 2> /dev/null || sync

"$python" "$agent" install --root "$root"
