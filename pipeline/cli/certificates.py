"""What `clearwell verify` says of a certificate of erasure."""

import json
from pathlib import Path
from typing import Any

from pipeline.cli.output import console, many, show, table


def check_certificate(path: Path, key: Path | None) -> None:
    """Check a certificate's signature and say in short what it certifies.

    Args:
        path: of the certificate.
        key: file of the public key that it must be signed with; None: the one that is pinned in this home.

    Raises:
        PublishError: it is no certificate, was changed, or is signed with another key.
    """
    from pipeline.errors import PublishError
    from pipeline.privacy.erasure.certificate import pinned_key, state, verify_certificate
    from pipeline.settings import load_settings
    from pipeline.storage.zones import open_zones

    try:
        document = json.loads(path.read_bytes())
        dataset = str(document["dataset"])
    except (ValueError, KeyError, TypeError):
        raise PublishError(f"{path.name} is no certificate", allowed="the JSON that clearwell erase leaves") from None
    pinned = key.read_text().strip() if key else pinned_key(open_zones(load_settings().root).evidence, dataset)
    problems = verify_certificate(document, pinned)
    if problems:
        raise PublishError(f"{path.name} is not what was signed", given="; ".join(problems))
    console.print(f"[green]✓[/] {path.name}: signed, and unchanged since")
    _show(document)
    console.print(f"state: {state(document)}")
    if pinned is None:
        console.print(
            f"[yellow]![/] whose key signed it is not known here: compare {document['public_key']}, or give --key",
            soft_wrap=True,
        )


def _show(document: dict[str, Any]) -> None:
    shown = table("", "")
    shown.add_row("erasure", f"{document['erasure']} from {document['dataset']}, reason: {document['reason']}")
    shown.add_row("subjects", f"{document['subjects']:,}")
    shown.add_row("requested", document["requested"])
    shown.add_row("executed", document["executed"])
    for zone, counts in document["zones"].items():
        shown.add_row(zone, ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in counts.items()))
    for version in document["versions"]:
        shown.add_row("version", f"{version['version']} withdrawn, {version['replaced_by'] or 'nothing'} in its place")
    found = document["final_scan"]
    shown.add_row("final scan", f"{many(found['files'], 'file')}, {many(found['bytes'], 'byte')}, 0 hits")
    for copy in document["elsewhere"]:
        shown.add_row("elsewhere", f"{copy['what']}: until {copy['until']}")
    show("certificate of erasure", shown)
