"""Accounts: which can log in, and work that is done with the rights of one."""
import os
import signal

from latchkey_agent.errors import Problem


def may_log_in(account):
    return os.path.basename(account.pw_shell) not in ("nologin", "false", "sync", "halt", "shutdown")


def as_account(account, live, work):
    """work(), true or false, with the rights of the account alone.

    In a directory that an account can rearrange while we look, root would write wherever the account points. So a
    child gives up root first. What it answers is data from the account: one of two words, or a problem.
    """
    if os.geteuid() != 0 or account.pw_uid == 0:
        return work()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        answer = "the rights of %s could not be taken" % account.pw_name
        try:
            signal.alarm(20)  # a home may be on a server that does not answer
            if live:
                os.initgroups(account.pw_name, account.pw_gid)
            else:
                os.setgroups([account.pw_gid])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            answer = "changed" if work() else "unchanged"
        except Exception as error:
            answer = str(error) if isinstance(error, Problem) else "%s: %s" % (answer, type(error).__name__)
        finally:
            try:
                os.write(writing, answer.encode())
            finally:
                os._exit(0)  # never back into the code of the parent
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read(1000).decode("ascii", "replace")
    os.waitpid(child, 0)
    if answer not in ("changed", "unchanged"):
        raise Problem(answer[:300] or "the files of %s could not be edited in time" % account.pw_name)
    return answer == "changed"
