"""Where the counts are kept: DATABASE_URL as platforms and people write it."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).resolve().parent.parent.parent / "data"


def default_database_url() -> str:
    """A SQLite file in the project's ``data/`` folder."""
    return f"sqlite:///{DATA / 'counts.sqlite3'}"


def sqlite_path(url: str) -> Path:
    """The file of a ``sqlite:///path`` address; an absolute path has four slashes in all."""
    scheme, separator, path = url.partition(":///")
    if scheme != "sqlite" or not separator or not path:
        raise ValueError("only SQLite is known so far: write sqlite:////absolute/path/counts.sqlite3")
    return Path(path)
