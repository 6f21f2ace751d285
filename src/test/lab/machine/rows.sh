# What the lines of a row may call, beside the machine's own programs; bash reads it first.

# Lines of sshd's configuration, before all others, each an argument; sshd reads them again.
sshd_says() { printf '%s\n' "$@" >> /etc/ssh/sshd_config.d/00.conf; systemctl reload ssh.service; }

# A line at the top of PAM's stack for sshd.
pam_first() { sed -i "1i $*" /etc/pam.d/sshd; }

# A line in the account's authorized_keys, made first where it is missing.
key_line() {
  local home; home=$(getent passwd "$ACCOUNT" | cut -d: -f6)
  install -d -o "$ACCOUNT" -g "$(id -g "$ACCOUNT")" -m 0700 "$home/.ssh"
  printf '%s\n' "$*" >> "$home/.ssh/${KEY_FILE:-authorized_keys}"
  chown "$ACCOUNT:" "$home/.ssh/${KEY_FILE:-authorized_keys}"
  chmod 0600 "$home/.ssh/${KEY_FILE:-authorized_keys}"
}

# A base chain at the input hook of nftables with this policy and these rules, as an administrator's own firewall has one.
input_chain() {
  nft add table inet filter
  nft "add chain inet filter input { type filter hook input priority 0; policy $1; }"
  local rule
  for rule in "${@:2}"; do nft "add rule inet filter input $rule"; done
}

# fail2ban with a jail for sshd and this action, and more lines for the jail.
fail2ban() {
  printf '[DEFAULT]\nbanaction = %s\n[sshd]\nenabled = true\nbackend = systemd\n' "$1" > /etc/fail2ban/jail.local
  printf '%s\n' "${@:2}" >> /etc/fail2ban/jail.local
  systemctl restart fail2ban.service
  until_true fail2ban-client ping
}

# Waits until a command succeeds, 10 seconds at most.
until_true() {
  local at
  for at in $(seq 100); do "$@" > /dev/null 2>&1 && return; sleep 0.1; done
  echo "it did not come to this: $*"; return 1
}

# A ban by fail2ban, in force when this comes back.
ban() {
  fail2ban-client set sshd banip "$1" > /dev/null
  until_true in_force "$1"
}
in_force() { { nft list ruleset; iptables-save; ip route show table all; firewall-cmd --list-rich-rules; cat /etc/hosts.deny; } 2> /dev/null | grep -q "$1"; }
