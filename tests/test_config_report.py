"""`report:` of readiness.yaml: a logo is an image in a regular file, a colour is one, and what is not says where."""

import os
import stat
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness import config
from readiness.config import MAX_LOGO, Logo, ReportWords
from readiness.ruleset import RuleSet
from readiness.yamlfile import LoadError

NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
SVG = f"<svg {NAMESPACE} viewBox='0 0 1 1'><path d='M0 0h1v1z'/></svg>".encode()
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
RELATIVE = "is no path relative to the configuration's folder"
NO_IMAGE = "is no image that a report can carry: SVG (in UTF-8), PNG, JPEG, GIF or WebP"
UNNAMED = 'is an SVG without xmlns="http://www.w3.org/2000/svg", which no browser shows'


def words(folder, text):
    """What a configuration with a `report:` says of the report."""
    path = folder / "readiness.yaml"
    path.write_text(f"profile: production\nreport:\n{text}\n", encoding="utf-8")
    return config.load(path, RuleSet(()), folder).report


def wrong(folder, text):
    """(line, column, message) of all that is wrong with a `report:`, which begins in line 3."""
    with pytest.raises(LoadError) as caught:
        words(folder, text)
    return [(p.line, p.column, p.message) for p in caught.value.problems]


def with_logo(folder, data, name="logo.svg"):
    """The logo of a file."""
    (folder / name).write_bytes(data)
    return words(folder, f"  logo: {name}").logo


# --- what is a logo -------------------------------------------------------------------------------------------

IMAGES = {
    "PNG": (PNG, "image/png"),
    "JPEG": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
    "GIF 87a": (b"GIF87a\x01\x00", "image/gif"),
    "GIF 89a": (b"GIF89a\x01\x00", "image/gif"),
    "WebP": (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
    "WebP, lossless": (b"RIFF\x24\x00\x00\x00WEBPVP8L", "image/webp"),
    "SVG": (SVG, "image/svg+xml"),
    "SVG with a mark": (b"\xef\xbb\xbf" + SVG, "image/svg+xml"),
    "SVG with a declaration": (b'<?xml version="1.0" encoding="UTF-8"?>\n' + SVG, "image/svg+xml"),
    "SVG with comments": (b"\n<!-- a -- > <svg> -->\n<!--\n-->\t" + SVG, "image/svg+xml"),
    "SVG with a DOCTYPE": (
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">' + SVG,
        "image/svg+xml",
    ),
    "SVG with an internal subset": (b'<!DOCTYPE svg [<!ENTITY ns "x">]>' + SVG, "image/svg+xml"),
    "SVG with a prefix": (
        b'<svg:svg xmlns:svg="http://www.w3.org/2000/svg"><svg:path/></svg:svg>',
        "image/svg+xml",
    ),
    "SVG of nothing": (f"<svg {NAMESPACE}/>".encode(), "image/svg+xml"),
    "SVG with a script, which stays dead in an img": (
        f"<svg {NAMESPACE}><script>alert(1)</script></svg>".encode(),
        "image/svg+xml",
    ),
}


@pytest.mark.parametrize(("data", "media_type"), IMAGES.values(), ids=IMAGES)
@pytest.mark.parametrize("name", ["logo.svg", "logo.png", "logo"])
def test_an_image_is_known_by_what_it_holds(tmp_path, data, media_type, name):
    assert with_logo(tmp_path, data, name) == Logo(media_type, data)


OTHERS = {
    "nothing": (b"", NO_IMAGE),
    "blanks": (b"  \n", NO_IMAGE),
    "text": (b"logo", NO_IMAGE),
    "HTML": (b"<!DOCTYPE html><html><body><svg xmlns='http://www.w3.org/2000/svg'/></body></html>", NO_IMAGE),
    "XML with an svg inside": (f"<a><svg {NAMESPACE}/></a>".encode(), NO_IMAGE),
    "an element that begins alike": (f"<svgx {NAMESPACE}/>".encode(), NO_IMAGE),
    "an open comment": (f"<!-- <svg {NAMESPACE}/>".encode(), NO_IMAGE),
    "SVG in UTF-16": (SVG.decode().encode("utf-16"), NO_IMAGE),
    "SVG that is packed": (b"\x1f\x8b" + zlib.compress(SVG), NO_IMAGE),
    "SVG without its namespace": (b"<svg><path/></svg>", UNNAMED),
    "PDF": (b"%PDF-1.7", NO_IMAGE),
    "a sound in RIFF": (b"RIFF\x24\x00\x00\x00WAVEfmt ", NO_IMAGE),
    "a cut PNG mark": (PNG[:7], NO_IMAGE),
    "an icon": (b"\x00\x00\x01\x00", NO_IMAGE),
    "a key": (b"-----BEGIN PRIVATE KEY-----\n", NO_IMAGE),
}


@pytest.mark.parametrize(("data", "why"), OTHERS.values(), ids=OTHERS)
def test_what_is_no_image_is_refused_whatever_its_name(tmp_path, data, why):
    (tmp_path / "logo.svg").write_bytes(data)
    assert wrong(tmp_path, "  title: T\n  logo: logo.svg") == [(4, 9, f"the logo 'logo.svg' {why}")]


@pytest.mark.parametrize("more", [0, 1])
def test_a_logo_holds_500_kb_at_most(tmp_path, more):
    (tmp_path / "logo.png").write_bytes(PNG.ljust(MAX_LOGO + more, b"\0"))
    if more:
        assert wrong(tmp_path, "  logo: logo.png") == [(3, 9, "the logo 'logo.png' is larger than 500 KB")]
    else:
        assert len(words(tmp_path, "  logo: logo.png").logo.data) == 500_000


@pytest.mark.parametrize("piece", [b"<!---->", b"<?a?>", b" ", b"<!DOCTYPE a>", b"<!--", b"<!DOCTYPE ["])
def test_a_prolog_of_half_a_megabyte_takes_no_time(tmp_path, piece):
    (tmp_path / "logo.svg").write_bytes(piece * (MAX_LOGO // len(piece)))
    before = time.process_time()
    assert wrong(tmp_path, "  logo: logo.svg") == [(3, 9, f"the logo 'logo.svg' {NO_IMAGE}")]
    assert time.process_time() - before < 5


@given(st.binary(max_size=40))
def test_any_bytes_are_an_image_or_refused(data):
    try:
        found = config._image(data)
    except ValueError as error:
        assert str(error) in (NO_IMAGE, UNNAMED)
    else:
        assert found.data == data


# --- where it lies --------------------------------------------------------------------------------------------


def test_a_path_goes_from_the_configurations_folder_and_may_leave_it(tmp_path, monkeypatch):
    below, beside = tmp_path / "team" / "images", tmp_path / "shared"
    for folder in (below, beside):
        folder.mkdir(parents=True)
    (below / "a.png").write_bytes(PNG)
    (beside / "b.png").write_bytes(PNG)
    monkeypatch.chdir(beside)
    for path in ("images/a.png", "./images/a.png", "../shared/b.png"):
        assert words(tmp_path / "team", f"  logo: {path}").logo == Logo("image/png", PNG)


def test_a_link_to_an_image_is_one(tmp_path):
    (tmp_path / "real.png").write_bytes(PNG)
    (tmp_path / "logo.png").symlink_to("real.png")
    assert words(tmp_path, "  logo: logo.png").logo == Logo("image/png", PNG)


PATHS = {
    "missing": ("gone.svg", "is not there; the path is relative to the configuration's folder"),
    "missing above": ("../gone.svg", "is not there; the path is relative to the configuration's folder"),
    "the folder itself": (".", "is a folder, no image"),
    "a folder": ("..", "is a folder, no image"),
    "absolute": ("/etc/hostname", RELATIVE),
    "a device": ("/dev/zero", RELATIVE),
    "absolute elsewhere": ("C:\\logo.png", RELATIVE),
    "of a drive": ("C:logo.png", RELATIVE),
    "of another host": ("\\\\host\\share\\logo.png", RELATIVE),
    "an address": ("https://example.com/logo.png", RELATIVE),
    "too long for a name": ("x" * 5000, "can't be read: File name too long"),
}


@pytest.mark.parametrize(("path", "why"), PATHS.values(), ids=PATHS)
def test_what_is_no_file_is_refused_where_it_stands(tmp_path, path, why):
    found = wrong(tmp_path, f"  customer: C\n  logo:   '{path}'\n  author: A")
    assert found == [(4, 11, f"the logo '{path[:60]}' {why}")]


def test_devices_and_pipes_are_never_opened(tmp_path):
    (tmp_path / "zero").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe")
    assert stat.S_ISCHR((tmp_path / "zero").stat().st_mode)
    for name in ("zero", "pipe"):
        assert wrong(tmp_path, f"  logo: {name}") == [(3, 9, f"the logo '{name}' is no regular file")]


def test_a_link_that_leads_nowhere_or_in_a_circle_is_no_file(tmp_path):
    (tmp_path / "a").symlink_to("b")
    assert "is not there" in wrong(tmp_path, "  logo: a")[0][2]
    (tmp_path / "b").symlink_to("a")
    assert [place[:2] for place in wrong(tmp_path, "  logo: a")] == [(3, 9)]


def test_a_logo_is_told_with_all_that_is_wrong(tmp_path):
    text = "  logo: gone.png\n  colour: blue\n  title:\n  subtitle: S"
    assert wrong(tmp_path, text) == [
        (3, 9, "the logo 'gone.png' is not there; the path is relative to the configuration's folder"),
        (4, 11, "expected a colour such as \"#0f6cbd\", found 'blue'"),
        (5, 9, "expected text, found nothing (it is empty)"),
        (6, 3, "unknown key 'subtitle' in report; did you mean 'title'?"),
    ]


@pytest.mark.parametrize("value", ["", "[a.png]", "{a: b}", '" "'])
def test_a_logo_is_text(tmp_path, value):
    [(line, _, message)] = wrong(tmp_path, f"  logo: {value}")
    assert (line, message.partition(", ")[0]) == (3, "expected text")


# --- colours --------------------------------------------------------------------------------------------------

COLOURS = {
    "#0f6cbd": "#0f6cbd",
    "#0F6CBD": "#0f6cbd",
    "#fff": "#ffffff",
    "#0Af": "#00aaff",
    "#000000": "#000000",
}


@pytest.mark.parametrize("colour", COLOURS)
def test_a_colour(tmp_path, colour):
    assert words(tmp_path, f'  colour: "{colour}"').colour == COLOURS[colour]


NO_COLOURS = ["0f6cbd", "#0f6cb", "#0f6cbd0", "#ffff", "#ff", "#", "#ggg", "#٠٠٠", "blue", "rgb(0,0,0)",
              "#0f6cbd;x:y", "#0f6cbd ", " #0f6cbd", "#fff}", "var(--x)"]  # fmt: skip


@pytest.mark.parametrize("colour", NO_COLOURS)
def test_no_colour(tmp_path, colour):
    assert wrong(tmp_path, f'  colour: "{colour}"') == [
        (3, 11, f"expected a colour such as \"#0f6cbd\", found '{colour}'")
    ]


def test_a_colour_without_quotes_is_a_comment_and_says_so(tmp_path):
    needs = 'expected a colour such as "#0f6cbd", found nothing (it is empty); it needs quotes, as # begins a comment'
    assert [m for _, _, m in wrong(tmp_path, "  colour: #0f6cbd")] == [needs]
    assert [m for _, _, m in wrong(tmp_path, "  colour: [1]")] == [
        'expected a colour such as "#0f6cbd", found a list'
    ]


# --- the whole ------------------------------------------------------------------------------------------------


def test_all_words_of_a_report(tmp_path):
    (tmp_path / "logo.png").write_bytes(PNG)
    text = '  title: T\n  customer: C\n  author: A\n  logo: logo.png\n  colour: "#ABC"'
    assert words(tmp_path, text) == ReportWords("T", "C", "A", Logo("image/png", PNG), "#aabbcc")


def test_no_words_of_a_report(tmp_path):
    for text in ("profile: production\n", "report: {}\n", ""):
        (tmp_path / "readiness.yaml").write_text(text, encoding="utf-8")
        assert config.load(None, RuleSet(()), tmp_path).report == ReportWords()
    assert config.load(None, RuleSet(()), tmp_path / "elsewhere").report == ReportWords()
