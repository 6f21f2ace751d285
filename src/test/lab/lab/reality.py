"""What is so, found without the agent: logins that are tried, and /proc as this side of the namespaces sees it."""
import concurrent.futures
import pathlib

NAME = "lab-stay"
ACCOUNTS = ("root", "support", "owner", "other")


class Process:
    """One process of the machine; `pid` is its number there."""

    def __init__(self, folder):
        status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line)
        self.name = status["Name"].strip()
        self.zombie = status["State"].strip().startswith("Z")
        numbers = status["NSpid"].split()
        self.inside = len(numbers) > 1
        self.pid = int(numbers[-1])
        self.audit_session = int((folder / "sessionid").read_text())
        self.group = (folder / "cgroup").read_text()

    def __str__(self):
        return "%s (%d)" % (self.name, self.pid)


def alive(audit_sessions):
    """All that belongs to these logins by the kernel's own number, and all processes of the rows' own name."""
    found = []
    for folder in pathlib.Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            process = Process(folder)
        except (OSError, KeyError):
            continue
        if process.inside and not process.zombie and (process.audit_session in audit_sessions or process.name == NAME):
            found.append(process)
    return sorted(found, key=lambda process: process.pid)


def lets_in(person, accounts=ACCOUNTS, ports=(22,), addresses=(None,)):
    """Where this key opens a shell, as words."""
    ways = [(account, port, address) for account in accounts for port in ports for address in addresses]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda way: person.logs_in(*way), ways))
    return [account + (" on port %d" % port if port != 22 else "") + (" from " + address if address else "")
            for (account, port, address), into in zip(ways, opened) if into]
