"""Nothing that a file says becomes mark-up of the page: by the way in which the page is built, and by trying."""

from __future__ import annotations

import ast
from html.parser import HTMLParser

import attrs
import numpy as np
import pytest
from tests.rooms import SOURCE
from tests.scenario.cases import PLAIN as SMALL
from tests.simulation.small_world import people, policy, programme, run

import graduasi as gr
from graduasi.projection.statistics import RECORDED
from graduasi.report import narrative, render
from graduasi.study import Swing, Variation, findings
from graduasi.uncertain import Uncertain

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def texts_with_values(path: str) -> list[str]:
    """Constant parts of every formatted string in a module."""
    tree = ast.parse((SOURCE / path).read_text(encoding="utf-8"))
    formatted = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    return [part.value for node in formatted for part in node.values if isinstance(part, ast.Constant)]


PAGES = ("html", "narrative", "pictures", "terminal", "words")


@pytest.mark.parametrize("path", [*(f"report/{name}.py" for name in PAGES), "projection/readable.py"])
def test_no_text_of_the_page_mixes_mark_up_with_values(path: str) -> None:
    assert not [text for text in texts_with_values(path) if "<" in text or ">" in text]


def test_mark_up_is_made_in_few_places() -> None:
    """`Markup(...)` by hand: of constants, of the shipped style, and of what matplotlib draws; elsewhere by `tag`."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        made = [call for call in calls if call.func.id == "Markup"]  # type: ignore[attr-defined]
        if made:
            found[path.name] = len(
                [call for call in made if call.args and not isinstance(call.args[0], ast.Constant)]
            )
    assert found == {"shown.py": 3, "html.py": 1, "pictures.py": 1}


def test_no_share_of_nobody_is_printed() -> None:
    """A list on which nobody is truly poor: nothing is said of how many of those leave anyway."""
    grant = programme("grant", gr.CashTransfer(amount=1.0), rollout=gr.Rollout(households=9.0))
    projection = run(people(60), [policy("grant", grant)], months=13, draws=3)
    values = projection.values.copy()
    values[..., RECORDED.indices(["reached_poor", "reached_anyway"]), :] = 0.0
    projection = attrs.evolve(projection, values=values)
    row = projection.targeting().iloc[0]
    assert row["reached_truly_poor"] == 0
    assert np.isnan(row["share_leaving_anyway_by_12"])
    told = dict(narrative.answers(findings(projection, at=12)))["How much hangs on the list?"]
    assert told.endswith(
        "0% of the truly poor are on it, and who of those leaves anyway is not defined, since none of them is reached."
    )


class Elements(HTMLParser):
    """Names of elements and of their attributes on a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_hostile_texts_are_shown_and_not_run() -> None:
    projection = gr.Scenario.from_dict(SMALL).run(progress=False, draws=3)
    line = attrs.evolve(projection.lines[0], label=EVIL, source=EVIL, prices=EVIL, method=EVIL)
    others = tuple(attrs.evolve(other, currency=EVIL) for other in projection.lines[1:])
    hostile = attrs.evolve(
        projection,
        policies=(EVIL, *projection.policies[1:]),
        programmes=(EVIL, *projection.programmes[1:]),
        lines=(attrs.evolve(line, currency=EVIL), *others),
        groups=tuple(EVIL + group for group in projection.groups),
        currency=EVIL,
        version=EVIL,
        notes=(EVIL,),
    )
    told = findings(
        hostile,
        title=EVIL,
        at=12,
        benchmark=hostile,
        swings=(Swing(name=EVIL, outcome=EVIL, low=1.0, middle=2.0, high=3.0),),
        variations=[Variation(label=EVIL, result=hostile)],
        inputs={EVIL: Uncertain.normal(mean=1.0, sd=0.1, name=EVIL, source=EVIL)},
        assumptions=(EVIL,),
    )
    page = render(told)
    found = Elements(page)
    assert not found.names & {"script", "img"}
    assert not {name for name in found.attributes if name.startswith("on")}
    assert page.count("&lt;script&gt;") >= 20
