"""Whether a user's own pattern can be run over any text: it compiles, and does not explode where that can be judged."""

from presidio_analyzer import Pattern

from pipeline.contracts.explosions import refuse_explosions
from pipeline.contracts.patterns import PatternError, UnsafePatternError, parse_pattern


def refuse_pattern(text: str) -> tuple[str, str] | None:
    """Why a pattern can't be used, and what to do instead; None where it can.

    Look-around, back references and flags are beyond what our automaton judges; such a pattern is taken as it is, and
    stops the run where Presidio gives up on it after a minute (`scanner.py`).
    """
    try:
        Pattern("", text, 0.0)
    except ValueError as error:
        reason = str(error).removeprefix("Invalid regex pattern: ")
        return f"the pattern does not compile: {reason}", "patterns are those of Python's module `regex`"
    try:
        refuse_explosions(parse_pattern(text))
    except UnsafePatternError as error:
        return f"the pattern can take exploding time: {error}", "bound its repeats, and let neighbours differ in signs"
    except PatternError:
        return None
    return None
