"""What Airbyte is shown of a page: its records as they came, so that pagination counts what lands.

A manifest's filter and transformations don't change what lands, and a page without the records that a filter drops
would look like a short last page. Reading the array directly also spares the search through the whole document.

Imported by the worker process only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import requests
from airbyte_cdk.sources.declarative.extractors.http_selector import HttpSelector
from airbyte_cdk.sources.types import Record, StreamSlice


@dataclass(frozen=True)
class PageRecords(HttpSelector):  # type: ignore[misc]
    """Stands in the place of the manifest's record selector.

    Attributes:
        path: keys that lead to the array of records.
        stream: the stream's name.
    """

    path: Sequence[str]
    stream: str

    def select_records(
        self,
        response: requests.Response,
        stream_state: Mapping[str, Any],  # noqa: ARG002 - Airbyte's interface
        records_schema: Mapping[str, Any],  # noqa: ARG002 - Airbyte's interface
        stream_slice: StreamSlice | None = None,
        next_page_token: Mapping[str, Any] | None = None,  # noqa: ARG002 - Airbyte's interface
    ) -> Iterable[Record]:
        """Every record of a page that the guard let pass."""
        page = orjson.loads(response.content)
        for key in self.path:
            page = page[key]
        for record in page:
            yield Record(record, self.stream, stream_slice)
