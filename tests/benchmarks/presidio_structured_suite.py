"""Runs in the environment of presidio-structured, which has nothing of ours: reads what to do from standard input.

The first line names a Parquet file and the entity type of each column to mask; each further line asks for one masking
of the table, answered by one line of JSON: the number of cells that changed.
"""

import json
import sys

import pandas as pd
from presidio_anonymizer.entities import OperatorConfig
from presidio_structured import StructuredEngine
from presidio_structured.config import StructuredAnalysis


def main() -> None:
    told = json.loads(sys.stdin.readline())
    frame = pd.read_parquet(told["data"])
    analysis = StructuredAnalysis(entity_mapping=told["columns"])
    operators = {kind: OperatorConfig(name, options) for kind, (name, options) in told["operators"].items()}
    engine = StructuredEngine()
    print("{}", flush=True)
    for _ in sys.stdin:
        masked = engine.anonymize(frame.copy(), analysis, operators=operators)
        changed = int((masked[list(told["columns"])] != frame[list(told["columns"])]).to_numpy().sum())
        print(json.dumps({"changed": changed}), flush=True)


if __name__ == "__main__":
    main()
