"""Runs in the environment of Great Expectations, which has nothing of ours: reads what to do from standard input.

The first line says where the data lies, which columns to make of it and the rules; each further line asks for one
validation. Each is answered by one line of JSON: broken rows by rule.
"""

import json
import sys

import great_expectations as gx
import great_expectations.expectations as gxe
from pyspark.sql import SparkSession


def main() -> None:
    told = json.loads(sys.stdin.readline())
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.memory", "4g").config("spark.sql.session.timeZone", "UTC")
    spark = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_spark("spark").add_dataframe_asset("staff")
    whole = asset.add_batch_definition_whole_dataframe("whole")
    names = list(told["rules"])
    expectations = [expectation(at, *rule) for at, rule in enumerate(told["rules"].values())]
    suite = context.suites.add(gx.ExpectationSuite(name="rules", expectations=expectations))
    definition = gx.ValidationDefinition(name="staff", data=whole, suite=suite)
    definition = context.validation_definitions.add(definition)
    print("{}", flush=True)
    for _ in sys.stdin:
        spark.catalog.clearCache()  # it keeps a batch in memory for its queries; the next one is another batch
        frame = spark.read.parquet(told["data"]).selectExpr(*told["columns"])
        result = definition.run(batch_parameters={"dataframe": frame}, result_format="BASIC")
        found = {item.expectation_config.meta["at"]: broken(item.result) for item in result.results}
        print(json.dumps({name: found[at] for at, name in enumerate(names)}), flush=True)


def expectation(at: int, kind: str, words: dict[str, object]) -> object:
    """One of its own kinds, or a query for unexpected rows; `at` is found again with its result."""
    if kind:
        return getattr(gxe, kind)(**words, meta={"at": at})
    query = f"SELECT * FROM {{batch}} WHERE {words['where']}"
    return gxe.UnexpectedRowsExpectation(unexpected_rows_query=query, meta={"at": at})


def broken(result: dict[str, object]) -> int:
    """Unexpected rows; a query's are its observed value."""
    return int(str(result["unexpected_count"] if "unexpected_count" in result else result["observed_value"]))


if __name__ == "__main__":
    main()
