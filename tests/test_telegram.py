"""People talk with the bot on Telegram: the real process, over HTTP, with the real content."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from bot.cards.model import Library
from bot.languages import Languages
from tests.loopback import LoopbackTelegram, User
from tests.running import direct_answer, plain, running, title

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOTLINE = "+1 800-354-0365"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def telegram(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LoopbackTelegram]:
    """A Telegram on which the bot runs for all tests of this file: each test makes its own people."""
    async with LoopbackTelegram() as server, running(server, tmp_path_factory.mktemp("bot")):
        yield server


@pytest.fixture
def user(telegram: LoopbackTelegram) -> User:
    return telegram.user("Ana", language_code="en", started=True)


async def chooses(user: User, name: str) -> None:
    """Choose a language by its own name, from /language."""
    await user.asks("/language")
    await user.presses(name)
    await user.next_message()


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Can ICE enter my child's school?"),
        ("es", "¿La migra puede entrar a la escuela de mis hijos?"),
        ("zh", "移民局会进我孩子的学校吗？"),
        ("ar", "هل تقدر الهجرة تدخل مدرسة ابني؟"),
    ],
)
async def test_the_school_question_is_answered_in_its_language_with_whom_to_call(
    telegram: LoopbackTelegram, language: str, question: str
) -> None:
    answer = await telegram.user().asks(question)
    assert plain(answer).startswith(direct_answer("ice-at-school", language))
    assert plain(answer.bold()[0]) == direct_answer("ice-at-school", language)
    assert HOTLINE in plain(answer)
    assert answer.raw["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "can imigration entr my kids scool"),
        ("en", "CAN ICE COME INTO MY KIDS SCHOOOL???"),
        ("es", "puede la migra entrar ala escula de mi ijo"),
    ],
)
async def test_the_school_question_is_understood_with_its_typos(
    telegram: LoopbackTelegram, languages: Languages, language: str, question: str
) -> None:
    user = telegram.user(language_code=language)
    await user.says(question)
    answers = [plain(message) for message in await user.messages_until_quiet(first_within=10)]
    assert answers[-1].startswith(direct_answer("ice-at-school", language))


async def test_a_spanish_question_in_an_english_chat_is_answered_in_english_with_the_spanish_one_a_press_away(
    user: User,
) -> None:
    await chooses(user, "English")
    answer = await user.asks("puede la migra entrar a la escuela de mi hijo")
    assert answer.text.startswith(direct_answer("ice-at-school", "en"))
    await user.presses("Español", message=answer)
    assert (await user.next_message()).text.startswith(direct_answer("ice-at-school", "es"))


async def test_without_a_choice_the_language_of_the_question_goes_before_that_of_the_phone(user: User) -> None:
    answer = await user.asks("puede la migra entrar a la escuela de mi hijo")
    assert answer.text.startswith(direct_answer("ice-at-school", "es"))
    assert "English" in answer.labels


async def test_a_phone_in_traditional_chinese_gets_traditional_characters(telegram: LoopbackTelegram) -> None:
    user = telegram.user(language_code="zh-hant")
    await user.presses_data("ice-at-school__zh_Hant", message_id=7)
    assert "學校" in (await user.next_message()).text


async def test_a_suggestion_is_chosen(user: User) -> None:
    offered = await user.asks("warrant")
    assert offered.text == "Did you mean:"
    assert offered.labels[-1] == "None of these"
    await user.presses(title("warrants"))
    assert (await user.next_message()).text.startswith(direct_answer("warrants"))


async def test_who_means_none_of_the_suggestions_gets_people_to_call(user: User) -> None:
    await user.asks("warrant")
    await user.presses("None of these")
    assert HOTLINE in (await user.next_message()).text


async def test_a_question_without_an_answer_gets_the_three_numbers_that_always_help(
    user: User, library: Library
) -> None:
    answer = await user.asks("tell me a joke")
    assert answer.text.startswith("I am sorry, I have no answer to that.")
    numbers = [resource.phone for resource in library.fallback]
    assert len(numbers) == 3
    for number in numbers:
        assert number
        assert number.replace("+1-", "+1 ") in answer.text
    assert "🆘 It is happening now" in answer.labels


async def test_when_it_is_happening_now_the_steps_come_before_the_card(user: User) -> None:
    steps = await user.asks("ICE is knocking at my door right now")
    assert steps.text.startswith("You do not have to open the door. Keep it closed and stay calm.")
    assert steps.spans("blockquote") == ["I do not consent to you being in my home. Please leave."]
    assert HOTLINE in steps.text
    *_, card = await user.messages_until_quiet(first_within=10)
    assert card.text.startswith(direct_answer("ice-at-home"))


async def test_the_emergency_button_leads_to_the_steps(user: User) -> None:
    await user.asks("/start")
    await user.presses("🆘 It is happening now")
    assert (await user.next_message()).text.startswith("Stay calm. What is happening?")
    await user.presses("Agents are at my door")
    assert (await user.next_message()).text.startswith("You do not have to open the door.")


async def test_a_first_contact_shows_the_twelve_languages_by_their_own_names(
    telegram: LoopbackTelegram, languages: Languages
) -> None:
    page = await telegram.user(language_code="bn").asks("/start")
    assert page.labels[:12] == [language.name for language in languages.values()]
    assert len(page.buttons) == 4
    first, _, privacy = page.text.partition("\n\n")
    assert first.endswith("Choose your language or just write your question.")
    assert len(privacy.splitlines()) == 2
    assert "Telegram" in privacy.splitlines()[1]


async def test_the_menu_is_walked_by_buttons_to_a_card_and_what_it_offers(user: User, library: Library) -> None:
    await user.asks("/start")
    await user.presses("English")
    welcome = await user.next_message()
    assert welcome.text.startswith("I answer questions of immigrant families and workers in New York City")
    await user.presses("School")
    group = await user.next_message()
    card = library.group_cards("school")[0].id
    assert group.text.startswith("School (")
    assert f"1. {title(card)}" in group.text
    await user.presses("1")
    answer = await user.next_message()
    assert answer.text.startswith(direct_answer(card))
    for label, first_words in {
        "👍 This helped": "Thank you.",
        "👎 Not what I need": "I am sorry. Try other words",
        "More help": "Free help:",
        "☰ Menu": "Write your question, or choose:",
    }.items():
        press = await user.presses(label, message=answer)
        assert await press.answered() == {}
        assert (await user.next_message()).text.startswith(first_words)


@pytest.mark.parametrize(
    ("command", "first_words"),
    [
        ("/start", "Choose your language or just write your question."),
        ("/menu", "Write your question, or choose:"),
        ("/help_now", "Stay calm. What is happening?"),
        ("/language", "Choose your language or just write your question."),
        ("/resources", "Free help:"),
        ("/privacy", "This bot does not keep who you are or what you write."),
        ("/about", "Answers about rights for immigrant families and workers in New York City"),
        ("/MENU@made_up_bot", "Write your question, or choose:"),
        ("/help", "Write your question, or choose:"),
        ("/no_such_command", "I do not know this button or command."),
        ("/", "I am sorry, I have no answer to that."),
    ],
)
async def test_each_command_is_answered(user: User, command: str, first_words: str) -> None:
    assert (await user.asks(command)).text.startswith(first_words)


async def test_about_says_who_runs_the_bot(user: User) -> None:
    expected = "This bot is run by The tests. To report a mistake, write to tests@example.org."
    assert expected in (await user.asks("/about")).text


async def test_a_slash_before_a_question_is_no_command(user: User) -> None:
    assert (await user.asks("/ can ICE enter my child's school?")).text.startswith(direct_answer("ice-at-school"))


async def test_a_deep_link_opens_its_card_in_its_language(user: User) -> None:
    answer = await user.asks("/start ice-at-school__ar")
    assert plain(answer).startswith(direct_answer("ice-at-school", "ar"))


@pytest.mark.parametrize("argument", ["no-such-card__ar", "ice-at-school__xx", "group.school__en", "__", "🙂" * 30])
async def test_a_deep_link_that_leads_nowhere_is_answered_all_the_same(user: User, argument: str) -> None:
    answer = await user.asks(f"/start {argument}")
    assert answer.text.startswith(("Choose your language", direct_answer("ice-at-school")))
    assert answer.labels


@pytest.mark.parametrize("kind", ["sticker", "voice", "photo", "document", "location", "contact"])
async def test_what_is_no_text_is_not_opened_and_gets_the_menu(user: User, kind: str) -> None:
    send: dict[str, Callable[[], Awaitable[object]]] = {
        "sticker": user.sends_sticker,
        "voice": user.sends_voice,
        "photo": lambda: user.sends_photo(caption="can ICE enter my child's school?"),
        "document": user.sends_document,
        "location": user.sends_location,
        "contact": user.sends_contact,
    }
    await send[kind]()
    answer = await user.next_message()
    assert answer.text.startswith("I can only read written words. What you sent was not opened and not kept.")
    assert "🆘 It is happening now" in answer.labels


@pytest.mark.parametrize(
    "data", ["from-an-old-version", "card-gone__es", "group.gone__en", "yes.gone", "no_verb.x__en", "__", ".", "x" * 64]
)
async def test_a_button_of_an_old_version_is_answered_with_the_menu(user: User, data: str) -> None:
    press = await user.presses_data(data, message_id=7)
    assert await press.answered() == {}
    answer = await user.next_message()
    assert answer.labels
    if not data.endswith("__es"):
        assert answer.text.startswith("I do not know this button or command. Write your question, or choose:")


async def test_twenty_people_at_once_get_each_their_own_answer(telegram: LoopbackTelegram) -> None:
    questions = {
        "en": "Can ICE enter my child's school?",
        "es": "puede la migra entrar a la escuela de mi hijo",
        "zh": "移民局会进我孩子的学校吗？",
        "ar": "هل تقدر الهجرة تدخل مدرسة ابني؟",
    }
    people = [(telegram.user(), language) for _ in range(5) for language in questions]
    await asyncio.gather(*(user.says(questions[language]) for user, language in people))
    for user, language in people:
        assert plain(await user.next_message(30)).startswith(direct_answer("ice-at-school", language))
    assert [len(user.messages) for user, _ in people] == [1] * 20


async def test_the_messages_of_one_person_are_answered_in_their_order(user: User) -> None:
    for text in ("/menu", "can ICE enter my child's school?", "/privacy", "/help_now"):
        await user.says(text)
    answers = [(await user.next_message()).text for _ in range(4)]
    first_words = ["Write your question", direct_answer("ice-at-school"), "This bot does not keep", "Stay calm."]
    assert all(text.startswith(words) for text, words in zip(answers, first_words, strict=True)), answers
