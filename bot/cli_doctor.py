"""The command that says what keeps this bot from doing its work."""

from __future__ import annotations

import sys

import click


@click.command()
@click.option("--offline", is_flag=True, help="Leave out what asks Telegram.")
def doctor(offline: bool) -> None:
    """What keeps this bot from doing its work, a line a check; exit status 1 if anything is to be mended."""
    from bot import logs
    from bot.doctor.examination import examine

    logs.set_up("CRITICAL")  # what would be logged meanwhile is among the findings
    to_mend = False
    for name, finding in examine(offline):
        click.echo(f"{finding.level:<7}  {name}: {finding.told}")
        to_mend |= finding.level == "mend"
    sys.exit(1 if to_mend else 0)
