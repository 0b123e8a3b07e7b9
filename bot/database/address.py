"""Where the database is: DATABASE_URL as platforms and people write it."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).resolve().parent.parent.parent / "data"


def default_database_url() -> str:
    """A SQLite file in the project's ``data/`` folder."""
    return f"sqlite:///{DATA / 'counts.sqlite3'}"


def is_postgres(url: str) -> bool:
    """Whether an address is one of PostgreSQL, in either spelling that platforms use."""
    return url.startswith(("postgres://", "postgresql://"))


def sqlite_path(url: str) -> Path:
    """The file of a ``sqlite:///path`` address; an absolute path has four slashes in all."""
    scheme, separator, path = url.partition(":///")
    if scheme != "sqlite" or not separator or not path:
        raise ValueError("write sqlite:////absolute/path/counts.sqlite3 or postgres://user:password@host:5432/name")
    return Path(path)


def data_folder(url: str) -> Path:
    """The one folder that the bot writes to: that of the SQLite file, else ``data/`` in the project."""
    return DATA if is_postgres(url) else sqlite_path(url).parent
