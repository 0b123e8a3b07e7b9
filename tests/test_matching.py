"""Matching: one form for all spellings, the known traps, and the JSON of `ask`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.library import CONTENT, load_library
from bot.conversation.conversation import Conversation
from bot.faults import Faults
from bot.languages import load_languages
from bot.matching.collisions import collisions
from bot.matching.evaluation import evaluate, figures, read_cases
from bot.matching.examples import Phrasing
from bot.matching.language import LanguageGuesser
from bot.matching.normalising import LONGEST, count_words, normalise, spaced
from tests.conftest import ROOT, understood

_LANGUAGES = load_languages()
MATCHER = understood(load_library(CONTENT, _LANGUAGES), _LANGUAGES)

SAME = [
    ("¿Mi patrón NO me pagó???", "mi patron no me pago"),
    ("ＩＣＥ　１２３", "ice 123"),
    ("学校會讓移民局進來嗎", "学校会让移民局进来吗"),
    ("cafe\u0301", "café"),
    ("كيف أجد محاميًا؟", "كيف اجد محاميا"),
    ("امیگریشن والے", "اميگريشن والي"),
    ("heeeelp", "help"),
    ("don't", "dont"),
    ("Łódź", "lodz"),
    ("۳۱۱ ٣١١ ৩১১", "311 311 311"),
    ("a\u200b\u202eb", "ab"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_that_mean_the_same_become_the_same(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


def test_bengali_vowel_signs_are_letters() -> None:
    assert normalise("কাজ") != normalise("কজ")
    assert normalise("আইস কি স্কুলে ঢুকতে পারে?") == "আইস কি স্কুলে ঢুকতে পারে"


def test_chinese_words_are_counted_without_spaces() -> None:
    assert count_words(normalise("移民局可以进学校吗")) == 5
    assert count_words("they took him") == 3


@given(st.text(max_size=2000))
def test_normalising_never_raises_and_settles(text: str) -> None:
    once = normalise(text)
    assert once == once.strip()
    assert "  " not in spaced(once)
    assert len(once) <= LONGEST * 20


@given(st.text(max_size=300))
def test_any_text_gets_an_outcome(text: str) -> None:
    found = MATCHER.match(text)
    assert found.outcome in {"answer", "suggest", "none"}
    assert (found.card is not None) == (found.outcome == "answer")
    assert bool(found.suggestions) == (found.outcome == "suggest")
    assert 0 <= found.score <= 100


@pytest.mark.parametrize("short", ["my", "can", "I", "la", "de", "the", "ok", "hola", "?", "👍", "how do i cook rice"])
def test_words_that_belong_to_every_question_answer_none(short: str) -> None:
    assert MATCHER.match(short).outcome != "answer"


@pytest.mark.parametrize(
    "question",
    [
        "how are you today my friend",
        "who won the game last night",
        "tell me a joke",
        "¿qué hora es?",
        "今天天气怎么样",
        "كيف الطقس اليوم",
    ],
)
def test_everyday_chat_is_refused(question: str) -> None:
    assert MATCHER.match(question).outcome == "none"


@pytest.mark.parametrize(
    ("question", "card"),
    [
        ("can imigration enter my kids scool", "ice-at-school"),
        ("mi jefe no me a pagado", "unpaid-wages"),
        ("老板不给工资", "unpaid-wages"),
        ("my bos didnt payed me", "unpaid-wages"),
    ],
)
def test_misspelt_questions_find_their_card(question: str, card: str) -> None:
    found = MATCHER.match(question)
    assert card in {found.card, *found.suggestions}


@pytest.mark.parametrize("position", range(0, 30, 7))
def test_every_curated_phrasing_finds_its_own_card(conversation: Conversation, position: int) -> None:
    for card in conversation.library.cards.values():
        for code, text in card.texts.items():
            if position < len(text.phrasings):
                found = MATCHER.match(text.phrasings[position])
                assert card.id in {found.card, *found.suggestions}, (card.id, code, text.phrasings[position])


def test_the_language_is_sure_only_from_three_words_on() -> None:
    assert MATCHER.match("papiers").language_sure is False
    assert MATCHER.match("school").language == "en"
    found = MATCHER.match("mi patrón no me quiere pagar la semana")
    assert (found.language, found.language_sure) == ("es", True)


@pytest.mark.parametrize(
    "question",
    [
        "हेल्प ICE दरवाजे पर है",
        "ICE อยู่ที่ประตู ช่วยด้วย",
        "အကူအညီ ICE တံခါးမှာ",
        "助けてください ICE がドアにいます",
        "asdf qwer zxcv",
        "dkfjg slkdf woeiru",
    ],
)
def test_other_scripts_and_gibberish_are_no_language_of_ours(question: str) -> None:
    assert MATCHER.match(question).language_sure is False


def test_names_in_latin_letters_do_not_hide_the_language() -> None:
    for question, language in [
        ("移民局 ICE 现在来了我上班的地方 help", "zh_Hans"),
        ("WIC اور school lunch لینے سے immigration case پر کوئی effect پڑتا ہے؟", "ur"),
    ]:
        found = MATCHER.match(question)
        assert (found.language, found.language_sure) == (language, True)


def test_a_language_added_by_files_is_learned() -> None:
    hindi = ["आइस मेरे दरवाजे पर है", "मेरा वेतन नहीं मिला"]
    ukrainian = ["чи можуть вони увійти до школи", "мій начальник не заплатив мені", "де знайти безкоштовного адвоката"]
    russian = ["могут ли они войти в школу", "мой начальник мне не заплатил", "где найти бесплатного адвоката"]
    guesser = LanguageGuesser.learned({"hi": hindi, "uk": ukrainian, "ru": russian})
    assert guesser.guess("आइस स्कूल में है") == ("hi", True)
    assert guesser.guess("начальник не заплатив мені") == ("uk", True)
    assert guesser.guess("начальник мне не заплатил") == ("ru", True)
    assert LanguageGuesser.learned({"ru": russian}).guess("щось інше") == ("ru", True)
    assert LanguageGuesser.learned({}).guess("anything at all") == (None, False)


def test_a_place_outside_the_city_is_never_answered_as_if_it_were_inside() -> None:
    asked = "my boss did not pay me"
    assert MATCHER.match(asked).outcome == "answer"
    found = MATCHER.match(f"{asked} in New Jersey")
    assert found.elsewhere
    assert found.outcome != "answer"
    assert "unpaid-wages" in found.suggestions


def test_cards_that_hold_anywhere_are_answered_anywhere() -> None:
    found = MATCHER.match("how can i find someone who was detained by ICE in New Jersey")
    assert (found.outcome, found.card, found.elsewhere) == ("answer", "find-detained", True)


def test_collisions_tell_how_far_they_are() -> None:
    phrasings = [Phrasing(text, text[0], "en") for text in ("aaa bbb", "aab bbb", "ccc ddd", "ccd ddd")]
    told: list[tuple[int, int]] = []
    found = list(collisions(phrasings, folds=2, on_fold=lambda done, folds: told.append((done, folds))))
    assert told == [(0, 2), (1, 2)]
    assert found == []


def test_a_file_that_is_no_table_is_told(tmp_path: Path) -> None:
    path = tmp_path / "en.tsv"
    path.write_text("card\tstyle\tquestion\n-\tfar\t" + "a" * 200_000 + "\n", encoding="utf-8")
    faults = Faults()
    assert read_cases(path, faults) == []
    assert "cannot be read" in faults[0].message


def test_ask_reads_lines_and_prints_an_object_for_each_in_order() -> None:
    questions = "can ICE enter my child's school?\ntell me a joke\n移民局可以進學校嗎\n"
    command = [sys.executable, "-m", "bot", "ask", "-", "--json"]
    done = subprocess.run(command, input=questions, capture_output=True, text=True, cwd=ROOT, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["outcome"] for one in found][:2] == ["answer", "none"]
    assert found[0]["card"] == "ice-at-school"
    assert found[2]["language"] == "zh_Hant"
    for one in found:
        assert list(one) == ["outcome", "urgent", "card", "language", "score", "suggestions", "ms"]


def test_evaluate_measures_a_file_and_names_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "en.tsv"
    rows = [
        "card\tstyle\tquestion\turgent",
        "unpaid-wages\tplain\tmy boss did not pay me\tno",
        "-\tfar\ttell me a joke\tno",
        "ice-at-home\tplain\tice is at my door right now\tyes",
        "no-such-card\tplain\tanything\tno",
        "-\tfar",
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    faults = Faults()
    cases = read_cases(path, faults, MATCHER_CARDS)
    assert [f"{fault.line}: {fault.message}" for fault in sorted(faults)] == [
        "5: `no-such-card` is no card: write the id of a card, or `-` for none",
        "6: a card and a question are needed, with a tab between columns",
    ]
    found = figures(evaluate(cases, MATCHER.match))
    assert (found.questions, found.helped, found.wrong) == (2, 1.0, 0.0)
    assert (found.out_of_scope, found.refused) == (1, 1.0)
    assert (found.urgent_found, found.urgent_false) == (1.0, 0.0)


MATCHER_CARDS = ("unpaid-wages", "ice-at-home")


def test_a_file_without_the_columns_is_told_which_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "en.tsv"
    path.write_text("question\nwhat\n", encoding="utf-8")
    faults = Faults()
    assert read_cases(path, faults) == []
    assert faults[0].message == "the column `card` is missing: the first line must name card, style, question"
