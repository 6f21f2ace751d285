#!/bin/sh
# Part of both documents, in the place of @LOCK@: locks the folder that is open as 9 for this shell. It fails when another
# one holds the lock for that many seconds; a file system without locks is as if nobody did.
# shellcheck disable=SC2034
lock='import fcntl, sys, time
until = time.monotonic() + float(sys.argv[1])
while True:
    try:
        fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if time.monotonic() < until:
            time.sleep(0.1)
            continue
        sys.exit(1)
    except OSError:
        pass
    break'
