"""Other programs of the server: how they are found and run."""
import shutil
import subprocess

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def installed(name):
    """Where the program is; None if it is not installed."""
    return shutil.which(name, path=PATH)


def run(args, given=None, timeout=15):
    """Exit code, output and errors of a program, run without a shell."""
    program = installed(args[0])
    if program is None:
        return 127, "", "%s is not installed" % args[0]
    try:
        done = subprocess.run([program] + args[1:], input=given if isinstance(given, bytes) else (given or "").encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=timeout, env={"PATH": PATH, "LC_ALL": "C"}, cwd="/")
    except subprocess.TimeoutExpired:
        return 124, "", "%s did not end within %d seconds" % (args[0], timeout)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def complaint(*texts):
    """The last line of a program's errors, or, without errors, of its output."""
    return ([line for text in texts for line in reversed(text.splitlines()) if line.strip()] or ["failed"])[0][:200]
