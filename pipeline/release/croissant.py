"""`croissant.json`: the version in Croissant 1.1, which ML libraries and dataset search engines read."""

import json

from pipeline.release.manifest import Manifest

CROISSANT = "http://mlcommons.org/croissant/1.1"
RECORD_SET = "rows"


def croissant_bytes(manifest: Manifest, title: str) -> bytes:
    """Croissant metadata of the version's CSV: its file, sha256, and one typed field a column.

    Holds no dates, so equal manifests give equal bytes. `manifest.files` must hold the CSV; the path is relative, so
    that the version's folder can be moved or copied as a whole.
    """
    import mlcroissant as mlc  # noqa: PLC0415 - 3 s to import

    context = mlc.Context(conforms_to=CROISSANT)
    name = f"{manifest.dataset}.csv"
    file = next(file for file in manifest.files if file.name == name)
    types = {
        "string": mlc.DataType.TEXT,
        "integer": mlc.DataType.INT64,
        "number": mlc.DataType.FLOAT64,
        "boolean": mlc.DataType.BOOL,
        "date": mlc.DataType.DATE,
        "timestamp": mlc.DataType.DATETIME,
    }
    fields = [
        mlc.Field(
            ctx=context,
            id=f"{RECORD_SET}/{column.name}",
            name=column.name,
            description=f"{column.description} [{column.unit}]" if column.unit else column.description,
            data_types=[types[column.type]],
            source=mlc.Source(file_object=name, extract=mlc.Extract(column=column.name)),
        )
        for column in manifest.columns
    ]
    metadata = mlc.Metadata(
        ctx=context,
        name=manifest.dataset,
        description=f"{title}, as of {manifest.as_of}: de-identified, k = {manifest.k}, l = {manifest.l}.",
        distribution=[
            mlc.FileObject(
                ctx=context,
                id=name,
                name=name,
                content_url=name,
                content_size=f"{file.bytes} B",
                encoding_formats=["text/csv"],
                sha256=file.sha256,
            )
        ],
        record_sets=[mlc.RecordSet(ctx=context, id=RECORD_SET, name=RECORD_SET, fields=fields)],
    )
    return (json.dumps(metadata.to_json(), indent=2, ensure_ascii=False) + "\n").encode()
