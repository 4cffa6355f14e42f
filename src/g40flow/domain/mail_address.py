"""Mail addresses: which can be used, and how one is recognised without being kept."""

import hashlib
import re

LONGEST_ADDRESS, LONGEST_LOCAL_PART = 254, 64
"""RFC 5321, 4.5.3.1, and the path of 256 with its brackets."""

# As browsers check input of type email, without what would need quotes or SMTPUTF8.
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)


def usable_address(text: str) -> str | None:
    """The address as servers understand it, its domain in ASCII; None for what is no address.

    Names of domains may have letters outside ASCII, names of mailboxes may not.
    """
    local, at, domain = text.strip().rpartition("@")
    try:
        host = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = host.split(".")
    fits = len(local) <= LONGEST_LOCAL_PART and len(local) + 1 + len(host) <= LONGEST_ADDRESS
    if not at or not fits or not _LOCAL_PART.fullmatch(local):
        return None
    return f"{local}@{host}" if all(_LABEL.fullmatch(label) for label in labels) else None


def address_mark(address: str) -> str:
    """32 hexadecimal characters that are equal for spellings of the same address."""
    spelled = (usable_address(address) or address).lower()
    return hashlib.blake2b(spelled.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
