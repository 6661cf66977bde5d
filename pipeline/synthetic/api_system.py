"""What makes one system's API different from another's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.synthetic.api_records import Stream
from pipeline.synthetic.api_requests import Parameters


@dataclass(frozen=True)
class Api:
    """The API of one system.

    Attributes:
        name: of the system.
        program: of the module that serves it.
        root: path below which the streams lie.
        streams: by their name in the path.
        header: that carries the secret.
        scheme: what stands before the secret there.
        parameters: names of the query's parameters.
        envelope: what stands before and after the records of a page, given where the next one begins.
    """

    name: str
    program: str
    root: str
    streams: Mapping[str, Stream]
    header: str
    scheme: str
    parameters: Parameters
    envelope: Callable[[str | None], tuple[bytes, bytes]]

    def page(self, records: list[bytes], following: str | None) -> bytes:
        """A response's body, the records byte by byte as they lie in their files."""
        head, tail = self.envelope(following)
        return head + b",".join(records) + tail
