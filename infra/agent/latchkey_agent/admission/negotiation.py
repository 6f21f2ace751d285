"""Whether sshd and a client of OpenSSH, as it is without options, have algorithms in common."""
from latchkey_agent.admission import patterns
from latchkey_agent.admission.settings import NO

KEX = ("curve25519-*,ecdh-sha2-nistp*,sntrup761x25519-*,mlkem768x25519-*,diffie-hellman-group-exchange-sha256,"
       "diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,diffie-hellman-group14-sha256")
SEALED = ("chacha20-poly1305@openssh.com", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com")  # these need no MAC
CIPHERS = SEALED[:1] + ("aes128-ctr", "aes192-ctr", "aes256-ctr") + SEALED[1:]
MACS = "umac-*,hmac-sha1,hmac-sha1-etm@openssh.com,hmac-sha2-*"
HOST_KEYS = "ssh-ed25519*,ecdsa-sha2-*,rsa-sha2-*,sk-*"
OF_RSA = ["rsa-sha2-512", "rsa-sha2-256"]


def objections(settings, path):
    """(no, keyword, what it does) for each; `path` is where a file of the server is."""
    cipher = next((one for one in CIPHERS if one in listed(settings, "Ciphers", one)), None)
    for keyword, taken in (("KexAlgorithms", KEX), ("Ciphers", ",".join(CIPHERS)), ("MACs", None if cipher in SEALED else MACS),
                           ("HostKeyAlgorithms", HOST_KEYS)):
        offered = listed(settings, keyword, "")
        if taken and offered and not any(patterns.listed(one, taken) == 1 for one in offered):
            yield NO, keyword, "has only %s, which a client does not offer by itself; add newer ones" % ",".join(offered[:3])
            return
    offered, types = listed(settings, "HostKeyAlgorithms", ""), set()
    for file in settings.every("HostKey"):
        try:
            with open(path(file + ".pub")) as public:
                types.add(public.read(100).split()[0])
        except (OSError, IndexError, ValueError):
            return  # what kind of key it is cannot be told here
    names = [one for kind in types for one in (OF_RSA if kind == "ssh-rsa" else [kind])]
    if names and offered and not set(names) & set(offered):
        yield NO, "HostKeyAlgorithms", "has none for the host keys, which are %s; add one" % ", ".join(sorted(types))


def listed(settings, keyword, default):
    value = settings.one(keyword, default)
    return [] if value[:1] in "+-^" else value.split(",")
