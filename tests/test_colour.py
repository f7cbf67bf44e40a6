"""Contrast by WCAG 2.2, and colours that stay readable on any ground."""

import colorsys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from readiness.render import colour

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def hls(text):
    """Hue, lightness, saturation."""
    return colorsys.rgb_to_hls(*(int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)))


LUMINANCES = {
    "#000000": 0,
    "#ffffff": 1,
    "#ff0000": 0.2126,
    "#00ff00": 0.7152,
    "#0000ff": 0.0722,
    "#0f0": 0.7152,
    "#FFF": 1,
    # 10/255 lies below 0.04045, 11/255 above: the two branches of the definition
    "#0a0a0a": 10 / 255 / 12.92,
    "#0b0b0b": ((11 / 255 + 0.055) / 1.055) ** 2.4,
    "#808080": ((128 / 255 + 0.055) / 1.055) ** 2.4,
}


@pytest.mark.parametrize("text", LUMINANCES)
def test_luminance(text):
    assert colour.luminance(text) == pytest.approx(LUMINANCES[text], abs=1e-12)


CONTRASTS = {
    # as the usual checkers have them, in two decimals
    ("#000000", "#ffffff"): 21.0,
    ("#ffffff", "#ffffff"): 1.0,
    ("#777777", "#ffffff"): 4.48,
    ("#767676", "#ffffff"): 4.54,
    ("#0000ff", "#ffffff"): 8.59,
    ("#ff0000", "#ffffff"): 4.0,
}


@pytest.mark.parametrize(("one", "other"), CONTRASTS)
def test_contrast(one, other):
    assert round(colour.contrast(one, other), 2) == CONTRASTS[one, other]
    assert colour.contrast(one, other) == colour.contrast(other, one)


TEXTS = {
    "#000000": "#ffffff",
    "#ffffff": "#000000",
    "#0f6cbd": "#ffffff",
    "#ffd700": "#000000",
    "#757575": "#ffffff",
    "#767676": "#000000",  # 4.62 against 4.54
    "#f00": "#000000",  # 5.25 against 4.0
}


@pytest.mark.parametrize("text", TEXTS)
def test_what_reads_better_on_a_colour(text):
    assert colour.on(text) == TEXTS[text]


@given(COLOURS)
@example("#757575")
def test_black_or_white_is_readable_on_every_colour(ground):
    found, other = colour.on(ground), {"#000000": "#ffffff", "#ffffff": "#000000"}[colour.on(ground)]
    assert colour.contrast(found, ground) >= max(4.5, colour.contrast(other, ground))


READABLE = {
    # colour, ground: what is shown
    ("#0f6cbd", "#ffffff"): "#0f6cbd",
    ("#0F6CBD", "#fff"): "#0f6cbd",
    ("#ffffff", "#ffffff"): "#767676",  # the lightest grey with 4.5:1 on white
    ("#000000", "#000000"): "#757575",
    ("#777777", "#ffffff"): "#767676",
    ("#767676", "#ffffff"): "#767676",
}


@pytest.mark.parametrize(("text", "ground"), READABLE)
def test_readable(text, ground):
    assert colour.readable(text, ground) == READABLE[text, ground]


@given(COLOURS, COLOURS)
@example("#757575", "#757575")
@example("#ffff00", "#ffffff")
def test_what_is_readable_has_the_contrast_keeps_its_hue_and_stays_if_it_was(text, ground):
    found = colour.readable(text, ground)
    assert colour.contrast(found, ground) >= 4.5
    assert (found == text) == (colour.contrast(text, ground) >= 4.5)
    assert colour.readable(found, ground) == found
    before, after = hls(text), hls(found)
    if after[2] > 0.2 and 0.15 < after[1] < 0.85:  # near grey, black and white eight bits hold no hue
        assert min(abs(before[0] - after[0]), 1 - abs(before[0] - after[0])) < 0.02
    if before[2] == 0:
        assert after[2] == 0


@given(COLOURS, COLOURS)
def test_no_nearer_shade_would_do(text, ground):
    """One step of lightness back towards the colour is not enough any more."""
    found = colour.readable(text, ground)
    if found == text:
        return
    hue, lightness, saturation = hls(text)
    gone = abs(hls(found)[1] - lightness)
    for share in (0.5, 0.9):
        for way in (-1, 1):
            shade = lightness + way * (gone * share - 0.01)
            if abs(shade - lightness) < gone - 0.01 and 0 <= shade <= 1:
                channels = colorsys.hls_to_rgb(hue, shade, saturation)
                nearer = "#" + "".join(f"{round(c * 255):02x}" for c in channels)
                assert colour.contrast(nearer, ground) < 4.5
