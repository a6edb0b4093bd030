"""Published lines, and how they may be moved."""

from __future__ import annotations

from typing import Any

import pytest

import graduasi as gr
from graduasi.evidence import dollar_line, lines, move_by_prices, move_like, published_line


def test_every_line_is_money_with_a_source() -> None:
    table = lines()
    assert table.columns.tolist() == ["name", "period", "amount", "currency", "method", "flag", "source"]
    assert (table["amount"] > 100_000).all()
    assert not table.duplicated(["name", "period"]).any()
    assert table["name"].nunique() == 27 + 3 + table["name"].str.contains("PPP").groupby(table["name"]).any().sum()
    # A district of the panel and the table of its own agree.
    both = table[table["name"].isin(["KABUPATEN BEKASI", "kab_bekasi"]) & (table["period"] == "2023")]
    assert both["amount"].nunique() == 1


def test_a_line_by_name_and_period() -> None:
    line = published_line("kab_bekasi", "2023")
    assert (line.amount, line.prices, line.currency) == (632_811.0, "2023", "IDR")
    assert line.method == "BPS, cost of basic needs"
    extreme = published_line("1.90 (2011 PPP)", "2023-03")
    assert extreme.amount == pytest.approx(11_571 * 365 / 12, abs=10.0)
    assert extreme.method == "World Bank, 1.90 (2011 PPP)"
    rule = published_line("1.90 (2011 PPP)", "2021-03")
    assert (rule.amount, rule.method) == (322_170.0, "registry rule, 30 days a month")
    with pytest.raises(gr.NotAvailableError, match=r"^there is no line 'mars'; there are 'indonesia', "):
        published_line("mars", "2023")
    with pytest.raises(gr.NotAvailableError, match=r"^line 'kab_bekasi' has no period '1999'; it has 2010, 2011, "):
        published_line("kab_bekasi", "1999")


def test_dollars_become_local_money() -> None:
    line = dollar_line(2.15, ppp_base="2017", local_per_dollar=5_000.0, prices="2023-03", source="example")
    assert line.amount == pytest.approx(2.15 * 5_000 * 365 / 12)
    assert line.label == "$2.15 (2017 PPP)"
    with pytest.raises(gr.InputError) as caught:
        dollar_line(2.15, ppp_base="2011", local_per_dollar=5_000.0, prices="2023-03", source="example")
    assert str(caught.value) == (
        "dollar_line.dollars must be an international line (1.90 (2011 PPP), 3.20 (2011 PPP), 5.50 (2011 PPP), 2.15 "
        "(2017 PPP), 3.65 (2017 PPP), 6.85 (2017 PPP), 3.00 (2021 PPP), 4.20 (2021 PPP), 8.30 (2021 PPP)); got 2.15 at "
        "'2011'"
    )
    with pytest.raises(gr.InputError) as caught:
        dollar_line(2.15, ppp_base="2017", local_per_dollar=0.0, prices="2023-03", source="example")
    assert str(caught.value) == "dollar_line.local_per_dollar must be money above 0; got 0.0"


def test_a_line_is_moved_once() -> None:
    line = published_line("1.90 (2011 PPP)", "2023-03")
    moved = move_by_prices(line, {"2023-03": 110.0, "2024-03": 113.3}, "2024-03")
    assert moved.amount == pytest.approx(line.amount * 1.03)
    assert (moved.prices, moved.moved_from) == ("2024-03", "2023-03")
    assert moved.times(1.5, "near").moved_from == "2023-03"
    with pytest.raises(gr.InputError) as caught:
        move_by_prices(moved, {"2024-03": 113.3, "2025-03": 116.0}, "2025-03")
    assert str(caught.value) == (
        "PovertyLine.moved_from must be none: '1.90 (2011 PPP), 2023-03 at prices of 2024-03' was already moved from "
        "2023-03; start from the published line"
    )
    with pytest.raises(gr.NotAvailableError) as absent:
        move_by_prices(line, {"2023-03": 110.0}, "2024-03")
    assert str(absent.value) == "the index of prices has no period '2024-03'; it has 2023-03"
    with pytest.raises(gr.InputError) as caught:
        move_by_prices(line, {"2023-03": 110.0, "2024-03": -1.0}, "2024-03")
    assert str(caught.value) == "move_by_prices.index['2024-03'] must be a number above 0; got -1.0"


def test_a_line_moves_as_another_of_one_method_did() -> None:
    first, second = published_line("kab_bekasi", "2022"), published_line("kab_bekasi", "2023")
    share = first.times(0.686, "BPS-equivalent")
    moved = move_like(share, first, second)
    assert moved.amount == pytest.approx(0.686 * second.amount)
    assert moved.moved_from == "2022"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda first, second, extreme: move_like(first, first, extreme),
         "move_like.later must be of the method of earlier, 'BPS, cost of basic needs'; got 'World Bank, 1.90 (2011 "
         "PPP)': a change of method is not a change of prices"),
        (lambda first, second, extreme: move_like(extreme, first, second),
         "move_like.line must be at the prices of earlier, '2022'; got '2023-03'"),
        (lambda first, second, extreme: move_like(
            gr.PovertyLine(amount=2.0, label="x", currency="USD", prices="2022"), first, second),
         "move_like must be given lines of one currency; got USD, IDR, IDR"),
    ],
)  # fmt: skip
def test_methods_are_not_chained(make: Any, message: str) -> None:
    first, second = published_line("kab_bekasi", "2022"), published_line("kab_bekasi", "2023")
    with pytest.raises(gr.InputError) as caught:
        make(first, second, published_line("1.90 (2011 PPP)", "2023-03"))
    assert str(caught.value) == message
