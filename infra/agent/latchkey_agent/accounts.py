"""Accounts: which can log in, and work that is done with the rights of one."""
import json
import os
import signal

from latchkey_agent.errors import Problem

MAX_ANSWER = 4 * 1024 * 1024


def may_log_in(account):
    return os.path.basename(account.pw_shell) not in ("nologin", "false", "sync", "halt", "shutdown")


def as_account(account, live, work, seconds=20):
    """What work() answers, with the rights of the account alone: true, false, or anything that JSON can hold.

    In a directory that an account can rearrange while we look, root would write wherever the account points. So a
    child gives up root first. What it answers is data from the account, for the caller to judge, or a problem.
    """
    if account is None or os.geteuid() != 0 or account.pw_uid == 0:
        return work()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        answer = {"problem": "the rights of %s could not be taken" % account.pw_name}
        try:
            os.close(reading)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(seconds)  # a home may be on a server that does not answer
            if live:
                os.initgroups(account.pw_name, account.pw_gid)
            else:
                os.setgroups([account.pw_gid])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            answer = {"told": work()}
        except Exception as error:
            answer = {"problem": str(error) if isinstance(error, Problem)
                      else "%s: %s" % (answer["problem"], type(error).__name__)}
        finally:
            try:
                with os.fdopen(writing, "wb") as pipe:
                    pipe.write(json.dumps(answer).encode("ascii"))
            finally:
                os._exit(0)  # never back into the code of the parent
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read(MAX_ANSWER + 1)
        pipe.close()
    os.waitpid(child, 0)
    try:
        answer = json.loads(answer.decode("ascii"))
        if "problem" not in answer:
            return answer["told"]
    except (ValueError, KeyError, TypeError):
        answer = {"problem": "the files of %s could not be read or edited in time" % account.pw_name}
    raise Problem(str(answer["problem"])[:300])
