"""Draws pictures for a phone's screen: how much was reported a day by whom, and when what happened.

In: days, numbers and short names (`Trend`). Out: a PNG, 1080 points wide, on light or dark ground. A picture holds dates,
numbers and group names only; the words stand in its caption, where they can be read aloud, translated and linked. Drawing
takes a tenth of a second of one core, so callers do it in a thread; matplotlib is loaded with the first picture.
"""

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INCHES = (6.0, 5.0)
_DOTS = 180  # an inch: 1080 x 900 points, sharp on a phone
_FONT_POINTS = 15.0  # about the size of Telegram's own text when the picture fills the screen's width
_MOST_TICKS = 5
_INK = ("#222222", "#e8e8e8")  # on light ground, on dark
_GROUND = ("#ffffff", "#17212b")
_COLOURS = ("#3478c6", "#e0803a", "#4ca765", "#b65fb0", "#8d8d8d")  # told apart without red and green too


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Bars of reports, one for each day (or week), stacked by group; key events by number above their bar."""

    days: tuple[date, ...]  # first day of each bar, oldest first
    labels: tuple[str, ...]  # how each of them is written
    groups: tuple[tuple[str, tuple[int, ...]], ...]  # name, and reports in each bar; at most five
    events: tuple[int, ...] = ()  # the bar of event 1, of event 2, …
    dark: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Events down the page, the oldest first, with how much was reported that day."""

    labels: tuple[str, ...]
    reports: tuple[int, ...]
    dark: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Rows of bars one below the other, each with its number, over the same days."""

    labels: tuple[str, ...]  # how each day is written, oldest first
    rows: tuple[tuple[int, ...], ...]
    dark: bool = False


def trend(chart: Trend) -> bytes:
    """The bars as a PNG."""
    figure, axes = _page(dark=chart.dark)
    foot = [0] * len(chart.days)
    places = range(len(chart.days))
    for (name, counts), colour in zip(chart.groups, _COLOURS, strict=False):
        axes.bar(places, counts, bottom=foot, width=0.85, color=colour, label=name)
        foot = [below + count for below, count in zip(foot, counts, strict=True)]
    top = max((*foot, 1))
    discs: dict[int, float] = {}
    for number, place in enumerate(chart.events, 1):
        discs[place] = discs.get(place, foot[place] - 0.06 * top) + 0.13 * top  # one above the other
        _disc(axes, (place, discs[place]), number, dark=chart.dark)
    axes.set_ylim(0, max((*discs.values(), top)) + 0.1 * top)
    axes.locator_params(axis="y", integer=True, nbins=_MOST_TICKS)
    _name_places(axes, chart.labels)
    _ground(axes)
    if chart.groups:
        axes.legend(
            loc="upper center",
            bbox_to_anchor=(0.5, -0.1),
            ncols=2,
            frameon=False,
            fontsize=_FONT_POINTS - 3,
            labelcolor=_INK[chart.dark],
        )
    return _png(figure)


def timeline(chart: Timeline) -> bytes:
    """The events as a PNG."""
    figure, axes = _page(dark=chart.dark)
    places = [-float(at) for at in range(len(chart.labels))]
    most = max((*chart.reports, 1))
    axes.plot([0] * len(places), places, color=_COLOURS[0], linewidth=3)
    axes.barh(places, [3.2 * reports / most for reports in chart.reports], left=0.5, height=0.45, color=_COLOURS[0])
    for number, (place, label, reports) in enumerate(zip(places, chart.labels, chart.reports, strict=True), 1):
        _disc(axes, (0, place), number, dark=chart.dark)
        look: dict[str, Any] = {"va": "center", "color": _INK[chart.dark], "fontsize": _FONT_POINTS}
        axes.text(-0.35, place, label, ha="right", **look)
        axes.text(0.6 + 3.2 * reports / most, place, str(reports), ha="left", **look)
    axes.set_xlim(-2.2, 4.4)
    axes.set_ylim(min(places, default=0) - 0.6, 0.6)
    axes.set_axis_off()
    return _png(figure)


def days(chart: Days) -> bytes:
    """The rows as a PNG."""
    figure = _figure(dark=chart.dark)
    places = range(len(chart.labels))
    for number, counts in enumerate(chart.rows, 1):
        axes = _axes(figure, number, len(chart.rows), dark=chart.dark)
        axes.bar(places, counts, width=0.85, color=_COLOURS[number - 1])
        axes.set_ylim(0, 1.4 * max((*counts, 1)))  # the number's disc has the room above
        axes.locator_params(axis="y", integer=True, nbins=3)
        _ground(axes)
        _disc(axes, (0.05, 0.86), number, dark=chart.dark, transform=axes.transAxes)
        _name_places(axes, chart.labels if number == len(chart.rows) else ())
    return _png(figure)


def _page(*, dark: bool) -> tuple["Figure", "Axes"]:
    figure = _figure(dark=dark)
    return figure, _axes(figure, dark=dark)


def _figure(*, dark: bool) -> "Figure":
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415  # seconds that most processes never need
    from matplotlib.figure import Figure  # noqa: PLC0415  # as above

    figure = Figure(figsize=_INCHES, dpi=_DOTS, facecolor=_GROUND[dark], layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _axes(figure: "Figure", row: int = 1, of: int = 1, *, dark: bool) -> "Axes":
    ink = _INK[dark]
    axes = figure.add_subplot(of, 1, row, facecolor=_GROUND[dark])
    axes.tick_params(colors=ink, labelsize=_FONT_POINTS)
    axes.spines[:].set_color(ink)
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def _name_places(axes: "Axes", labels: tuple[str, ...]) -> None:
    """Some of the bars get their date, the latest always."""
    step = max(1, -(-len(labels) // _MOST_TICKS))
    shown = list(range(len(labels)))[::-step][::-1]
    axes.set_xticks(shown, [labels[place] for place in shown])


def _ground(axes: "Axes") -> None:
    axes.grid(axis="y", alpha=0.25)
    axes.set_axisbelow(True)


def _disc(axes: "Axes", at: tuple[float, float], number: int, *, dark: bool, **look: Any) -> None:
    """An event's number in a disc."""
    box = {"boxstyle": "circle,pad=0.25", "facecolor": _INK[dark], "edgecolor": "none"}
    look |= {"ha": "center", "va": "center", "color": _GROUND[dark], "weight": "bold"}
    axes.text(*at, str(number), fontsize=_FONT_POINTS, bbox=box, **look)


def _png(figure: "Figure") -> bytes:
    out = BytesIO()
    figure.savefig(out, format="png", facecolor=figure.get_facecolor())
    return out.getvalue()
