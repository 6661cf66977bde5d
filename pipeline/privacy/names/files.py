"""The files of our name model: its weights, and the card that says what is known of them."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.errors import PrivacyError

SHIPPED = Path(__file__).parent / "shipped"
WEIGHTS, CARD = "names.bin", "model.json"


def write_model(folder: Path, packed: bytes, card: dict[str, Any]) -> None:
    """Both files; the card's `sha256` is that of the weights."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(packed)
    text = json.dumps(card | {"sha256": digest(packed), "bytes": len(packed)}, indent=1, sort_keys=True)
    (folder / CARD).write_text(text + "\n", encoding="utf-8")


def digest(packed: bytes) -> str:
    """Sha256 of the weights, in hexadecimal."""
    return sha256(packed).hexdigest()


def read_card(folder: Path = SHIPPED) -> dict[str, Any]:
    """What is known of a model: digest, sizes, versions, figures."""
    card: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
    return card


def read_weights(folder: Path = SHIPPED) -> tuple[bytes, str]:
    """The weights and their digest; nothing is made of them.

    Raises:
        PrivacyError: a file is missing, or the weights are not those of the card.
    """
    try:
        packed, card = (folder / WEIGHTS).read_bytes(), read_card(folder)
    except (OSError, ValueError) as error:
        raise PrivacyError("the name model can't be read", given=type(error).__name__, hint="make model") from None
    if digest(packed) != card.get("sha256"):
        raise PrivacyError(
            "the name model is not what its card says",
            given=f"sha256 {digest(packed)[:12]}",
            allowed=f"sha256 {str(card.get('sha256'))[:12]}",
            hint="make model",
        )
    return packed, digest(packed)
