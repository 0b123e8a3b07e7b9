"""Measures matching on questions with known answers: TSV files, one a language, named by it."""

from __future__ import annotations

import csv
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.faults import Faults
from bot.matching.match import NOT_OURS, Match

COLUMNS = ("card", "style", "question")


@dataclass(frozen=True)
class Case:
    """A question, the card that answers it (``-``: none may), and whether it is happening now (None: not said)."""

    language: str
    style: str
    question: str
    card: str
    urgent: bool | None = None


@dataclass(frozen=True)
class Result:
    """A case with what matching said of it and the time it took in milliseconds."""

    case: Case
    match: Match
    ms: float

    @property
    def right(self) -> bool:
        """The right card was shown."""
        return self.case.card != NOT_OURS and self.match.card == self.case.card

    @property
    def helped(self) -> bool:
        """The right card was shown or is among those offered."""
        return self.right or self.case.card in self.match.suggestions

    @property
    def wrong(self) -> bool:
        """A card was shown that is not the right one."""
        return self.match.outcome == "answer" and not self.right


@dataclass(frozen=True)
class Figures:
    """Shares (0-1) over some results; None where no question could show it."""

    questions: int
    helped: float | None
    answered: float | None
    wrong: float | None
    out_of_scope: int
    out_of_scope_answered: float | None
    refused: float | None
    urgent_found: float | None
    urgent_false: float | None
    language_right: float | None
    ms_median: float
    ms_p99: float


def read_cases(path: Path, faults: Faults, known_cards: Iterable[str] | None = None) -> list[Case]:
    """The cases of a TSV file; lines that cannot be used are added to ``faults``."""
    cases: list[Case] = []
    cards = None if known_cards is None else {*known_cards, NOT_OURS}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = [column for column in COLUMNS if column not in (rows.fieldnames or [])]
            if missing:
                wanted = ", ".join(COLUMNS)
                faults.error(path, 1, f"the column `{missing[0]}` is missing: the first line must name {wanted}")
                return []
            for row in rows:
                if not row["question"] or not row["card"]:
                    faults.error(path, rows.line_num, "a card and a question are needed, with a tab between columns")
                elif cards is not None and row["card"] not in cards:
                    message = f"`{row['card']}` is no card: write the id of a card, or `{NOT_OURS}` for none"
                    faults.warn(path, rows.line_num, message)
                else:
                    urgent = {"yes": True, "no": False}.get(row.get("urgent") or "")
                    cases.append(Case(path.stem, row["style"], row["question"], row["card"], urgent))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        faults.error(path, 1, f"cannot be read ({type(error).__name__}): give the path of a UTF-8 TSV file")
    return cases


def evaluate(cases: Iterable[Case], match: Callable[[str], Match]) -> list[Result]:
    """Ask each question and time it."""
    results = []
    for case in cases:
        start = time.perf_counter()
        found = match(case.question)
        results.append(Result(case, found, (time.perf_counter() - start) * 1000))
    return results


def figures(results: Sequence[Result]) -> Figures:
    """The figures of some results."""
    ours = [result for result in results if result.case.card != NOT_OURS]
    others = [result for result in results if result.case.card == NOT_OURS]
    now = [result for result in results if result.case.urgent]
    # Questions that no card answers are never happening now, unless their file says so.
    calm = [r for r in results if r.case.urgent is False or (r.case.urgent is None and r.case.card == NOT_OURS)]
    told = [result for result in results if len(result.case.question.split()) >= 3 or result.case.language == "zh"]
    times = sorted(result.ms for result in results) or [0.0]
    return Figures(
        questions=len(ours),
        helped=_share(result.helped for result in ours),
        answered=_share(result.right for result in ours),
        wrong=_share(result.wrong for result in ours),
        out_of_scope=len(others),
        out_of_scope_answered=_share(result.wrong for result in others),
        refused=_share(result.match.outcome == "none" for result in others),
        urgent_found=_share(result.match.happening for result in now),
        urgent_false=_share(result.match.happening for result in calm),
        language_right=_share(result.match.language.partition("_")[0] == result.case.language for result in told),
        ms_median=round(statistics.median(times), 2),
        ms_p99=round(times[min(len(times) - 1, int(len(times) * 0.99))], 2),
    )


def confusions(results: Iterable[Result], most: int = 15) -> list[tuple[str, str, int]]:
    """Pairs of cards of which the second was shown in the first one's place, the most frequent first."""
    pairs = Counter((r.case.card, r.match.card) for r in results if r.wrong and r.match.card)
    return [(right, shown, count) for (right, shown), count in pairs.most_common(most)]


def _share(values: Iterable[bool]) -> float | None:
    found = list(values)
    return round(sum(found) / len(found), 4) if found else None


def by(results: Iterable[Result], attribute: str) -> dict[str, list[Result]]:
    """Results grouped by ``language`` or ``style``, in the order in which they were met."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(getattr(result.case, attribute), []).append(result)
    return groups


def report(results: Sequence[Result]) -> dict[str, object]:
    """All figures as plain data: over all, by language, by style, and which cards are taken for which."""
    return {
        "all": asdict(figures(results)),
        "languages": {name: asdict(figures(group)) for name, group in by(results, "language").items()},
        "styles": {name: asdict(figures(group)) for name, group in by(results, "style").items()},
        "confusions": [{"card": a, "shown": b, "times": n} for a, b, n in confusions(results)],
    }
