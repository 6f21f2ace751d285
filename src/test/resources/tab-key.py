"""Types lines into an interactive shell, presses the tab key after each, and prints what then stands on the line.

tab-key.py bash|zsh FOLDER LINE…; FOLDER has the completion script, and gets the shell's own files.
"""
import os
import pty
import sys
import time

PATIENCE_S = 60
SEEN = "seen"
SETTINGS = {
    "bash": "bind -x '\"\\C-x\\C-p\": printf \"%%s\\n\" \"$READLINE_LINE\" >> %(seen)s'\n. %(script)s\n",
    "zsh": "autoload -Uz compinit; compinit -u -D\n. %(script)s\n"
           "seen() { print -r -- \"$BUFFER\" >> %(seen)s; }; zle -N seen; bindkey -e; bindkey '^X^P' seen\n",
}


def main(shell, folder, lines):
    seen = os.path.join(folder, SEEN)
    with open(os.path.join(folder, ".zshrc"), "w") as settings:
        settings.write(SETTINGS[shell] % {"seen": seen, "script": os.path.join(folder, "script")})
    open(seen, "w").close()
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.environ.update(ZDOTDIR=folder, TERM="dumb", PS1="")
        os.execlp(shell, shell, *(["--noprofile", "--rcfile", settings.name, "-i"] if shell == "bash" else ["-d", "-i"]))
    os.set_blocking(terminal, False)
    for number, line in enumerate(lines, 1):
        os.write(terminal, line.encode() + b"\t\x18\x10")
        wait(terminal, seen, number)
        # Away with it, unread by the shell.
        os.write(terminal, b"\x05\x15")
    os.write(terminal, b"exit\r")
    with open(seen) as all_seen:
        sys.stdout.write(all_seen.read())


def wait(terminal, seen, number):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            os.read(terminal, 65536)
        except OSError:
            pass
        with open(seen) as so_far:
            if len(so_far.readlines()) >= number:
                return
        time.sleep(0.02)
    sys.exit("nothing was seen of line %d" % number)


main(sys.argv[1], sys.argv[2], sys.argv[3:])
