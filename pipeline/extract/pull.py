"""Pulls one source of a dataset into landing: resumes what was begun, builds upon earlier pulls, changes none."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from pipeline.contracts.dataset import Dataset
from pipeline.contracts.sources import ApiSource, FileSource, ParquetSource, SqlSource
from pipeline.errors import ContractError, LandingError
from pipeline.extract.airbyte_messages import Request
from pipeline.extract.api import BODY_BYTES, pull_stream, state_after
from pipeline.extract.connections import Connections, read_connections
from pipeline.extract.files import FilePull, FileSet
from pipeline.extract.journal import Journal
from pipeline.extract.landing import SourceManifest, read_document, read_manifest, read_seal, to_document
from pipeline.extract.place import Place, pull_folder, seal_key
from pipeline.extract.postgres_copy import FORMAT
from pipeline.extract.postgres_session import Server, takes_sessions
from pipeline.extract.segment import BodyKind
from pipeline.extract.sidecar import running, speaks_http
from pipeline.extract.sql import TablePull
from pipeline.extract.writer import LandingWriter, only_one
from pipeline.keys import KeySource
from pipeline.storage.objects import FolderStore

Tell = Callable[[str], None]
#: A later pull may build upon one that was made this long after its as-of day began: the day was over everywhere.
_DAY_IS_OVER = timedelta(days=2)


def pull_source(
    dataset: Dataset,
    source: str,
    as_of: date,
    landing: FolderStore,
    connections_file: Path,
    keys: KeySource,
    tell: Tell,
    fresh: bool = False,
) -> SourceManifest:
    """Pull `source` up to and including `as_of`; one that is in already is left as it is.

    An attempt that was cut short goes on from its last commit. A first attempt builds upon the newest earlier sealed
    pull with the same settings: an API goes on where that one stopped, files that did not change are not copied.
    `fresh` sets aside what is there for this date, its seal included, and pulls everything anew under new names.

    Raises:
        ContractError: the dataset has no such source, or its manifest is missing.
        SettingsError: connections.yaml does not say how to reach it.
        KeySourceError: its credential can't be had.
        SourceError: the source failed after its retries.
        LandingError: the pull is sealed without this source, or another process is pulling it.
    """
    if source not in dataset.spec.sources:
        raise ContractError(f"no source {source!r}", given=source, allowed=list(dataset.spec.sources))
    place = Place(dataset.name, as_of, source)
    with only_one(landing, place):
        if fresh:
            _set_aside(landing, place)
        elif landing.exists(place.manifest):
            return read_manifest(landing, dataset.name, as_of, source)
        elif read_seal(landing, dataset.name, as_of):
            raise LandingError(
                f"{dataset.name} as of {as_of} is sealed without {source}",
                hint="a sealed pull is never changed: pull with --fresh, or as of another date",
            )
        return _Pull(dataset, place, landing, read_connections(connections_file), keys, tell).run(fresh)


class _Pull:
    """One source's pull, from its settings to its manifest."""

    def __init__(
        self,
        dataset: Dataset,
        place: Place,
        landing: FolderStore,
        connections: Connections,
        keys: KeySource,
        tell: Tell,
    ) -> None:
        self._dataset = dataset
        self._place = place
        self._landing = landing
        self._connections = connections
        self._keys = keys
        self._tell = tell
        self._spec = dataset.spec.sources[place.source]

    def run(self, fresh: bool) -> SourceManifest:
        """Pull, and write the manifest."""
        spec = self._spec
        if isinstance(spec, FileSource):
            return self._run_files(spec, fresh)
        return self._run_sql(spec, fresh) if isinstance(spec, SqlSource) else self._run_api(spec, fresh)

    def _run_api(self, spec: ApiSource, fresh: bool) -> SourceManifest:
        connection = self._connections.api(spec.connection)
        manifest = _manifest_text(self._dataset.folder / spec.manifest, spec.manifest)
        settings = _digest(spec.model_dump(), manifest, connection.url, connection.config)
        base = None if fresh else self._base(settings, finished=True)
        kind = BodyKind(f"{spec.connection}/{spec.stream}", "json", {"records_at": spec.records_at})
        writer = self._writer(settings, base, kind)
        until = self._place.as_of + timedelta(days=1)
        try:
            folder = self._connections.folder
            with running(connection.sidecar, folder, lambda port: speaks_http(connection.at(port))) as port:
                config = {
                    **connection.config,
                    "url": connection.at(port).rstrip("/"),
                    "token": self._credential(connection.credential),
                    "as_of": self._place.as_of.isoformat(),
                    "until": until.isoformat(),
                }
                state = base.state if base else {}
                done = [item["slice"] for item in writer.done]
                request = Request(manifest, spec.stream, spec.records_at, config, state, done, BODY_BYTES)
                slices = pull_stream(request, self._place.source, writer, self._tell)
            return writer.complete(base.objects if base else (), state_after(state, slices))
        finally:
            writer.close()

    def _run_sql(self, spec: SqlSource, fresh: bool) -> SourceManifest:
        connection = self._connections.database(spec.connection)
        folder, address = self._connections.folder, connection.postgres
        contract = self._dataset.contracts[self._place.source]
        settings = _digest(spec.model_dump(), contract.source_names, address.host, address.port, address.database)
        kind = BodyKind(f"{spec.connection}/{spec.table}", FORMAT, {})
        password = self._credential(connection.credential)
        with running(connection.sidecar, folder, lambda port: takes_sessions(address, port)) as port:
            return TablePull(
                spec=spec,
                contract=contract,
                server=Server(self._place.source, connection.at(port), password, folder),
                store=self._landing,
                until=(self._place.as_of + timedelta(days=1)).isoformat(),
                base=None if fresh else self._base(settings, finished=False),
                open_writer=lambda base: self._writer(settings, base, kind),
                start_over=lambda: self._landing.delete(self._place.journal),
                tell=self._tell,
            ).run()

    def _credential(self, name: str | None) -> str:
        return self._keys.credential(name) if name else ""

    def _run_files(self, spec: FileSource, fresh: bool) -> SourceManifest:
        columnar = isinstance(spec, ParquetSource)
        files = FileSet(
            connection=spec.connection,
            folder=self._connections.path(spec.connection),
            pattern=spec.files,
            period=spec.period,
            format="jsonl" if columnar else self._spec.kind,
            declared=spec.model_dump(exclude={"kind", *FileSource.model_fields}),
            expected=lambda period: self._dataset.contract_for(self._place.source, period).source_names,
            columnar=columnar,
        )
        contracts = self._dataset.contracts_of(self._place.source)
        settings = _digest(spec.model_dump(), [contract.source_names for contract in contracts])
        base = None if fresh else self._base(settings, finished=False)
        writer = self._writer(settings, base, BodyKind(spec.connection, files.format, {}))
        FilePull(files, self._landing, writer, base.objects if base else ()).run(self._tell)
        return writer.complete((), {})

    def _writer(self, settings: str, base: SourceManifest | None, kind: BodyKind) -> LandingWriter:
        pull = 1 + len(_set_aside_manifests(self._landing, self._place))
        upon = hashlib.sha256(to_document(base)).hexdigest() if base else ""
        return LandingWriter(self._landing, self._place, Journal(settings, pull, upon), kind)

    def _base(self, settings: str, *, finished: bool) -> SourceManifest | None:
        """The newest earlier sealed pull to build upon; `finished`: only one made after its as-of day was over."""
        for as_of in reversed(_earlier_pulls(self._landing, self._place)):
            place = Place(self._place.dataset, as_of, self._place.source)
            if not self._landing.exists(place.manifest):
                continue
            manifest = read_document(self._landing, place.manifest, SourceManifest)
            over = datetime.combine(as_of, datetime.min.time(), UTC) + _DAY_IS_OVER
            usable = not finished or (manifest.state and datetime.fromisoformat(manifest.completed) >= over)
            if manifest.settings_digest == settings and usable:
                return manifest
        return None


def _earlier_pulls(landing: FolderStore, place: Place) -> list[date]:
    """As-of dates of sealed pulls before this one, oldest first."""
    keys = landing.keys(f"{place.dataset}/_pulls")
    sealed = [key.split("/")[2] for key in keys if key.count("/") == 3 and key.endswith("/seal.json")]
    return sorted(day for day in map(date.fromisoformat, sealed) if day < place.as_of)


def _set_aside(landing: FolderStore, place: Place) -> None:
    """Keep the pull's documents under other names, so that what they list can still be found, and begin anew."""
    number = len(_set_aside_manifests(landing, place)) + 1
    for key in (seal_key(place.dataset, place.as_of), place.manifest):
        if landing.exists(key):
            folder, name = key.rsplit("/", 1)
            landing.write(f"{folder}/superseded/{place.source}/{number}/{name}", landing.read(key))
            landing.delete(key)
    landing.delete(place.journal)
    landing.delete(place.listing)


def _set_aside_manifests(landing: FolderStore, place: Place) -> list[str]:
    folder = f"{pull_folder(place.dataset, place.as_of)}/superseded/{place.source}"
    return [key for key in landing.keys(folder) if key.endswith(f"/{place.source}.json")]


def _manifest_text(path: Path, name: str) -> str:
    if not path.is_file():
        raise ContractError("the source's manifest is missing", given=name, allowed="an Airbyte low-code manifest")
    return path.read_text(encoding="utf-8")


def _digest(*settings: object) -> str:
    return hashlib.sha256(msgspec.json.encode(settings, order="sorted")).hexdigest()
