"""CPU seconds of each measure on 1,000,000 rows with weights, one core; the least of three runs.

python benchmarks/measures/speed.py [rows]  prints a table with columns measure, seconds (CSV).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from graduasi import measures as m

LINE = 0.5


def cases(rows: int) -> dict[str, Callable[[], object]]:
    rng = np.random.default_rng(1)
    x, w = np.exp(rng.normal(0.0, 0.7, rows)), rng.uniform(0.5, 1.5, rows)
    later = x * np.exp(rng.normal(0.03, 0.2, rows))
    group = rng.integers(0, 27, rows)
    benefit = np.where(x < np.median(x), rng.uniform(0.0, 0.1, rows), 0.0)
    reached = benefit > 0
    households = rows // 10
    panel = np.exp(rng.normal(0.0, 0.5, (households, 1)) + rng.normal(0.0, 0.4, (households, 10)))
    weights = w[:households]
    return {
        "headcount": lambda: m.headcount(x, LINE, w),
        "poverty_gap": lambda: m.poverty_gap(x, LINE, w),
        "poverty_severity": lambda: m.poverty_severity(x, LINE, w),
        "fgt 1.5": lambda: m.fgt(x, LINE, 1.5, w),
        "income_gap_ratio": lambda: m.income_gap_ratio(x, LINE, w),
        "watts": lambda: m.watts(x, LINE, w),
        "sen": lambda: m.sen(x, LINE, w),
        "sen_shorrocks_thon": lambda: m.sen_shorrocks_thon(x, LINE, w),
        "gini": lambda: m.gini(x, w),
        "theil": lambda: m.theil(x, w),
        "mean_log_deviation": lambda: m.mean_log_deviation(x, w),
        "generalised_entropy 2": lambda: m.generalised_entropy(x, 2.0, w),
        "atkinson .5": lambda: m.atkinson(x, 0.5, w),
        "atkinson 1": lambda: m.atkinson(x, 1.0, w),
        "lorenz": lambda: m.lorenz(x, w),
        "quantile_share_ratio": lambda: m.quantile_share_ratio(x, w),
        "quantile_share_ratio laeken": lambda: m.quantile_share_ratio(x, w, convention="laeken"),
        "palma": lambda: m.palma(x, w),
        "coverage": lambda: m.coverage(x, LINE, reached, w),
        "leakage": lambda: m.leakage(x, LINE, reached, w),
        "benefit_incidence": lambda: m.benefit_incidence(x, benefit, w),
        "beneficiary_incidence": lambda: m.beneficiary_incidence(x, reached, w),
        "coady_grosh_hoddinott": lambda: m.coady_grosh_hoddinott(x, benefit, w),
        "adequacy": lambda: m.adequacy(x, benefit, w),
        "gap_benefit_cost": lambda: m.gap_benefit_cost(x, x + benefit, LINE, w),
        "decompose_fgt 27 groups": lambda: m.decompose_fgt(x, LINE, group, 1, w),
        "decompose_entropy 27 groups": lambda: m.decompose_entropy(x, group, 0.0, w),
        "decompose_change": lambda: m.decompose_change(x, later, LINE, w, w),
        "incidence_curve 1,000 lines": lambda: m.incidence_curve(x, np.linspace(0.01, 5.0, 1000), w),
        "dominance": lambda: m.dominance(x, later, 0.1, 2.0, w, w, order=2),
        "growth_incidence": lambda: m.growth_incidence(x, later, w, w),
        "growth_of_the_poor": lambda: m.growth_of_the_poor(x, later, LINE, w, w),
        "transition_matrix 100,000 x 10": lambda: m.transition_matrix(panel, [LINE, 1.0], weights),
        "hazards 100,000 x 10": lambda: m.hazards(panel, LINE, weights),
        "jalan_ravallion 100,000 x 10": lambda: m.jalan_ravallion(panel, LINE, weights),
        "duclos_araar_giles 100,000 x 10": lambda: m.duclos_araar_giles(panel, LINE, weights, correct=True),
        "duration_adjusted 100,000 x 10": lambda: m.duration_adjusted(panel, LINE, weights, tau=0.5, alpha=1),
    }


def least(call: Callable[[], object], runs: int = 3) -> float:
    times = []
    for _ in range(runs):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print("measure,seconds")
    for name, call in cases(rows).items():
        print(f'"{name}",{least(call):.3f}', flush=True)


if __name__ == "__main__":
    main()
