"""From answers to figures: plain data in, plain data out."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.methods import Answer
from benchmarks.texts import Text
from bot.matching.match import NOT_OURS

ALLOWED = 0.05
"""Share of the questions that no card answers which may be answered, and of the others that may be refused."""
EVERYTHING = float("-inf")
"""A floor that every score is above."""

Asked = tuple[Text, Answer]


@dataclass(frozen=True)
class Figures:
    """Shares (0-1) of the questions that a card answers, or of those that none does; None where there are none.

    ``first``: the right card comes first; ``helped``: it is among the first three, and the question is not refused;
    ``right`` and ``wrong``: a card answers above the floor of equal refusal, the right one or another.
    """

    questions: int
    first: float | None
    helped: float | None
    right: float | None
    wrong: float | None
    out_of_scope: int
    out_of_scope_answered: float | None
    ms: float | None


@dataclass(frozen=True)
class IntentFigures:
    """Shares (0-1) over CLINC150: the right intent comes first; what is refused of that which has none, at the floor
    that refuses ``ALLOWED`` of that which has."""

    questions: int
    accuracy: float | None
    out_of_scope: int
    recall: float | None
    ms: float | None


def answers_above(answer: Answer, floor: float) -> bool:
    """Whether a card is shown, and the question not refused."""
    return answer.target != NOT_OURS and answer.score > floor


def equal_floor(asked: Iterable[Asked]) -> float:
    """The least score above which at most ``ALLOWED`` of the questions that no card answers are answered."""
    others = [answer for text, answer in asked if text.target == NOT_OURS]
    scores = [answer.score if answer.target != NOT_OURS else EVERYTHING for answer in others]
    return _next_after(scores, int(len(scores) * ALLOWED))


def refusing_floor(asked: Iterable[Asked]) -> float:
    """The greatest score below which at most ``ALLOWED`` of the questions that an intent answers are refused."""
    scores = [answer.score for text, answer in asked if text.target != NOT_OURS]
    return -_next_after([-score for score in scores], int(len(scores) * ALLOWED))


def _next_after(scores: Sequence[float], number: int) -> float:
    """The score that comes after so many greater ones.

    >>> _next_after([0.2, 0.9, 0.4], 1)
    0.4
    """
    return sorted(scores, reverse=True)[number] if scores else EVERYTHING


def figures(asked: Sequence[Asked], floor: float) -> Figures:
    """The figures of some questions."""
    ours = [(text.target, answer) for text, answer in asked if text.target != NOT_OURS]
    others = [answer for text, answer in asked if text.target == NOT_OURS]
    return Figures(
        questions=len(ours),
        first=_share(answer.target == target for target, answer in ours),
        helped=_share(answer.target != NOT_OURS and target in answer.cards for target, answer in ours),
        right=_share(answers_above(answer, floor) and answer.target == target for target, answer in ours),
        wrong=_share(answers_above(answer, floor) and answer.target != target for target, answer in ours),
        out_of_scope=len(others),
        out_of_scope_answered=_share(answers_above(answer, floor) for answer in others),
        ms=_median(asked),
    )


def intent_figures(asked: Sequence[Asked]) -> IntentFigures:
    """The figures of questions of CLINC150."""
    ours = [(text.target, answer) for text, answer in asked if text.target != NOT_OURS]
    others = [answer for text, answer in asked if text.target == NOT_OURS]
    floor = refusing_floor(asked)
    return IntentFigures(
        questions=len(ours),
        accuracy=_share(answer.target == target for target, answer in ours),
        out_of_scope=len(others),
        recall=_share(answer.target == NOT_OURS or answer.score < floor for answer in others),
        ms=_median(asked),
    )


def by_language(asked: Iterable[Asked]) -> dict[str, list[Asked]]:
    """Questions with their answers by the language of the question, in the order of the alphabet."""
    found: dict[str, list[Asked]] = {}
    for text, answer in asked:
        found.setdefault(text.language, []).append((text, answer))
    return dict(sorted(found.items()))


def _share(values: Iterable[bool]) -> float | None:
    found = list(values)
    return round(sum(found) / len(found), 4) if found else None


def _median(asked: Sequence[Asked]) -> float | None:
    return round(statistics.median(answer.ms for _, answer in asked), 2) if asked else None
