"""What every stage measures of itself."""

from typing import Any


def measured(seconds: float, cpu: float, memory: int) -> dict[str, Any]:
    """Seconds of wall clock and of processor, and bytes of memory."""
    return {
        "seconds": seconds,
        "cpu_seconds": cpu,
        "peak_rss_bytes": memory,
        "started": "2026-01-05T08:00:00+00:00",
        "finished": "2026-01-05T08:01:00+00:00",
    }
