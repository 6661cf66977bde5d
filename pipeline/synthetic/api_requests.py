"""What a client may ask an API for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs

from pipeline.synthetic.api_records import BadRequestError, Window

MOST_RECORDS = 1000


@dataclass(frozen=True, slots=True)
class Parameters:
    """What an API calls the beginning and the end of a window, the most records of a page, and where it goes on."""

    start: str
    end: str
    limit: str
    cursor: str
    usual_limit: int

    @property
    def names(self) -> set[str]:
        return {self.start, self.end, self.limit, self.cursor}


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A checked request for one page."""

    window: Window
    limit: int
    cursor: str | None


def parse_request(stream: str, query: str, parameters: Parameters) -> PageRequest:
    """The request that a query string makes.

    Raises:
        BadRequestError: a parameter is unknown, missing, repeated, or not of its form.
    """
    given = parse_qs(query, keep_blank_values=True)
    if unknown := sorted(given.keys() - parameters.names):
        raise BadRequestError(f"{len(unknown)} unknown parameters; known are {', '.join(sorted(parameters.names))}")
    if any(len(values) > 1 for values in given.values()):
        raise BadRequestError("a parameter is given twice")
    values = {name: values[0] for name, values in given.items()}
    window = Window(stream, _day(values, parameters.start), _day(values, parameters.end))
    if window.end < window.start:
        raise BadRequestError(f"{parameters.end} lies before {parameters.start}")
    limit = values.get(parameters.limit, str(parameters.usual_limit))
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= MOST_RECORDS):
        raise BadRequestError(f"{parameters.limit} must be a whole number from 1 to {MOST_RECORDS}")
    return PageRequest(window, int(limit), values.get(parameters.cursor))


def _day(values: Mapping[str, str], name: str) -> date:
    text = values.get(name, "")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise BadRequestError(f"{name} must be a date, YYYY-MM-DD")
    return day
