"""YAML with line numbers, in which every plain value stays the text that was written.

YAML reads ``no`` as False, ``09:00`` as 540 and ``2025`` as a number. Volunteers do not know that, so here a value is
text until a pydantic model says what it should be, and each fault names the line of the file.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import BaseModel, ValidationError

from bot.faults import Faults, one_of

Location = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)

_EMPTY = {"", "~", "null"}


class YamlFile:
    """The data of one YAML file and the line on which each value stands."""

    def __init__(self, path: Path, data: Any, lines: dict[Location, int]) -> None:
        self.path = path
        self.data = data
        self._lines = lines

    def line(self, *location: str | int) -> int:
        """The line of a value, or of the nearest thing that contains it."""
        found: Location = ()
        for step in location:
            if (*found, step) in self._lines:  # pydantic also names the kinds of value that a field may have
                found = (*found, step)
        return self._lines.get(found, 1)


def read_yaml(path: Path, faults: Faults) -> YamlFile | None:
    """Read a file; what does not parse is added to ``faults`` and gives None."""
    lines: dict[Location, int] = {}

    try:
        node = _compose(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        faults.error(
            path,
            mark.line + 1 if mark else 1,
            f"this is not YAML ({error.problem}): put quotes around a value that holds `: ` or ` #` "
            "or begins with `&` or `*`, and line up the spaces at the start of the lines",
        )
        return None
    except yaml.YAMLError as error:
        faults.error(path, 1, f"this is not YAML ({type(error).__name__}): remove characters that cannot be seen")
        return None
    except FileNotFoundError:
        faults.error(path, 1, "the file is missing: bring it back")
        return None
    except (OSError, UnicodeDecodeError) as error:
        faults.error(path, 1, f"cannot be read ({type(error).__name__}): save it as UTF-8 text")
        return None
    return YamlFile(path, _plain(node, (), lines, path, faults) if node else None, lines)


def salvage_list(path: Path) -> YamlFile | None:
    """Of a list that is not YAML as a whole, the entries that are, each taken by itself.

    So a slip in one entry of the hotlines does not take all the others from people.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    entries: list[Any] = []
    lines: dict[Location, int] = {}
    for chunk in re.split(r"^(?=- )", text, flags=re.MULTILINE):
        try:
            node = _compose(chunk)
        except yaml.YAMLError:
            continue
        if isinstance(node, yaml.SequenceNode):
            entries += _plain(node, (), {}, path, Faults())
    return YamlFile(path, entries, lines)


def _compose(text: str) -> yaml.Node | None:
    """The nodes of a text. Anchors and aliases are refused: no file needs them, and a node could contain itself."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            raise yaml.MarkedYAMLError(problem="an anchor or alias", problem_mark=cast(yaml.Mark, event.start_mark))
    node: yaml.Node | None = yaml.compose(text, Loader=loader)
    return node


def _plain(node: yaml.Node, location: Location, lines: dict[Location, int], path: Path, faults: Faults) -> Any:
    """The data below a node, every value as text; notes the line of each."""
    lines.setdefault(location, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in found:
                faults.error(path, line, f"`{key}` stands twice: delete one of the two")
            lines[(*location, key)] = line
            found[key] = _plain(value_node, (*location, key), lines, path, faults)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*location, place), lines, path, faults) for place, item in enumerate(node.value)]
    text = str(node.value)
    plain = not getattr(node, "style", None)  # the style of a value without quotes is "" or None
    return None if plain and text.lower() in _EMPTY else text


def parse(model: type[Model], file: YamlFile, faults: Faults, *location: str | int) -> Model | None:
    """The part of ``file`` at ``location`` as a ``model``; what does not fit is added to ``faults``."""
    data = file.data
    for step in location:
        data = data[step]
    if not isinstance(data, dict):
        fields = one_of(model.model_fields)
        faults.error(file.path, file.line(*location), f"expected `field: value` lines, with the fields {fields}")
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_context=True):
            place = tuple(problem["loc"])
            faults.error(file.path, file.line(*location, *place), _explain(model, place, problem))
        return None


def _explain(model: type[BaseModel], place: Location, problem: Any) -> str:
    name = next((str(step) for step in reversed(place) if isinstance(step, str)), "value")
    kind, given = problem["type"], problem["input"]
    if kind == "missing":
        return f"the field `{name}` is missing: add a line `{name}: ...`"
    if kind == "extra_forbidden" and given is None:
        # A comma inside braces ends a value, so the rest of a sentence looks like a field.
        return f"unknown field `{name}`: is it text after a comma? Write each field on its own line, without braces"
    if kind == "extra_forbidden":
        known = one_of(model.model_fields) if len(place) == 1 else "those of the other entries"
        return f"unknown field `{name}`: mend its name or delete it; known fields are {known}"
    if kind.startswith("date"):
        return f"`{name}: {given}` is not a date: write it as 2026-11-21"
    if kind.startswith("bool"):
        return f"`{name}: {given}` is neither true nor false: write one of the two"
    if kind.startswith(("list", "tuple")):
        return f"`{name}` must be a list: write it as `{name}: [first, second]`"
    if given is None:
        return f"`{name}` is empty: write a value after the colon or delete the line"
    message = str(problem["msg"]).removeprefix("Value error, ")
    return f"`{name}: {given}` does not fit: {message}"
