"""The commands about what is kept: the figures, handed-over questions, backups."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bot.logs import describe, set_up_loop
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.cards.model import Library
    from bot.kept import Kept

Result = TypeVar("Result")
ReadSettings = Callable[[], Settings]


def _with(settings: Settings, work: Callable[[Kept, Library], Awaitable[Result]]) -> Result:
    """Do something with what is kept; a database that fails is one line."""
    from bot.kept import kept_at
    from bot.loading import load_content

    languages, library, _ = load_content(settings.content_dir)

    async def session() -> Result:
        set_up_loop(asyncio.get_running_loop())
        kept = kept_at(settings.database_url, library, languages)
        try:
            return await work(kept, library)
        finally:
            await kept.database.close()

    try:
        return asyncio.run(session())
    except click.ClickException:
        raise
    except Exception as error:
        raise click.ClickException(
            f"the database of DATABASE_URL cannot be used ({describe(error)}): `rights-bot doctor` says what to mend"
        ) from None


@click.command()
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv", "html"]), default="table", show_default=True
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.option(
    "--public",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Instead: open data, FILE.json and two FILE-*.csv.",
)
@click.option("--send", is_flag=True, help="Instead: send a summary to ADMIN_IDS on Telegram; for a weekly scheduler.")
@click.pass_obj
def stats(read_settings: ReadSettings, form: str, output: Path | None, public: Path | None, send: bool) -> None:
    """What people asked, in figures that betray nobody: rounded down to multiples of five, closed weeks only."""
    settings = read_settings()
    from bot.statistics import open_data

    if send:
        _send(settings)
        return
    if public or form in {"json", "csv"}:
        published = _with(settings, lambda kept, _: kept.published())
        if public:
            for file in open_data.write(public, published):
                click.echo(file)
            return
        data = json.dumps(open_data.as_data(published), ensure_ascii=False, indent=1)
        _write(data if form == "json" else "\n".join(open_data.csv_tables(published).values()), output)
        return
    report = _with(settings, lambda kept, library: kept.report(settings.content_dir, library))
    if form == "html":
        from bot.statistics.page import page

        _write(page(report), output)
        return
    from bot.statistics_tables import statistics_tables
    from bot.tables import show

    text = io.StringIO()
    show(*statistics_tables(report), file=text if output else None)
    if output:
        _write(text.getvalue(), output)


def _write(text: str, output: Path | None) -> None:
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=not text.endswith("\n"))


def _send(settings: Settings) -> None:
    from bot.messenger.service import send_statistics

    if not settings.telegram_bot_token:
        raise click.ClickException("TELEGRAM_BOT_TOKEN is not set: --send needs it")
    if not settings.admin_ids:
        raise click.ClickException("ADMIN_IDS is not set: name the accounts that may see the figures")
    report = _with(settings, lambda kept, library: kept.report(settings.content_dir, library))
    try:
        failed = send_statistics(settings, report)
    except Exception as error:
        raise click.ClickException(f"the figures could not be sent ({describe(error)})") from None
    if failed:
        raise click.ClickException(
            f"{failed} of {len(settings.admin_ids)} maintainers could not be reached: each must have written to the bot"
        )


@click.command()
@click.option("--handled", metavar="NAME", help="Delete the question of this name.")
@click.pass_obj
def questions(read_settings: ReadSettings, handled: str | None) -> None:
    """Questions that people handed to the volunteers, after they saw the text. Delete each when it is dealt with."""
    settings = read_settings()
    from bot.conversation.conversation import today_in_new_york

    async def work(kept: Kept, _: Library) -> None:
        await kept.questions.forget(today_in_new_york())
        if handled:
            number = await kept.questions.handled(handled)
            if not number:
                raise click.ClickException(f"no question is called `{handled}`: `rights-bot questions` lists them")
            click.echo(f"deleted: {number}")
            return
        for question in await kept.questions.waiting():
            click.echo(f"{question.name}  {question.week}  {question.language}  {question.text}")

    _with(settings, work)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(read_settings: ReadSettings, file: Path) -> None:
    """Write all counts to FILE; handed-over questions are left out. These are raw counts: keep the file safe."""
    from bot.counts.backup import write_backup

    rows = _with(read_settings(), lambda kept, _: write_backup(kept.database, file))
    click.echo(f"{rows} rows written to {file}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def restore(read_settings: ReadSettings, file: Path) -> None:
    """Put the counts of a backup into an empty database."""
    from bot.counts.backup import BackupError, restore_backup

    async def work(kept: Kept, _: Library) -> int:
        try:
            return await restore_backup(kept.database, kept.counts, file)
        except BackupError as error:
            raise click.ClickException(str(error)) from None

    click.echo(f"{_with(read_settings(), work)} rows restored from {file}")
