"""Notes as people write them: about 195 characters, numbers and years in all, personal data in a share of them."""

from collections.abc import Mapping, Sequence
from random import Random

from tests.privacy.scanning.values import value

#: Kinds planted into notes where nothing else is asked for.
USUAL = (
    "EMAIL_ADDRESS", "PHONE_NUMBER", "IN_AADHAAR", "IN_PAN", "US_SSN", "CREDIT_CARD", "IBAN_CODE", "IP_ADDRESS", "URL",
)  # fmt: skip
#: Sentences without personal data; braces are filled by numbers as notes have them.
SENTENCES: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Met {n} of {n} goals in {y} and moved the release forward.",
        "Feedback from the team is good; rating {d} of 5.0.",
        "Attended the workshop on {date} from {time}, pages {n}-{n} were covered.",
        "Would like more ownership, asked for it in Q{q} {y}.",
        "Finished {big} tickets (up {n} %) and trained two juniors.",
        "Version {n}.{q}.{q} was rolled out without an incident.",
        "Talked about workload, holidays and the move to another desk.",
        "Colleagues praise patience and clear writing; meetings should be shorter.",
        "Wants to learn how releases are planned and to present to customers.",
        "No complaints this time, the tone in the team has improved a lot.",
        "Budget of ${big}.50 approved; the rest follows in {y}.",
    ),
    "de": (
        "Ziele {y} zu {n} % erreicht, Rückmeldung aus dem Team überwiegend positiv.",
        "Gespräch am {date} um {time} Uhr, nächstes im Frühjahr.",
        "Wünscht sich größere Aufgaben; Schulung über {n} Tage läuft.",
        "Für {big} Vorgänge gelobt, Überstunden werden abgebaut.",
    ),
    "fr": (
        "Objectifs {y} atteints à {n} %, très bonne coopération avec l’équipe.",
        "Entretien du {date} à {time}, le prochain après l’été.",
        "A traité {big} dossiers ; souhaite évoluer côté conception.",
    ),
    "hi": (
        "वर्ष {y} में {n} में से {q} लक्ष्य पूरे हुए, टीम की प्रतिक्रिया अच्छी है।",
        "बैठक {date} को {time} बजे हुई, अगली बैठक वसंत में।",
        "उन्होंने {big} मामले निपटाए और दो साथियों को सिखाया।",
    ),
    "ar": (
        "تحققت {n} من {n} أهداف في عام {y} والملاحظات جيدة.",
        "عقد الاجتماع في {date} الساعة {time}، والقادم في الربيع.",
    ),
    "zh": ("{y}年完成了{n}项目标，团队反馈良好。", "会议于{date} {time}举行，下次在春季；处理了{big}件事。"),
    "ru": (
        "В {y} году выполнено {n} из {n} целей, отзывы хорошие.",
        "Встреча {date} в {time}, следующая весной, закрыто {big} задач.",
    ),
}  # fmt: skip
#: How a value stands in a sentence.
_AROUND = (
    "Reach them at {}.", "Contact: {};", "see {} for details.", "({})", "Phone number {} was given.", "card {}",
    "Their id is {}, please keep it.", "ssn {} on file", "IBAN: {}.", "mail to {}", "pan {} noted", "\n- {}\n",
)  # fmt: skip
LENGTH = 195


def note(random: Random, with_value: bool, language: str = "en", kinds: Sequence[str] = USUAL) -> str:
    """One note; `language` is a key of `SENTENCES`, or "mixed"."""
    parts: list[str] = []
    value_at = random.randrange(3) if with_value else -1
    while sum(map(len, parts)) < LENGTH - 35 or value_at >= len(parts):
        if len(parts) == value_at:
            parts.append(random.choice(_AROUND).format(value(random, random.choice(kinds))))
        spoken = random.choice(tuple(SENTENCES)) if language == "mixed" else language
        parts.append(_filled(random, random.choice(SENTENCES[spoken])))
    return " ".join(parts)


def notes(
    seed: int, count: int, share: float, language: str = "en", distinct: int = 0, kinds: Sequence[str] = USUAL
) -> list[str]:
    """Notes of which `share` have personal data; drawn from `distinct` ones where that is given."""
    random = Random(f"{seed}-{share}-{language}-{distinct}")
    if distinct:
        pool = notes(seed, distinct, share, language, kinds=kinds)
        return random.choices(pool, k=count)
    return [note(random, random.random() < share, language, kinds) for _ in range(count)]


def _filled(random: Random, sentence: str) -> str:
    month, day = random.randrange(1, 13), random.randrange(1, 29)
    numbers = {
        "{y}": str(random.randrange(1998, 2027)),
        "{q}": str(random.randrange(1, 5)),
        "{d}": f"{random.randrange(1, 5)}.{random.randrange(10)}",
        "{date}": random.choice((f"{random.randrange(1998, 2027)}-{month:02}-{day:02}", f"{day}/{month}/2024")),
        "{time}": f"{random.randrange(8, 18)}:{random.randrange(60):02}",
        "{big}": random.choice(
            (str(random.randrange(100, 999)), f"{random.randrange(1, 99)},{random.randrange(999):03}")
        ),
    }
    for place, number in numbers.items():
        sentence = sentence.replace(place, number)
    while "{n}" in sentence:
        sentence = sentence.replace("{n}", str(random.randrange(1, 120)), 1)
    return sentence
