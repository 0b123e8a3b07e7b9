"""The methods that are compared. Each is prepared from phrasings and then asked, one question at a time.

Nothing but numpy is imported before a method needs it, so that what it brings along counts as its memory.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from benchmarks.processes import NotMeasured, resident
from benchmarks.texts import PATIENCE, Known, Task, Text, Vectors
from bot.matching.match import NOT_OURS

T = TypeVar("T")
Ranked = list[tuple[str, float]]
"""Targets with their scores, the best first: at least three cards, where so many were found."""

PLACES = 3
"""Cards among which the right one helps: as many as the bot offers."""
TRIES = 5
"""Times that a question is asked until the engine of meaning answers in time."""
LENGTHS = (2, 4)
"""Characters of an n-gram."""
FIRMNESS = 30.0
"""C of the logistic regression: the best of 1, 10, 30, 100 and 300 on phrasings that were left out."""


@dataclass(frozen=True)
class Reply:
    """What a method said of a question, and the milliseconds of the part that a bot would wait for."""

    ranked: Ranked
    ms: float


@dataclass(frozen=True)
class Answer:
    """What is kept of a reply: the best target (NOT_OURS: refused) with its score, and the first cards."""

    target: str
    score: float
    cards: tuple[str, ...]
    ms: float


@dataclass(frozen=True)
class Measured:
    """A method's answers in the order of the questions, the memory by which its process grew, seconds to prepare."""

    answers: tuple[Answer, ...]
    mb: float | None
    seconds: float


Ask = Callable[[Text], Reply]


@dataclass(frozen=True)
class Method:
    """A way of finding the card: ``by_meaning`` says that it needs vectors, ``package`` what must be installed."""

    label: str
    prepare: Callable[[Task], Ask]
    by_meaning: bool = False
    package: str | None = None


def measure(key: str, task: Task, questions: Sequence[Text]) -> Measured:
    """Prepare a method and ask it all questions; made to be run in a process of its own."""
    before = resident()
    start = time.perf_counter()
    ask = METHODS[key].prepare(task)
    seconds = time.perf_counter() - start
    answers = tuple(_kept(ask(question)) for question in questions)
    gc.collect()
    after = resident()
    return Measured(answers, None if before is None or after is None else after - before, seconds)


def _kept(reply: Reply) -> Answer:
    """A reply without what no figure needs; what was not found at all is refused."""
    target, score = reply.ranked[0] if reply.ranked else (NOT_OURS, 0.0)
    cards = [target for target, _ in reply.ranked if target != NOT_OURS][:PLACES]
    return Answer(target, float(score), tuple(cards), reply.ms)


def timed(function: Callable[..., T], *arguments: Any, **named: Any) -> tuple[T, float]:
    """What a function gives, and the milliseconds that it took."""
    start = time.perf_counter()
    found = function(*arguments, **named)
    return found, (time.perf_counter() - start) * 1000


class Nearest:
    """A score for each phrasing becomes one for each target: that of its nearest phrasing."""

    def __init__(self, targets: Sequence[str]) -> None:
        self._names = list(dict.fromkeys(targets))
        place = {name: number for number, name in enumerate(self._names)}
        self._places = np.array([place[target] for target in targets], dtype=np.int64)

    def ranked(self, scores: npt.NDArray[Any]) -> Ranked:
        """The best targets; those without any likeness are not among them.

        >>> Nearest(["a", "b", "a", "c"]).ranked(np.array([0.1, 0.2, 0.3, 0.0]))
        [('a', 0.3), ('b', 0.2)]
        """
        best = np.zeros(len(self._names))
        np.maximum.at(best, self._places, scores)
        return _ranked(self._names, best)


def _ranked(names: Sequence[str], scores: npt.NDArray[Any]) -> Ranked:
    """The best names with a score above 0; of equal ones the first."""
    order = np.argsort(-scores, kind="stable")[: PLACES + 1].tolist()
    return [(names[place], float(scores[place])) for place in order if scores[place] > 0]


def _of_each_language(known: Mapping[str, Known], prepare: Callable[[list[str], Nearest], Ask]) -> Ask:
    """A method over letters is told the language of a question and looks at phrasings of that language alone."""
    asks = {language: prepare(texts, Nearest(targets)) for language, (texts, targets) in known.items()}
    nothing = Reply([], 0.0)
    return lambda question: asks[question.language](question) if question.language in asks else nothing


def _fuzzy(scorer: str) -> Callable[[Task], Ask]:
    """rapidfuzz: extractOne, as it is commonly used, is timed; the places after the first are looked up beside."""

    def prepare_language(texts: list[str], nearest: Nearest) -> Ask:
        from rapidfuzz import fuzz, process

        score = getattr(fuzz, scorer)

        def ask(question: Text) -> Reply:
            _, ms = timed(process.extractOne, question.spaced, texts, scorer=score)
            scores = process.cdist([question.spaced], texts, scorer=score, dtype=np.float64)[0]
            return Reply(nearest.ranked(scores), ms)

        return ask

    return lambda task: _of_each_language(task.known("spaced"), prepare_language)


def _bm25(task: Task) -> Ask:
    """BM25 over words; a Han character is one. bm25s' own way of finding words loses Bengali vowels and Chinese."""

    def prepare_language(texts: list[str], nearest: Nearest) -> Ask:
        import bm25s

        index = bm25s.BM25()
        index.index([text.split() for text in texts], show_progress=False)

        def find(question: Text) -> Ranked:
            words = question.spaced.split()
            return nearest.ranked(index.get_scores(words)) if words else []

        return lambda question: Reply(*timed(find, question))

    return _of_each_language(task.known("spaced"), prepare_language)


def _tfidf(task: Task) -> Ask:
    """The cosine of TF-IDF vectors of runs of characters."""

    def prepare_language(texts: list[str], nearest: Nearest) -> Ask:
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(analyzer="char", ngram_range=LENGTHS, lowercase=False, dtype=np.float32)
        matrix = vectorizer.fit_transform(texts)

        def find(question: Text) -> Ranked:
            return nearest.ranked((vectorizer.transform([question.normalised]) @ matrix.T).toarray()[0])

        return lambda question: Reply(*timed(find, question))

    return _of_each_language(task.known("normalised"), prepare_language)


def _embedding() -> Callable[[Text], Vectors]:
    """Starts the engine; what is returned gives the vector of one text, in a row."""
    from bot.matching.meaning.process import MeaningProcess

    engine = MeaningProcess()
    engine.wait()

    def embed(question: Text) -> Vectors:
        vectors = engine.embed([question.text], PATIENCE)
        if vectors is None:
            raise NotMeasured("the engine of meaning does not answer")
        return vectors

    return embed


def _nearest_meaning(task: Task) -> Ask:
    """The cosine of the multilingual embeddings, as Ask-A-Question finds an answer."""
    targets, vectors = task.told()
    nearest = Nearest(targets)
    embed = _embedding()
    return lambda question: Reply(*timed(lambda: nearest.ranked(vectors @ embed(question)[0])))


def _regression(task: Task) -> Ask:
    """A logistic regression over the same vectors."""
    from sklearn.linear_model import LogisticRegression

    targets, vectors = task.told()
    model = LogisticRegression(C=FIRMNESS, max_iter=1000).fit(vectors, targets)
    names = model.classes_.tolist()
    embed = _embedding()

    def find(question: Text) -> Ranked:
        return _ranked(names, model.predict_proba(embed(question))[0])

    return lambda question: Reply(*timed(find, question))


def _ours(task: Task, meaning: bool) -> Ask:
    """The bot's own matching: over content just as it runs, over phrasings alone what it learns from them."""
    return _ours_learned(task, meaning) if task.content is None else _ours_running(task, meaning)


def _ours_running(task: Task, meaning: bool) -> Ask:
    """``match`` is timed with all that it does: language, urgency and places, too."""
    from bot.cards.library import CONTENT
    from bot.loading import Understanding, load_content
    from bot.matching.match import Match

    languages, library, _ = load_content(task.content or CONTENT)
    understanding = Understanding(library, languages, meaning=meaning).start()
    if understanding.complete() != meaning:
        raise NotMeasured("meaning could not be learned")

    def ranked(found: Match) -> Ranked:
        names = [NOT_OURS, *(candidate.card for candidate in found.candidates)]
        return _ranked(names, np.array([found.others, *(candidate.probability for candidate in found.candidates)]))

    def ask(question: Text) -> Reply:
        for _ in range(TRIES):
            found, ms = timed(understanding.match, question.text)
            if not meaning or found.by_meaning != "not there" or not question.normalised:
                return Reply(ranked(found), ms)
            time.sleep(1)  # the machine is busy, and letters alone decided: that is measured elsewhere
        raise NotMeasured("the engine of meaning does not answer in time")

    return ask


def _ours_learned(task: Task, meaning: bool) -> Ask:
    """The two linear models, added with the bot's weights; there are no questions that none answers to learn from."""
    from bot.matching.features import topical
    from bot.matching.learning import learn_letters, learn_meaning
    from bot.matching.normalising import normalise
    from bot.matching.ranking import LETTERS_ALONE, WITH_MEANING

    # In one language, as CLINC150 is.
    [(texts, targets)] = task.known("normalised").values()
    letters = learn_letters(texts, targets, topical)
    told_targets, vectors = task.told() if meaning else ([], np.zeros((0, 0), dtype=np.float32))
    by_meaning = learn_meaning(vectors, told_targets) if meaning else None
    embed = _embedding() if meaning else None

    def find(question: Text) -> Ranked:
        scores = letters.scores([normalise(question.text)], topical)[0].astype(np.float64)
        if by_meaning is None or embed is None:
            odds = LETTERS_ALONE.letters * scores
        else:
            # Both models know the same targets, in the order of the alphabet.
            also = by_meaning.log_probabilities(embed(question))[0]
            odds = WITH_MEANING.letters * scores + WITH_MEANING.meaning * also
        odds = np.exp(odds - odds.max())
        return _ranked(letters.classes, odds / odds.sum())

    return lambda question: Reply(*timed(find, question))


METHODS = {
    "wratio": Method("rapidfuzz WRatio", _fuzzy("WRatio")),
    "token-set": Method("rapidfuzz token_set_ratio", _fuzzy("token_set_ratio")),
    "bm25": Method("BM25", _bm25, package="bm25s"),
    "tfidf": Method("TF-IDF of characters", _tfidf),
    "embedding": Method("embedding, nearest", _nearest_meaning, by_meaning=True),
    "regression": Method("embedding, regression", _regression, by_meaning=True),
    "letters": Method("ours, letters alone", lambda task: _ours(task, meaning=False)),
    "meaning": Method("ours, with meaning", lambda task: _ours(task, meaning=True), by_meaning=True),
}
"""By the name that the command takes."""
