"""The kinds of sources that a `dataset.yaml` may name."""

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator

from pipeline.contracts.strict import Strict

#: A column with this physicalName holds the number of its record in a source of files, from 1, in order of file name.
RECORD_NUMBER = "record:number"


class ApiSource(Strict):
    """Records of an HTTP API, pulled by Airbyte's engine from a low-code manifest."""

    kind: Literal["api"]
    connection: str
    manifest: str = Field(description="Airbyte low-code manifest, relative to the dataset's folder")
    stream: str = Field(description="The manifest's stream")
    records_at: str = Field(
        "records", description="Path of keys, joined by dots, to a response's array of records; empty: it is the array"
    )


class AirbyteSync(Strict):
    """An Airbyte server writes the files: its sync is triggered, and waited for, before they are pulled."""

    airbyte: str = Field(
        pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", description="Id of the connection on the Airbyte server"
    )


class FileSource(Strict):
    """What all sources of files have in common."""

    connection: str
    files: str = Field(description="Pattern of file names below the connection's folder, such as 2*/*.csv*")
    period: str | None = Field(
        None, description="Regular expression on a file's name; its one group is the file's period, such as 2011"
    )
    sync: AirbyteSync | None = None

    @field_validator("period")
    @classmethod
    def _has_one_group(cls, value: str | None) -> str | None:
        try:
            groups = re.compile(value or "()").groups
        except re.error as error:
            raise ValueError(f"a regular expression: {error}") from None
        if groups != 1:
            raise ValueError("a regular expression with one group")
        return value


class CsvSource(FileSource):
    """CSV dumps in a folder, one header a file; `.gz` and `.zst` are read as what they hold."""

    kind: Literal["csv"]
    delimiter: str = Field(",", pattern=r"^(.|auto)$", description="One character, or auto")
    encoding: Literal["utf-8", "windows-1252", "auto"] = "utf-8"


class XmlSource(FileSource):
    """XML exports in a folder: one element a record, however deep; `.gz` and `.zst` are read as what they hold."""

    kind: Literal["xml"]
    record: str = Field(description="Local name of the element that is one record")


class JsonLinesSource(FileSource):
    """Files of JSON objects, one a line, as an Airbyte server writes them; `.gz` and `.zst` are read."""

    kind: Literal["jsonl"]


class ParquetSource(FileSource):
    """Parquet files in a folder; a column inside a struct has a path such as `a.b` for its place."""

    kind: Literal["parquet"]


class DocumentSource(FileSource):
    """Documents in a folder (DOCX, RTF, plain text): one file a record."""

    kind: Literal["documents"]


class SqlSource(Strict):
    """One table of a PostgreSQL database, read by COPY in key ranges of one snapshot."""

    kind: Literal["sql"]
    connection: str
    table: str = Field(pattern=r"^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$", description="table or schema.table")
    key: str = Field(description="Column that rows are read in ranges of: an integer, unique")
    high_water: str | None = Field(
        None, description="Column of when a row was last changed; with it, a later pull reads only what changed since"
    )


Source = Annotated[
    ApiSource | SqlSource | XmlSource | CsvSource | JsonLinesSource | ParquetSource | DocumentSource,
    Field(discriminator="kind"),
]
