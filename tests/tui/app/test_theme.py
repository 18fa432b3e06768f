"""Every theme is readable: the contrast of text is computed on the screens that readq draws, by the rules of WCAG 2."""

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.color import Color
from textual.command import CommandInput, CommandList, CommandPalette
from textual.events import Key
from textual.theme import BUILTIN_THEMES

from readq.config import COLORS, Config
from readq.errors import ConfigError
from readq.tui.app.theme import CONTRAST_THEMES, THEMES, theme_name, tone_variables
from readq.tui.text import tones
from readq.tui.text.contrast import contrast_ratio, readable_shade, readable_tint

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]

ALL = {theme.name: theme for theme in (*BUILTIN_THEMES.values(), *CONTRAST_THEMES) if not theme.ansi}
_FEW = ("textual-dark", "textual-light", "contrast", "contrast-light", "nord")
_DRAWN = "─│▐▌▏█▁▂▃▄▅▆▇▔▊▎🭽🭾🭼🭿\xa0"
"""Characters of borders and bars, which are no text."""


def wcag(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """Return the contrast ratio, computed from the text of WCAG 2.2."""
    luminances = []
    for color in (one, other):
        linear = [v / 12.92 if (v := channel / 255) <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for channel in color]
        luminances.append(sum(share * value for share, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))
    return (max(luminances) + 0.05) / (min(luminances) + 0.05)


def pairs(app: App[None]) -> Iterator[tuple[str, tuple[int, int, int], tuple[int, int, int]]]:
    """Yield each text on the screen with its color and its background."""
    strips = app.screen._compositor.render_strips()
    if isinstance(app.screen, CommandPalette):
        # It dims the screen below it.
        regions = [app.screen.query_one(kind).region for kind in (CommandInput, CommandList)]
        strips = [
            strips[y].crop(one.x, one.right) for one in regions for y in range(one.y, min(one.bottom, len(strips)))
        ]
    for strip in strips:
        for segment in strip:
            style = segment.style
            if segment.text.strip(f" {_DRAWN}") and style and style.color and style.bgcolor:
                fore, back = style.color.get_truecolor(), style.bgcolor.get_truecolor(foreground=False)
                yield segment.text, *((back, fore) if style.reverse else (fore, back))


@pytest.mark.parametrize("name", ALL)
def test_the_tones_of_a_theme_are_readable_and_differ(name: str) -> None:
    theme = ALL[name]
    colors = {key.removeprefix("tone-"): Color.parse(value).rgb for key, value in tone_variables(theme, {}).items()}
    background = Color.parse(theme.to_color_system().generate()["background"]).rgb
    least = 7 if theme in CONTRAST_THEMES else 4.5
    for tone in tones.ALL:
        assert min(wcag(colors[tone], behind) for behind in (background, colors["cursor"])) >= least, tone
    assert min(wcag(colors["bar-text"], colors["bar"]), wcag(colors["bar-mark"], colors["bar"])) >= least
    for one, other in combinations((tones.TITLE, tones.AUTHORS, tones.PLACE, tones.OWN, tones.MATCH, tones.MARK), 2):
        distance = sum(abs(a - b) for a, b in zip(colors[one], colors[other], strict=True))
        assert distance >= 40, (one, other)


async def assert_readable(ui: Any, name: str) -> None:  # noqa: ANN401 - the driver of the tests
    ui.app.theme = name
    await ui.wait_until_idle()
    ratio, text = min((wcag(fore, back), text) for text, fore, back in pairs(ui.app))
    assert ratio >= (7 if ALL[name] in CONTRAST_THEMES else 4.5), (name, text)


async def test_text_of_the_list_is_readable_in_all_themes(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, None, (100, 24)) as ui:
        await ui.press("s", "t", *"rl", "\r", "n", *"own", "escape", "j", "d", "space", "k")
        await ui.press("/", *"deep OR trees OR own", "\r")
        for name in ALL:
            await assert_readable(ui, name)


async def test_text_of_every_screen_is_readable(open_ui: OpenUi, library_path: str) -> None:
    inputs = (["/", *"deep"], ["escape", "n", *"note"], ["escape", "t", *"rl"])
    screens = (["escape", "S"], ["escape", "?"], ["q", "U"], ["q", "F"], ["q", "enter"])
    async with open_ui(library_path, None, (100, 24)) as ui:
        for keys in (*inputs, *screens, ["q", "f", "escape", "v", " "]):
            await ui.press(*keys)
            for name in _FEW:
                await assert_readable(ui, name)
        await ui.press("q")
        for name in _FEW:
            # The palette computes the colors of its lines when it opens.
            ui.app.theme = name
            await ui.press(":")
            await assert_readable(ui, name)
            await ui.press("escape")


async def test_matched_words_are_lit_in_list_and_paper(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, None, (100, 24)) as ui:
        await ui.type("/")
        await ui.type("garden goes")
        await ui.press("enter")
        underlined = [
            segment.text
            for strip in ui.app.screen._compositor.render_strips()
            for segment in strip
            if segment.style and segment.style.underline
        ]
        assert underlined[:3] == ["Gardens", "Gardens", "goes"]
        assert underlined.count("goes") > 3


async def test_the_line_with_the_cursor_keeps_its_tones(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, Config(list_columns=("title", "feed")), (100, 24)) as ui:
        await ui.press("/", *"attention", "enter")
        paper_list = ui.app.screen.paper_list
        (line,) = paper_list.draw_row(paper_list.cursor_line, 90)
        for tone in (tones.MATCH, tones.TITLE, tones.PLACE, tones.MARK):
            color = paper_list.component_style(tone).color
            assert any(segment.style.color == color for segment in line if segment.style), tone
        assert {segment.style.bgcolor for segment in line if segment.style} == {
            paper_list.component_style("cursor").bgcolor
        }


async def test_without_color_the_tones_differ_in_style(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    columns = Config(list_columns=("title", "authors", "feed", "tags"))
    async with open_ui(library_path, columns, (120, 24)) as ui:
        await ui.press(
            "t", "r", "l", "\r", "j", "/", "t", "r", "e", "e", "s", " ", "O", "R", " ", "t", "a", "g", ":", "r", "l"
        )
        await ui.press("enter")
        paper_list = ui.app.screen.paper_list
        styles = {tone: paper_list.component_style(tone) for tone in tones.ALL}
        plain = {tone: (s.bold, s.dim, s.italic, s.underline, s.reverse) for tone, s in styles.items()}
        assert len({plain[tone] for tone in (tones.TITLE, tones.AUTHORS, tones.PLACE, tones.MATCH)}) == 4
        assert len({plain[tone] for tone in (tones.LOW, tones.MEDIUM, tones.HIGH)}) == 3
        assert not any(
            segment.style and segment.style.color and not segment.style.color.is_default
            for strip in ui.app.screen._compositor.render_strips()
            for segment in ui.app.get_line_filters()[0].apply(list(strip), Color(0, 0, 0))
        )


async def test_the_reader_chooses_colors(open_ui: OpenUi, library_path: str) -> None:
    assert set(tones.ALL) == set(COLORS)
    async with open_ui(library_path, Config(colors={"title": "#ff8800", "muted": "cyan"})) as ui:
        assert ui.app.screen.paper_list.component_style("title").color.triplet.hex == "#ff8800"
        assert ui.app.screen.paper_list.component_style("muted").color.triplet.hex == "#30c0c0"


@pytest.mark.parametrize("name", THEMES)
def test_each_name_is_that_of_a_theme(name: str) -> None:
    known = {*BUILTIN_THEMES, *(theme.name for theme in CONTRAST_THEMES)}
    assert theme_name(name, {}) in known


def test_an_unknown_theme_suggests_one() -> None:
    with pytest.raises(ConfigError, match="did you mean contrast-light"):
        theme_name("contrst-light", {})


def test_a_color_that_is_wrong_is_named_with_its_line(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    for text, said in (
        ('[colors]\ntitel = "#fff"\n', "own.toml, line 2: unknown setting colors.titel (did you mean title?"),
        ('[colors]\n\ntitle = "#ggg"\n', "own.toml, line 3: colors.title must be a color, such as #3592d4, or black"),
        ("colors.title = 7\n", "own.toml, line 1: colors.title must be a color"),
        ('a = 1\ntheme = "drak"\n', "own.toml, line 1: unknown setting a"),
        ('\ntheme = "drak"\n', "own.toml, line 2: there is no theme 'drak' (did you mean dark?"),
    ):
        own.write_text(text)
        result = run_cli("config", "show", "--config", str(own))
        assert (result.status, said in result.err) == (78, True), result.err


@pytest.mark.parametrize(("one", "other", "ratio"), [((0, 0, 0), (255, 255, 255), 21), ((9, 9, 9), (9, 9, 9), 1)])
def test_the_contrast_ratio(one: tuple[int, int, int], other: tuple[int, int, int], ratio: float) -> None:
    assert contrast_ratio(one, other) == pytest.approx(ratio) == wcag(other, one)


def test_backgrounds_on_which_nothing_is_readable_get_black_or_white() -> None:
    behind = ((0, 0, 0), (255, 255, 255))
    assert readable_shade(200, 1, behind, 7) in behind
    assert readable_tint((9, 9, 9), behind, 7) in behind


DARK, LIGHT = Key("ctrl+f23", None), Key("ctrl+f24", None)


async def test_property_23_the_theme_follows_the_terminal(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        for event, theme in ((LIGHT, "textual-light"), (DARK, "textual-dark"), (DARK, "textual-dark")):
            ui.app.post_message(event)
            await ui.wait_until_idle()
            assert ui.app.theme == theme
        ui.app.theme = "nord"
        ui.app.post_message(LIGHT)
        await ui.wait_until_idle()
        assert ui.app.theme == "nord", "what was chosen in the palette stays"
        assert "does nothing" not in ui.text()


async def test_property_23_a_theme_of_the_config_stays(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, Config(theme="dark")) as ui:
        ui.app.post_message(LIGHT)
        await ui.wait_until_idle()
        assert ui.app.theme == "textual-dark"
