"""The drawing of a private path: the broken link marked by more than colour, hostile names harmless, all readable."""

import re
from xml.etree import ElementTree

import networked as n
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.model import Truth
from readiness.private_path import Caller, Endpoint, Origin, Part, PrivatePath, Zone, path_of
from readiness.render import path_drawing

BOX, ARROW = r'\w+\["[^"`<>]*(<br/>[^"`<>]*)*"\]', r'\w+ --[>x]\|"[a-z: ]*"\| \w+'
LINE = rf"  ({BOX}|{ARROW}|linkStyle [\d,]+ stroke:#\w+,stroke-width:3px)"
HOSTILE = [
    '"]-->x["',
    "<script>alert(1)</script>",
    "```\n# x",
    "a\u202eb",
    "end",
    "x" * 500,
    "%%{init}%%",
    "&lt;",
    "\ud800",
]


def path(*bodies, **options):
    case = n.world(*bodies, **options)
    return path_of(n.subject(case), case)


def without(part):
    return [body for body in n.whole() if part not in body["id"]]


def elements(found):
    """Every element of a drawing, which is well-formed."""
    return list(ElementTree.fromstring(str(found)).iter())  # noqa: S314 - what we drew ourselves


def texts(found):
    return [e.text for e in elements(found) if e.tag in ("text", "title", "desc")]


def test_the_whole_of_a_path_in_mermaid():
    assert path_drawing.mermaid(path(*n.whole())).splitlines() == [
        "```mermaid",
        "flowchart TD",
        '  n0["✓ net<br/>gw and app"]',
        '  z0["✓ privatelink.cognitiveservices.azure.com"]',
        '  z1["✓ privatelink.openai.azure.com"]',
        '  e0["✓ pe<br/>endpoints in net"]',
        '  a["✓ oai"]',
        '  n0 -->|"resolves"| z0',
        '  n0 -->|"resolves"| z1',
        '  n0 -->|"reaches"| e0',
        '  z0 -->|"registered"| e0',
        '  z1 -->|"registered"| e0',
        '  e0 -->|"approved"| a',
        "```",
    ]


def test_the_broken_links_in_mermaid_have_a_cross_and_a_word():
    bodies = [n.zone_group(n.OPENAI) if "privateDnsZoneGroups" in b["id"] else b for b in n.whole()]
    found = path_drawing.mermaid(path(*bodies)).splitlines()
    assert '  z0 --x|"broken: not registered"| e0' in found
    assert '  z1 -->|"registered"| e0' in found
    assert found[-2] == "  linkStyle 3 stroke:#ab1f1a,stroke-width:3px"


def test_the_whole_of_a_path_in_svg():
    found = path_drawing.svg(path(*n.whole()))
    assert texts(found) == [
        "Private path to oai",
        "Nothing is broken.",
        "resolves",
        "registered",
        "reaches",
        "approved",
        "✓ net",
        "gw and app",
        "✓ privatelink.cognitiveservices.azure.com",
        "✓ privatelink.openai.azure.com",
        "✓ pe",
        "endpoints in net",
        "✓ oai",
    ]
    assert not [e for e in elements(found) if "bad" in e.get("class", "") or "unclear" in e.get("class", "")]


@pytest.mark.parametrize(
    ("gone", "word"),
    [
        ("/privateDnsZoneGroups/", "broken: not registered"),
        ("/virtualNetworkLinks/", "broken: not resolved"),
    ],
)
def test_what_is_broken_has_a_cross_a_word_and_a_class_of_its_own(gone, word):
    found = path_drawing.svg(path(*without(gone)))
    [link] = [e for e in elements(found) if e.get("class") == "link bad"]
    assert [e.get("class") for e in link] == [None, "cross", None]
    assert link[-1].text == word
    assert texts(found)[1].startswith("Broken: ")


def test_a_network_out_of_reach_is_marked():
    bodies = [n.endpoint(network="far") if b["id"] == n.endpoint()["id"] else b for b in n.whole()]
    found = path_drawing.svg(path(*bodies, n.network("far")))
    assert "broken: no way" in texts(found)
    assert "✕ net" in texts(found)
    assert texts(found)[1] == "Broken: no way for gw and app: net is not peered with far."


def test_what_is_not_known_has_a_question_mark_and_no_cross():
    gap = {"type": "Microsoft.Network/privateEndpoints", "reason": "forbidden"}
    found = path_drawing.svg(path(*without("/privateEndpoints/"), gaps=[gap]))
    assert "? pe" in texts(found)
    assert "not known" in texts(found)
    assert not [e for e in elements(found) if e.get("class") in ("cross", "link bad")]
    assert texts(found)[1] == "Nothing is known to be broken; not all of it is known."


def test_an_account_without_an_endpoint():
    found = path_drawing.svg(path(n.account()))
    assert texts(found) == [
        "Private path to oai",
        "Broken: oai has no approved private endpoint.",
        "broken: not approved",
        "✕ no approved private endpoint",
        "✕ oai",
    ]


def made(name, truth: Truth, count=1):
    """A path in which everything is called so."""
    part = Part(name, truth, name, "p")
    zones = tuple(Zone(f"{name}{i}", name) for i in range(count))
    ends = tuple(Endpoint(f"{name}{i}", name, f"/{name}/x/{name}", name, zones, part) for i in range(count))
    caller = Caller(name, "app", name, name)
    links = tuple(Part(zone.name, truth, name, "p") for zone in zones)
    origins = tuple(Origin(f"{name}{i}", name, (caller,), links, part) for i in range(count))
    return PrivatePath(name, name, part, ends, tuple(z.name for z in zones), origins, ())


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(name):
    drawn = path_drawing.svg(made(name, False))
    assert {e.tag for e in elements(drawn)} == {"svg", "title", "desc", "g", "path", "rect", "text"}
    assert not re.search(r"\son\w+=|<script|javascript:", str(drawn), re.IGNORECASE)
    lines = path_drawing.mermaid(made(name, False)).splitlines()
    assert lines[0] == "```mermaid"
    assert [line for line in lines if "`" in line] == [lines[0], lines[-1]]
    for line in lines[2:-1]:
        assert re.fullmatch(LINE, line)


@settings(max_examples=40)
@given(st.text(max_size=60), st.sampled_from([True, None, False]), st.integers(0, 12))
def test_whatever_it_is_called_it_is_well_formed_and_small(name, truth, count):
    drawn = path_drawing.svg(made(name, truth, count))
    assert elements(drawn)[0].get("viewBox").startswith("0 0 360 ")
    assert all(len(text or "") <= 60 for text in texts(drawn)[2:])
    assert len(str(drawn)) < 30_000


def test_many_networks_are_counted():
    found = texts(path_drawing.svg(made("x", True, 9)))
    assert "✓ and 5 more networks" in found


def test_it_fits_its_frame():
    found = elements(path_drawing.svg(made("x" * 90, False, 9)))
    width, height = map(int, found[0].get("viewBox").split()[2:])
    for box in (e for e in found if e.tag == "rect"):
        assert int(box.get("x")) + int(box.get("width")) <= width
        assert int(box.get("y")) + int(box.get("height")) <= height
