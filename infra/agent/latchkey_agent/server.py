"""The server on which the agent works."""
import os
import pwd

from latchkey_agent.directory import Directory


class Server:
    """The machine, or a folder that stands for one, whose firewall and processes are nobody's."""

    def __init__(self, root):
        self.root = os.path.realpath(root)
        self.live = self.root == "/"
        self.state = self.path("/var/lib/latchkey")
        self._directory = None

    def path(self, path):
        return os.path.join(self.root, path.lstrip("/"))

    def shown(self, path):
        """The path as that server knows it."""
        return path if self.live else "/" + os.path.relpath(path, self.root)

    def inside(self, path):
        """Whether following the path stays on this server; a link in a folder may lead out of it."""
        real = os.path.realpath(path)
        return os.path.commonpath([self.root, real]) == self.root

    def device(self, path):
        """The file system on which the file is, or would be: that of its nearest folder that exists."""
        path = os.path.dirname(self.path(path))  # on an overlay a file may say another device than its folder
        while not os.path.isdir(path):
            path = os.path.dirname(path)
        return os.stat(path).st_dev

    def account(self, name):
        return next((one for one in self.accounts(name)), None)

    def accounts(self, name=None):
        """All accounts, or that of the name; a directory service may hold them, and list none.

        Of two rows with one name both are there: sshd takes the first, whatever the other one's home has.
        """
        if not self.live:
            return [one for one in self._passwd() if name in (None, one.pw_name)]
        try:
            return self._all() if name is None else [pwd.getpwnam(name)]
        except KeyError:
            return []

    def _all(self):
        listed = pwd.getpwall()
        if self._directory is None:
            self._directory = Directory(listed)
        names = {one.pw_name for one in listed}
        return listed + [one for one in self._directory.found if one.pw_name not in names]

    def unsearched(self):
        """Which accounts there may be that nobody lists, as a sentence; None on most servers."""
        return None if self._directory is None else self._directory.unsearched()

    def listed(self):
        """The accounts of /etc/passwd alone."""
        return self._passwd()

    def _passwd(self):
        try:
            with open(self.path("/etc/passwd"), errors="replace") as file:
                rows = [line.rstrip("\n").split(":") for line in file]
        except FileNotFoundError:
            return []
        return [pwd.struct_passwd(row[:2] + [int(row[2]), int(row[3])] + row[4:])
                for row in rows if len(row) == 7 and row[2].isdigit() and row[3].isdigit()]
