"""The commands; nothing else knows the command line."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import logs
from bot.cli_counts import backup, questions, restore, stats
from bot.cli_doctor import doctor
from bot.settings import Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from bot.conversation.conversation import Conversation
    from bot.languages import Languages


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rights-bot")
@click.pass_context
def main(context: click.Context) -> None:
    """Curated, sourced answers for immigrant families and workers in New York City, on Telegram."""
    context.obj = _settings
    # Before numpy is loaded: its own threads wait by spinning, while the engine's two take twice as long.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without UTF-8 shows question marks, not a traceback


def _settings() -> Settings:
    try:
        settings = read_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    logs.set_up(settings.log_level, settings.log_format)
    return settings


for _command in (stats, questions, backup, restore, doctor):
    main.add_command(_command)


@main.command()
@click.option("--polling/--webhook", default=True, help="Ask Telegram for messages (the default), or have them posted.")
@click.option("--remove-webhook", is_flag=True, help="With --polling: first remove a webhook that is set.")
def run(polling: bool, remove_webhook: bool) -> None:
    """Serve Telegram; without TELEGRAM_BOT_TOKEN, the same conversation in this terminal."""
    settings = _settings()
    if settings.telegram_bot_token:
        from bot.messenger.service import serve

        if not polling and not settings.webhook_url:
            raise click.ClickException("WEBHOOK_URL: --webhook needs the public address, as in https://bot.example.org")
        sys.exit(serve(settings, webhook=not polling, remove_webhook=remove_webhook))
    if not polling:
        raise click.ClickException("TELEGRAM_BOT_TOKEN: --webhook needs the token from @BotFather")
    click.echo("TELEGRAM_BOT_TOKEN is not set: this is the same conversation in the terminal.", err=True)
    _chat(settings, None)


@main.command()
@click.option("--lang", help="Answer in this language (a code such as es or zh_Hant).")
def chat(lang: str | None) -> None:
    """The whole conversation in the terminal: numbers press buttons; also reads piped lines."""
    _chat(_settings(), lang)


def _chat(settings: Settings, lang: str | None) -> None:
    from bot.conversation.conversation import today_in_new_york
    from bot.counts.counter import CountWriter
    from bot.kept import kept_at
    from bot.loading import load_conversation
    from bot.terminal import converse

    conversation = load_conversation(settings.content_dir, settings.operator, settings.contact)
    language = _language(conversation.languages, lang)

    async def session() -> None:
        kept = kept_at(settings.database_url, conversation.library, conversation.languages)
        writer = CountWriter(kept.counts, today_in_new_york)
        logs.set_up_loop(asyncio.get_running_loop())
        writer.start()
        offered = conversation.handing_over(kept.hand_over if settings.hand_over else None)
        try:
            await converse(offered, writer.add, language)
        finally:
            await writer.stop()
            await kept.database.close()

    asyncio.run(session())


def _language(languages: Languages, tag: str | None) -> str | None:
    if tag is None:
        return None
    found = languages.negotiate(tag)
    if found is None:
        raise click.BadParameter(f"no language `{tag}`: choose one of {', '.join(languages)}", param_hint="--lang")
    return found.code


@main.command()
@click.argument("question")
@click.option("--lang", help="Answer in this language; else in the question's.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a question.")
@click.option("--explain", is_flag=True, help="Also say what decided.")
def ask(question: str, lang: str | None, as_json: bool, explain: bool) -> None:
    """One answer. QUESTION `-` with --json reads a question a line and prints an object a line, in order."""
    settings = _settings()
    from bot.loading import load_conversation

    if question == "-" and not as_json:
        raise click.UsageError("reading from standard input needs --json")
    # Many questions are a measurement, which waits for all that can be learned; one is a person, who does not.
    measured = question == "-"
    conversation = load_conversation(settings.content_dir, settings.operator, settings.contact, builds_meaning=measured)
    language = _language(conversation.languages, lang)
    conversation.matcher.complete()
    if as_json:
        lines: Iterable[str] = (line.rstrip("\n") for line in sys.stdin) if question == "-" else [question]
        for line in lines:
            click.echo(json.dumps(_asked(conversation, line, language), ensure_ascii=False))
            sys.stdout.flush()
        return
    from bot.terminal import show_answer

    show_answer(conversation, question, language)
    if explain:
        from bot.tables import explanation, show

        show(*explanation(conversation.matcher.match(question)))


def _tell_fold(done: int, folds: int) -> None:
    click.echo(f"{done} of {folds} parts looked through", err=True)


def _asked(conversation: Conversation, question: str, language: str | None) -> dict[str, object]:
    start = time.perf_counter()
    found = conversation.matcher.match(question)
    return {
        "outcome": found.outcome,
        "urgent": found.happening,
        "card": found.card,
        "language": language or found.language,
        "score": found.score,
        "suggestions": list(found.suggestions),
        "ms": round((time.perf_counter() - start) * 1000, 2),
    }


@main.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
@click.option("--letters", is_flag=True, help="By letters alone, as where meaning is not installed.")
@click.option(
    "--collisions",
    is_flag=True,
    help="Instead: phrasings that, left out with a fifth of all, find another card; takes two minutes.",
)
def evaluate(files: tuple[Path, ...], as_json: bool, letters: bool, collisions: bool) -> None:
    """Measure matching on TSV files of questions with known answers; a file's name is its language."""
    settings = _settings()
    if not files and not collisions:
        raise click.UsageError("name one or more TSV files, or --collisions")
    from bot.faults import Faults
    from bot.loading import load_conversation
    from bot.matching import evaluation
    from bot.matching.match import NOT_OURS
    from bot.tables import collision_table, evaluation_tables, show

    if collisions:
        from bot.loading import load_content
        from bot.matching.collisions import collisions as find_collisions
        from bot.matching.examples import examples

        languages, library, _ = load_content(settings.content_dir)
        found = find_collisions(examples(library, languages).questions, on_fold=_tell_fold)
        show(collision_table(pair for pair in found if pair[0].target != NOT_OURS))
        return
    conversation = load_conversation(settings.content_dir, meaning=not letters)
    faults = Faults()
    known = conversation.library.cards
    cases = [case for path in files for case in evaluation.read_cases(path, faults, known)]
    for fault in sorted(faults):
        click.echo(str(fault), err=True)
    complete = conversation.matcher.complete()
    click.echo(f"matching by {'letters and meaning' if complete else 'letters alone'}", err=True)
    results = evaluation.evaluate(cases, conversation.matcher.match)
    if as_json:
        click.echo(json.dumps(evaluation.report(results), ensure_ascii=False, indent=1))
    else:
        show(*evaluation_tables(results))
    sys.exit(1 if faults.errors else 0)


@main.command()
@click.option("--letters", is_flag=True, help="Only what is learned from letters: seconds instead of minutes.")
def build(letters: bool) -> None:
    """Learn the content and keep the index, so that the bot starts at once: run it when a release is made."""
    settings = _settings()
    from bot.loading import load_content
    from bot.matching.building import build_letters, build_meaning
    from bot.matching.examples import examples
    from bot.matching.meaning.process import installed

    languages, library, faults = load_content(settings.content_dir)
    for fault in faults.causes:
        click.echo(_relative(str(fault)), err=True)
    learned = examples(library, languages)
    build_letters(learned, click.echo)
    if letters:
        return
    if not installed():
        raise click.ClickException('letters alone will decide: for meaning, `pip install "rights-bot[meaning]"`')
    sys.exit(0 if build_meaning(learned, click.echo) else 1)


@main.command()
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def coverage(form: str) -> None:
    """Cards by languages: missing, draft, reviewed, behind, overdue, and how many phrasings each has."""
    settings = _settings()
    from bot.cards.coverage import coverage as measure
    from bot.conversation.conversation import today_in_new_york
    from bot.loading import load_content
    from bot.matching.checks import distinct
    from bot.tables import coverage_tables, show

    languages, library, _ = load_content(settings.content_dir)
    found = measure(settings.content_dir, library, languages, today_in_new_york(), distinct)
    if form == "json":
        click.echo(json.dumps(found.as_data(), ensure_ascii=False, indent=1))
    else:
        show(*coverage_tables(found))


@main.command()
def check() -> None:
    """Everything that can be wrong with content/ and locales/: errors (exit status 1) and warnings (counted)."""
    settings = _settings()
    from bot.cards.checks import check_content
    from bot.conversation.conversation import today_in_new_york
    from bot.faults import Faults
    from bot.languages import LOCALES, catalogue_faults, load_languages
    from bot.matching.checks import check_phrasings

    faults = Faults()
    languages = load_languages(faults=faults)
    catalogue_faults(languages, LOCALES / "messages.pot", faults)
    check_content(settings.content_dir, languages, today_in_new_york(), faults)
    check_phrasings(settings.content_dir, faults)
    for fault in [*faults.causes, *faults.warnings]:
        click.echo(_relative(str(fault)))
    click.echo(f"{_counted(len(faults.causes), 'error')}, {_counted(len(faults.warnings), 'warning')}")
    sys.exit(1 if faults.causes else 0)


def _relative(line: str) -> str:
    return line.removeprefix(f"{Path.cwd()}/")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
