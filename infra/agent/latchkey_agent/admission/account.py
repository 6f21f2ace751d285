"""What stands in an account's way beside sshd's settings: its shell, shadow, nologin and PAM."""
import os
import stat

from latchkey_agent import programs
from latchkey_agent.accounts import as_account
from latchkey_agent.admission import pam
from latchkey_agent.admission.modules import Shadow
from latchkey_agent.admission.settings import AUTHENTICATION, NO, SESSION, UNKNOWN, Objection

# Programs that end at once, or that run nothing but what they are made for.
NO_SHELL = {"nologin", "false", "true", "sync", "halt", "shutdown", "poweroff", "noshell", "git-shell", "rssh", "scponly",
            "scponlyc", "sftp-server"}
SHELLS = {"sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "csh", "tcsh", "fish", "rbash", "jailshell"}


def shadow_of(name):
    code, out, _ = programs.run(["getent", "shadow", name])
    return Shadow(out) if code == 0 and out else None


def objections(login, settings, shadow):
    account = login.account
    if settings.one("ChrootDirectory", "none").lower() == "none":
        yield from _shell(account)
    if settings.one("UsePAM", "no") == "yes":
        yield from pam.objections(settings.one("PAMServiceName", "sshd"), login, shadow)
        return
    if account.pw_uid and os.path.exists("/etc/nologin"):
        yield Objection(NO, "/etc/nologin exists: root alone may log in; remove it", SESSION)
    if shadow and shadow.locked:
        yield Objection(NO, "the account %s is locked, which counts where UsePAM is no; usermod -p '*' %s"
                        % (shadow.name, shadow.name), AUTHENTICATION)
    if shadow and shadow.expires != -1 and shadow.today > shadow.expires:
        yield Objection(NO, shadow.expired(), AUTHENTICATION)


def _shell(account):
    shell = account.pw_shell or "/bin/sh"
    try:
        status = os.stat(shell)
    except OSError as error:
        yield Objection(NO, "the shell %s: %s; give %s another (chsh)" % (shell, error.strerror, account.pw_name), AUTHENTICATION)
        return
    name = {os.path.basename(shell), os.path.basename(os.path.realpath(shell))}
    if not stat.S_ISREG(status.st_mode) or not as_account(account, True, lambda: os.access(shell, os.X_OK)):
        stage = SESSION if stat.S_ISREG(status.st_mode) and status.st_mode & 0o111 else AUTHENTICATION  # as sshd looks at it
        yield Objection(NO, "the shell %s cannot be run by %s" % (shell, account.pw_name), stage)
    elif name & NO_SHELL:
        yield Objection(NO, "the shell %s gives no command line; give %s another (chsh)" % (shell, account.pw_name), SESSION)
    elif not name & SHELLS:
        yield Objection(UNKNOWN, "the shell %s is not one that is known here: what it does with a login cannot be told" % shell, SESSION)
