"""Hazards of leaving a state by how long it has lasted, with the survival that they imply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graduasi._typing import ArrayLike, Floats
from graduasi.errors import InputError
from graduasi.measures.checks import choice
from graduasi.measures.dynamics.spells import _spells

if TYPE_CHECKING:
    import pandas as pd

LIGHTEST = 1e-150
EVENTS = ("exit", "entry", "re-entry")
CENSORED = ("exclude", "keep")


def hazards(
    welfare: ArrayLike,
    line: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    event: str = "exit",
    left_censored: str = "exclude",
) -> pd.DataFrame:
    """Discrete hazards by duration, and Kaplan-Meier survival; arguments as in `panel`.

    event : "exit", from poor spells; "re-entry", from spells out of poverty that began with an exit that was seen;
        "entry", from spells out of poverty without such an exit, which are as old as the observation of the
        household.
    left_censored : "exclude" leaves out spells whose start was not seen, since their duration is unknown; "keep"
        counts their duration from the first period seen, which assumes that the hazard does not hang on how long
        the spell had lasted before. Spells of "entry" are all of that kind, so it needs "keep"; those of "re-entry"
        never are.

    A household gives as many spells as it has. A spell of length d is at risk at durations 1 .. d; one whose next
    period was not observed at 1 .. d - 1 only, as what would have come after d is not known. The hazard at d is the
    weighted share of spells at risk that end after d periods.
    Columns: `duration` [periods]; `at_risk` [spells with weight above 0]; `events` [spells]; `hazard`; `hazard_se`;
    `survival`, the share of spells that outlast the duration; `survival_se` (Greenwood 1926). Standard errors take
    n, the number at risk, as (sum of weights)^2 / sum of squared weights (Kish), which is the number of spells for
    equal weights; they take spells as independent: for surveys, bootstrap whole clusters. Rows stop where nobody is
    at risk.
    """
    import pandas as pd

    choice("hazards", "event", event, EVENTS)
    choice("hazards", "left_censored", left_censored, CENSORED)
    if event == "entry" and left_censored == "exclude":
        raise InputError(
            "hazards.left_censored must be 'keep' for event 'entry', whose spells all start unseen; got 'exclude'"
        )
    found = _spells("hazards", welfare, line, weights)
    wanted = found["state"] == ("poor" if event == "exit" else "not poor")
    if event == "entry":
        wanted &= found["left_censored"]
    elif event == "re-entry" or left_censored == "exclude":
        wanted &= ~found["left_censored"]
    # A weight whose square beside that of the heaviest is no float stands for nobody.
    wanted &= found["weight"] > LIGHTEST * found["weight"].max()
    length = found["length"].to_numpy()[wanted]
    ended = ~found["right_censored"].to_numpy()[wanted]
    weight = found["weight"].to_numpy()[wanted]
    known = length - ~ended  # the last duration after which the next state is known
    longest = int(known.max()) if known.size else 0

    def last_known(values: Floats) -> Floats:
        return np.bincount(known, weights=values, minlength=longest + 1).astype(np.float64, copy=False)

    def risk(values: Floats) -> Floats:
        return last_known(values)[::-1].cumsum()[::-1][1:]

    ones = np.ones(known.size)
    mass = risk(weight)
    hazard = last_known(weight * ended)[1:] / mass
    effective = mass**2 / risk(weight**2)
    survival = np.cumprod(1.0 - hazard)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(hazard < 1, hazard / ((1.0 - hazard) * effective), 0.0)
    return pd.DataFrame(
        {
            "duration": np.arange(1, longest + 1),
            "at_risk": risk(ones).astype(int),
            "events": last_known(ended.astype(np.float64))[1:].astype(int),
            "hazard": hazard,
            "hazard_se": np.sqrt(hazard * (1.0 - hazard) / effective),
            "survival": survival,
            "survival_se": survival * np.sqrt(np.cumsum(terms)),
        }
    )
