"""What stands in the place of an erased person's key in the records of others."""

import re

_HEAD = re.compile(r"[^\W\d_]{0,4}")


def stand_in(key: str) -> str:
    """A key of the same shape that names nobody, so that a record of somebody else stays valid: E0000123 → E0000000.

    Up to four letters at its head stay; every other digit is 0, every other letter an a.
    """
    head = _HEAD.match(key)
    start = head.end() if head else 0
    return key[:start] + "".join(map(_plain, key[start:]))


def _plain(sign: str) -> str:
    if sign.isdigit():
        return "0"
    return ("A" if sign.isupper() else "a") if sign.isalpha() else sign
