"""Manifests of many styles that a user may bring: each lands exactly the server's records, once, as they came."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyarrow.parquet as pq
import pytest
import yaml

from pipeline.errors import SourceError
from pipeline.extract.pull import pull_source
from pipeline.keys import DevelopmentKeyFile
from pipeline.storage.objects import FolderStore
from tests.services.datasets import make_dataset, strings, write_secret

TOKEN = "let-me-in"
RECORDS = [
    {"id": number, "team": "ab"[number % 2], "changed": f"{2023 + number % 3}-0{1 + number % 9}-11T00:00:00Z"}
    for number in range(23)
]
PAGE = 5
Query = dict[str, str]
Answer = tuple[Any, dict[str, str]]


def _sliced(first: int) -> list[dict[str, Any]]:
    return RECORDS[first : first + PAGE]


def _by_offset(query: Query, body: Any) -> Answer:
    return {"records": _sliced(int(query.get("offset", "0")))}, {}


def _by_page(query: Query, body: Any) -> Answer:
    return {"records": _sliced((int(query.get("page", "1")) - 1) * PAGE)}, {}


def _by_header(query: Query, body: Any) -> Answer:
    first = int(query.get("after", "0"))
    following = {"X-Next": str(first + PAGE)} if first + PAGE < len(RECORDS) else {}
    return {"records": _sliced(first)}, following


def _whole(query: Query, body: Any) -> Answer:
    return {"records": RECORDS}, {}


def _nested(query: Query, body: Any) -> Answer:
    return {"data": {"items": _sliced(int(query.get("offset", "0"))), "total": len(RECORDS)}}, {}


def _array(query: Query, body: Any) -> Answer:
    return _sliced(int(query.get("offset", "0"))), {}


def _posted(query: Query, body: Any) -> Answer:
    return {"records": _sliced(int(body["from"]) if body and body.get("from") else 0)}, {}


def _of_team(query: Query, body: Any) -> Answer:
    return {"records": [record for record in RECORDS if record["team"] == query["team"]]}, {}


def _teams(query: Query, body: Any) -> Answer:
    return {"records": [{"team": "a"}, {"team": "b"}]}, {}


def _changed(query: Query, body: Any) -> Answer:
    window = query["since"], query["until"]
    mine = [record for record in RECORDS if record["team"] == query.get("team", record["team"])]
    return {"records": [record for record in mine if window[0] <= record["changed"][:10] < window[1]]}, {}


PATHS: dict[str, Callable[[Query, Any], Answer]] = {
    "/offset": _by_offset,
    "/page": _by_page,
    "/header": _by_header,
    "/whole": _whole,
    "/gzip": _whole,
    "/once-limited": _whole,
    "/nested": _nested,
    "/array": _array,
    "/posted": _posted,
    "/teams": _teams,
    "/of-team": _of_team,
    "/changed": _changed,
}


class Handler(BaseHTTPRequestHandler):
    """Answers all styles; `/once-limited` says 429 first, `/gzip` compresses."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve(None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/token":
            self._answer({"access_token": TOKEN, "expires_in": 3600}, {})
        else:
            self._serve(json.loads(body or b"{}"))

    def _serve(self, body: Any) -> None:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer({"error": "token"}, {}, 401)
        elif url.path == "/once-limited" and not self.server.limited:  # type: ignore[attr-defined]
            self.server.limited = True  # type: ignore[attr-defined]
            self._answer({"error": "slow down"}, {"Retry-After": "0"}, 429)
        else:
            self._answer(*PATHS[url.path](query, body))

    def _answer(self, document: Any, headers: dict[str, str], status: int = 200) -> None:
        body = json.dumps(document).encode()
        if self.path.startswith("/gzip"):
            body, headers = gzip.compress(body), {**headers, "Content-Encoding": "gzip"}
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server that speaks all styles."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.limited = False  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def _manifest(
    path: str, retriever: str = "{}", requester: str = "{}", stream: str = "{}", at: str = "[records]"
) -> str:
    """A manifest of one stream, its parts merged over the plainest."""
    document = {
        "version": "6.0.0",
        "type": "DeclarativeSource",
        "streams": [
            {
                "type": "DeclarativeStream",
                "name": "things",
                "retriever": {
                    "type": "SimpleRetriever",
                    "requester": {
                        "type": "HttpRequester",
                        "url_base": "{{ config['url'] }}",
                        "path": path,
                        "authenticator": {"type": "BearerAuthenticator", "api_token": "{{ config['token'] }}"},
                        **yaml.safe_load(requester),
                    },
                    "record_selector": {
                        "type": "RecordSelector",
                        "extractor": {"type": "DpathExtractor", "field_path": yaml.safe_load(at)},
                    },
                    **yaml.safe_load(retriever),
                },
                "schema_loader": {"type": "InlineSchemaLoader", "schema": {}},
                **yaml.safe_load(stream),
            }
        ],
        "check": {"type": "CheckStream", "stream_names": ["things"]},
    }
    return yaml.safe_dump(document)


_OFFSET = """
paginator:
  type: DefaultPaginator
  page_token_option: {type: RequestOption, inject_into: %s, field_name: %s}
  pagination_strategy: {type: OffsetIncrement, page_size: 5}
"""
_WINDOWS = """
incremental_sync:
  type: DatetimeBasedCursor
  cursor_field: changed
  datetime_format: "%Y-%m-%d"
  cursor_datetime_formats: ["%Y-%m-%dT%H:%M:%SZ"]
  start_datetime: "2023-01-01"
  end_datetime: "{{ config['until'] }}"
  step: P1Y
  cursor_granularity: PT0S
  start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: since}
  end_time_option: {type: RequestOption, inject_into: request_parameter, field_name: until}
"""
_TEAMS = """
partition_router:
  type: ListPartitionRouter
  values: [a, b]
  cursor_field: team
  request_option: {type: RequestOption, inject_into: request_parameter, field_name: team}
"""
_PARENTS = """
partition_router:
  type: SubstreamPartitionRouter
  parent_stream_configs:
    - type: ParentStreamConfig
      parent_key: team
      partition_field: team
      request_option: {type: RequestOption, inject_into: request_parameter, field_name: team}
      stream:
        type: DeclarativeStream
        name: teams
        retriever:
          type: SimpleRetriever
          requester:
            type: HttpRequester
            url_base: "{{ config['url'] }}"
            path: /teams
            authenticator: {type: BearerAuthenticator, api_token: "{{ config['token'] }}"}
          record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: [records]}}
        schema_loader: {type: InlineSchemaLoader, schema: {}}
"""
STYLES: dict[str, tuple[str, str]] = {
    "nothing but a path": (_manifest("/whole"), "records"),
    "offset": (_manifest("/offset", _OFFSET % ("request_parameter", "offset")), "records"),
    "page numbers": (
        _manifest(
            "/page",
            """
            paginator:
              type: DefaultPaginator
              page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
              pagination_strategy: {type: PageIncrement, page_size: 5, start_from_page: 1}
            """,
        ),
        "records",
    ),
    "cursor in a header": (
        _manifest(
            "/header",
            """
            paginator:
              type: DefaultPaginator
              page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: after}
              pagination_strategy:
                type: CursorPagination
                cursor_value: "{{ headers['X-Next'] }}"
                stop_condition: "{{ 'X-Next' not in headers }}"
            """,
        ),
        "records",
    ),
    "records below two names": (
        _manifest("/nested", _OFFSET % ("request_parameter", "offset"), at="[data, items]"),
        "data.items",
    ),
    "the body is the array": (_manifest("/array", _OFFSET % ("request_parameter", "offset"), at="[]"), ""),
    "posted JSON": (
        _manifest("/posted", _OFFSET % ("body_json", "from"), "{http_method: POST, request_body_json: {kind: all}}"),
        "records",
    ),
    "OAuth client credentials": (
        _manifest(
            "/whole",
            requester="""
            authenticator:
              type: OAuthAuthenticator
              grant_type: client_credentials
              token_refresh_endpoint: "{{ config['url'] }}/token"
              client_id: "{{ config['client'] }}"
              client_secret: "{{ config['token'] }}"
            """,
        ),
        "records",
    ),
    "a list of partitions": (_manifest("/of-team", _TEAMS), "records"),
    "partitions of a parent stream": (_manifest("/of-team", _PARENTS), "records"),
    "windows of time": (_manifest("/changed", stream=_WINDOWS), "records"),
    "windows in each partition": (_manifest("/changed", _TEAMS, stream=_WINDOWS), "records"),
    "composite error handler after 429": (
        _manifest(
            "/once-limited",
            requester="""
            error_handler:
              type: CompositeErrorHandler
              error_handlers:
                - type: DefaultErrorHandler
                  response_filters: [{type: HttpResponseFilter, http_codes: [429], action: RETRY}]
                  backoff_strategies: [{type: ConstantBackoffStrategy, backoff_time_in_seconds: 0}]
            """,
        ),
        "records",
    ),
    "compressed responses": (_manifest("/gzip"), "records"),
    "a filter and a transformation": (
        _manifest(
            "/whole",
            """
            record_selector:
              type: RecordSelector
              extractor: {type: DpathExtractor, field_path: [records]}
              record_filter: {type: RecordFilter, condition: "{{ record['team'] == 'a' }}"}
            """,
            stream="transformations: [{type: RemoveFields, field_pointers: [[team]]}]",
        ),
        "records",
    ),
}


def _pull(folder: Path, server: str, manifest: str, records_at: str) -> list[dict[str, Any]]:
    """Records that land, by the index."""
    (folder / "things.yaml").write_text(manifest, encoding="utf-8")
    write_secret(folder / "credentials" / "api", TOKEN)
    connections = folder / "connections.yaml"
    connections.write_text(yaml.safe_dump({"api": {"url": server, "credential": "api", "config": {"client": "me"}}}))
    source = {"kind": "api", "connection": "api", "manifest": "things.yaml", "stream": "things"}
    dataset = make_dataset(
        folder, {"things": source | {"records_at": records_at}}, strings(*RECORDS[0]), changed="changed"
    )
    landing = FolderStore(folder / "landing")
    keys = DevelopmentKeyFile(folder / "key", credentials=folder / "credentials")
    pulled = pull_source(dataset, "things", date(2025, 12, 31), landing, connections, keys, lambda _: None)
    found = []
    for landed in pulled.objects:
        body = landing.read(landed.key)
        rows = pq.read_table(landing.path(f"{landed.key}.index")).to_pylist()
        assert not any(row["reason"] for row in rows)
        found += [json.loads(body[row["offset"] : row["offset"] + row["length"]]) for row in rows]
    return found


@pytest.mark.parametrize("style", STYLES)
def test_a_manifest_of_any_style_lands_every_record_once(server: str, tmp_path: Path, style: str) -> None:
    """Filters and transformations change nothing: what lands is what the server said."""
    found = _pull(tmp_path, server, *STYLES[style])
    assert sorted(found, key=lambda record: record["id"]) == RECORDS


@pytest.mark.parametrize(
    ("manifest", "records_at", "message"),
    [
        (_manifest("/nested", at="[data, items]"), "data", "has its records elsewhere than dataset.yaml says"),
        (_manifest("/nested", at="[data, items]"), "data.rows", "has its records elsewhere than dataset.yaml says"),
        (_manifest("/nested", at="[data, '*']"), "data.items", "has its records elsewhere than dataset.yaml says"),
        (_manifest("/whole", "decoder: {type: CsvDecoder}"), "records", "is not read page by page as JSON"),
    ],
)
def test_a_manifest_that_cannot_land_is_refused(
    server: str, tmp_path: Path, manifest: str, records_at: str, message: str
) -> None:
    """Nothing is lost silently: a style that we can't land as it came is an error that says so."""
    with pytest.raises(SourceError, match=message):
        _pull(tmp_path, server, manifest, records_at)
