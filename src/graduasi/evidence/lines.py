"""Published poverty lines. `graduasi.lines` moves them to other prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graduasi.checks import number
from graduasi.errors import InputError, NotAvailableError
from graduasi.evidence.published import figures, from_memory
from graduasi.lines import PovertyLine

if TYPE_CHECKING:
    import pandas as pd

BASIC_NEEDS = "BPS, cost of basic needs"
REGISTRY = "registry rule, 30 days a month"
DAYS_A_MONTH = 365 / 12
COLUMNS = ["name", "period", "amount", "currency", "method", "flag", "source"]
OFFICIAL = {"indonesia": "national_poverty", "jawa_barat": "jawa_barat_poverty", "kab_bekasi": "kab_bekasi_poverty"}


def lines() -> pd.DataFrame:
    """Every shipped line, a row each: name, period of the prices, amount [IDR per person per month], method ...

    Names: `indonesia`, `jawa_barat`, `kab_bekasi`, the 27 districts of West Java as BPS writes them ("KABUPATEN
    BEKASI"), the international lines as "1.90 (2011 PPP)". The international ones in dollars are
    `figures("international_lines")`.
    """
    import pandas as pd

    parts = []
    for name, table in OFFICIAL.items():
        rows = figures(table)
        parts.append(_rows(name, rows.iloc[:, 0], rows["poverty_line_rp_pc_month"], BASIC_NEEDS, rows))
    districts = figures("jabar_panel")
    amounts = districts["poverty_line_rp_pc_month"]
    parts.append(_rows(districts["district"], districts["year"], amounts, BASIC_NEEDS, districts))
    extreme = figures("extreme_poverty_lines_rates")
    methods = extreme["line_ppp"].map(lambda each: f"World Bank, {each}")
    # The first amount of the series is the registry's daily rule times thirty days, the others a month of 365/12.
    thirty = np.isclose(extreme["rp_pc_month"], extreme["rp_pc_day"] * 30)
    parts.append(
        _rows(
            extreme["line_ppp"], extreme["period"], extreme["rp_pc_month"], methods.mask(thirty, REGISTRY), extreme
        )
    )
    found = pd.concat(parts, ignore_index=True)
    return found[found["amount"].notna()].reset_index(drop=True)[COLUMNS]


def _rows(name: object, period: pd.Series, amount: pd.Series, method: object, rows: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {
            "name": name,
            "period": period.astype(str),
            "amount": amount,
            "currency": "IDR",
            "method": method,
            "flag": rows["flag"].fillna(""),
            "source": rows["source"].fillna(""),
        }
    )


def published_line(name: str, period: str) -> PovertyLine:
    """A shipped line by name and period; see `lines`. A figure from memory says so in its source.

    Raises NotAvailableError with the names, or with the periods of that name.
    """
    table = lines()
    own = table[table["name"] == name]
    if own.empty:
        have = ", ".join(repr(each) for each in dict.fromkeys(table["name"]))
        raise NotAvailableError(f"there is no line {name!r}; there are {have}")
    rows = own[own["period"] == period]
    if rows.empty:
        have = ", ".join(own["period"])
        raise NotAvailableError(f"line {name!r} has no period {period!r}; it has {have}")
    row = rows.iloc[0]
    recalled = "from memory: " if from_memory(str(row["flag"])) else ""
    return PovertyLine(
        amount=float(row["amount"]),
        label=f"{name}, {period}",
        currency=str(row["currency"]),
        prices=period,
        method=str(row["method"]),
        source=f"{recalled}{row['source']}".strip() or "shipped table",
    )


def dollar_line(
    dollars: float, *, ppp_base: str, local_per_dollar: float, prices: str, currency: str = "IDR", source: str
) -> PovertyLine:
    """An international line in local money: dollars a day x local money per PPP dollar x 365 / 12.

    local_per_dollar : purchasing power parity of `ppp_base`, times the consumer prices of `prices` over those of
        the base year. Raises InputError for a line that no base year has.
    """
    known = figures("international_lines")
    own = known[known["ppp_base"].astype(str) == ppp_base]
    if not np.isclose(own["dollars_a_day"], dollars).any():
        have = ", ".join(f"{row.dollars_a_day:.2f} ({row.ppp_base} PPP)" for row in known.itertuples())
        got = f"{dollars!r} at {ppp_base!r}"
        raise InputError(f"dollar_line.dollars must be an international line ({have}); got {got}")
    number("dollar_line", "local_per_dollar", local_per_dollar, low=0, low_open=True, noun="money")
    return PovertyLine(
        amount=dollars * local_per_dollar * DAYS_A_MONTH,
        label=f"${dollars:.2f} ({ppp_base} PPP)",
        currency=currency,
        prices=prices,
        method=f"World Bank, {dollars:.2f} ({ppp_base} PPP)",
        source=source,
    )
