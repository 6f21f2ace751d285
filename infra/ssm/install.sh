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
rejected="$folder/rejected" # a line for each time that one was taken out again: hash, time

rejections() {
  grep -c "^$wanted " "$rejected" 2> /dev/null
}

before=$(rejections)

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

last="$folder/latchkey_agent.last.pyz"
trial="$folder/trial"       # the hash of the agent that has not made a statement yet

failed() {
  printf '{"latchkey": 1, "outcome": "NO_AGENT", "sha256": "%s"}\n' "$1"
  exit 1
}

hash_of() {
  [ ! -f "$1" ] || sha256sum < "$1" | cut -c 1-64
}

# What is wrong with what the agent said; nothing if it is a statement of this very agent. How a broken agent ends says
# nothing: it may end well.
judge='
import json, sys
ended, wanted, errors = sys.argv[1:]
try:
    told = json.loads(sys.stdin.buffer.read(65536).decode())
except ValueError:
    told = None
if ended in ("124", "137"):
    print("it did not end within 40 seconds")
elif not isinstance(told, dict) or told.get("latchkey") != 1:
    try:
        with open(errors, "rb") as file:
            words = file.read(65536).decode("utf-8", "replace").split("\n")
    except OSError as error:
        words = [str(error)]
    words = [line.strip() for line in words if line.strip()]
    print("it ended with %s and no statement%s" % (ended, ": " + words[-1][:300] if words else ""))
elif told.get("problem") or told.get("outcome") not in ("DONE", "PARTIAL"):
    print(str(told.get("problem") or told.get("outcome"))[:400])
elif not isinstance(told.get("agent"), dict) or told["agent"].get("sha256") != wanted:
    print("it states another hash than its own")
'

# Runs an agent, sets what it said and what is wrong with that. None of them gets the lock.
try() {
  said=$(timeout -k 5 40 "$python" "$1" "$2" --root "$root" 2> "$errors" < /dev/null 9<&-)
  ended=$?
  wrong=$(printf %s "$said" | "$python" -I -c "$judge" "$ended" "$wanted" "$errors") || wrong='it could not be judged'
}

# The agent that is in place now, the one that is not, and why.
refused() {
  "$python" -I -c 'import json, sys
print(json.dumps(dict(zip(("latchkey", "outcome", "sha256", "rejected", "problem"), [1] + sys.argv[1:]))))' \
    "$1" "$(hash_of "$agent")" "$wanted" "$2"
  exit 1
}

umask 022
mkdir -p "$parent" || failed ''
umask 077
mkdir -p "$folder" || failed ''
# Where others may write in the parent, the folder may be there already, and theirs.
chown "$(id -u):$(id -g)" "$folder" || failed ''
chmod 0700 "$folder" || failed ''

@LOCK@
# One installation at a time. Not every file system has locks; the lock ends with this shell, however it ends.
exec 9< "$folder"
# shellcheck disable=SC2154
"$python" -I -c "$lock" 20 || {
  echo '{"latchkey": 1, "outcome": "BUSY", "problem": "another installation of the agent is going on"}'
  exit 1
}

times=$(rejections)
if [ "${times:-0}" -ge 3 ]; then
  refused WENT_BACK "it was put in its place $times times, made no statement, and is not tried again; to have it tried, remove $rejected"
fi
if [ "${times:-0}" -gt "${before:-0}" ]; then
  refused WENT_BACK "another installation put it in its place meanwhile; it made no statement and was taken out again"
fi

# What an installation left that was killed.
find "$folder" -maxdepth 1 -name '.[bl]*' -mmin +10 -exec rm -f {} + 2> /dev/null
draft=$(mktemp "$folder/.latchkey_agent.XXXXXX") || failed ''
errors="$draft.errors" link="$draft.last"
trap 'rm -f "$draft" "$errors" "$link"' EXIT

# Parts may come in any order, and more than once. Another agent's may be on their way, too; some will never be whole.
find "$folder" -maxdepth 1 -name '.part-*' ! -name ".part-$wanted-$parts-*" -mmin +10 -exec rm -rf {} + 2> /dev/null
# Where another installation was faster, and its agent made a statement, nothing is collected.
if [ "$(hash_of "$agent")" = "$wanted" ] && [ "$(cat "$trial" 2> /dev/null)" != "$wanted" ]; then
  rm -f "$folder/.part-$wanted-"*
else
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
fi

present=$(hash_of "$agent")
if [ "$present" != "$wanted" ]; then
  chmod 0700 "$draft" || failed "$found"
  # While the agent that is there can still do its work, and before anything is changed.
  try "$draft" selftest
  [ -z "$wrong" ] || refused SELFTEST_FAILED "$wrong"

  # One that starts and is not on trial itself is kept. A link is the very file, whatever takes its name meanwhile.
  if [ -n "$present" ] && [ "$present" != "$(cat "$trial" 2> /dev/null)" ] \
    && timeout -k 5 10 "$python" "$agent" version > /dev/null 2>&1 9<&-; then
    ln "$agent" "$link" || failed "$found"
    linked=$(hash_of "$link")
    # mv refuses a name of the same file.
    if [ "$linked" != "$wanted" ] && [ "$linked" != "$(hash_of "$last")" ]; then
      mv -f "$link" "$last" || failed "$found"
    fi
  fi
  printf '%s\n' "$wanted" > "$trial.new" || failed "$found"
  mv -f "$trial.new" "$trial" || failed "$found"
  # An older sync knows no files, only all of them.
  sync "$draft" "$folder" 2> /dev/null || sync
  mv -f "$draft" "$agent" || failed "$found"
  sync "$folder" 2> /dev/null || sync
fi

try "$agent" install
on_trial=$(cat "$trial" 2> /dev/null)
if [ -n "$wrong" ] && [ "$on_trial" = "$wanted" ] && [ -f "$last" ]; then
  @BACK@
  [ ! -f "$trial" ] || failed "$wanted"
  # Its timer may be another one.
  timeout -k 5 40 "$python" "$agent" install --root "$root" > /dev/null 2>&1 < /dev/null 9<&-
  refused WENT_BACK "$wrong"
fi
rm -f "$trial" "$rejected"
printf '%s\n' "$said"
exit "$ended"
