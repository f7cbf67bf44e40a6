"""The metric leaf: a statistic of every series of a metric, or one of several together, compared (semantics 16)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from readiness import dates
from readiness.conditions.base import Bound, Explanation, Holds, kleene_all
from readiness.conditions.comparison import Comparison, FieldOf, Right
from readiness.conditions.operators import Literal
from readiness.conditions.samples import (
    STATISTICS,
    Indexed,
    Samples,
    added,
    computed,
    length_in_words,
    percent,
    records_of,
    value_of,
)  # fmt: skip
from readiness.model import Item, Json, Metrics, Resource, Series, Truth
from readiness.paths import reader

__all__ = ["STATISTICS", "MetricOf", "Whole"]
SMALLEST: Final = ("greater", "greaterOrEquals")
"""Operators for which the smallest value is the worst."""
GRAINED: Final = ("p50", "p95", "p99")
GRAINS: Final = {"average": "averages", "total": "totals", "maximum": "maxima", "minimum": "minima"}
Dimensions = Mapping[str, Comparison]
Compare = Callable[[Any, Item, Resource], Truth]


@dataclass(frozen=True, slots=True)
class Whole:
    """`of`: what a ratio is a percentage of; the same metric unless it names another."""

    name: str
    aggregation: str
    dimension: Dimensions


@dataclass(frozen=True, slots=True)
class Value:
    """A statistic of one series, or of several together; without a number `why` says what is missing."""

    number: float | None
    dimensions: str = ""
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Selected:
    """The series that a condition looks at: from which index on, and why it is not known whether they are all."""

    indexed: Indexed
    first: int
    series: list[Series]
    unclear: str | None = None

    def together(self) -> Samples:
        """The samples of all of them, added up grain by grain."""
        if len(self.series) == 1:
            return self.indexed.samples(self.series[0], self.first)
        return Samples(added(s.values[self.first :] for s in self.series))

    def total(self) -> float | None:
        """The sum of all samples; 0 without one, None where it is no number."""
        return self.indexed.total(self.series, self.first)


class MissingError(Exception):
    """Nothing to measure; its text says why."""


@dataclass(frozen=True, slots=True)
class MetricOf:
    """`{metric: {...}, OPERATOR: right}`; every matching series must hold, the worst is the evidence."""

    name: str
    aggregation: str
    statistic: str
    comparison: Comparison
    window: Right | None = None
    level: Right | None = None
    dimension: Dimensions | None = None
    of: Whole | None = None
    combine: str | None = None
    min_samples: Right | None = None
    min_total: Right | None = None

    def compile(self, bound: Bound) -> Holds:
        """The closure that decides."""
        compare, measure = self.comparison.compile(bound), Measure(self, bound)

        def holds(item: Item, subject: Resource) -> Truth:
            return kleene_all(
                None if v.number is None else compare(v.number, item, subject) for v in measure(item, subject)
            )

        return holds

    def explain(self, bound: Bound, item: Item, subject: Resource) -> Explanation:
        """The same decision, with what was seen."""
        compare, measure = self.comparison.compile(bound), Measure(self, bound)
        judged = [(None if v.number is None else compare(v.number, item, subject), v) for v in measure(item, subject)]
        truth = kleene_all(t for t, _ in judged)
        decisive = [v for t, v in judged if t is truth]
        worst = self._worst(decisive)
        path = f"metric {self.name} {self.statistic}{worst.dimensions}"
        observed = None if worst.number is None else shown(worst.number, lambda v: compare(v, item, subject) is truth)
        expected = self.comparison.expected(bound, item, subject)
        return Explanation(path, truth, path, observed, expected, self._note(worst, decisive, judged))

    def _worst(self, values: list[Value]) -> Value:
        known = [v for v in values if v.number is not None]
        if not known:
            return values[0]
        pick = min if self.comparison.operator.name in SMALLEST else max
        return pick(known, key=lambda v: v.number or 0.0)

    @staticmethod
    def _note(worst: Value, decisive: list[Value], judged: list[tuple[Truth, Value]]) -> str | None:
        if len(judged) < 2:
            return worst.why
        several = f"{len(decisive)} of {len(judged)} series" if len(decisive) < len(judged) else ""
        own = several or f"the worst of {len(judged)} series"
        return f"{worst.why}; {own}" if worst.why else own


def shown(number: float, alike: Callable[[float], bool]) -> Json:
    """A number as evidence shows it: two decimals, or as many as it takes not to look like the other side."""
    for digits in (2, 3, 4, 6):
        rounded = round(number, digits)
        if alike(rounded):
            return rounded
    return number


class Measure:
    """What a metric leaf measures, its parameters bound once a run."""

    def __init__(self, node: MetricOf, bound: Bound) -> None:
        """Takes the leaf and what it is compiled for."""
        self.node, self.world = node, bound.world
        self.seconds = _bound(node.window, bound, _seconds)
        self.level = _bound(node.level, bound, float) or 0.0
        self.min_samples = _bound(node.min_samples, bound, float) or 1
        self.min_total = _bound(node.min_total, bound, float)
        self.part = Dimension.all(node.dimension or {}, bound)
        self.whole = Dimension.all(node.of.dimension, bound) if node.of else ()
        self.period = f" in {length_in_words(self.seconds)}" if self.seconds else ""
        self.records = records_of(bound.world)

    def __call__(self, item: Item, subject: Resource) -> list[Value]:
        """A value for each series that is judged; at least one, which may be missing."""
        start = item if isinstance(item, Resource) else subject
        try:
            if self.node.of:
                return [self._ratio(self.node.of, start, item, subject)]
            return self._values(
                self._selected(self.node.name, self.node.aggregation, self.part, (start, item, subject))
            )
        except MissingError as missing:
            return [Value(None, why=str(missing))]

    def _record(self, name: str, aggregation: str, start: Resource) -> Metrics:
        record = self.world.metrics(start, name, aggregation)
        if record is None:
            raise MissingError(f"{self.world.why_no_metrics(start, name)} ({aggregation})")
        return record

    def _selected(
        self, name: str, aggregation: str, wanted: tuple[Dimension, ...], at: tuple[Resource, Item, Resource]
    ) -> Selected:
        start, item, subject = at
        indexed = self.records.of(self._record(name, aggregation, start))
        first = indexed.first(self.seconds)
        if first is None and indexed.record.series:
            covered = length_in_words(indexed.length * indexed.record.interval_seconds)
            raise MissingError(f"the series are shorter than the window asked for: they cover {covered}")
        found, unclear = [], None
        for series in _candidates(indexed, wanted, item, subject):
            truth = kleene_all(d.holds(series, item, subject) for d in wanted)
            if truth:
                found.append(series)
            elif truth is None:
                unclear = unclear or _unsplit(series, wanted, name)
        return Selected(indexed, first or 0, found, unclear)

    def _values(self, chosen: Selected) -> list[Value]:
        unclear = [Value(None, why=chosen.unclear)] if chosen.unclear else []
        if not chosen.series:
            return unclear or [Value(None, why=f"no traffic{self.period or ': it has no series'}")]
        if self.node.combine:
            return unclear or [self._value(chosen.together(), "", chosen)]
        samples = chosen.indexed.samples
        values = [self._value(samples(s, chosen.first), _dimensions(s), chosen) for s in chosen.series]
        return values + unclear

    def _value(self, samples: Samples, dimensions: str, chosen: Selected) -> Value:
        few = self._too_few(len(samples.values))
        if few is None and self.min_total is not None:
            few = self._too_little(computed("sum", samples))
        if few:
            return Value(None, dimensions, few)
        number = computed(self.node.statistic, samples, self.level)
        if number is None:
            return Value(None, dimensions, "its numbers are too large")
        return Value(number, dimensions, self._over(chosen.indexed.record))

    def _over(self, record: Metrics) -> str | None:
        """What a percentile is over: not single requests."""
        if self.node.statistic not in GRAINED:
            return None
        values = GRAINS.get(record.aggregation.casefold(), "values")
        return f"over {values} of {length_in_words(record.interval_seconds)}"

    def _too_few(self, have: int) -> str | None:
        if not have:
            return f"no sample{self.period}"
        if have < self.min_samples:
            return f"only {have} sample{'' if have == 1 else 's'}{self.period}, at least {self.min_samples:g} wanted"
        return None

    def _too_little(self, total: float | None) -> str | None:
        if total is not None and self.min_total is not None and total < self.min_total:
            return f"only {counted(total)}{self.period}, at least {counted(self.min_total)} wanted"
        return None

    def _ratio(self, of: Whole, start: Resource, item: Item, subject: Resource) -> Value:
        """The percentage that the sum of one part is of the sum of all: without series a part is nothing."""
        node, at = self.node, (start, item, subject)
        of_whole = {d.said(item, subject) for d in self.whole}
        dimensions = "".join(text for d in self.part if (text := d.said(item, subject)) not in of_whole)
        whole = self._selected(of.name, of.aggregation, self.whole, at)
        if not whole.series and not whole.unclear:
            return Value(None, dimensions, f"no traffic{self.period or ': it has no series'}")
        part = self._selected(node.name, node.aggregation, self.part, at)
        if unclear := whole.unclear or part.unclear:
            return Value(None, dimensions, unclear)
        return self._share(of, part, whole, dimensions)

    def _share(self, of: Whole, part: Selected, whole: Selected, dimensions: str) -> Value:
        some, every = part.total(), whole.total()
        if every == 0:
            return Value(None, dimensions, f"no traffic{self.period}")
        if few := self._few_grains(whole) or self._too_little(every):
            return Value(None, dimensions, few)
        number = percent(some, every)
        if number is None or some is None or every is None:
            return Value(None, dimensions, "its numbers are too large")
        named = f" {of.name}" if of.name != self.node.name else ""
        return Value(number, dimensions, f"{counted(some)} of {counted(every)}{named}{self.period}")

    def _few_grains(self, whole: Selected) -> str | None:
        """A floor of samples asks for the grains of all series together."""
        return self._too_few(len(whole.together().values)) if self.min_samples > 1 else None


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension with what its value must be."""

    name: str
    comparison: Comparison
    compare: Compare
    texts: frozenset[str] | None
    written: str

    @staticmethod
    def all(wanted: Dimensions, bound: Bound) -> tuple[Dimension, ...]:
        """The dimensions of a leaf, bound."""
        return tuple(Dimension._of(name, comparison, bound) for name, comparison in wanted.items())

    @staticmethod
    def _of(name: str, comparison: Comparison, bound: Bound) -> Dimension:
        literals = None if isinstance(comparison.right, FieldOf) else comparison.right.literals(bound)
        equal = comparison.operator.name == "equals"
        texts = literals.texts if equal and isinstance(literals, Literal) else None
        return Dimension(name, comparison, comparison.compile(bound), texts, _written(comparison, literals))

    def said(self, item: Item, subject: Resource) -> str:
        """The dimension with what it must be, a field with its value."""
        right = self.comparison.right
        value = reader(right.path)(item, subject) if isinstance(right, FieldOf) else None
        return f"[{self.name}={value if isinstance(value, str) else self.written}]"

    def wanted(self, item: Item, subject: Resource) -> frozenset[str] | None:
        """The texts (lower case) that a series can have to match; None where they are not known before."""
        if self.texts is not None or self.comparison.operator.name != "equals":
            return self.texts
        right = self.comparison.right
        value = reader(right.path)(item, subject) if isinstance(right, FieldOf) else None
        return Literal.of(value).texts if isinstance(value, str) else None

    def holds(self, series: Series, item: Item, subject: Resource) -> Truth:
        """Whether a series has it; unknown of one that is not split by it."""
        have = value_of(series, self.name)
        return None if have is None else self.compare(have, item, subject)


def _written(comparison: Comparison, literals: Any) -> str:
    if isinstance(comparison.right, FieldOf):
        return comparison.right.path.text
    many = literals if isinstance(literals, list | tuple) else (literals,)
    values = "|".join(str(literal.value) for literal in many)
    words = {"equals": "", "in": "", "like": ""}.get(comparison.operator.name, f"{comparison.operator.words} ")
    return words + values


def _candidates(indexed: Indexed, wanted: tuple[Dimension, ...], item: Item, subject: Resource) -> Any:
    """The series among which those wanted are: all, or those of one value of a dimension."""
    for dimension in wanted:
        texts = dimension.wanted(item, subject)
        if texts is not None:
            return indexed.having(dimension.name, texts)
    return indexed.record.series


def _unsplit(series: Series, wanted: tuple[Dimension, ...], name: str) -> str:
    lacking = [d.name for d in wanted if value_of(series, d.name) is None]
    return f"{name} is not split by {', '.join(lacking)}" if lacking else "what its dimensions must be is not known"


def counted(number: float) -> str:
    """A count with its thousands told apart: `1,204`, `0.5`."""
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.2f}"


def _bound(right: Right | None, bound: Bound, convert: Callable[[Any], float]) -> float | None:
    if right is None or isinstance(right, FieldOf):
        return None
    return convert(right.literals(bound).value)


def _seconds(value: Any) -> float:
    length = dates.Duration.parse(value)
    return length.seconds if length else 0.0


def _dimensions(series: Series) -> str:
    return "".join(f"[{name}={value}]" for name, value in series.dimensions.items())
