"""What the content is once it is read: plain, immutable data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from babel import Locale
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    field_validator,
)

from bot.cards.markup import Block
from bot.languages import SOURCE

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PHONE = re.compile(r"\+1-\d{3}-\d{3}-\d{4}|\d{3}")
LOOK_ALIKES = "not-now"
"""The section of an emergency file whose sentences must not alarm."""
CRISIS = "crisis-"
"""How the id of a section of an emergency file begins when lives are in danger: a mark of the file format."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _slug(text: str) -> str:
    if not SLUG.fullmatch(text):
        raise ValueError("use small letters, digits and single hyphens, as in `ice-at-school`")
    return text


def _phone(text: str) -> str:
    if not _PHONE.fullmatch(text):
        raise ValueError("write phone numbers as +1-800-354-0365, or three digits such as 311")
    return text


def _https(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s]+", text):
        raise ValueError("write the whole address, beginning with https://")
    return text


def _days(text: str) -> tuple[int, ...]:
    days: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            raise ValueError("write days as `mon-fri` or `mon, wed, sat`")
        run = range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)
        if not run:
            raise ValueError("days run from Monday to Sunday: write `sat-mon` as `sat-sun, mon`")
        days.extend(run)
    return tuple(days)


def _language(code: str) -> str:
    if code not in Locale(SOURCE).languages:
        raise ValueError("write a language by its code, as in `es` or `zh`")
    return code


Slug = Annotated[str, AfterValidator(_slug)]
Phone = Annotated[str, AfterValidator(_phone)]
Link = Annotated[str, AfterValidator(_https)]
LanguageCode = Annotated[str, AfterValidator(_language)]
Area = Literal["city", "state", "national", "manhattan", "bronx", "brooklyn", "queens", "staten-island"]


class FileModel(BaseModel):
    """Base of what is read from YAML: unknown fields are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(FileModel):
    """Where a fact was read. ``show`` marks official or well-known sources, which families see.

    ``date`` is the day that the page gives: whoever checks the fact again sees by it whether the page has changed.
    """

    url: Link
    name: str | None = None
    date: str | None = None
    show: bool = False


class Opening(FileModel):
    """Opening hours: days (0 is Monday) and local times of New York."""

    days: Annotated[tuple[int, ...], BeforeValidator(_days)]
    opens: dt.time
    closes: dt.time

    @field_validator("closes")
    @classmethod
    def _after_opening(cls, closes: dt.time, info: ValidationInfo) -> dt.time:
        opens = info.data.get("opens")
        if opens and closes <= opens:
            raise ValueError("it must be later than `opens`, on the same day and by the 24-hour clock")
        return closes


Hours = Annotated[
    Annotated[Literal["always"], Tag("always")] | Annotated[tuple[Opening, ...], Tag("openings")],
    Discriminator(lambda given: "always" if isinstance(given, str) else "openings"),
]


class OtherPhone(FileModel):
    """A further number of a resource and what it is for (translated)."""

    phone: Phone
    purpose: str = Field(alias="for")


class Office(FileModel):
    """One of several offices of a resource."""

    name: str
    address: str | None = None
    phone: Phone | None = None


class Resource(FileModel):
    """A hotline or an organisation that people can turn to.

    ``area`` says who is served: by it volunteers choose the resources of a card.
    """

    id: Slug
    name: str
    known_as: tuple[str, ...] = ()
    what: str
    phone: Phone | None = None
    other_phones: tuple[OtherPhone, ...] = ()
    text: str | None = None
    email: str | None = None
    url: Link | None = None
    address: str | None = None
    offices: tuple[Office, ...] = ()
    hours: Hours = ()
    languages: tuple[LanguageCode, ...] = ()
    interpreters: bool = False
    area: tuple[Area, ...] = ()
    fallback: bool = False
    national: bool = False
    sources: tuple[Source, ...] = Field(min_length=1)
    checked: dt.date
    review_by: dt.date

    @property
    def numbers(self) -> frozenset[str]:
        """All phone numbers of the resource, as they are written in the file."""
        phones = [self.phone, self.text, *(other.phone for other in self.other_phones)]
        return frozenset(phone for phone in [*phones, *(office.phone for office in self.offices)] if phone)


class Group(FileModel):
    """One entry of the menu (title translated)."""

    id: Slug
    title: str


class Withdrawal(FileModel):
    """Since when a card is not shown, and why: the reason is for volunteers, people are told that the rule changes."""

    since: dt.date
    because: str


class CardFacts(FileModel):
    """``card.yaml``: what holds for a card in every language.

    ``anywhere`` means that what the card says holds wherever the person is held or lives, also outside New York City;
    ``situations`` are sections of the emergency file beside which the card is offered.
    """

    id: Slug | None = None
    group: Slug
    urgent: bool = False
    anywhere: bool = False
    resources: tuple[Slug, ...] = Field(min_length=1)
    see_also: tuple[Slug, ...] = ()
    situations: tuple[Slug, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)
    facts_checked: dt.date
    review_by: dt.date
    withdrawn: Withdrawal | None = None


Status = Literal["original", "draft", "reviewed"]


@dataclass(frozen=True)
class CardText:
    """A card in one language. ``behind`` means that the English has changed since it was translated."""

    title: str
    status: Status
    answer: tuple[Block, ...]
    phrasings: tuple[str, ...]
    behind: bool = False


@dataclass(frozen=True)
class Card:
    """A curated answer; ``texts`` by the codes that people see (zh_Hans and zh_Hant, not zh)."""

    id: str
    facts: CardFacts
    texts: Mapping[str, CardText]


@dataclass(frozen=True)
class Situation:
    """One thing that may be happening now: what to do, whom to call, and how people say it."""

    id: str
    title: str
    steps: tuple[Block, ...]
    resources: tuple[str, ...]
    phrasings: tuple[str, ...]

    @property
    def crisis(self) -> bool:
        """Whether lives are in danger: such situations come before all others."""
        return self.id.startswith(CRISIS)


@dataclass(frozen=True)
class Emergency:
    """The emergency steps in one language, and sentences that sound alike but are not happening now."""

    status: Status
    situations: Mapping[str, Situation]
    look_alikes: tuple[str, ...]
    behind: bool = False


@dataclass(frozen=True)
class Library:
    """All content. A library with nothing in it is valid: whatever is broken is left out."""

    cards: Mapping[str, Card] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    resources: Mapping[str, Resource] = field(default_factory=dict)
    emergency: Mapping[str, Emergency] = field(default_factory=dict)
    not_ours: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    elsewhere: tuple[str, ...] = ()

    @property
    def fallback(self) -> tuple[Resource, ...]:
        """The resources that are shown when nothing else can be."""
        return tuple(resource for resource in self.resources.values() if resource.fallback)

    @property
    def national(self) -> tuple[Resource, ...]:
        """The resources for people outside New York."""
        return tuple(resource for resource in self.resources.values() if resource.national)

    def group_cards(self, group: str) -> list[Card]:
        """The cards of a group, withdrawn ones too, in the order of their ids."""
        return [card for card in self.cards.values() if card.facts.group == group]
