"""Make `runs.json`: what a dozen small runs gave, to be compared with what they give now.

    python tests/golden/make.py > tests/golden/runs.json

Numbers of households (states, exits, enrolments) are digested to the bit: they are sums of weights on a grid, and who
is counted follows from words and comparisons. Amounts (gaps, chances, money) pass through the machine's exponential
and logarithm, so their sums are kept and compared to a relative 1e-9.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

import graduasi as gr
from graduasi.income import LogIncomeProcess, PooledEffect, TwoTechnologies
from graduasi.policy import Adaptive, ObservedAbove, Review, Staff, TimeLimit
from graduasi.projection import RECORDED

LINE = gr.PovertyLine(amount=100.0, label="line")
LINES = [LINE, gr.PovertyLine(amount=70.0, label="lower"), gr.PovertyLine(amount=145.0, label="upper")]
Runs = dict[str, Callable[[], gr.Projection]]


def households(size: int = 150, *, grouped: bool = False) -> gr.Population:
    """A skewed distribution by whole-number arithmetic alone, weights and sizes of every kind."""
    number = np.arange(size)
    place = (number * 7919 % 1009 + 1) / 1010
    area = np.where(number % 3 == 0, "east", "west") if grouped else None
    return gr.Population(
        ids=[f"h{each:04d}" for each in number],
        welfare=np.round(30.0 + 90.0 * place + 400.0 * place**8, 2),
        weight=np.array([1.0, 2.5, 7.0, 0.25])[number * 31 % 4],
        members=(number * 13 % 7 + 1).astype(float),
        by=area,
        distribution_groups=area,
        columns={"pupils": number * 5 % 4, "proxy": number * 17 % 23},
    )


def run(population: gr.Population, *programmes: gr.Programme, **rest: Any) -> gr.Projection:
    """One policy beside nothing."""
    settings: dict[str, Any] = {"lines": [LINE], "months": 15, "draws": 3, "seed": 20, "progress": False} | rest
    model = settings.pop("model", gr.HouseholdEconomy())
    policy = gr.Policy(
        name="mix",
        programmes=programmes,
        budget=settings.pop("budget", None),
        adaptive=settings.pop("adaptive", ()),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", gr.GraduasiWarning)
        return gr.simulate(population, model, [policy], **settings)


def programme(*interventions: gr.Intervention, name: str = "p", **rest: Any) -> gr.Programme:
    """A programme."""
    return gr.Programme(name=name, interventions=interventions, **rest)


CASH = gr.CashTransfer(amount=150.0, payments=6, every=2, delivery=12.0, start_up=100.0)
GRANT = gr.CapitalGrant(amount=900.0, after=1, delivery=30.0)
TRAIN = gr.SkillsTraining(stipend=60.0, completion=0.8)
COACH = gr.Coaching(visits=9, delivery=40.0)
FORTY = gr.Rollout(households=40.0)
REVIEWED = {
    "rollout": FORTY,
    "review": Review(every=6, re_entry=True),
    "exits": (ObservedAbove(amount=130.0), TimeLimit(months=14)),
    "staff": Staff(households=20.0, salary=50.0),
}

RUNS: Runs = {
    "cash": lambda: run(households(), programme(CASH, rollout=FORTY)),
    "cash per member": lambda: run(households(), programme(gr.CashTransfer(amount=9.0, payments=12, per="member"))),
    "grant": lambda: run(households(), programme(GRANT, rollout=FORTY)),
    "training": lambda: run(households(), programme(TRAIN, targeting=gr.Lottery(), take_up=0.7)),
    "coaching": lambda: run(households(), programme(GRANT, COACH, rollout=gr.Rollout(monthly=12.5, start=2))),
    "groups": lambda: run(households(grouped=True), programme(CASH, GRANT, rollout=FORTY)),
    "cap": lambda: run(households(), programme(GRANT, CASH, budget=gr.Budget(amount=40_000.0))),
    "prorate": lambda: run(
        households(), programme(CASH, GRANT, budget=gr.Budget(amount=40_000.0, when_short="prorate"))
    ),
    "column and conditions": lambda: run(
        households(),
        programme(
            CASH,
            targeting=gr.ByColumn(column="proxy"),
            rollout=FORTY,
            eligibility=gr.Eligibility(decile_at_most=6, conditions=(gr.Condition(column="pupils", at_least=1),)),
        ),
    ),
    "growth": lambda: run(
        households(),
        programme(CASH, rollout=FORTY),
        model=gr.HouseholdEconomy(process=gr.RankProcess(growth=0.05, growth_path=((6, 0.97), (12, 1.02)))),
    ),
    "lines": lambda: run(households(), programme(GRANT), programme(CASH, name="q", rollout=FORTY), lines=LINES),
    "no dose": lambda: run(households(), programme(gr.CashTransfer(amount=0.0), gr.Coaching(gain=0.0, saving=0.0))),
    "one household": lambda: run(households(1), programme(GRANT)),
    "pooled effect": lambda: run(households(), programme(GRANT, rollout=FORTY), model=PooledEffect()),
    "two technologies": lambda: run(
        households(), programme(GRANT, rollout=FORTY), model=gr.HouseholdEconomy(technology=TwoTechnologies())
    ),
    "log income": lambda: run(
        households(), programme(GRANT, rollout=FORTY), model=gr.HouseholdEconomy(process=LogIncomeProcess())
    ),
    "review": lambda: run(households(), programme(CASH, GRANT, **REVIEWED), months=20),
    "policy's budget, adaptive": lambda: run(
        households(),
        programme(CASH, rollout=FORTY),
        budget=gr.Budget(amount=50_000.0),
        adaptive=(Adaptive(programme=programme(GRANT, name="q"), month=6, fall=0.5, below=110.0),),
    ),
    "copies": lambda: run(households(60), programme(GRANT, rollout=FORTY), copies=3),
}


def told(result: gr.Projection) -> dict[str, Any]:
    """What is kept of a run: a digest of all numbers of households, and sums of amounts."""
    counted = [result.data[name].values for name in RECORDED.counts]
    digest = hashlib.sha256()
    for values in (*counted, result.data["enrolled"].values):
        digest.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
    amounts: dict[str, list[float]] = {}
    for name in RECORDED.names:
        if name not in RECORDED.counts:
            values = result.data[name].isel(unit=0)
            amounts[name] = values.sum([axis for axis in values.dims if axis != "policy"]).values.tolist()
    amounts["cost"] = result.data["cost"].sum(["draw", "policy", "programme", "month"]).values.tolist()
    amounts["flow"] = result.data["flow"].sum(["draw", "month"]).values.ravel().tolist()
    return {"counts": digest.hexdigest(), "amounts": amounts}


def main() -> None:
    """Print the record of all runs."""
    made_with = {"graduasi": gr.__version__, "numpy": np.__version__}
    print(
        json.dumps({"made with": made_with, "runs": {name: told(make()) for name, make in RUNS.items()}}, indent=1)
    )


if __name__ == "__main__":
    main()
