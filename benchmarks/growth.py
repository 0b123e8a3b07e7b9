"""How time and memory grow with the number of cards, letters alone: ``python -m benchmarks.growth``.

The first cards are those of CLINC150 or of the content, in English; the others are made up of their words. Learning
and asking are processes of their own, as they are in the bot, and what is asked are phrasings that were left out.
"""

from __future__ import annotations

import gc
import random
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import numpy as np

from benchmarks.processes import NotMeasured, alone, resident
from benchmarks.texts import SEED
from bot.matching.match import NOT_OURS

SIZES = (50, 500, 5000)
PHRASINGS = 12
LEFT_OUT = 1
"""Phrasings of a card that are not learned and may be asked."""
ASKED = 200
"""Questions, at each size."""
LIMIT = 900
"""Seconds that learning may take, unless told otherwise."""
OWN_WORDS = 12
"""Words that tell a made-up card from others; the rest of its words are those of all cards, as often as in them."""
OWN_SHARE = 0.5
"""Share of the words of a made-up phrasing that are the card's own."""
LANGUAGE = "en"

Cards = dict[str, list[str]]


@dataclass(frozen=True)
class Size:
    """What was measured with a number of cards; None where it was not, for the reason in ``note``."""

    cards: int
    phrasings: int
    seconds: float | None
    ms: float | None
    mb: float | None
    note: str = ""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--clinc", type=click.Path(path_type=Path), help="Make the cards from CLINC150's data_full.json.")
@click.option("--cards", "sizes", type=click.IntRange(min=2), multiple=True, help="Instead of 50, 500 and 5,000.")
@click.option("--limit", type=click.IntRange(min=1), default=LIMIT, show_default=True, help="Seconds to learn.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures to this file.")
def main(clinc: Path | None, sizes: tuple[int, ...], limit: int, json_file: Path | None) -> None:
    """Measure learning and asking with 50, 500 and 5,000 cards of 12 phrasings."""
    from benchmarks.comparing import tell
    from benchmarks.reports import number, table, write_json
    from bot.tables import show

    real, others = _from_clinc(clinc) if clinc else _from_content()
    measured = []
    for size in sizes or SIZES:
        tell(f"{size:,} cards")
        measured.append(_measured(made(real, size), others, limit))
    rows = [
        (f"{one.cards:,}", f"{one.phrasings:,}", number(one.seconds), number(one.ms, 2), number(one.mb, 0), one.note)
        for one in measured
    ]
    columns = ("cards", "phrasings", "seconds to learn", "ms a question (median)", "MB", "")
    show(table("Growth with the number of cards, letters alone", columns, rows))
    if json_file:
        write_json(json_file, [asdict(one) for one in measured])


def _from_clinc(path: Path) -> tuple[Cards, list[str]]:
    """Intents, and questions that have none."""
    from benchmarks.clinc import grouped, read

    data = read(path)
    cards = {intent: [question for question, _ in pairs] for intent, pairs in grouped(data["train"]).items()}
    return cards, [question for question, _ in data["oos_train"]]


def _from_content() -> tuple[Cards, list[str]]:
    """Cards with their English phrasings, and questions that no card answers."""
    from bot.loading import load_content
    from bot.matching.examples import examples
    from bot.settings import SettingsError, read_settings

    try:
        languages, library, _ = load_content(read_settings().content_dir)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    cards: Cards = {}
    for phrasing in examples(library, languages).questions:
        if phrasing.language == LANGUAGE:
            cards.setdefault(phrasing.target, []).append(phrasing.text)
    others = cards.pop(NOT_OURS, [])
    if not cards:
        raise click.ClickException("the content has no English phrasings: give --clinc FILE")
    return cards, others


def made(real: Mapping[str, Sequence[str]], number: int) -> Cards:
    """So many cards of PHRASINGS and LEFT_OUT phrasings: real ones while they last, then made-up ones."""
    pick = random.Random(SEED)
    wanted = PHRASINGS + LEFT_OUT
    found = {card: pick.sample(list(texts), wanted) for card, texts in real.items() if len(texts) >= wanted}
    everything = [text.split() for texts in real.values() for text in texts]
    words = [word for text in everything for word in text]
    vocabulary = sorted(set(words))
    for place in range(len(found), number):
        own = pick.sample(vocabulary, min(OWN_WORDS, len(vocabulary)))
        lengths = [len(pick.choice(everything)) for _ in range(wanted)]
        found[f"made-up-{place}"] = [
            " ".join(pick.choice(own if pick.random() < OWN_SHARE else words) for _ in range(length))
            for length in lengths
        ]
    return dict(list(found.items())[:number])


def _measured(cards: Mapping[str, Sequence[str]], others: Sequence[str], limit: int) -> Size:
    """Learn the cards and ask about them; where learning takes too long, ask a stand-in of the same size."""
    known = [(text, card) for card, texts in cards.items() for text in texts[LEFT_OUT:]]
    known += [(text, NOT_OURS) for text in others]
    questions = [text for texts in cards.values() for text in texts[:LEFT_OUT]]
    questions = random.Random(SEED).sample(questions, min(ASKED, len(questions)))
    seconds, notes = None, []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "letters.npz"
        try:
            seconds = alone(learn, known, path, limit=limit)
        except NotMeasured as reason:
            notes.append(f"learning: {reason}; asked: a stand-in of the same size")
        try:
            if seconds is None:
                alone(stand_in, known, path, limit=limit)
            ms, mb = alone(ask, known, path, questions, limit=limit)
        except NotMeasured as reason:
            ms, mb = None, None
            notes.append(f"asking: {reason}")
    seconds, ms, mb = (None if value is None else round(value, 2) for value in (seconds, ms, mb))
    return Size(len(cards), len(known), seconds, ms, mb, "; ".join(notes))


def learn(known: Sequence[tuple[str, str]], path: Path) -> float:
    """Learn letters as the bot does and keep them; the seconds of learning."""
    from bot.matching.features import topical
    from bot.matching.learning import learn_letters
    from bot.matching.normalising import normalise

    start = time.perf_counter()
    letters = learn_letters([normalise(text) for text, _ in known], [card for _, card in known], topical)
    seconds = time.perf_counter() - start
    np.savez(path, allow_pickle=False, **letters.arrays())
    return seconds


def stand_in(known: Sequence[tuple[str, str]], path: Path) -> None:
    """Keep weights of the shape of those that would be learned: the sum of each card's phrasings.

    They find cards less well, and take as much time and memory to ask.
    """
    from bot.matching.features import topical
    from bot.matching.learning import LEAST_TEXTS
    from bot.matching.linear import BITS, LinearModel, counted
    from bot.matching.normalising import normalise

    classes, numbers = np.unique(np.array([card for _, card in known]), return_inverse=True)
    owners, rows, values = counted([normalise(text) for text, _ in known], topical)
    frequency = np.bincount(rows, minlength=1 << BITS)
    kept = np.flatnonzero(frequency >= LEAST_TEXTS)
    place = np.full(1 << BITS, -1)
    place[kept] = np.arange(len(kept))
    seen = place[rows] >= 0
    idf = (np.log((1 + len(known)) / (1 + frequency[kept])) + 1).astype(np.float32)
    weights = np.zeros((len(kept), len(classes)), dtype=np.float16)
    columns = place[rows[seen]]
    np.add.at(weights, (columns, numbers[owners[seen]]), (values[seen] * idf[columns] / 100).astype(np.float16))
    bias = np.zeros(len(classes), dtype=np.float32)
    model = LinearModel(tuple(classes.tolist()), kept.astype(np.int32), idf, weights, bias)
    np.savez(path, allow_pickle=False, **model.arrays())


def ask(known: Sequence[tuple[str, str]], path: Path, questions: Sequence[str]) -> tuple[float, float | None]:
    """The median of the milliseconds of a question, and the megabytes by which the process grew."""
    before = resident()
    from bot.matching.examples import Phrasing
    from bot.matching.linear import LinearModel
    from bot.matching.normalising import normalise
    from bot.matching.ranking import Ranking

    with np.load(path, allow_pickle=False) as file:
        letters = LinearModel.of({name: file[name] for name in file.files})
    cards = frozenset(card for _, card in known if card != NOT_OURS)
    ranking = Ranking([Phrasing(text, card, LANGUAGE) for text, card in known], letters, cards)
    times = []
    for question in questions:
        start = time.perf_counter()
        ranking.rank(ranking.compare(normalise(question), LANGUAGE))
        times.append((time.perf_counter() - start) * 1000)
    gc.collect()
    after = resident()
    return statistics.median(times), None if before is None or after is None else after - before


if __name__ == "__main__":
    main()
