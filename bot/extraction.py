"""A Babel extractor for YAML: group titles and descriptions of resources are translated in the catalogues."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

import yaml


def extract_content(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, str]
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Yield (line, function, message, comments) for each value of the fields named by ``fields`` in babel.cfg.

    Source: Babel documentation, "Writing Extraction Methods".
    """
    fields = set(re.split(r"[,\s]+", options["fields"]))
    stack = [yaml.compose(file.read().decode("utf-8"), Loader=yaml.SafeLoader)]
    while stack:
        node = stack.pop()
        if isinstance(node, yaml.SequenceNode):
            stack.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value in fields and isinstance(value, yaml.ScalarNode):
                    yield key.start_mark.line + 1, "say", str(value.value), []
                stack.append(value)
