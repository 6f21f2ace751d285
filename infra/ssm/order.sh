#!/bin/sh
# Latchkey-Order: hands one order to the agent, if it is the agent that the order was written for.
set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

# Agents of Systems Manager before 3.3.2746 set no variables but put the text in here. Neither alphabet has a quote.
if [ -z "${SSM_agentHash+x}" ]; then
  SSM_agentHash='{{ agentHash }}'
fi
if [ -z "${SSM_payload+x}" ]; then
  SSM_payload='{{ payload }}'
fi
# What the agent starts as an account must not find the order in its environment.
wanted=$SSM_agentHash payload=$SSM_payload
unset SSM_agentHash SSM_payload

root=${LATCHKEY_ROOT:-/}
folder="${root%/}/usr/local/lib/latchkey"
agent="$folder/latchkey_agent.pyz"
last="$folder/latchkey_agent.last.pyz"
trial="$folder/trial"
# shellcheck disable=SC2034
rejected="$folder/rejected"

# Enterprise Linux 8 has no other.
python=$(command -v python3 || command -v /usr/libexec/platform-python) || {
  echo '{"latchkey": 1, "outcome": "NO_PYTHON"}'
  exit 1
}
look() {
  found=
  if [ -f "$agent" ]; then
    found=$(sha256sum < "$agent" | cut -c 1-64)
  fi
}

# An installation was cut off before its agent made a statement: Systems Manager ends one after 3 minutes.
cut_off() {
  [ -n "$found" ] && [ "$found" = "$(cat "$trial" 2> /dev/null)" ] && [ -f "$last" ] && [ -n "$(find "$trial" -mmin +3)" ]
}

look
@LOCK@
if cut_off; then
  # Another one may be going on; it is not waited for.
  exec 9< "$folder"
  # shellcheck disable=SC2154
  if "$python" -I -c "$lock" 0; then
    look
    if cut_off; then
      @BACK@
    fi
  fi
  exec 9<&-
  look
fi
if [ "$found" != "$wanted" ]; then
  printf '{"latchkey": 1, "outcome": "NO_AGENT", "sha256": "%s"}\n' "$found"
  exit 1
fi
# printf is the shell's own: the payload is in no command line.
printf %s "$payload" | base64 -d | "$python" "$agent" order --root "$root"
