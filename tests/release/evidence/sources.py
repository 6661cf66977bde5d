"""The sources of a believable run: what landed of each, and what becomes of its records. The accounts balance."""

from typing import Any

SOURCES: dict[str, dict[str, Any]] = {
    "hrms_employees": {"kind": "api", "bytes": 3_912_400, "objects": 18, "framed": 8_214, "seconds": 2.1},
    "hrms_job_events": {"kind": "api", "bytes": 19_204_311, "objects": 61, "framed": 61_204, "seconds": 7.4},
    "hrms_manager_notes": {"kind": "api", "bytes": 41_911_020, "objects": 88, "framed": 74_310, "seconds": 9.8},
    "hrms_exits": {"kind": "api", "bytes": 1_204_118, "objects": 9, "framed": 3_480, "seconds": 1.2},
    "reviews": {"kind": "xml", "bytes": 18_733_902, "objects": 20, "framed": 58_112, "seconds": 0.6},
    "legacy_leave": {"kind": "csv", "bytes": 14_001_777, "objects": 20, "framed": 121_940, "seconds": 0.7},
}
#: Rejected by refine, moved by validate, merged, out of scope; the rest is used.
FATES = {
    "hrms_employees": (31, 6, 412, 0),
    "hrms_job_events": (302, 44, 811, 120),
    "hrms_manager_notes": (212, 18, 655, 903),
    "hrms_exits": (12, 5, 22, 7),
    "reviews": (1_204, 310, 88, 410),
    "legacy_leave": (2_911, 87, 1_310, 6_204),
}
#: Rows that refine keeps.
KEPT = {name: source["framed"] - FATES[name][0] for name, source in SOURCES.items()}
