"""What a client may ask the HR system for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs

from pipeline.synthetic.hrms_records import BadRequestError, Window

_MOST_RECORDS = 1000
_PARAMETERS = {"updated_from", "updated_to", "limit", "cursor"}


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A checked request for one page."""

    window: Window
    limit: int
    cursor: str | None


def parse_request(stream: str, query: str) -> PageRequest:
    """The request that a query string makes.

    Raises:
        BadRequestError: a parameter is unknown, missing, repeated, or not of its form.
    """
    given = parse_qs(query, keep_blank_values=True)
    if unknown := sorted(given.keys() - _PARAMETERS):
        raise BadRequestError(f"{len(unknown)} unknown parameters; known are {', '.join(sorted(_PARAMETERS))}")
    if any(len(values) > 1 for values in given.values()):
        raise BadRequestError("a parameter is given twice")
    values = {name: values[0] for name, values in given.items()}
    window = Window(stream, _day(values, "updated_from"), _day(values, "updated_to"))
    if window.end < window.start:
        raise BadRequestError("updated_to lies before updated_from")
    limit = values.get("limit", "500")
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= _MOST_RECORDS):
        raise BadRequestError(f"limit must be a whole number from 1 to {_MOST_RECORDS}")
    return PageRequest(window, int(limit), values.get("cursor"))


def _day(values: Mapping[str, str], name: str) -> date:
    text = values.get(name, "")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise BadRequestError(f"{name} must be a date, YYYY-MM-DD")
    return day
