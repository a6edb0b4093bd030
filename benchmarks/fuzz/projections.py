"""Mutate the JSON of a small projection, and see that it is refused in the house's words or works to the last page.

    python benchmarks/fuzz/projections.py FIRST LAST [--pages]

Seeds FIRST to LAST - 1; each is a case of its own and comes again by its number. A case is refused (a
GraduasiError), or taken, and then its short tables come out; with --pages all tables, the JSON again, every figure
as XML, the notebook's HTML and the report, none of them with live mark-up. Anything else is a failure and is
printed with its seed.
"""

from __future__ import annotations

import base64
import json
import random
import re
import sys
import time
import traceback
import warnings
import xml.etree.ElementTree as ET
import zlib
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import numpy as np

import graduasi as gr
from graduasi import plots
from graduasi.errors import GraduasiError
from graduasi.projection import csv_safe
from graduasi.projection.tables import compare_rows, frame, group_rows
from graduasi.report import render
from graduasi.report.pictures import svg
from graduasi.study import Variation, findings

Document = dict[str, Any]
EVIL = (
    "", " ", "nothing", "\x00", "a\x1bb", "\ud800", "\ufffe", "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>', "$x_{$", r"$$ \frac{$", "from $1.90 to $2.15", "_hidden", "=1+1", "@SUM(1)",
    "\t", "\n",
    "-", "%s{}{0}", "nan", "x" * 5000, "word " * 400, "é" * 30, "ⴰⵣⵓⵍ", "\u202eabc", "]]>",
    "<!--", "&amp;", "\u2028",
)  # fmt: skip
NUMBERS = (
    0, -1, 1, 2, 3, 1.5, 1e308, -1e308, 1e-300, 2**63, 2**64, 10**30, True, False, None, 1e100, 1e99, -0.0, 5e-324,
)  # fmt: skip
AT_MOST = 10**7


def small() -> Document:
    """The document that is mutated: two policies, two lines, two groups."""
    rng = np.random.default_rng(0)
    people = gr.Population(
        ids=np.char.mod("h%d", np.arange(80)), welfare=np.exp(rng.normal(4.9, 0.6, 80)), weight=np.full(80, 5.0),
        members=rng.integers(1, 7, 80).astype(float), by=np.where(np.arange(80) % 2, "east", "west"),
    )  # fmt: skip
    cash = gr.Programme(
        name="grant", interventions=gr.CashTransfer(amount=400.0), rollout=gr.Rollout(households=60.0)
    )
    result = gr.simulate(
        people, gr.HouseholdEconomy(), gr.Policy(name="cash", programmes=cash), months=4, draws=3, seed=1,
        lines=[gr.PovertyLine(amount=100.0, label="line"), gr.PovertyLine(amount=70.0, label="lower")],
        progress=False,
    )  # fmt: skip
    found: Document = json.loads(result.to_json())
    for table in ("summary", "costs", "targeting"):
        found[table] = []  # not read back; small cases are faster
    return found


def everywhere(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths to everything in a document."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path] * bool(path) + [below for key, item in items for below in everywhere(item, (*path, key))]


def put(document: Document, path: tuple[Any, ...], value: Any) -> None:
    owner: Any = document
    for key in path[:-1]:
        owner = owner[key]
    owner[path[-1]] = value


def packed(array: np.ndarray[Any, Any]) -> str:
    return base64.b64encode(zlib.compress(np.ascontiguousarray(array, dtype="<f8").tobytes())).decode()


def unpacked(given: Document) -> np.ndarray[Any, Any]:
    data = zlib.decompress(base64.b64decode(given["deflated_base64"]))
    return np.frombuffer(data, dtype="<f8").reshape(given["shape"]).copy()


def any_value(dice: random.Random) -> Any:
    kind = dice.randrange(5)
    if kind == 0:
        return dice.choice(EVIL)
    if kind == 1:
        return [dice.choice(EVIL) for _ in range(dice.randrange(4))]
    if kind == 2:
        return {dice.choice(EVIL): dice.choice(NUMBERS)}
    return dice.choice(NUMBERS) if kind == 3 else [dice.choice(NUMBERS) for _ in range(dice.randrange(4))]


def value_anywhere(document: Document, dice: random.Random) -> None:
    put(document, dice.choice(everywhere(document)), any_value(dice))


def gone(document: Document, dice: random.Random) -> None:
    path = dice.choice(everywhere(document))
    owner: Any = document
    for key in path[:-1]:
        owner = owner[key]
    del owner[path[-1]]


def hostile_name(document: Document, dice: random.Random) -> None:
    """A text where a text belongs: what is taken must be shown as it stands."""
    field = dice.choice(
        ["policies", "programmes", "groups", "label", "source", "prices", "notes", "inputs", "version"]
    )
    text = dice.choice(EVIL)
    if field in {"label", "source", "prices"}:
        document["lines"][dice.randrange(2)][field] = text
    elif field == "notes":
        document["notes"] = [text, *document["notes"]]
    elif field == "inputs":
        document["inputs"][text] = [0.1, 0.2, 0.3]
    elif field == "version":
        document["version"] = text
    else:
        document[field][dice.randrange(len(document[field]))] = text


def names_of_another(document: Document, dice: random.Random) -> None:
    field = dice.choice(["policies", "programmes", "groups", "units", "lines"])
    held = document[field]
    change = dice.randrange(4)
    if change == 0:
        held.append(held[0])
    elif change == 1:
        held.pop()
    elif change == 2:
        held.reverse()
    else:
        held.extend(f"more {place}" for place in range(dice.randrange(1, 4)))


def other_shape(document: Document, dice: random.Random) -> None:
    array = document["arrays"][dice.choice(list(document["arrays"]))]
    shape = array["shape"]
    change = dice.randrange(5)
    if change == 0:
        dice.shuffle(shape)
    elif change == 1:
        shape[dice.randrange(len(shape))] = dice.choice([0, -1, 1, 10**6, 2**40, 2**70, 1.5, None, "3", True])
    elif change == 2:
        shape.append(1)
    elif change == 3:
        array["shape"] = [int(np.prod(shape))]
    else:
        shape.pop()


def bomb(document: Document, dice: random.Random) -> None:
    """More bytes than the shape has; at times every shape grows along."""
    months = dice.choice([10**4, 10**6, 10**9])
    arrays = document["arrays"]
    zeros = base64.b64encode(zlib.compress(bytes(dice.choice([8, 10**5, 3 * 10**6])))).decode()
    if dice.random() < 0.5:
        for array in arrays.values():
            array["shape"] = [months if size == 5 else size for size in array["shape"]]
    arrays[dice.choice(list(arrays))]["deflated_base64"] = zeros


def bytes_changed(document: Document, dice: random.Random) -> None:
    array = document["arrays"][dice.choice(list(document["arrays"]))]
    text = array["deflated_base64"]
    place = dice.randrange(len(text))
    tail = dice.choice(["", "!", "AAAA", "=", "é", text])
    array["deflated_base64"] = dice.choice([text[:place], text[:place] + "A" + text[place + 1 :], text + tail])


def other_numbers(document: Document, dice: random.Random) -> None:
    """Numbers of the right shape that cannot be, or that are only strange."""
    array = document["arrays"][dice.choice(list(document["arrays"]))]
    held = unpacked(array)
    if held.size:
        number = dice.choice([np.nan, np.inf, -np.inf, -1.0, 1e308, 1e99, 1e101, 0.0, 1e-300, 400.0])
        if dice.random() < 0.3:
            held[...] = number
        else:
            held.flat[dice.randrange(held.size)] = number
    array["deflated_base64"] = packed(held)


def fewer_draws(document: Document, dice: random.Random) -> None:
    """One draw, rightly made: what has no interval must work too."""
    for name, array in document["arrays"].items():
        if name not in {"luck", "event_weight", "sampling"}:
            held = unpacked(array)[:1]
            array["shape"], array["deflated_base64"] = list(held.shape), packed(held)
    document["inputs"] = {name: drawn[:1] for name, drawn in document["inputs"].items()}


CHANGES: tuple[Callable[[Document, random.Random], None], ...] = (
    value_anywhere, gone, hostile_name, hostile_name, names_of_another, other_shape, bomb, bytes_changed,
    other_numbers, other_numbers, fewer_draws,
)  # fmt: skip


def text_of(document: Document, dice: random.Random) -> str:
    """JSON, at times with faults that no document holds: keys twice, depth, digits, an end too early."""
    text = json.dumps(document, ensure_ascii=dice.random() < 0.5)
    kind = dice.randrange(30)
    if kind == 0:
        return text[:-1] + ', "seed": 7}'
    if kind == 1:
        return text[:-1] + ', "deep": ' + dice.choice("[{") * dice.choice([900, 10**5]) + "}"
    if kind == 2:
        return text[:-1] + ', "more": ' + "9" * dice.choice([30, 5000]) + "}"
    if kind == 3:
        return text[: dice.randrange(len(text))]
    if kind == 4:
        return text.replace(
            '"seed": 1', '"seed": ' + dice.choice(["NaN", "-Infinity", "1e999", "0x1", "01", "1.0"])
        )
    return text


def case(seed: int, base: str) -> str:
    """The text of a case."""
    dice = random.Random(seed)
    document = json.loads(base)
    try:
        for _ in range(dice.choice([1, 1, 1, 2, 3])):
            dice.choice(CHANGES)(document, dice)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, zlib.error):
        pass  # an earlier change has taken away what this one changes
    return text_of(document, dice)


class LiveMarkup(HTMLParser):
    """Elements and attributes that would run something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "img", "iframe", "object", "embed", "link", "base"}:
            self.found.append(tag)
        self.found += [name for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")]


class Broken(Exception):
    """What was taken does not hold."""


def use(projection: gr.Projection, pages: bool) -> None:
    """Everything that a projection is for; without pages what is quickest."""
    first, last = projection.policies[0], projection.policies[-1]
    tables = [projection.summary(at=projection.months), projection.costs(), projection.targeting()]
    if pages:
        tables += [
            projection.monthly(),
            frame(compare_rows(projection, last, first, projection.lines[0].label)),
            frame(group_rows(projection, "poor", projection.months, "households")),
        ]
    for table in tables:
        csv_safe(table).to_csv().encode()
    if pages:
        again = gr.Projection.from_json(projection.to_json())
        if not again.summary().equals(projection.summary()):
            raise Broken("another summary after a second reading")
        use_pages(projection)


def use_pages(projection: gr.Projection) -> None:
    figures = (
        projection.plot(), plots.exits_split(projection), plots.cost_against_exits(projection),
        plots.who_was_reached(projection),
    )  # fmt: skip
    for figure in figures:
        ET.fromstring(svg(figure, projection.policies[0]))
    told = findings(
        projection, title=projection.policies[0], at=projection.months, benchmark=projection,
        variations=[Variation(label=projection.policies[-1], result=projection)],
        inputs=dict.fromkeys(projection.inputs),
    )  # fmt: skip
    for page in (render(told), projection._repr_html_()):
        page.encode()
        live = LiveMarkup(page).found
        if live:
            raise Broken(f"live mark-up: {live}")
        told = re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)
        if re.search(r"\bnan%|>nan<|\binf\b", told):
            raise Broken("nan or inf on the page")


def judge(text: str, pages: bool) -> str:
    """`refused`, `taken`, or the name of what went wrong."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            # matplotlib before 3.10 calls the names that pyparsing 3.3 deprecates.
            warnings.filterwarnings("ignore", category=DeprecationWarning, module="matplotlib")
            projection = gr.Projection.from_json(text, at_most=AT_MOST)
            use(projection, pages)
    except GraduasiError as refusal:
        return "refused" if len(str(refusal)) < 2000 else "Broken: a message without end"
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {str(error)[:90]} ({where.name})"
    return "taken"


def main(first: int, last: int, pages: bool) -> Counter[str]:
    """Run the cases and print what came of them."""
    base = json.dumps(small())
    counts: Counter[str] = Counter()
    slowest = 0.0
    for seed in range(first, last):
        began = time.process_time()
        found = judge(case(seed, base), pages)
        slowest = max(slowest, time.process_time() - began)
        if found not in {"refused", "taken"}:
            print(seed, found)
        counts[found] += 1
    print(f"{last - first} cases, slowest {slowest:.2f} s of CPU")
    for found, count in counts.most_common():
        print(f"{count:8,} {found}")
    return counts


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), "--pages" in sys.argv)
