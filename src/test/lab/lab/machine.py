"""One boot of the image: a copy on top of it that is thrown away, systemd, a network with a vendor at its other end."""
import os
import pathlib
import shutil
import signal
import subprocess
import time

# What `rows.sh` has, and programs that stand for those that cannot be had.
FILES = pathlib.Path(__file__).resolve().parents[1] / "machine"
ADDRESS, ADDRESS6 = "192.0.2.1", "2001:db8:1::1"
GATEWAY, GATEWAY6 = "192.0.2.254", "2001:db8:1::fe"
# Where logins may come from: the vendor, an administrator within the vendor's range, the vendor of the firewall's rows, somebody.
VENDOR, ADMINISTRATOR, OTHER_VENDOR, ELSEWHERE = "203.0.113.7", "203.0.113.5", "198.51.100.7", "192.0.2.99"
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8",
               "BASH_ENV": "/root/rows.sh"}
# /var and /home are file systems of their own, small enough to be filled.
VAR_SIZE, HOME_SIZE = "64m", "32m"
BOOT_SECONDS = 90


class Machine:
    """Booted where it is made; only within the namespaces of `run`, which end with it whatever happens."""

    def __init__(self, image, folder, number=1):
        self.folder = pathlib.Path(folder)
        self.link, self.address = "lab%d" % (number - 1), "192.0.2.%d" % number
        self.root = self.folder / "root"
        self._mount(image)
        self.console = open(self.folder / "console", "wb")
        self.nspawn = self._start(image)
        self.leader = self._await_leader()
        self._connect()
        self._await_boot()

    def _mount(self, image):
        self.folder.mkdir(parents=True)
        _call("mount", "-t", "tmpfs", "-o", "mode=0755,size=2g", "lab", self.folder)
        self.root.mkdir()
        self._overlay(image, self.root, "whole", None)
        self._overlay(image / "var", self.root / "var", "var", VAR_SIZE)
        self._overlay(image / "home", self.root / "home", "home", HOME_SIZE)
        shutil.copy(str(FILES / "rows.sh"), str(self.root / "root"))

    def _overlay(self, lower, where, name, size):
        upper = self.folder / name
        upper.mkdir()
        if size:
            _call("mount", "-t", "tmpfs", "-o", "mode=0755,size=" + size, "lab-" + name, upper)
        for part in ("upper", "work"):
            (upper / part).mkdir()
            (upper / part).chmod(0o755)
        _call("mount", "-t", "overlay", "-o", "lowerdir=%s,upperdir=%s/upper,workdir=%s/work" % (lower, upper, upper),
              "lab-" + name, where)

    def _start(self, image):
        libraries = sorted(str(path.parent) for path in image.glob("usr/lib/*/libc.so.6"))[0]
        loader = sorted(str(path) for path in image.glob("usr/lib*/*/ld-linux*.so*"))[0]
        # A server's root may do what it likes but set this machine's clock or load its modules.
        command = [loader, "--library-path", "%s:%s/systemd" % (libraries, libraries), image / "usr/bin/systemd-nspawn",
                   "--quiet", "--directory", self.root, "--boot", "--register=no", "--keep-unit", "--private-network",
                   "--machine=lab", "--hostname=lab", "--console=pipe", "--link-journal=no", "--resolv-conf=off",
                   "--timezone=off", "--capability=all", "--drop-capability=CAP_SYS_TIME,CAP_SYS_MODULE,CAP_SYS_BOOT"]
        group = self.group = pathlib.Path("/sys/fs/cgroup") / self.folder.name
        group.mkdir()
        return subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=self.console, stderr=self.console,
            env=dict(os.environ, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY="1", SYSTEMD_SECCOMP="0"), start_new_session=True,
            preexec_fn=lambda: (group / "cgroup.procs").write_text("0"))

    def _await_leader(self):
        """The process that is number 1 within."""
        def found():
            for pid in _processes():
                try:
                    status = pathlib.Path("/proc/%d/status" % pid).read_text()
                except OSError:
                    continue
                lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
                numbers = lines["NSpid"].split()
                if numbers[1:] == ["1"] and int(lines["PPid"]) == self.nspawn.pid and lines["Name"].strip() == "systemd":
                    return pid
            return None
        return self._await("systemd", found)

    def _connect(self):
        _call("ip", "link", "add", self.link, "type", "veth", "peer", "name", "host0", "netns", self.leader)
        # People stand at the first machine's link, and reach another one through its own.
        for address in () if self.address != ADDRESS else (GATEWAY, VENDOR, ADMINISTRATOR, OTHER_VENDOR, ELSEWHERE):
            _call("ip", "address", "add", address + ("/24" if address == GATEWAY else "/32"), "dev", "lab0")
        _call("ip", "link", "set", self.link, "up")
        if self.address != ADDRESS:
            _call("ip", "route", "add", self.address + "/32", "dev", self.link, "src", GATEWAY)
        self.call("ip link set lo up; ip address add %s/24 dev host0; ip link set host0 up; ip route add default via %s"
                  % (self.address, GATEWAY))

    def addresses(self, wanted):
        """Lets packets come from these addresses, too."""
        for address in wanted:
            if ":" in address:
                self._connect6()
            more = ["/128", "nodad"] if ":" in address else ["/32"]
            subprocess.run(["ip", "address", "replace", address + more[0], "dev", "lab0"] + more[1:], check=True)

    def _connect6(self):
        """IPv6, for the rows that have addresses of it."""
        _call("ip", "address", "replace", GATEWAY6 + "/64", "dev", "lab0", "nodad")
        self.call("ip address replace %s/64 dev host0 nodad; ip route replace default via %s" % (ADDRESS6, GATEWAY6))

    def stands_in(self, programs):
        """Puts stand-ins where the programs would be."""
        for name in programs:
            shutil.copy(str(FILES / name), str(self.root / "usr/sbin"))

    def _await_boot(self):
        def reached():
            done = self.run("systemctl is-active --quiet multi-user.target ssh.service amazon-ssm-agent.service")
            return done.returncode == 0
        self._await("multi-user.target", reached)

    def _await(self, what, question):
        until = time.monotonic() + BOOT_SECONDS
        while time.monotonic() < until:
            answer = question()
            if answer:
                return answer
            if self.nspawn.poll() is not None:
                break
            time.sleep(0.05)
        self.stop()
        tail = (self.folder / "console").read_bytes()[-3000:].decode("utf-8", "replace")
        raise SystemExit("lab: it does not boot: %s was not reached; the end of its console:\n%s" % (what, tail))

    def run(self, lines, timeout=120, environment=None, stdin=None, unit=None):
        """Lines of shell as root; what they print on either stream is `stdout`."""
        return subprocess.run(
            self._inside() + ["/bin/bash", "-c", lines], stdin=subprocess.DEVNULL if stdin is None else None, input=stdin,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, errors="replace", timeout=timeout,
            env=dict(ENVIRONMENT, **(environment or {})), preexec_fn=self._joiner(unit))

    def start(self, command, stdin, unit):
        """A program that runs beside us; the process and its number on this side."""
        process = subprocess.Popen(self._inside() + command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, env=ENVIRONMENT, preexec_fn=self._joiner(unit))
        process.stdin.write(stdin.encode())
        process.stdin.close()
        children = pathlib.Path("/proc/%d/task/%d/children" % (process.pid, process.pid))
        while process.poll() is None:
            found = children.read_text().split()
            if found:
                return process, int(found[0])
        return process, None

    def _inside(self):
        return ["nsenter", "-t", str(self.leader), "-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w", "--"]

    def _joiner(self, unit):
        if not unit:
            return None
        members = self.group / "payload" / "system.slice" / unit / "cgroup.procs"
        return lambda: members.write_text("0")

    def call(self, lines, **others):
        """As `run`, and what fails is a mistake of the row or of the laboratory."""
        done = self.run(lines, **others)
        if done.returncode:
            raise LabMistake("exit code %d of: %s\n%s" % (done.returncode, lines.strip(), done.stdout[-2000:]))
        return done.stdout

    def stop(self):
        """Everything ends at once: number 1 takes all processes with it."""
        if getattr(self, "leader", 0) and self.nspawn.poll() is None:
            os.kill(self.leader, signal.SIGKILL)
        try:
            self.nspawn.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.nspawn.kill()
            self.nspawn.wait()
        self.console.close()
        subprocess.run(["ip", "link", "delete", self.link], stderr=subprocess.DEVNULL)
        subprocess.run(["umount", "--recursive", "--lazy", str(self.folder)], stderr=subprocess.DEVNULL)
        _remove_group(self.group)


class LabMistake(Exception):
    """The laboratory or a row of it is wrong, not the agent."""


def server_of(address):
    """Where the machine is reached from there."""
    return ADDRESS6 if ":" in address else ADDRESS


def _remove_group(group):
    for folder, _, _ in os.walk(str(group), topdown=False):
        try:
            os.rmdir(folder)
        except OSError:
            pass


def _processes():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _call(*command):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          universal_newlines=True)
    if done.returncode:
        raise SystemExit("lab: %s: %s" % (" ".join(str(word) for word in command), done.stdout.strip()))
