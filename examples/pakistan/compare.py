"""The projected effect on consumption beside the trial's own treatment-control difference.

Run from anywhere: `python examples/pakistan/compare.py [--draws 100]`.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

import graduasi as gr

HERE = Path(__file__).parent
WAVES = {24: "ctotal_pcmonth_end", 36: "ctotal_pcmonth_fup"}
POLICY = "graduation programme"


def trial(frame: pd.DataFrame, column: str, draws: int = 2000) -> dict[str, float]:
    """Difference in means of consumption per person, and its standard error; also with the baseline held."""
    treated = frame["treatment"].to_numpy() == 1
    outcome = frame[column].to_numpy()
    difference = outcome[treated].mean() - outcome[~treated].mean()
    error = np.sqrt(outcome[treated].var(ddof=1) / treated.sum() + outcome[~treated].var(ddof=1) / (~treated).sum())
    design = np.column_stack([np.ones(len(frame)), treated, frame["ctotal_pcmonth_bsl"]])
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ design.T @ outcome
    left = outcome - design @ coefficients
    robust = inverse @ (design.T * left**2) @ design @ inverse * len(frame) / (len(frame) - 3)
    return {
        "control mean": outcome[~treated].mean(),
        "difference": difference,
        "se": error,
        "adjusted": coefficients[1],
        "adjusted se": np.sqrt(robust[1, 1]),
    }


def projected(projection: gr.Projection, month: int) -> np.ndarray:
    """Share by which the consumption of the families reached is higher, by draw."""
    flow = projection.data["flow"].sel(policy=POLICY, month=month)
    return np.asarray(flow.sel(flow_name="gain") / flow.sel(flow_name="without"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=100)
    draws = parser.parse_args().draws
    scenario = gr.Scenario.from_file(HERE / "scenario.toml")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", gr.GraduasiWarning)
        population = scenario.population.build(HERE)
    print("\n".join(population.notes))
    projection = scenario.run(population=population, draws=draws)
    frame = pd.read_csv(HERE / "graduation_pakistan.csv", dtype={"id_hh": str})
    print("\nEffect on consumption [USD PPP per person per month]")
    heads = ("trial: difference (se)", "baseline held (se)", "projected (90%)")
    print(f"{'month':>5} {'control':>8} {heads[0]:>24} {heads[1]:>22} {heads[2]:>24}")
    for month, column in WAVES.items():
        found = trial(frame, column)
        share = projected(projection, month) * found["control mean"]
        low, high = np.quantile(share, [0.05, 0.95])
        trial_words = f"{found['difference']:.1f} ({found['se']:.1f})"
        adjusted = f"{found['adjusted']:.1f} ({found['adjusted se']:.1f})"
        ours = f"{share.mean():.1f} ({low:.1f} to {high:.1f})"
        print(f"{month:>5} {found['control mean']:>8.1f} {trial_words:>24} {adjusted:>22} {ours:>24}")
    other = scenario.with_changes(scenario.variants[0])
    median = other.run(population=population, draws=max(draws // 2, 2))
    print(
        "\nShare observed below the line, controls: in the trial / re-measured in the projection without help, "
        "with the mean's fall / with the median's"
    )
    controls = frame["treatment"] == 0
    for line in projection.lines:
        words = []
        for month, column in {0: "ctotal_pcmonth_bsl", **WAVES}.items():
            real = (frame.loc[controls, column] < line.amount).mean()
            seen = [
                each.interval("remeasured", "nothing", month=month, line=line.label).mean
                / each.totals["households"]
                for each in (projection, median)
            ]
            words.append(f"month {month}: {real:.2f} / {seen[0]:.2f} / {seen[1]:.2f}")
        print(f"{line.label}: {'; '.join(words)}")
    print("\nExits (families)")
    columns = ["policy", "poor_0", "exits_36", "sustained_36", "additional_sustained_36"]
    print(projection.summary(at=(36,))[columns].round(1).to_string(index=False))
    try:
        projection.interval("poor", "nothing", unit="persons")
    except gr.NotAvailableError as refusal:
        print(f"\nPersons: {refusal}")


if __name__ == "__main__":
    main()
