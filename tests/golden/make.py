"""Write `golden.json`: what a dozen small runs give, so that a change of any bit is seen and explained.

    python tests/golden/make.py

Only the public interface is used. NumPy 1.26.0 and 2.4.6, with AVX2 and without it, gave the same bits on x86-64;
other processors were not tried. A change that moves bits runs this again and says why.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable
from pathlib import Path

import attrs
import numpy as np

import graduasi as gr

HERE = Path(__file__).parent / "golden.json"
LINE = gr.PovertyLine(amount=100.0, label="line")
LOWER = gr.PovertyLine(amount=70.0, label="lower")
CASH = gr.CashTransfer(amount=90.0, payments=6, every=2, per="member", delivery=7.0, start_up=500.0)
TRAINING = gr.SkillsTraining(gain=0.2, completion=0.7, stipend=60.0, course=3, delivery=120.0)
CAPITAL = gr.CapitalGrant(amount=800.0, in_kind=True, after=2, delivery=30.0)
COACHING = gr.Coaching(gain=0.1, visits=9, delivery=15.0)


def people(size: int = 150) -> gr.Population:
    """Welfare from 20 to 320 without a random number, weights and members whole, two areas."""
    row = np.arange(size)
    area = np.where(row % 3 == 0, "east", "west")
    return gr.Population(
        ids=np.char.mod("h%04d", row),
        welfare=20.0 + (row * 7919 % 601) / 2,
        weight=1.0 + row % 4,
        members=1.0 + row % 6,
        by=area,
        distribution_groups=area,
    )


def programme(*interventions: gr.Intervention, **rest: object) -> gr.Programme:
    """A programme with a name, of any interventions."""
    return attrs.evolve(gr.Programme(name="programme", interventions=interventions), **rest)


def policy(*programmes: gr.Programme, budget: gr.Budget | None = None) -> gr.Policy:
    """A policy with a name."""
    return gr.Policy(name="policy", programmes=programmes, budget=budget)


def run(
    *policies: gr.Policy,
    model: object = None,
    population: gr.Population | None = None,
    lines: tuple[gr.PovertyLine, ...] = (LINE,),
) -> gr.Projection:
    """Two draws of fourteen months."""
    return gr.simulate(
        population or people(),
        model or gr.HouseholdEconomy(),  # type: ignore[arg-type]
        policies,
        lines=lines,
        months=14,
        draws=2,
        seed=20231231,
        progress=False,
    )


GROWING = gr.HouseholdEconomy(process=gr.RankProcess(growth=0.05))
TWO = gr.HouseholdEconomy(technology=gr.TwoTechnologies())
LOG = gr.HouseholdEconomy(process=gr.LogIncomeProcess())
NEEDY = gr.Eligibility(below=100.0)
REVIEW = gr.Review(every=6, re_entry=True)

RUNS: dict[str, Callable[[], gr.Projection]] = {
    "cash": lambda: run(policy(programme(CASH))),
    "training": lambda: run(policy(programme(TRAINING, take_up=0.8))),
    "capital": lambda: run(policy(programme(CAPITAL))),
    "coaching": lambda: run(policy(programme(COACHING, CASH))),
    "all of them, two programmes": lambda: run(
        policy(programme(CASH, COACHING, eligibility=NEEDY), programme(TRAINING, CAPITAL, name="second"))
    ),
    "budget that caps": lambda: run(policy(programme(CASH, budget=gr.Budget(amount=20_000.0)))),
    "budget that prorates": lambda: run(
        policy(programme(CASH, budget=gr.Budget(amount=20_000.0, when_short="prorate")))
    ),
    "budget of a policy": lambda: run(policy(programme(CASH), budget=gr.Budget(amount=20_000.0))),
    "lottery": lambda: run(
        policy(programme(CAPITAL, targeting=gr.Lottery(), rollout=gr.Rollout(households=60, monthly=20)))
    ),
    "growth": lambda: run(policy(programme(CASH)), model=GROWING),
    "several lines": lambda: run(policy(programme(CASH)), lines=(LINE, LOWER)),
    "dose of zero": lambda: run(policy(programme(gr.CashTransfer(amount=0.0)))),
    "one household": lambda: run(policy(programme(CASH)), population=people(1)),
    "pooled effect": lambda: run(policy(programme(CAPITAL)), model=gr.PooledEffect()),
    "two technologies": lambda: run(policy(programme(CAPITAL)), model=TWO),
    "log income": lambda: run(policy(programme(CASH)), model=LOG),
    "review": lambda: run(
        policy(
            programme(CASH, eligibility=NEEDY, review=REVIEW, exits=(gr.ObservedAbove(amount=100.0),)),
        )
    ),
}


def digest(array: np.ndarray) -> str:
    """Digest of shape and bytes, the same on every machine."""
    plain = np.ascontiguousarray(array, dtype="<f8")
    return hashlib.sha256(repr(plain.shape).encode() + plain.tobytes()).hexdigest()


def told(projection: gr.Projection) -> dict[str, str]:
    """Digests of everything that a run recorded, nothing rounded."""
    return {
        "values": digest(projection.values),
        "luck": digest(projection.luck),
        "enrolled": digest(projection.enrolled),
        "costs": digest(projection.costs_by_draw),
        "flows": digest(projection.flows),
    }


def main() -> None:
    """Run everything and write the file."""
    made = {name: told(simulated()) for name, simulated in RUNS.items()}
    versions = {"graduasi": gr.__version__, "numpy": np.__version__, "python": platform.python_version()}
    HERE.write_text(json.dumps({"versions": versions, "runs": made}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
