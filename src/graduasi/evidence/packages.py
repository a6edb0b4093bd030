"""Consumption effects of full graduation packages: which rows of the table there are, which are pooled, and why."""

from __future__ import annotations

from attrs import evolve, frozen

from graduasi.errors import InputError
from graduasi.evidence.pooling import PooledEffect, pool
from graduasi.evidence.studies import Study, studies

SHARES = ("hh_consumption_year", "consumption_pc_month", "consumption_daily_adult_eq", "consumption_per_adult_eq")
INDICES = ("consumption_pc_z", "consumption_index")
SUPPORT = ("consumption_support", "regular_cash", "cash_stipend", "food_support(both arms)")


@frozen(kw_only=True)
class PackageEffect:
    """One row: its effect as a share of the control group's consumption, and why it is pooled or not.

    effect, se : [share of control mean]; None where the table does not give enough to know.
    se is se / control mean: the control mean is taken as known.
    """

    study: Study
    effect: float | None
    se: float | None
    pooled: bool
    why: str

    @property
    def key(self) -> str:
        """Study, arm and horizon in one text."""
        return f"{self.study.id}/{self.study.arm}/{self.study.horizon:g}"


def is_full_package(study: Study) -> bool:
    """Whether the arm has an asset or a grant, support of consumption, training and coaching."""
    parts = study.parts
    return (
        bool(parts & {"asset", "cash_grant"}) and bool(parts & set(SUPPORT)) and {"training", "coaching"} <= parts
    )


def packages() -> tuple[PackageEffect, ...]:
    """Every row on the consumption of a full package, in the table's order.

    Pooled are rows for calibration that have an effect and a standard error in percent of control, one of each
    study: the latest, and at the same date the arm with most components (arms share a control group, and two
    horizons share the families). A mean over several programmes is not one programme and is not pooled.
    """
    rows = [_read(study) for study in studies() if study.outcome in SHARES + INDICES and is_full_package(study)]
    chosen: dict[str, PackageEffect] = {}
    for row in rows:
        if row.pooled and (row.study.id not in chosen or _rank(row) > _rank(chosen[row.study.id])):
            chosen[row.study.id] = row
    return tuple(_settled(row, chosen.get(row.study.id)) for row in rows)


def pool_packages(
    method: str = "reml", errors: str = "hartung_knapp_at_least_1", level: float = 0.9
) -> PooledEffect:
    """The pooled rows of `packages()` [share of control mean]; see `pool` for the arguments and errors."""
    effects, ses = [], []
    for row in packages():
        if row.pooled and row.effect is not None and row.se is not None:
            effects.append(row.effect)
            ses.append(row.se)
    return pool(effects, ses, method=method, errors=errors, level=level)


def share_of_control(study: Study) -> tuple[float | None, float | None]:
    """Effect and standard error [share of control mean]; None for what the row does not give.

    From effect, se and control_mean in one unit; where the row is itself in percent of control, from the effect.
    Raises InputError where the control mean is not above 0.
    """
    if study.unit == "% of control":
        return _scaled(study.effect, 100.0), _scaled(study.se, 100.0)
    if not isinstance(study.control_mean, float):
        return None, None
    if study.control_mean <= 0:
        raise InputError(f"Study.control_mean must be a number above 0 for a share; got {study.control_mean!r}")
    return _scaled(study.effect, study.control_mean), _scaled(study.se, study.control_mean)


def _scaled(value: float | str | None, by: float) -> float | None:
    return value / by if isinstance(value, float) else None


def _read(study: Study) -> PackageEffect:
    if study.outcome in INDICES:
        why = "in standard deviations: no share of control"
        return PackageEffect(study=study, effect=None, se=None, pooled=False, why=why)
    effect, se = share_of_control(study)
    if study.role == "validation":
        why = "kept for validation"
    elif study.country.endswith("countries"):
        why = "a mean over several programmes, some of which have rows of their own"
    elif effect is None:
        why = "no control mean: no share of control"
    elif se is None:
        why = "no standard error was recovered"
    elif study.role != "calibration":
        why = f"its role is {study.role!r}, not 'calibration'"
    else:
        return PackageEffect(study=study, effect=effect, se=se, pooled=True, why="pooled")
    return PackageEffect(study=study, effect=effect, se=se, pooled=False, why=why)


def _rank(row: PackageEffect) -> tuple[float, int]:
    horizon = row.study.horizon
    return (horizon if isinstance(horizon, float) else 0.0, len(row.study.parts))


def _settled(row: PackageEffect, chosen: PackageEffect | None) -> PackageEffect:
    if not row.pooled or chosen is None or row is chosen:
        return row
    return evolve(row, pooled=False, why=f"of the same study {chosen.key} is pooled")
