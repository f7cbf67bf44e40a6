"""As much of Resource Graph's query language as a collector sends; anything else is refused, as the real one does.

`TABLE | where ... | project a, b = c.d | order by id asc | limit 10`, `extend`, `project-away`, `summarize count() by
type`, `count`. https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language
"""

import re
from collections import Counter

from azure_fake import kinds

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<number>\d+)|(?P<name>[A-Za-z_][A-Za-z0-9_-]*~?)"""
    r"""|(?P<sign>==|=~|!=|!~|!in~|!in|!contains|!has|[|().,=\[\]]))"""
)
_WORDS = {"and", "or", "not", "in", "in~", "contains", "has", "startswith", "endswith", "asc", "desc", "by"}


class Invalid(Exception):  # noqa: N818 - Resource Graph's own word
    """The query can't be run; the text is the reason."""


def _words(text):
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise Invalid(f"Query syntax error at {text[at : at + 20]!r}")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def _fold(value):
    return value.casefold() if isinstance(value, str) else value


def _folded(test):
    return lambda a, b: isinstance(a, str) and isinstance(b, str) and test(a.casefold(), b.casefold())


_COMPARE = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "=~": lambda a, b: _fold(a) == _fold(b),
    "!~": lambda a, b: _fold(a) != _fold(b),
    "contains": _folded(lambda a, b: b in a),
    "!contains": lambda a, b: not _COMPARE["contains"](a, b),
    "has": _folded(lambda a, b: re.search(rf"(?<![a-z0-9]){re.escape(b)}(?![a-z0-9])", a) is not None),
    "!has": lambda a, b: not _COMPARE["has"](a, b),
    "startswith": _folded(str.startswith),
    "endswith": _folded(str.endswith),
}
_SETS = {
    "in": lambda value, of: value in of,
    "!in": lambda value, of: value not in of,
    "in~": lambda value, of: _fold(value) in [_fold(o) for o in of],
    "!in~": lambda value, of: _fold(value) not in [_fold(o) for o in of],
}
_FUNCTIONS = {
    "tolower": lambda v: v.lower() if isinstance(v, str) else v,
    "toupper": lambda v: v.upper() if isinstance(v, str) else v,
    "tostring": lambda v: "" if v is None else str(v),
    "isempty": lambda v: v in (None, ""),
    "isnotempty": lambda v: v not in (None, ""),
    "isnull": lambda v: v is None,
    "isnotnull": lambda v: v is not None,
    "array_length": lambda v: len(v) if isinstance(v, list) else None,
}


class _Parser:
    """Recursive descent over one query; expressions become functions of a row."""

    def __init__(self, text, columns):
        self.words, self.at, self.columns = _words(text), 0, set(columns)

    # --- words --------------------------------------------------------------------------------------------------

    def peek(self):
        return self.words[self.at] if self.at < len(self.words) else (None, None)

    def take(self, *wanted):
        kind, word = self.peek()
        if kind is None or (wanted and word.lower() not in wanted):
            raise Invalid(f"Expected {' or '.join(wanted) or 'more'}, found {word!r}")
        self.at += 1
        return word

    def took(self, *wanted):
        kind, word = self.peek()
        if kind in ("name", "sign") and word.lower() in wanted:
            self.at += 1
            return word.lower()
        return None

    def listed(self, item):
        found = [item()]
        while self.took(","):
            found.append(item())
        return found

    # --- expressions --------------------------------------------------------------------------------------------

    def either(self):
        parts = [self.both()]
        while self.took("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else lambda row: any(part(row) for part in parts)

    def both(self):
        parts = [self.test()]
        while self.took("and"):
            parts.append(self.test())
        return parts[0] if len(parts) == 1 else lambda row: all(part(row) for part in parts)

    def test(self):
        if self.took("not"):
            self.take("(")
            inner = self.either()
            self.take(")")
            return lambda row: not inner(row)
        if self.took("("):
            inner = self.either()
            self.take(")")
            return inner
        return self.comparison()

    def comparison(self):
        left = self.operand()
        if name := self.took(*_SETS):
            self.take("(")
            of = self.listed(self.operand)
            self.take(")")
            values = [v(None) for v in of]
            return lambda row: _SETS[name](left(row), values)
        if name := self.took(*_COMPARE):
            right = self.operand()
            return lambda row: _COMPARE[name](left(row), right(row))
        return left

    def operand(self):
        kind, word = self.peek()
        if kind == "text":
            value = re.sub(r"\\(.)", r"\1", self.take()[1:-1])
            return lambda _: value
        if kind == "number":
            number = int(self.take())
            return lambda _: number
        if kind == "name" and word.lower() not in _WORDS:
            return self.function() if self.words[self.at + 1 : self.at + 2] == [("sign", "(")] else self.path()[1]
        raise Invalid(f"Unexpected {word!r}")

    def function(self):
        name = self.take(*_FUNCTIONS).lower()
        self.take("(")
        inner = self.operand()
        self.take(")")
        return lambda row: _FUNCTIONS[name](inner(row))

    def path(self):
        """(the name that a projected path gets, its value in a row)."""
        steps = [self.take()]
        if steps[0] not in self.columns:
            raise Invalid(f"Failed to resolve column or scalar expression named '{steps[0]}'")
        while sign := self.took(".", "["):
            steps.append(self.take() if sign == "." else self.take().strip("'\""))
            if sign == "[":
                self.take("]")
        return "_".join(steps), lambda row: _walk(row, steps)

    # --- operators ----------------------------------------------------------------------------------------------

    def named(self):
        """`name = expression`, or a path under its own name."""
        if self.words[self.at + 1 : self.at + 2] == [("sign", "=")]:
            name = self.take()
            self.take("=")
            return name, self.either()
        return self.path()

    def ordering(self):
        _, value = self.path()
        down = self.took("asc", "desc") != "asc"  # desc is the language's default
        return value, down

    def counting(self):
        name = "count_"
        if self.peek()[1] != "count":
            name = self.take()
            self.take("=")
        for word in ("count", "(", ")"):
            self.take(word)
        by = self.listed(self.named) if self.took("by") else []
        return name, by


def _walk(row, steps):
    for step in steps:
        row = row.get(step) if isinstance(row, dict) else None
    return row


def _sorted(rows, by):
    for value, down in reversed(by):
        rows = sorted(rows, key=lambda row: str(value(row) or ""), reverse=down)
    return rows


def _counted(rows, name, by):
    groups = Counter(tuple((n, v(row)) for n, v in by) for row in rows)
    return [dict(group) | {name: count} for group, count in groups.items()] if by else [{name: len(rows)}]


def _operator(name, parser, rows):
    """The rows after one operator."""
    if name == "where":
        test = parser.either()
        return [row for row in rows if test(row)]
    if name in ("project", "extend"):
        columns = parser.listed(parser.named)
        names = {n for n, _ in columns}
        parser.columns = parser.columns | names if name == "extend" else names
        return [(row if name == "extend" else {}) | {n: v(row) for n, v in columns} for row in rows]
    if name == "project-away":
        gone = set(parser.listed(parser.take))
        parser.columns -= gone
        return [{k: v for k, v in row.items() if k not in gone} for row in rows]
    if name in ("order", "sort"):
        parser.take("by")
        return _sorted(rows, parser.listed(parser.ordering))
    if name in ("limit", "take"):
        return rows[: int(parser.take())]
    counted, by = parser.counting() if name == "summarize" else ("Count", [])
    parser.columns = {counted, *(n for n, _ in by)}
    return _counted(rows, counted, by)


_OPERATORS = ("where", "project", "extend", "project-away", "order", "sort", "limit", "take", "summarize", "count")


def run(text, rows_of, columns):
    """(the rows, whether a `limit` cut them) of a query. `rows_of(table)` gives the rows of a table."""
    parser = _Parser(text, columns)
    table = parser.take().lower()
    if table not in kinds.TABLES:
        raise Invalid(f"Table {table} is invalid, unsupported or disallowed.")
    rows, limited = rows_of(table), False
    while parser.took("|"):
        name = parser.take(*_OPERATORS).lower()
        rows = _operator(name, parser, rows)
        limited = limited or name in ("limit", "take")
    if parser.peek()[0]:
        raise Invalid(f"Unexpected {parser.peek()[1]!r}")
    return rows, limited
