"""The agent as Systems Manager brings it: the real documents' scripts, run by a child of its service."""
import base64
import hashlib
import json
import pathlib
import re
import uuid

from .machine import LabMistake

DOCUMENTS = pathlib.Path(__file__).resolve().parents[4] / "infra" / "ssm"
NODE = "i-0123456789abcdef0"
SERVICE = "amazon-ssm-agent.service"
# Systems Manager takes no more of the agent in one command.
PART = 48000
# Systems Manager keeps its scripts below /var/lib; here they outlive a /var that a row fills.
SCRIPTS = "/run/lab-ssm"
AGENT = "/usr/local/lib/latchkey/latchkey_agent.pyz"


class Agent:
    """The installed agent of one machine; counts generations as the control plane does."""

    def __init__(self, machine):
        self.machine = machine
        self.generation, self.epoch = 0, 0
        self.install()

    def install(self):
        """The real Install document, once for each part; the last part first, as commands may overtake each other."""
        text = "".join((DOCUMENTS / "latchkey_agent.txt").read_text().split())
        parts = [text[begin:begin + PART] for begin in range(0, len(text), PART)]
        for number in range(len(parts), 0, -1):
            answer = self._document("Latchkey-Install",
                                    {"part": str(number), "parts": str(len(parts)), "data": parts[number - 1]}, 120)
        if answer.get("outcome") != "DONE":
            raise LabMistake("the agent was not installed: %s" % json.dumps(answer))
        script = "\n".join(_step("Latchkey-Install")["runCommand"])
        self.sha256 = re.search(r"^wanted=([0-9a-f]{64})$", script, re.M).group(1)

    def converge(self, grants, ending=(), **others):
        """The whole wanted state, as a new generation."""
        self.generation += 1
        if self.epoch:
            others["epoch"] = self.epoch
        return self.order(verb="converge", generation=self.generation, grants=list(grants), ending=list(ending), **others)

    def order(self, **words):
        """One order, through the real document; the statement."""
        payload = base64.b64encode(self._text(words).encode()).decode()
        return self._document("Latchkey-Order", {"agentHash": self.sha256, "payload": payload}, 100)

    def remove(self):
        """What `fleet_server_remove` sends."""
        self.generation += 1
        return self.order(verb="remove", generation=self.generation)

    def new_epoch(self):
        """What `fleet_server_reset` does."""
        self.epoch, self.generation = self.epoch + 1, 0

    def sweep(self):
        """What the timer starts each minute."""
        self.machine.run("systemctl start latchkey-sweep.service")

    def start(self, **words):
        """One order whose process is to be killed: the installed agent itself, without the document's script."""
        return self.machine.start(["python3", AGENT, "order", "--root", "/"], self._text(words), SERVICE)

    def _text(self, words):
        return json.dumps(dict({"latchkey": 1, "request": uuid.uuid4().hex, "node": NODE}, **words))

    def _document(self, name, parameters, timeout):
        step = _step(name)
        command = str(uuid.uuid4())
        script = "%s/%s.sh" % (SCRIPTS, command)
        self.machine.run("mkdir -p %s && cat > %s && chmod 0500 %s" % (SCRIPTS, script, script),
                         stdin="\n".join(step["runCommand"]) + "\n")
        environment = {"SSM_COMMAND_ID": command, "AWS_SSM_INSTANCE_ID": NODE}
        for key, value in parameters.items():
            rule = _parameters(name)[key]
            if not re.match(rule["allowedPattern"], value) or len(value) > rule.get("maxChars", len(value)):
                raise LabMistake("Systems Manager would not send the parameter %s" % key)
            environment["SSM_" + key] = value
        done = self.machine.run("exec sh -c %s" % script, environment=environment, unit=SERVICE, timeout=timeout)
        lines = done.stdout.strip().splitlines()
        try:
            return json.loads(lines[-1])
        except (IndexError, ValueError):
            raise LabMistake("%s printed no statement:\n%s" % (name, done.stdout[-2000:]))


def _read(name):
    return json.loads((DOCUMENTS / (name + ".json")).read_text())


def _step(name):
    return _read(name)["mainSteps"][0]["inputs"]


def _parameters(name):
    return _read(name)["parameters"]


def fingerprint(public_key):
    """As ssh-keygen prints it."""
    digest = hashlib.sha256(base64.b64decode(public_key.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
