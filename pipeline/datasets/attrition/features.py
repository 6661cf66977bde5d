"""Features of an employee at the end of a snapshot day, and the label: who leaves within twelve months.

Facts that a person states of itself (gender, education) come from the newest version of the employee's record known
then. Nothing known yields null; no events yield 0 for counts and sums and null for all else.
"""

import pyspark.sql.functions as F
from pyspark.sql import Column

from pipeline.features.events import Events
from pipeline.features.registry import feature, label


@feature(entity="employee", source="hrms_employees", unit="years")
def tenure_years(events: Events) -> Column:
    """Years from the hire date to the snapshot, to two decimals."""
    months = F.months_between(events.snapshot, events.latest("hire_date"))
    return F.round(months / 12, 2)


@feature(entity="employee", source="hrms_employees", unit="age band, years")
def age_band(events: Events) -> Column:
    """Band of the age reached in the snapshot's year (the day of birth is not known, only the year)."""
    age = F.year(events.snapshot) - F.year(events.latest("date_of_birth"))
    bands = F.when(age < 30, "<30").when(age < 40, "30-39").when(age < 50, "40-49").when(age < 60, "50-59")
    return bands.when(age >= 60, "60+")


@feature(entity="employee", source="hrms_employees", unit="F, M or X")
def gender(events: Events) -> Column:
    """Gender as stated."""
    return events.latest("gender")


@feature(entity="employee", source="hrms_employees", unit="ISO 3166 country code")
def country(events: Events) -> Column:
    """Country of work."""
    return events.latest("country")


@feature(entity="employee", source="hrms_employees", unit="school, bachelor, master or doctorate")
def education(events: Events) -> Column:
    """Highest degree."""
    return events.latest("education")


@feature(entity="employee", source="hrms_employees", unit="referral, agency, campus or direct")
def hire_source(events: Events) -> Column:
    """How the employee was found."""
    return events.latest("hire_source")


@feature(entity="employee", source="hrms_job_events", unit="department")
def department(events: Events) -> Column:
    """Department after the newest job event."""
    return events.latest("department")


@feature(entity="employee", source="hrms_job_events", unit="changes")
def department_changes(events: Events) -> Column:
    """How often the department changed since the first job event."""
    return events.changes("department")


@feature(entity="employee", source="hrms_job_events", unit="level 1-7")
def job_level(events: Events) -> Column:
    """Level after the newest job event."""
    return events.latest("job_level").cast("int")


@feature(entity="employee", source="hrms_job_events", unit="quantile 0-1")
def pay_quantile(events: Events) -> Column:
    """Rank of the newest salary among those of the same level, currency and year."""
    return events.latest("salary")


@feature(entity="employee", source="hrms_job_events", unit="difference of quantiles")
def pay_quantile_change_24m(events: Events) -> Column:
    """Newest pay quantile less that of 24 months before the snapshot; null for who had none then."""
    return events.latest("salary") - events.before(months=24).latest("salary")


@feature(entity="employee", source="hrms_job_events", unit="months")
def months_since_promotion(events: Events) -> Column:
    """Whole months since the newest promotion; null for who was never promoted."""
    return events.where(lambda event: event["event_type"] == "promotion").months_since_last()


@feature(entity="employee", source="hrms_job_events", unit="promotions")
def promotions_36m(events: Events) -> Column:
    """Promotions in the last 36 months."""
    return events.where(lambda event: event["event_type"] == "promotion").within(months=36).count()


@feature(entity="employee", source="hrms_job_events", unit="changes")
def manager_changes_24m(events: Events) -> Column:
    """Changes of manager in the last 24 months."""
    return events.where(lambda event: event["event_type"] == "manager_change").within(months=24).count()


@feature(entity="employee", source="hrms_job_events", unit="transfers")
def transfers_36m(events: Events) -> Column:
    """Transfers in the last 36 months."""
    return events.where(lambda event: event["event_type"] == "transfer").within(months=36).count()


@feature(entity="employee", source="reviews", unit="rating 1-5")
def rating_avg_3(events: Events) -> Column:
    """Mean of the last three ratings."""
    return events.last(3).mean("rating")


@feature(entity="employee", source="reviews", unit="rating 1-5")
def latest_rating(events: Events) -> Column:
    """Newest rating."""
    return events.latest("rating").cast("double")


@feature(entity="employee", source="reviews", unit="rating points per year")
def rating_trend_3(events: Events) -> Column:
    """Slope of the last three ratings; null for fewer than two days of review."""
    return events.last(3).trend("rating")


@feature(entity="employee", source="reviews", unit="percent")
def goals_met_avg_2(events: Events) -> Column:
    """Mean share of goals met over the last two reviews that state it."""
    return events.where(lambda event: event["goals_met_pct"].isNotNull()).last(2).mean("goals_met_pct")


@feature(entity="employee", source="legacy_leave", unit="leaves")
def leave_count_12m(events: Events) -> Column:
    """Leaves that began in the last 12 months."""
    return events.within(months=12).count()


@feature(entity="employee", source="legacy_leave", unit="days")
def leave_days_12m(events: Events) -> Column:
    """Days of the leaves that began in the last 12 months, whole leaves counted."""
    return events.within(months=12).sum("days")


@feature(entity="employee", source="legacy_leave", unit="days")
def unpaid_leave_days_12m(events: Events) -> Column:
    """Days of the unpaid leaves that began in the last 12 months, whole leaves counted."""
    return events.where(lambda event: ~event["paid"]).within(months=12).sum("days")


@feature(entity="employee", source="hrms_manager_notes", unit="notes")
def notes_12m(events: Events) -> Column:
    """Notes by managers in the last 12 months."""
    return events.within(months=12).count()


@feature(entity="employee", source="hrms_manager_notes", unit="notes")
def workload_notes_12m(events: Events) -> Column:
    """Notes about workload in the last 12 months."""
    return events.where(lambda event: event["topic"] == "workload").within(months=12).count()


@feature(entity="employee", source="hrms_manager_notes", unit="notes")
def conduct_notes_24m(events: Events) -> Column:
    """Notes about conduct in the last 24 months."""
    return events.where(lambda event: event["topic"] == "conduct").within(months=24).count()


@feature(entity="employee", source="hrms_manager_notes", unit="redactions")
def note_redactions_12m(events: Events) -> Column:
    """Personal details that were redacted from the notes of the last 12 months."""
    found = events.within(months=12).sum(lambda event: F.regexp_count(event["note"], F.lit("<[A-Z_]+>")))
    return found.cast("int")


@feature(entity="employee", source="payroll_pay", unit="months")
def months_since_raise(events: Events) -> Column:
    """Whole months since the newest raise or promotion in pay; null for who never had one."""
    return events.where(lambda event: event["reason"].isin("annual", "promotion")).months_since_last()


@feature(entity="employee", source="payroll_pay", unit="raises")
def raises_36m(events: Events) -> Column:
    """Raises in the last 36 months, promotions included."""
    raised = events.where(lambda event: event["reason"].isin("annual", "promotion"))
    return raised.within(months=36).count()


@feature(entity="employee", source="payroll_pay", unit="percent")
def bonus_pct(events: Events) -> Column:
    """Target bonus in percent of base pay."""
    return events.latest("bonus_pct").cast("double")


@feature(entity="employee", source="payroll_pay", unit="quantile 0-1")
def paid_quantile(events: Events) -> Column:
    """Rank of the newest base pay among those of the same grade, currency and year, as payroll has it."""
    return events.latest("amount")


@feature(entity="employee", source="lms_trainings", unit="hours")
def training_hours_12m(events: Events) -> Column:
    """Hours of the courses completed in the last 12 months."""
    return events.within(months=12).sum("hours")


@feature(entity="employee", source="lms_trainings", unit="courses")
def chosen_courses_24m(events: Events) -> Column:
    """Courses completed in the last 24 months that nobody had to take."""
    return events.where(lambda event: ~event["mandatory"]).within(months=24).count()


@feature(entity="employee", source="lms_trainings", unit="score 0-100")
def test_score_avg_24m(events: Events) -> Column:
    """Mean score of the tests taken in the last 24 months; null for none."""
    return events.within(months=24).mean("score")


@feature(entity="employee", source="letters", unit="letters")
def warnings_36m(events: Events) -> Column:
    """Written warnings in the last 36 months."""
    return events.where(lambda event: event["kind"] == "warning").within(months=36).count()


@feature(entity="employee", source="letters", unit="characters")
def appraisal_length(events: Events) -> Column:
    """Length of the newest appraisal letter, redactions counted as they stand."""
    return F.char_length(events.where(lambda event: event["kind"] == "appraisal").latest("body"))


@label(entity="employee", source="hrms_exits", horizon="12 months")
def left_within_12_months(events: Events) -> Column:
    """Whether the employee leaves within twelve months of the snapshot, other than by retirement.

    Voluntary and involuntary exits count. Retirement is foreseen by age and needs no prediction: it counts as false.
    """
    return events.where(lambda event: event["exit_type"] != "retirement").any()
