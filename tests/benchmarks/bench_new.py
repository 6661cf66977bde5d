"""`clearwell new` and `clearwell run` by the command line: a stranger's CSV becomes a dataset in a minute."""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = 1_500
#: The most that both may take together, in seconds.
MOST = 60
#: Shaped like a company's table of who left: numbers, categories, constants, an id and a target of yes and no.
_NUMBERS = {
    "DistanceFromHome": (1, 29), "Education": (1, 5), "EnvironmentSatisfaction": (1, 4), "JobInvolvement": (1, 4),
    "JobSatisfaction": (1, 4), "NumCompaniesWorked": (0, 9), "PerformanceRating": (3, 4), "StockOptionLevel": (0, 3),
    "RelationshipSatisfaction": (1, 4), "TotalWorkingYears": (0, 40), "TrainingTimesLastYear": (0, 6),
    "WorkLifeBalance": (1, 4), "YearsAtCompany": (0, 20), "YearsInCurrentRole": (0, 18), "JobLevel": (1, 5),
    "YearsSinceLastPromotion": (0, 15), "YearsWithCurrManager": (0, 17), "DailyRate": (102, 1499),
    "HourlyRate": (30, 100), "MonthlyIncome": (1000, 20000), "MonthlyRate": (2000, 27000),
    "PercentSalaryHike": (11, 25),
}  # fmt: skip
_WORDS = {
    "BusinessTravel": ("Travel_Rarely", "Travel_Frequently", "Non-Travel"),
    "Department": ("Research", "Sales", "Human Resources"),
    "EducationField": ("Life Sciences", "Medical", "Marketing", "Technical Degree", "Human Resources", "Other"),
    "Gender": ("Female", "Male"),
    "JobRole": ("Sales Executive", "Research Scientist", "Technician", "Director", "Manager", "Representative"),
    "MaritalStatus": ("Single", "Married", "Divorced"),
    "OverTime": ("Yes", "No"),
    "Attrition": ("Yes", "No", "No", "No", "No"),
}
_CONSTANTS = {"EmployeeCount": "1", "Over18": "Y", "StandardHours": "80"}


def write_table(path: Path, rows: int) -> int:
    """Write the table; returns its number of columns."""
    draw = random.Random(5)
    names = ["Age", "EmployeeNumber", *_NUMBERS, *_WORDS, *_CONSTANTS]
    lines = [",".join(names)]
    for number in range(rows):
        age = min(max(round(draw.gauss(37, 9)), 18), 60)
        numbers = [str(draw.randint(*bounds)) for bounds in _NUMBERS.values()]
        words = [draw.choice(values) for values in _WORDS.values()]
        lines.append(",".join([str(age), str(2 * number + 1), *numbers, *words, *_CONSTANTS.values()]))
    path.write_text("\n".join(lines) + "\n")
    return len(names)


def timed(home: Path, *words: str) -> float:
    """Seconds that a command takes, from the shell's point of view."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *words],
        env={**os.environ, "CLEARWELL_HOME": str(home)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


def main() -> None:
    """Run, and hold the sum against `MOST`."""
    with tempfile.TemporaryDirectory(prefix="clearwell-bench-new-") as folder:
        file, home = Path(folder) / "staff.csv", Path(folder) / "home"
        columns = write_table(file, ROWS)
        new = timed(home, "new", "staff", "--from", str(file), "--target", "Attrition")
        preview = timed(home, "preview", "staff")
        run = timed(home, "run", "staff")
    print(f"{ROWS:,} rows x {columns} columns: new {new:.1f} s, preview {preview:.1f} s, run {run:.1f} s")
    print(f"new + run {new + run:.1f} s of at most {MOST} s: {'kept' if new + run <= MOST else 'MISSED'}")


if __name__ == "__main__":
    main()
