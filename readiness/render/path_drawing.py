"""A private path as a small drawing: inline SVG for HTML, Mermaid for Markdown. The link that is broken is marked.

Callers' networks stand at the top, the account at the bottom; names resolve down the left (network, zone, endpoint),
traffic goes down the right (network, endpoint). What is broken has a cross and says so, what is not known a question
mark: colour alone says nothing. Classes are those of reports/templates/report.css, text is escaped.

Mermaid's flowcharts, as GitHub draws them: https://mermaid.js.org/syntax/flowchart.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from markupsafe import Markup, escape

from readiness.model import Truth
from readiness.private_path import Endpoint, Origin, PrivatePath, some
from readiness.render.plain import cut, low
from readiness.report import Way, way_of

WIDTH: Final = 360
ROW: Final = 16
GAP: Final = 34
LANE: Final = 332
"""Where traffic goes down, right of the zones."""
NAMES: Final = 60
SHOWN: Final = 4
"""How many networks, zones or endpoints are drawn; the rest is counted."""
LETTERS: Final = {"wide": 46, "narrow": 41}
"""Characters of a line that a box has room for."""
BADNESS: Final = {False: 0, None: 1, True: 2}
"""What is drawn first, where not all is."""
STATES: Final = {True: "good", None: "unclear", False: "bad"}
SIGNS: Final = {True: "✓", None: "?", False: "✕"}
WORDS: Final = {
    "names": {True: "resolves", None: "not known", False: "broken: not resolved"},
    "way": {True: "reaches", None: "not known", False: "broken: no way"},
    "registered": {True: "registered", None: "not known", False: "broken: not registered"},
    "approved": {True: "approved", None: "not known", False: "broken: not approved"},
}
ARROWS: Final = {True: "-->", None: "-.->", False: "--x"}
_PROSE: Final = re.compile(r"[A-Za-z0-9 .,:/()_\u00a0-\ud7ff✓✕-]")


@dataclass(frozen=True, slots=True)
class Node:
    """A box: where it stands (network, zone, endpoint, account), and its lines, each with whether it holds."""

    key: str
    tier: str
    lines: tuple[tuple[str, Truth], ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """A link between two boxes; `kind` is one of WORDS."""

    start: str
    end: str
    kind: str
    truth: Truth


@dataclass(slots=True)
class Drawing:
    """What is drawn, in whatever form."""

    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    def tier(self, name: str) -> list[Node]:
        """The boxes of a tier."""
        return [node for node in self.nodes if node.tier == name]

    def worst(self, kind: str) -> Truth:
        """What is to be said of all links of a kind: broken, else not known, else that they hold."""
        truths = {edge.truth for edge in self.edges if edge.kind == kind}
        return False if False in truths else None if None in truths or not truths else True


def drawn(path: PrivatePath) -> Drawing:
    """The boxes and links of a path, few enough to be read."""
    drawing = Drawing()
    _add_networks(path, drawing)
    _add_zones(path, drawing)
    _add_endpoints(path, drawing)
    drawing.nodes.append(Node("a", "account", ((path.account, path.approved.truth),)))
    return drawing


def _add_networks(path: PrivatePath, drawing: Drawing) -> None:
    zones, origins = _zones(path), sorted(path.origins, key=lambda origin: BADNESS[_worst(origin)])
    for i, origin in enumerate(origins[:SHOWN]):
        callers = some([caller.name for caller in origin.callers])
        drawing.nodes.append(Node(f"n{i}", "network", ((origin.name, _worst(origin)), (callers, True))))
        links = [(zones.index(part.name), part.truth) for part in origin.links if part.name in zones]
        drawing.edges += [Edge(f"n{i}", f"z{at}", "names", truth) for at, truth in links]
        drawing.edges.append(Edge(f"n{i}", "e0", "way", origin.route.truth))
    rest = origins[SHOWN:]
    if rest:
        more = f"and {len(rest)} more network{'' if len(rest) == 1 else 's'}"
        drawing.nodes.append(Node("nx", "network", ((more, _worst(rest[0])),)))


def _worst(origin: Origin) -> Truth:
    return min((part.truth for part in (*origin.links, origin.route)), key=BADNESS.__getitem__)


def _zones(path: PrivatePath) -> list[str]:
    """The zones that are required, else those that there are."""
    seen = [zone.name for endpoint in path.own for zone in endpoint.zones]
    return list(dict.fromkeys([*(path.required or ()), *(seen if path.required is None else ())]))[: 2 * SHOWN]


def _add_zones(path: PrivatePath, drawing: Drawing) -> None:
    for i, name in enumerate(_zones(path)):
        truths = [(j, _registered(endpoint, name)) for j, endpoint in enumerate(_endpoints(path))]
        worst = min((truth for _, truth in truths), key=BADNESS.__getitem__, default=None)
        drawing.nodes.append(Node(f"z{i}", "zone", ((name, worst),)))
        drawing.edges += [Edge(f"z{i}", f"e{j}", "registered", truth) for j, truth in truths]


def _registered(endpoint: Endpoint, name: str) -> Truth:
    if name in {zone.name for zone in endpoint.zones}:
        return True
    return False if endpoint.registered.truth is False else None


def _endpoints(path: PrivatePath) -> list[Endpoint]:
    """The endpoints that are drawn, the broken ones first."""
    return sorted(path.own, key=lambda endpoint: BADNESS[endpoint.registered.truth])[:SHOWN]


def _add_endpoints(path: PrivatePath, drawing: Drawing) -> None:
    for i, endpoint in enumerate(_endpoints(path)):
        place = _place(endpoint.subnet) if endpoint.subnet else "not read"
        lines: tuple[tuple[str, Truth], ...] = ((endpoint.name, endpoint.registered.truth), (place, True))
        drawing.nodes.append(Node(f"e{i}", "endpoint", lines))
        drawing.edges.append(Edge(f"e{i}", "a", "approved", path.approved.truth))
    if not path.own:
        drawing.nodes.append(Node("e0", "endpoint", (("no approved private endpoint", path.approved.truth),)))
        drawing.edges.append(Edge("e0", "a", "approved", path.approved.truth))


def _place(subnet_id: str) -> str:
    parts = subnet_id.rstrip("/").split("/")
    return f"{parts[-1]} in {parts[-3]}" if len(parts) > 3 else subnet_id


def summary(path: PrivatePath) -> str:
    """The path in one sentence: what is broken, else that nothing is, or is known to be."""
    if path.broken:
        return f"Broken: {path.broken.said}."
    whole = way_of(path) is Way.WHOLE
    return "Nothing is broken." if whole else "Nothing is known to be broken; not all of it is known."


# --- SVG --------------------------------------------------------------------------------------------------------


def svg(path: PrivatePath) -> Markup:
    """The drawing as one inline element, 360 units wide; it scales with what it stands in."""
    drawing = drawn(path)
    boxes, height = _placed(drawing)
    inner = [*_lines(drawing, boxes), *(m for node in drawing.nodes for m in _box(node, *boxes[node.key]))]
    name = f"private-path-{sha256(path.id.lower().encode(errors='replace')).hexdigest()[:16]}"
    title, said = _line(f"Private path to {path.account}", 100), _line(summary(path), 400)
    return Markup(
        '<svg class="private-path" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{n}-title"'
        ' aria-describedby="{n}-desc">'
        '<title id="{n}-title">{t}</title><desc id="{n}-desc">{s}</desc>{inner}</svg>'
    ).format(w=WIDTH, h=height, n=name, t=title, s=said, inner=Markup("").join(inner))


def _placed(drawing: Drawing) -> tuple[dict[str, tuple[int, int, int]], int]:
    """Each box's top, width and height, and the height of all."""
    boxes: dict[str, tuple[int, int, int]] = {}
    at = 2
    for tier in ("network", "zone", "endpoint", "account"):
        nodes = drawing.tier(tier)
        for node in nodes:
            height = ROW * len(node.lines) + 10
            boxes[node.key] = (at, 292 if tier == "zone" else WIDTH - 4, height)
            at += height + 6
        at += GAP if nodes and tier != "account" else 0
    return boxes, at


def _box(node: Node, top: int, width: int, height: int) -> Iterator[Markup]:
    state = STATES[node.lines[0][1]]
    yield Markup('<rect class="box {}" x="2" y="{}" width="{}" height="{}" rx="4"/>').format(
        state, top, width, height
    )
    room = LETTERS["narrow" if node.tier == "zone" else "wide"]
    for i, (text, truth) in enumerate(node.lines):
        sign = f"{SIGNS[truth]} " if i == 0 else ""
        kind = "name" if i == 0 else "more"
        yield Markup('<text class="{}" x="10" y="{}">{}{}</text>').format(
            kind, top + ROW * (i + 1) + 1, sign, _line(text, room)
        )


def _line(text: str, letters: int) -> str:
    return low(cut(text, letters))


def _lines(drawing: Drawing, boxes: dict[str, tuple[int, int, int]]) -> Iterator[Markup]:
    """The links between the tiers: names on the left, traffic on the right, each as bad as its worst."""
    ends = {tier: _extent(drawing.tier(tier), boxes) for tier in ("network", "zone", "endpoint", "account")}
    for kind, above, below, x in (
        ("names", "network", "zone", NAMES),
        ("registered", "zone", "endpoint", NAMES),
        ("way", "network", "endpoint", LANE),
        ("approved", "endpoint", "account", NAMES),
    ):
        start, end = ends[above], ends[below]
        if start and end and any(edge.kind == kind for edge in drawing.edges):
            yield _link(kind, drawing.worst(kind), x, start[1], end[0])


def _extent(nodes: list[Node], boxes: dict[str, tuple[int, int, int]]) -> tuple[int, int] | None:
    places = [boxes[node.key] for node in nodes]
    return (min(p[0] for p in places), max(p[0] + p[2] for p in places)) if places else None


def _link(kind: str, truth: Truth, x: int, top: int, bottom: int) -> Markup:
    """A line with its word beside it; across a broken one stands a cross."""
    middle = top + GAP // 2 if kind == "way" else (top + bottom) // 2
    cross = Markup('<path class="cross" d="M{} {}l10 10m0 -10l-10 10"/>').format(x - 5, middle - 5)
    side, at = ("end", x - 9) if kind == "way" else ("start", x + 9)
    return Markup(
        '<g class="link {}"><path d="M{} {}V{}"/>{}<text x="{}" y="{}" text-anchor="{}">{}</text></g>'
    ).format(
        STATES[truth],
        x,
        top,
        bottom,
        cross if truth is False else "",
        at,
        middle + 4,
        side,
        escape(WORDS[kind][truth]),
    )


# --- Mermaid ----------------------------------------------------------------------------------------------------


def mermaid(path: PrivatePath) -> str:
    """The drawing as a fenced block for Markdown; names are written so that they are nothing but text."""
    return "\n".join(["```mermaid", *_mermaid(drawn(path)), "```"])


def _mermaid(drawing: Drawing) -> Iterator[str]:
    yield "flowchart TD"
    for node in drawing.nodes:
        first, *more = node.lines
        label = "<br/>".join([f"{SIGNS[first[1]]} {_text(first[0])}", *(_text(text) for text, _ in more)])
        yield f'  {node.key}["{label}"]'
    known = {node.key for node in drawing.nodes}
    edges = [edge for edge in drawing.edges if {edge.start, edge.end} <= known]
    for edge in edges:
        yield f'  {edge.start} {ARROWS[edge.truth]}|"{WORDS[edge.kind][edge.truth]}"| {edge.end}'
    yield from _styled(i for i, edge in enumerate(edges) if edge.truth is False)


def _styled(broken: Iterable[int]) -> Iterator[str]:
    found = ",".join(map(str, broken))
    if found:
        yield f"  linkStyle {found} stroke:#ab1f1a,stroke-width:3px"


def _text(text: str) -> str:
    """A name in which every sign that Mermaid or Markdown could read is its entity."""
    return "".join(c if _PROSE.match(c) else f"#{ord(c)};" for c in cut(text, LETTERS["wide"]))
