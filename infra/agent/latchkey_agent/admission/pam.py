"""PAM's stacks: which modules are asked, what each answers as far as it is known, and what comes of it."""
import glob
import os
import re

from latchkey_agent.admission.modules import Modules
from latchkey_agent.admission.settings import AUTHENTICATION, NO, SESSION, UNKNOWN, Objection

WORDS = {"required": "success=ok new_authtok_reqd=ok ignore=ignore default=bad",
         "requisite": "success=ok new_authtok_reqd=ok ignore=ignore default=die",
         "sufficient": "success=done new_authtok_reqd=done default=ignore",
         "optional": "success=ok new_authtok_reqd=ok default=ignore"}
PLACES = ("/lib*/security/", "/usr/lib*/security/", "/lib/*/security/", "/usr/lib/*/security/")
MISSING = "no "  # before the name of a module that is not there
LINE = re.compile(r"(-?)(account|auth|session|password)\s+(\[[^]]*\]|\S+)\s+(\S+)\s*(.*)", re.IGNORECASE)


def placed(service):
    return next(filter(os.path.exists, ("/etc/pam.d/" + service, "/usr/lib/pam.d/" + service)), None)


def stack(service, kind, depth=0):
    """The entries of a service; each has the action for each answer, and a module or, without actions, a substack."""
    path = placed(service)
    if path is None:
        raise OSError(service)
    with open(path, errors="replace") as file:
        text = re.sub(r"\\\n", " ", file.read())
    for line in (line.split("#")[0].strip() for line in text.splitlines()):
        included = re.match(r"@include\s+(\S+)$", line)
        found = LINE.match(line)
        if included and depth < 16:
            yield from stack(included.group(1), kind, depth + 1)
        elif found and found.group(2).lower() == kind:
            control, module, rest = found.group(3).lower(), found.group(4), found.group(5)
            if control == "include" and depth < 16:
                yield from stack(module, kind, depth + 1)
            elif control == "substack" and depth < 16:
                yield None, list(stack(module, kind, depth + 1)), rest
            else:
                actions = dict(pair.split("=", 1) for pair in WORDS.get(control, control).strip("[]").split() if "=" in pair)
                name = re.sub(r"^.*/|\.so$", "", module)
                here = os.path.exists(module) if module[0] == "/" else any(glob.glob(place + name + ".so") for place in PLACES)
                yield actions, name if here else MISSING + name, re.findall(r"\[[^]]*\]|\S+", rest)


class Run:
    """One pass through a stack, in which every module that is not known answers `guess`."""

    def __init__(self, modules, guess):
        self.modules, self.guess = modules, guess
        self.status = self.failed = self.why = None  # why: the last that was said against it
        self.unknown = []

    def through(self, entries):
        skip = 0
        for actions, module, rest in entries:
            if skip:
                skip -= 1
            elif actions is None:
                self.through(module)  # what ends a substack ends nothing else
            else:
                answer, why = self._ask(module, rest)
                self.why = why or self.why
                action = actions.get(answer, actions.get("default", "ignore" if actions else "bad"))
                if action.isdigit():
                    skip = int(action)
                elif action in ("ok", "done"):
                    if not self.failed and self.status in (None, "success") and answer != "ignore":
                        self.status = answer
                    if action == "done" and self.status and not self.failed:
                        return
                elif action in ("bad", "die"):
                    self.failed = self.failed or self.why or "%s refuses the login" % module
                    if action == "die":
                        return
                elif action == "reset":
                    self.status = self.failed = None

    def _ask(self, module, rest):
        if module.startswith(MISSING):
            return "module_unknown", "the module %s is not there" % module[len(MISSING):]
        answer, why = self.modules.answer(module, rest)
        if answer:
            return answer, why
        self.unknown.append("%s: %s" % (module, why))
        return self.guess, None

    def refusal(self):
        return self.failed or (None if self.status == "success" else self.why if self.status else "no module admits anyone")


def objections(service, login, shadow):
    """Where PAM would not let the login through."""
    for kind in ("account", "session"):
        modules = Modules(kind, service, login, shadow)
        try:
            entries = list(stack(service if placed(service) else "other", kind))
        except OSError as error:
            yield Objection(NO, "PAM: there is no /etc/pam.d/%s" % error.args[0], AUTHENTICATION)
            continue
        runs = []
        for guess in ("success", "perm_denied"):
            runs.append(Run(modules, guess))
            runs[-1].through(entries)
        refusals = [one.refusal() for one in runs]
        # sshd takes the key of an account that must change its password, and asks for a new one in the session.
        begun = kind == "session" or all(one.status == "new_authtok_reqd" and not one.failed for one in runs)
        stage = SESSION if begun else AUTHENTICATION
        if all(refusals):
            yield Objection(NO, "PAM: %s" % refusals[0], stage)
        elif any(refusals):
            unknown = sorted(set(runs[1].unknown + runs[0].unknown))
            yield Objection(UNKNOWN, "PAM asks what is not known here: %s" % "; ".join(unknown), stage)
