"""Resources as people read them: name, number, hours, and what they do."""

from __future__ import annotations

from collections.abc import Iterable

from bot.cards.markup import Block, Span, bold, paragraph
from bot.cards.model import Library, Opening, Resource
from bot.languages import Language


def phone(language: Language, number: str) -> str:
    """A number as plain +1 text, which phones make tappable; kept in order in right-to-left lines."""
    return language.isolate(_spaced(number))


def _spaced(number: str) -> str:
    return number.replace("+1-", "+1 ", 1)


def hours(language: Language, resource: Resource) -> str:
    """Opening hours in words, or nothing where they are not known."""
    if resource.hours == "always":
        return language.say("open day and night")
    return "; ".join(_opening(language, opening) for opening in resource.hours)


def _opening(language: Language, opening: Opening) -> str:
    times = f"{language.time(opening.opens)} – {language.time(opening.closes)}"
    return f"{language.days(opening.days)} {language.isolate(times)}"


def short_entry(language: Language, resource: Resource) -> Block:
    """A resource in one or two lines: whom to call, at which number, when."""
    lines = [_name(language, resource), *_reach(language, resource)]
    return _lines(lines)


def full_entry(language: Language, resource: Resource) -> Block:
    """All that is known of a resource: what it does, numbers, hours, languages, offices."""
    lines: list[list[Span]] = [_name(language, resource), [Span(language.say(resource.what))]]
    lines += _reach(language, resource)
    for other in resource.other_phones:
        lines.append([Span(f"{phone(language, other.phone)} ({language.say(other.purpose)})")])
    if resource.text:
        lines.append([Span(language.say("Text message: {number}", number=resource.text))])
    for office in resource.offices:
        parts = [office.name, office.address, _spaced(office.phone) if office.phone else None]
        lines.append([Span(" · ".join(language.isolate(part) for part in parts if part))])
    if resource.address:
        lines.append([Span(language.isolate(resource.address))])
    spoken = [language.language_name(code) for code in resource.languages]
    if spoken:
        lines.append([Span(language.say("Languages: {names}", names=language.join(spoken)))])
    if resource.interpreters:
        lines.append([Span(language.say("Interpreters for other languages, free"))])
    if resource.email and resource.phone:
        lines.append([Span(language.isolate(resource.email))])
    if resource.url and resource.phone:
        lines.append([Span(language.isolate(_bare(resource.url)), link=resource.url)])
    return _lines(lines)


def help_blocks(
    library: Library, language: Language, resources: Iterable[Resource], *, full: bool = False
) -> tuple[Block, ...]:
    """A heading and the resources below it; whom to call in any case where there are none."""
    entry = full_entry if full else short_entry
    entries = tuple(entry(language, resource) for resource in resources)
    if not entries:
        return fallback_blocks(library, language, full=full)
    return (paragraph(bold(language.say("Free help:"))), *entries)


def fallback_blocks(library: Library, language: Language, *, full: bool = False) -> tuple[Block, ...]:
    """Whom to call when nothing else can be said; the city's help line where even those could not be loaded."""
    if library.fallback:
        return help_blocks(library, language, library.fallback, full=full)
    return (paragraph(language.say("You can also call 311, the help line of New York City, at any hour.")),)


def nearest_first(language: Language, resources: Iterable[Resource]) -> list[Resource]:
    """The resources whose staff speak the reader's language before the others, each in its order."""
    return sorted(resources, key=lambda resource: language.written not in resource.languages)


def _name(language: Language, resource: Resource) -> list[Span]:
    name = [bold(language.isolate(resource.name))]
    if resource.known_as:
        names = ", ".join(resource.known_as)
        name.append(Span(" " + language.say("(also known as {names})", names=names)))
    return name


def _reach(language: Language, resource: Resource) -> list[list[Span]]:
    when = hours(language, resource)
    if resource.phone:
        return [[Span(phone(language, resource.phone) + (f" · {when}" if when else ""))]]
    if resource.email:
        return [[Span(language.isolate(resource.email))]]
    if resource.url:
        return [[Span(language.isolate(_bare(resource.url)), link=resource.url)]]
    return [[Span(when)]] if when else []


def _bare(url: str) -> str:
    return url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def _lines(lines: list[list[Span]]) -> Block:
    spans: list[Span] = []
    for line in lines:
        spans += [Span("\n"), *line] if spans else line
    return Block("paragraph", tuple(spans))
