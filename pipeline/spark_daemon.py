"""Spark's Python daemon, without the archives on its path.

Spark puts its own jar and zips on every worker's path, and a worker forgets its import caches before each task: it then
reads the directories of thousands of entries again, which took half of the workers' CPU time. PySpark is installed, so
nothing needs them.
"""

import sys

_ARCHIVES = (".zip", ".jar")

if __name__ == "__main__":
    sys.path[:] = [entry for entry in sys.path if not entry.endswith(_ARCHIVES)]
    for entry in [entry for entry in sys.path_importer_cache if entry.endswith(_ARCHIVES)]:
        del sys.path_importer_cache[entry]

    from pyspark.daemon import manager

    manager()  # type: ignore[no-untyped-call]
