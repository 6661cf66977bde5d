"""Runs in the environment of presidio-structured, which has nothing of ours: reads what to do from standard input.

The first line names a Parquet file and the entity type of each column to mask; each further line asks for one masking
of so many rows, answered by one line of JSON: the number of cells that changed. Where a line says so, the entities of
the columns are found first, as the documentation shows it: by patterns alone, since there is no language model here.
"""

import json
import sys

import pandas as pd
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NoOpNlpEngine
from presidio_anonymizer.entities import OperatorConfig
from presidio_structured import PandasAnalysisBuilder, StructuredEngine
from presidio_structured.config import StructuredAnalysis


def main() -> None:
    told = json.loads(sys.stdin.readline())
    frame = pd.read_parquet(told["data"])
    analysis = StructuredAnalysis(entity_mapping=told["columns"])
    operators = {kind: OperatorConfig(name, options) for kind, (name, options) in told["operators"].items()}
    engine = StructuredEngine()
    print("{}", flush=True)
    builder = PandasAnalysisBuilder(analyzer=offline_analyzer())
    names = list(told["columns"])
    for line in sys.stdin:
        asked = json.loads(line)
        table = frame.head(asked["rows"])
        if asked["find"]:
            builder.generate_analysis(table)
        masked = engine.anonymize(table.copy(), analysis, operators=operators)
        changed = int((masked[names] != table[names]).to_numpy().sum())
        print(json.dumps({"changed": changed}), flush=True)


def offline_analyzer() -> AnalyzerEngine:
    """Presidio's defaults without a language model, and without mail addresses, whose check asks a host."""
    analyzer = AnalyzerEngine(nlp_engine=NoOpNlpEngine([{"lang_code": "en", "model_name": "none"}]))
    analyzer.registry.remove_recognizer("EmailRecognizer")
    return analyzer


if __name__ == "__main__":
    main()
