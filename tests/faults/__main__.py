"""Tries all faults and writes docs/reliability.md; with names, tries these and renews their lines."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from tests.faults.table import PAGE, TRIALS, commit, renewed, tried
from tests.faults.trial import Trial

BESIDE = 5
"""So many of those that mostly wait are tried at once."""


async def _try_all(trials: Sequence[Trial], commit: str) -> bool:
    """Try them and renew each one's line as soon as it is known; whether none failed."""
    room = asyncio.Semaphore(BESIDE)

    async def held(trial: Trial) -> bool:
        async with room:
            found = await tried(trial)
        written = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        PAGE.write_text(renewed(written, [found], commit), encoding="utf-8")
        return found.held is not False

    results = await asyncio.gather(*(held(trial) for trial in trials if trial.beside))
    results += [await held(trial) for trial in trials if not trial.beside]
    return all(results)


def main() -> int:
    """The exit status: 1 where something failed."""
    names = sys.argv[1:]
    return int(not asyncio.run(_try_all([trial for trial in TRIALS if not names or trial.name in names], commit())))


if __name__ == "__main__":
    sys.exit(main())
