"""The conversation: what a person wrote or pressed becomes a Reply. Whatever breaks, there is a reply."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.cards.markup import bold, paragraph
from bot.cards.model import Card, Library
from bot.conversation import hand_over_pages, pages, privacy_pages
from bot.conversation.buttons import Press, Verb, read_press
from bot.conversation.card_pages import card_message
from bot.conversation.help_pages import fallback_blocks
from bot.conversation.incoming import Chat, Command, Incoming, Pressed, Text, Unreadable
from bot.conversation.reply import Message, Reply
from bot.counts.count import Count, Outcome
from bot.handover.masking import mask
from bot.handover.questions import LONGEST
from bot.languages import Language, Languages
from bot.logs import log_exception
from bot.matching.match import Match

NEW_YORK = ZoneInfo("America/New_York")
_FAILED = {Verb.NONE_OF_THESE, Verb.NOT_HELPFUL}
"""Presses by which somebody says that the bot could not help."""
_OF_A_QUESTION = _FAILED | {Verb.CHOOSE, Verb.HAND_OVER, Verb.CONFIRM, Verb.CANCEL}
"""Presses after which the question must not be out of sight."""


def today_in_new_york() -> dt.date:
    """The day of counts and of overdue reviews."""
    return dt.datetime.now(NEW_YORK).date()


class Understands(Protocol):
    """What finds the card for a question."""

    def match(self, question: str) -> Match:
        """Understand one question; never raises, whatever the text holds."""
        ...

    async def match_soon(self, question: str) -> Match:
        """The same, where others must not wait meanwhile."""
        ...

    def complete(self) -> bool:
        """Wait until all is learned that will be; whether meaning is among it."""
        ...

    def over(self, library: Library) -> Understands:
        """The same over changed content."""
        ...


HandOver = Callable[[str, str], Awaitable[None]]
"""Keeps a text, in a language, for the volunteers; fails where it can't be kept."""


@dataclass(frozen=True)
class Conversation:
    """Everything that an answer needs. It keeps nothing of a chat: the caller says what it knows of one."""

    library: Library
    languages: Languages
    matcher: Understands
    operator: str | None = None
    contact: str | None = None
    hand_over: HandOver | None = None
    """What keeps a question that somebody hands over; None where that is not offered."""
    today: Callable[[], dt.date] = today_in_new_york

    def handing_over(self, hand_over: HandOver | None) -> Conversation:
        """The same, offering to hand questions over, or not."""
        return replace(self, hand_over=hand_over)

    async def answer(self, incoming: Incoming, chat: Chat | None = None) -> Reply:
        """The reply to one message or press; never raises."""
        chat = chat or Chat()
        try:
            reply = await self._answer(incoming, chat)
        except Exception as error:
            log_exception("an answer failed, the fallback was sent instead", error)
            return await self.fallback(chat)
        return reply if all(message.blocks for message in reply.messages) else await self.fallback(chat)

    async def fallback(self, chat: Chat | None = None) -> Reply:
        """Whom to call, in the chat's language: for when nothing else can be said."""
        chat = chat or Chat()
        try:
            chosen = await chat.chosen()
        except Exception as error:
            log_exception("the chosen language could not be found out", error)
            chosen = None
        language = self.settled(chosen, chat.phone_language)
        blocks = (
            paragraph(bold(language.say("Something went wrong here. These people can help you now, for free:"))),
            *fallback_blocks(self.library, language),
        )
        return Reply(language.code, (Message(blocks),))

    async def _answer(self, incoming: Incoming, chat: Chat) -> Reply:
        match incoming:
            case Text(text, attachment):
                # Matching does not depend on the chosen language, which may have to be asked for: both at once.
                found, code = await asyncio.gather(self.matcher.match_soon(text), chat.chosen())
                reply = self._to_question(found, self._known(code), chat)
                return self._with_note(reply) if attachment else reply
            case Pressed(data, asked, quoted):
                press = read_press(data)
                language = self._known(press.language) if press else None
                language = language or self.settled(await chat.chosen(), chat.phone_language)
                if press and press.verb in _OF_A_QUESTION and self.hand_over:
                    return replace(await self._about_question(press, language, asked, quoted), to_question=bool(asked))
                return self._to_press(press, language)
            case Command(name, argument):
                chosen = self._known(await chat.chosen())
                return await self._to_command(name, argument, chosen, chat)
            case Unreadable():
                language = self.settled(await chat.chosen(), chat.phone_language)
                return Reply(language.code, (pages.unreadable(self.library, language),))

    def _known(self, code: str | None) -> Language | None:
        return self.languages.get(code) if code else None

    def settled(self, chosen: str | None, phone_language: str | None) -> Language:
        """The language where nothing was written: the chosen one, else the phone's, else English."""
        return self._known(chosen) or self.languages.negotiate(phone_language) or self.languages.source

    def _to_question(self, found: Match, chosen: Language | None, chat: Chat) -> Reply:
        written = self._known(found.language) if found.language_sure else None
        language = chosen or written or self.settled(None, chat.phone_language)
        same_in = written if chosen and written and written.written != chosen.written else None
        messages: list[Message] = []
        counts: list[Count] = []
        for situation in found.urgent:
            if page := pages.situation_page(self.library, language, situation):
                messages.append(page)
        if found.unclear_urgency:
            messages.append(pages.emergency_menu(self.library, language))
        if messages:
            counts.append(Count(Outcome.URGENT, language.code))
        cards = [self.library.cards[id_] for id_ in found.suggestions or ([found.card] if found.card else [])]
        if found.elsewhere and found.outcome != "answer":
            messages.append(pages.elsewhere(self.library, language, cards))
            counts.append(Count(Outcome.SUGGESTED if cards else Outcome.NONE, language.code))
        elif found.outcome == "answer" and (page := self._card(cards[0], language, same_in)):
            messages.append(page)
            counts.append(Count(Outcome.ANSWERED, language.code, cards[0].id))
            if found.elsewhere:
                messages.append(pages.national_line(self.library, language))
        elif cards:
            messages.append(pages.suggestions(language, cards))
            counts.append(Count(Outcome.SUGGESTED, language.code))
        elif not messages:
            messages.append(pages.no_match(self.library, language, hand_over=self.hand_over is not None))
            counts.append(Count(Outcome.NONE, language.code))
        return Reply(language.code, tuple(messages), tuple(counts), to_question=self.hand_over is not None)

    def _with_note(self, reply: Reply) -> Reply:
        """The reply to the words below a photo or file, which says first that the photo was not opened."""
        language = self.languages[reply.language]
        note = paragraph(language.say("I can only read written words. What you sent was not opened and not kept."))
        first, *others = reply.messages
        return replace(reply, messages=(replace(first, blocks=(note, *first.blocks)), *others))

    def _card(self, card: Card, language: Language, same_in: Language | None = None) -> Message | None:
        return card_message(self.library, self.languages, card, language, self.today(), same_in)

    def _opened(self, card_id: str, language: Language, outcome: Outcome) -> Reply | None:
        card = self.library.cards.get(card_id)
        page = self._card(card, language) if card else None
        return Reply(language.code, (page,), (Count(outcome, language.code, card_id),)) if page else None

    async def _about_question(self, press: Press, language: Language, asked: str, quoted: str) -> Reply:
        """What follows from a press that may lead to handing the question over."""
        library, code = self.library, language.code
        match press.verb:
            case Verb.HAND_OVER:
                page = hand_over_pages.preview(library, language, mask(asked)[:LONGEST])
            case Verb.CONFIRM:
                page = await self._hand_over(mask(quoted)[:LONGEST], language)
            case Verb.CANCEL:
                page = hand_over_pages.cancelled(library, language)
            case _:
                reply = self._to_press(press, language)
                return hand_over_pages.offered(reply, language) if asked and press.verb in _FAILED else reply
        return Reply(code, (page,))

    async def _hand_over(self, text: str, language: Language) -> Message:
        if not text or self.hand_over is None:
            return hand_over_pages.gone(self.library, language)
        try:
            await self.hand_over(text, language.code)
        except Exception as error:
            log_exception("a question that was handed over could not be kept", error)
            return hand_over_pages.not_kept(language)
        return hand_over_pages.kept(self.library, language)

    def cleared(self, code: str, deleted: int, all_deleted: bool) -> Reply:
        """What to say of a chat whose messages were deleted: ``deleted`` so many, and whether none was refused."""
        language = self.languages[code]
        return Reply(code, (privacy_pages.cleared(self.library, language, deleted, all_deleted),))

    def _to_press(self, press: Press | None, language: Language) -> Reply:
        reply = self._follow(press, language) if press else None
        return reply or Reply(language.code, (pages.unknown(self.library, language),))

    def _follow(self, press: Press, language: Language) -> Reply | None:
        library, code, about = self.library, language.code, press.about
        page: Message | None = None
        counts: tuple[Count, ...] = ()
        match press.verb:
            case Verb.CARD:
                return self._opened(about, language, Outcome.BROWSED)
            case Verb.ENGLISH if card := library.cards.get(about):
                page = card_message(
                    library, self.languages, card, language, self.today(), text_language=self.languages.source
                )
            case Verb.CHOOSE:
                return self._opened(about, language, Outcome.CHOSEN)
            case Verb.MENU:
                page = pages.menu(library, language)
            case Verb.GROUP:
                page = pages.group_page(library, language, about)
            case Verb.GROUP_HELP:
                page = pages.group_resources(library, language, about)
            case Verb.LANGUAGE_HELP:
                page = pages.language_resources(library, language)
            case Verb.LANGUAGES:
                page = pages.first_contact(self.languages, language)
            case Verb.SET_LANGUAGE:
                if chosen := self._known(about):
                    return Reply(chosen.code, (pages.welcome(library, chosen),), set_language=chosen.code)
            case Verb.HAPPENING:
                page = (
                    pages.situation_page(library, language, about) if about else pages.emergency_menu(library, language)
                )
                counts = (Count(Outcome.URGENT, code),) if page and about else ()
            case Verb.MORE_HELP if card := library.cards.get(about):
                page = pages.more_help(library, language, card)
            case Verb.HELPFUL if about in library.cards:
                page = pages.helpful(library, language)
                counts = (Count(Outcome.HELPFUL, code, about),)
            case Verb.NOT_HELPFUL if about in library.cards:
                page = pages.not_helpful(library, language)
                counts = (Count(Outcome.NOT_HELPFUL, code, about),)
            case Verb.NONE_OF_THESE:
                page = pages.no_match(library, language)
                counts = (Count(Outcome.NONE, code),)
        return Reply(code, (page,), counts) if page else None

    async def _to_command(self, name: str, argument: str, chosen: Language | None, chat: Chat) -> Reply:
        language = chosen or self.settled(None, chat.phone_language)
        library = self.library
        match name:
            case "start":
                press = read_press(argument.strip()) if argument.strip() else None
                if press and press.verb is Verb.CARD and press.about in library.cards:
                    opened = self._known(press.language) or language
                    return self._to_press(press, opened)
                page = pages.welcome(library, chosen) if chosen else pages.first_contact(self.languages, language)
            case "menu" | "help":
                page = pages.menu(library, language)
            case "help_now":
                page = pages.emergency_menu(library, language)
            case "language":
                page = pages.first_contact(self.languages, language)
            case "resources":
                page = pages.resources(library, language)
            case "privacy":
                page = privacy_pages.privacy(
                    library, language, self.operator, self.contact, hands_over=self.hand_over is not None
                )
            case "about":
                page = privacy_pages.about(library, language, self.operator, self.contact)
            case "clear":
                return Reply(language.code, (), clear=True)
            case _ if argument.strip():
                # "/can ICE enter my school" is a question after a slip of the finger
                return await self._answer(Text(f"{name} {argument}"), chat)
            case _:
                page = pages.unknown(library, language)
        return Reply(language.code, (page,))
