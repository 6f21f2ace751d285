"""What a file has besides its name: contents, owner, mode, and the flags that let nobody change it (chattr)."""
import contextlib
import fcntl
import os
import stat
import struct

GET, SET = 0x80086601, 0x40086602  # FS_IOC_GETFLAGS and FS_IOC_SETFLAGS of linux/fs.h, where a long has 8 bytes
FIXED = 0x10 | 0x20  # immutable, append-only


def fixed(descriptor):
    """The flags that are set, of the two that matter; 0 where the file system has none."""
    return _read(descriptor) & FIXED


def loosen(descriptor):
    """Takes both away; whether one was set."""
    flags = _read(descriptor)
    if not flags & FIXED:
        return False
    with contextlib.suppress(OSError):  # for instance in a container
        fcntl.ioctl(descriptor, SET, struct.pack("l", flags & ~FIXED))
        os.fsync(descriptor)
        return True
    return False


def _read(descriptor):
    with contextlib.suppress(OSError):
        return struct.unpack("l", fcntl.ioctl(descriptor, GET, struct.pack("l", 0)))[0] & 0xffffffff
    return 0

def contents(file, most):
    """Up to one byte more than the most."""
    with os.fdopen(os.dup(file), "rb") as data:
        data.seek(0)
        return data.read(most + 1)


def copy_attributes(old, new):
    status, fresh = os.fstat(old), os.fstat(new)
    if (status.st_uid, status.st_gid) != (fresh.st_uid, fresh.st_gid):
        os.fchown(new, status.st_uid, status.st_gid)
    os.fchmod(new, stat.S_IMODE(status.st_mode))
    with contextlib.suppress(OSError):  # ACL and SELinux label, as far as this file system has them
        for name in os.listxattr(old):
            with contextlib.suppress(OSError):
                os.setxattr(new, name, os.getxattr(old, name))
