"""What `logicalTypeOptions.format` of a string says of its form, as regular expressions for the whole value.

They say how a value is written, not whether the mailbox or host exists. No repeat without a bound can match a text in
two ways, so time grows with the text's length alone.
"""

from collections.abc import Mapping

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"(?=.{{1,253}}\z){_LABEL}(?:\.{_LABEL})*"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = rf"{_BYTE}(?:\.{_BYTE}){{3}}"
_GROUP = "[0-9A-Fa-f]{1,4}"
#: The last 32 bits of an IPv6 address may be written as IPv4 (RFC 4291, 2.2).
_LAST = rf"(?:{_GROUP}:{_GROUP}|{_IPV4})"


def _ipv6() -> str:
    """The forms of RFC 3986, appendix A: eight groups, or `::` for at least one of them; the last two may be IPv4."""
    forms = [rf"(?:{_GROUP}:){{6}}{_LAST}"]
    for before, after in ((0, 5), (1, 4), (2, 3), (3, 2), (4, 1), (5, 0)):
        forms.append(rf"{_start(before)}::(?:{_GROUP}:){{{after}}}{_LAST}")
    forms += [rf"{_start(6)}::{_GROUP}", rf"{_start(7)}::"]
    return f"(?:{'|'.join(forms)})"


def _start(most: int) -> str:
    """At most so many groups before `::`."""
    return rf"(?:(?:{_GROUP}:){{0,{most - 1}}}{_GROUP})?" if most else ""


#: `email`: RFC 5321's dot-string at a host; `uuid`: RFC 9562; `uri`: RFC 3986, absolute; `hostname`: RFC 1123.
STRING_FORMATS: Mapping[str, str] = {
    "email": rf"\A(?=.{{1,254}}\z)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_HOST}\z",
    "uuid": r"\A[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\z",
    "uri": r"\A[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+\z",
    "hostname": rf"\A{_HOST}\z",
    "ipv4": rf"\A{_IPV4}\z",
    "ipv6": rf"\A{_ipv6()}\z",
}
