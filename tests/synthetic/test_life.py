"""Lives are possible, and what ends them can be learnt from what was recorded before."""

from bisect import bisect_left
from collections import defaultdict
from datetime import date, timedelta

import pytest

from pipeline.synthetic.crew import Crew
from pipeline.synthetic.facts import Life
from pipeline.synthetic.life import live
from pipeline.synthetic.person import Person, draw_person

EMPLOYEES, YEARS = 3000, 20


@pytest.fixture(scope="module")
def lives() -> list[tuple[Person, Life]]:
    crew, made = Crew(), []
    for index in range(EMPLOYEES):
        person = draw_person(23, index, YEARS)
        life = live(23, person, crew)
        crew.add(person, life)
        made.append((person, life))
    return made


def employed(person: Person, life: Life, on: date) -> bool:
    return person.hired <= on and (life.exit is None or on < life.exit.on)


def test_managers_are_employed_at_the_time(lives: list[tuple[Person, Life]]) -> None:
    """Whoever leads, reviews or writes a note exists and is at work that day; only the founder has no manager."""
    for person, life in lives:
        for event in life.jobs:
            assert (event.manager is None) == (person.index == 0)
            assert event.manager is None or employed(*lives[event.manager], event.on)
            assert event.manager != person.index
        assert all(employed(*lives[review.reviewer], review.on) for review in life.reviews)
        assert all(employed(*lives[note.author], note.on) for note in life.notes)


def test_lives_run_forward(lives: list[tuple[Person, Life]]) -> None:
    """Everything happens between hire and exit, in order, to grown-ups, beginning with the hire."""
    for person, life in lives:
        last = life.exit.on if life.exit else date(2025, 12, 31)
        assert (person.hired - person.born).days >= 18 * 365
        assert (life.jobs[0].kind, life.jobs[0].on) == ("hire", person.hired)
        assert all(0 <= course.score <= 100 for course in life.trainings if course.score is not None)
        assert [course.on for course in life.trainings] == sorted(course.on for course in life.trainings)
        for days in ([e.on for e in life.jobs], [r.on for r in life.reviews], [n.on for n in life.notes], life.moves):
            assert list(days) == sorted(days)
            assert all(person.hired <= day <= last for day in days)
        assert all(leave.on <= leave.end <= last for leave in life.leaves)
        levels = [event.level for event in life.jobs]
        assert levels == sorted(levels)


def test_attrition_is_believable(lives: list[tuple[Person, Life]]) -> None:
    """Of those employed, 12 to 18 % leave in an average year, and every kind of exit comes."""
    years = sum(((life.exit.on if life.exit else date(2025, 12, 31)) - p.hired).days / 365.25 for p, life in lives)
    exits = [life.exit for _, life in lives if life.exit]
    assert 0.12 < len(exits) / years < 0.18
    assert {leaving.kind for leaving in exits} == {"voluntary", "involuntary", "retirement"}
    assert {leaving.reason for leaving in exits} == {
        "pay", "career", "manager", "relocation", "workload", "retirement", "performance", "other"
    }  # fmt: skip


def test_volumes_are_believable(lives: list[tuple[Person, Life]]) -> None:
    """A year of work leaves about one review, 1.5 notes and 2 to 5 leaves."""
    years = sum(((life.exit.on if life.exit else date(2025, 12, 31)) - p.hired).days / 365.25 for p, life in lives)
    assert 0.8 < sum(len(life.reviews) for _, life in lives) / years < 1.1
    assert 1.2 < sum(len(life.notes) for _, life in lives) / years < 1.8
    assert 2 < sum(len(life.leaves) for _, life in lives) / years < 5
    assert 1.2 < sum(len(life.trainings) for _, life in lives) / years < 2.5


def test_the_restless_prepare_to_lead(lives: list[tuple[Person, Life]]) -> None:
    """Of the courses that people choose, more are about leadership in the last year before a voluntary exit."""
    leaders = {True: [0, 0], False: [0, 0]}
    for _, life in lives:
        for course in life.trainings:
            leaving = life.exit is not None and life.exit.kind == "voluntary" and (life.exit.on - course.on).days < 365
            leaders[leaving][0] += course.category == "leadership" and not course.mandatory
            leaders[leaving][1] += not course.mandatory
    shares = {leaving: led / chosen for leaving, (led, chosen) in leaders.items()}
    assert shares[True] > 1.1 * shares[False]


def test_leaving_can_be_learnt(lives: list[tuple[Person, Life]]) -> None:
    """A plain logistic model on recorded facts tells leavers of the next year from others: AUC above 0.7."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.preprocessing import StandardScaler

    early = _rows(lives, range(2009, 2020))
    late = _rows(lives, range(2020, 2025))
    scaler = StandardScaler().fit([features for features, _ in early])
    model = LogisticRegression().fit(scaler.transform([features for features, _ in early]), [left for _, left in early])
    scores = model.predict_proba(scaler.transform([features for features, _ in late]))[:, 1]
    auc = roc_auc_score([left for _, left in late], scores)
    assert 0.7 < auc < 0.9


def _rows(lives: list[tuple[Person, Life]], years: range) -> list[tuple[list[float], bool]]:
    """Features and label of everybody employed at the ends of the years."""
    rows = []
    for year in years:
        on = date(year, 12, 31)
        present = [(person, life) for person, life in lives if employed(person, life, on)]
        peers = defaultdict(list)
        for person, life in present:
            event = [event for event in life.jobs if event.on <= on][-1]
            peers[person.country, event.level].append(event.salary)
        for group in peers.values():
            group.sort()
        for person, life in present:
            left = life.exit is not None and life.exit.on <= on + timedelta(days=365)
            rows.append((_features(person, life, on, peers), left))
    return rows


def _features(person: Person, life: Life, on: date, peers: dict[tuple[str, int], list[int]]) -> list[float]:
    year_ago = on - timedelta(days=365)
    jobs = [event for event in life.jobs if event.on <= on]
    ratings = [review.rating for review in life.reviews if review.on <= on] or [3.3]
    promoted = max(event.on for event in jobs if event.kind in ("hire", "promotion"))
    group = peers[person.country, jobs[-1].level]
    return [
        (on - person.hired).days,
        jobs[-1].level,
        ratings[-1],
        ratings[-1] - ratings[max(len(ratings) - 3, 0)],
        (on - promoted).days,
        bisect_left(group, jobs[-1].salary) / len(group),
        sum(event.kind == "manager_change" and event.on > year_ago for event in jobs),
        sum(note.topic == "workload" and year_ago < note.on <= on for note in life.notes),
        sum(leave.kind == "unpaid" and year_ago < leave.on <= on for leave in life.leaves),
        (on - person.born).days,
    ]
