"""The name model that a setting asks for."""

from functools import cache

from pipeline.errors import PrivacyError
from pipeline.privacy.names.finder import NameFinder


@cache
def open_names(reference: str) -> NameFinder | None:
    """The finder behind a reference, loaded once a process; `none` has none.

    Raises:
        PrivacyError: the reference names no model that is here.
    """
    if reference == "none":
        return None
    raise PrivacyError("no such name model", given=reference, allowed=["none"])
