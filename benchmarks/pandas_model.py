"""The default model written column by column in pandas, timed beside graduasi: `python benchmarks/pandas_model.py`.

Same population, same tables of scores, same policy (cash, training and capital for the poorest tenth), one line,
60 months, every input at its median; luck comes from NumPy's own generator. Everything that graduasi records by
month is recorded, for households and persons; left out, in favour of pandas, are the split of totals into eight
parts, the squares of weights, the repeatable luck of each household and the order-free sums. Two versions: whole
columns (a policy recomputes everybody), and a frame of the touched households alone. CPU time of one process, the
smallest of several repeats.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import math
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

import graduasi as gr
from graduasi.income.processes.rank_tables import GRID
from graduasi.income.protocol import CrossSection
from graduasi.study import uncertain_inputs
from graduasi.uncertain import at_quantile
from speed import HOUSEHOLDS, MONTHS, cpu, line, policies, population

SUSTAINED = 12


class Economy:
    """Everything known, at medians, and what passes through the channels in each month."""

    def __init__(self, people: gr.Population) -> None:
        model = at_quantile(gr.HouseholdEconomy(), 0.5)
        cross = CrossSection(
            welfare=people.welfare, person_weight=people.person_weight, keys=people.keys,
            distribution=np.zeros(len(people), dtype=np.intp), distributions=1,
            lines=np.array([line().amount]), months=MONTHS,
        )  # fmt: skip
        tables = model.process.prepare(cross)
        self.tables, self.technology, self.saving = tables, model.technology, model.behaviour
        self.line = line().amount
        self.error = tables.error_share
        self.true = tables.true[0]
        self.at_line = float(tables.marginals[0].score_of(np.array(math.log(self.line))))
        self.even = tables.even_score[0]
        self.steps = float(tables.log_low[0]) + float(tables.log_step[0]) * np.arange(self.even.size)
        (programme,) = policies(1, 1.0)[0].programmes
        given = [at_quantile(each, 0.5) for each in programme.interventions]
        self.plans: list[Any] = [each.schedule(MONTHS) for each in given]

    def channel(self, name: str, month: int) -> float:
        return float(sum(plan.total(name)[month] for plan in self.plans))

    def product(self, assets: pd.Series[float]) -> pd.Series[float]:
        """F(K) / C, as in `ConcaveTechnology`."""
        r, gamma = self.technology.monthly_return, self.technology.curvature
        steepest = self.technology.depreciation / self.saving.saved
        bend = 3.0 * (r / steepest) ** (1.0 / (1.0 - gamma))
        scale = r / gamma * 3.0 ** (1.0 - gamma)
        curved = steepest * bend + scale * (assets.clip(lower=bend) ** gamma - bend**gamma)
        return (steepest * assets).where(assets < bend, curved)


def start(frame: pd.DataFrame, economy: Economy, rng: np.random.Generator) -> None:
    """The hidden start given what was observed."""
    a, b, c = economy.tables.loadings
    true_score, size = math.sqrt(1.0 - economy.error), len(frame)
    frame["m"] = a * rng.standard_normal(size)
    frame["p"] = b * rng.standard_normal(size)
    frame["z"] = frame["m"] + frame["p"] + c * rng.standard_normal(size)
    noise = math.sqrt(economy.error) * rng.standard_normal(size)
    miss = (frame["observed"] - true_score * frame["z"] - noise) * true_score
    frame["z"] = frame["z"] + miss
    frame["m"] = frame["m"] + a * a * miss
    frame["p"] = frame["p"] + b * b * miss
    frame["c0"] = np.interp(frame["z"], GRID, economy.true)


def luck(frame: pd.DataFrame, economy: Economy, rng: np.random.Generator) -> None:
    """The next month without help."""
    _, b, c = economy.tables.loadings
    rho = economy.tables.rho
    frame["p"] = rho * frame["p"] + b * math.sqrt(1.0 - rho * rho) * rng.standard_normal(len(frame))
    frame["z"] = frame["m"] + frame["p"] + c * rng.standard_normal(len(frame))
    frame["c0"] = np.interp(frame["z"], GRID, economy.true)


def respond(helped: pd.DataFrame, economy: Economy, month: int) -> None:
    """Consumption of households that a policy touches."""
    saved = economy.saving.saved
    own = economy.technology.own_assets
    before = float(economy.product(pd.Series([own]))[0])
    labour = max(1.0 - before, 0.0)
    without = helped["c0"] * helped["members"]
    skill, gain = economy.channel("skill", month), economy.channel("income_gain", month)
    gained = without * (labour * math.expm1(skill) + gain)
    gained = gained + (economy.product(own + helped["dk"] / helped["long_run"]) - before) * helped["long_run"]
    consumed = without + (1.0 - saved) * gained + economy.saving.spent * helped["liquid"]
    helped["gained"] = gained
    helped["c"] = consumed.clip(lower=economy.saving.floor * without) / helped["members"]


def receive(helped: pd.DataFrame, economy: Economy, month: int, rng: np.random.Generator) -> None:
    """Payments of the month and the stocks of the next."""
    technology, saving = economy.technology, economy.saving
    chance = technology.loss_chance
    helped["liquid"] = helped["liquid"] * (1.0 - saving.spent)
    helped["dk"] = helped["dk"] * (1.0 - max(technology.depreciation - chance / 2, 0.0))
    helped["dk"] = helped["dk"].where(rng.random(len(helped)) >= chance, helped["dk"] / 2)
    helped["dk"] = helped["dk"] + saving.saved * helped["gained"]
    cash, assets = economy.channel("cash", month), economy.channel("assets", month)
    if cash:
        share = np.clip(saving.invested + economy.channel("saving", month), 0.0, 1.0)
        into = share * -np.expm1(-cash / helped["long_run"]) * cash
        helped["liquid"] = helped["liquid"] + cash - into
        helped["dk"] = helped["dk"] + into
    if assets:
        helped["liquid"] = helped["liquid"] + saving.sold * assets
        helped["dk"] = helped["dk"] + (1.0 - saving.sold) * assets
    helped["dk"] = helped["dk"].clip(lower=-technology.own_assets * helped["long_run"])
    helped["unpaid"] = helped["unpaid"] + 1 if not cash else 0


def states(frame: pd.DataFrame, welfare: str, economy: Economy) -> None:
    """Poor, out, for how long, and again."""
    frame["poor"] = frame[welfare] < economy.line
    frame["out"] = frame["poor0"] & ~frame["poor"]
    frame["again"] = frame["was_out"] & frame["poor"]
    frame["was_out"] = frame["was_out"] | frame["out"]
    frame["out_for"] = (frame["out_for"] + 1) * frame["out"]
    frame["stays"] = frame["out_for"] >= SUSTAINED
    frame["gap"] = (1.0 - frame[welfare] / economy.line).clip(lower=0.0)


def seen(frame: pd.DataFrame, economy: Economy, *, helped: bool) -> pd.Series[float]:
    """Chance that a new survey sees the household below the line."""
    at: Any = economy.at_line
    if helped:
        ratio = frame["c"] / frame["c0"]
        at = np.interp(math.log(economy.line) - np.log(ratio), economy.steps, economy.even)
    return pd.Series(
        ndtr((at - math.sqrt(1.0 - economy.error) * frame["z"]) / math.sqrt(economy.error)), index=frame.index
    )


def record(frame: pd.DataFrame, economy: Economy, other: pd.DataFrame | None) -> dict[str, float]:
    """Weighted sums of everything that graduasi records, for households and persons."""
    alone = frame["stays"] if other is None else frame["stays"] & (frame["unpaid"] >= SUSTAINED)
    found = {
        "poor": frame["poor"], "entries": frame["poor"] & ~frame["poor0"], "exits": frame["out"],
        "reentries": frame["again"], "sustained": frame["stays"], "self_reliant": alone, "gap": frame["gap"],
        "severity": frame["gap"] * frame["gap"], "remeasured": seen(frame, economy, helped=other is not None),
    }  # fmt: skip
    if other is not None:
        found |= {
            "helped": frame["out"] & ~other["out"], "hurt": other["out"] & ~frame["out"],
            "helped_sustained": frame["stays"] & ~other["stays"],
            "hurt_sustained": other["stays"] & ~frame["stays"],
            "helped_self_reliant": alone & ~other["stays"],
            "hurt_self_reliant": other["stays"] & ~alone & ~frame["stays"], "reached_anyway": other["out"],
        }  # fmt: skip
    sums = {}
    for unit in ("weight", "persons"):
        for name, values in found.items():
            sums[f"{name} {unit}"] = float((values * frame[unit]).sum())
    if other is not None:
        gain = (frame["c"] - frame["c0"]) * frame["members"]
        sums["gain"] = float((gain * frame["weight"]).sum())
        sums["without"] = float((frame["c0"] * frame["members"] * frame["weight"]).sum())
    return sums


def whole_run(people: gr.Population, *, touched_alone: bool, policy: bool = True) -> list[dict[str, float]]:
    """Nothing and one policy, all months; the sums by month, the policy's after those without."""
    economy = Economy(people)
    rng = np.random.Generator(np.random.SFC64(3))
    frame = pd.DataFrame({"members": people.members, "weight": people.weight, "persons": people.person_weight})
    frame["observed"] = economy.tables.observed.astype(float)
    start(frame, economy, rng)
    frame["poor0"] = frame["c0"] < economy.line
    frame["was_out"], frame["out_for"] = False, 0
    states(frame, "c0", economy)
    view = frame["z"] + rng.standard_normal(len(frame)) * math.sqrt(0.3 / 0.7)
    enrolled = frame["weight"].where(view.rank() <= 0.1 * len(frame), 0.0) > 0
    helped = frame.loc[enrolled].copy()
    if not touched_alone:
        helped = frame.copy()
        helped["weight"] = helped["weight"].where(enrolled, 0.0)
        helped["persons"] = helped["persons"].where(enrolled, 0.0)
    helped["long_run"] = np.interp(helped["m"], GRID, economy.true) * helped["members"]
    helped["dk"], helped["liquid"], helped["gained"], helped["unpaid"] = 0.0, 0.0, 0.0, 10**6
    found = [record(frame, economy, None)]
    if policy:
        receive(helped, economy, 0, rng)
    for month in range(1, MONTHS + 1):
        luck(frame, economy, rng)
        states(frame, "c0", economy)
        found.append(record(frame, economy, None))
        if policy:
            without = frame.loc[helped.index] if touched_alone else frame
            helped["z"], helped["c0"] = without["z"], without["c0"]
            respond(helped, economy, month)
            states(helped, "c", economy)
            found.append(record(helped, economy, without))
            receive(helped, economy, month, rng)
    return found


def ours(people: gr.Population) -> gr.Projection:
    return gr.simulate(
        people, gr.HouseholdEconomy(), policies(1, 0.1 * people.families), lines=[line()], months=MONTHS, draws=1,
        seed=3, progress=False, fixed=dict.fromkeys(median_inputs(people), 0.5),
    )  # fmt: skip


def median_inputs(people: gr.Population) -> tuple[str, ...]:
    return uncertain_inputs(people, gr.HouseholdEconomy(), policies(1, 1.0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=2)
    repeats = parser.parse_args().repeats
    people = population(HOUSEHOLDS)
    projection = ours(people)
    theirs = whole_run(people, touched_alone=True)
    for name in ("poor", "exits", "sustained", "gap", "remeasured"):
        mine = projection.series(name, "nothing").draws[0, -1]
        print(f"{name:12} at month {MONTHS}: graduasi {mine:10,.1f}   pandas {theirs[-2][f'{name} weight']:10,.1f}")
    for name in ("helped", "hurt", "helped_sustained"):
        mine = projection.series(name, "full 0").draws[0, -1]
        print(f"{name:12} at month {MONTHS}: graduasi {mine:10,.1f}   pandas {theirs[-1][f'{name} weight']:10,.1f}")
    first = cpu(lambda: ours(people), repeats)
    print(f"graduasi, nothing + one policy           {first:7.2f} s")
    for words, touched_alone in (("whole columns", False), ("touched households alone", True)):
        taken = cpu(lambda touched_alone=touched_alone: whole_run(people, touched_alone=touched_alone), repeats)
        print(f"pandas, {words:30}   {taken:7.2f} s   {taken / first:5.1f} x graduasi")


if __name__ == "__main__":
    main()
