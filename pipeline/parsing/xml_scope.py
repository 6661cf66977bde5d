"""The elements around records, and the namespaces that they declare."""

from collections.abc import Collection, Mapping

from pipeline.parsing.xml_tokens import attributes


class Around:
    """Elements that are open around records, outermost first, and the namespaces in scope."""

    def __init__(self) -> None:
        self._open: list[tuple[bytes, Mapping[str, str]]] = []

    @property
    def names(self) -> Collection[bytes]:
        return [name for name, _ in self._open]

    @property
    def scope(self) -> Mapping[str, str]:
        """Namespace by prefix."""
        return self._open[-1][1] if self._open else {}

    def enter(self, name: bytes, declared: Mapping[str, str]) -> None:
        scope = {**self.scope, **declared}
        self._open.append((name, {prefix: uri for prefix, uri in scope.items() if uri}))

    def leave(self, name: bytes) -> bool:
        """Close the innermost element called `name`, and all inside it; whether there was none inside."""
        inside = 0
        while self._open.pop()[0] != name:
            inside += 1
        return not inside


def namespaces_of(inside: bytes, encoding: str) -> Mapping[str, str]:
    """Namespaces that a start tag declares, by prefix, as they are written; empty ones undeclare."""
    found = {}
    for name, value in attributes(inside):
        if name == b"xmlns" or name.startswith(b"xmlns:"):
            prefix = name.partition(b":")[2].decode(encoding, "replace")
            found[prefix] = value.decode(encoding, "replace")
    return found
