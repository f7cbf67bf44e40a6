"""Data as YAML that people read: on one line where it fits, else one key or item a line."""

from __future__ import annotations

import yaml

from readiness.model import Json


def flow(value: Json) -> str:
    """The value on one line."""
    text: str = yaml.safe_dump([value], default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6)
    return text.strip()[1:-1]


def block(value: Json, width: int) -> list[str]:
    """The value on lines of at most `width` characters, but for words that are longer."""
    line = flow(value)
    if len(line) <= width or not isinstance(value, dict | list):
        return [line]
    if isinstance(value, list):
        return [
            f"{'- ' if first else '  '}{text}" for item in value for first, text in _marked(block(item, width - 2))
        ]
    return [text for key, item in value.items() for text in _entry(flow(key), item, width)]


def _marked(lines: list[str]) -> list[tuple[bool, str]]:
    return [(place == 0, line) for place, line in enumerate(lines)]


def _entry(key: str, value: Json, width: int) -> list[str]:
    line = f"{key}: {flow(value)}"
    if len(line) <= width or not isinstance(value, dict | list):
        return [line]
    return [f"{key}:", *(f"  {text}" for text in block(value, width - 2))]
