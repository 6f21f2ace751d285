"""The state where there is no room for another file: written over the one that stands, which needs none."""
import os


def overwrite(path, texts):
    """The first of the texts for which there is room. A run that is killed here leaves a file that is damaged, and so
    one that is put aside and closes everything that no order wants; never one that opens what was closed."""
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    try:
        size = os.fstat(descriptor).st_size
        for text in texts:
            if len(text) <= size:
                text += b" " * (size - len(text))
                if os.pread(descriptor, size, 0) != text:
                    os.pwrite(descriptor, text, 0)
                    os.fsync(descriptor)
                return True
        return False
    finally:
        os.close(descriptor)
