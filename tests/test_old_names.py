"""Names of rooms that went with 0.2: each still works, and its warning says what to write."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graduasi import interventions, policy
from graduasi.channels import CHANNELS


@pytest.mark.parametrize(
    ("old", "now", "words"),
    [
        (
            lambda: policy.TARGETING,
            policy.RANKINGS,
            "graduasi.policy.TARGETING is now graduasi.policy.RANKINGS; the old name goes in 0.3",
        ),
        (
            lambda: interventions.DOORS,
            tuple(CHANNELS),
            "graduasi.interventions.DOORS is now the names of graduasi.channels.CHANNELS, where 'gain' is "
            "'income_gain' and 'cover' is 'insured_share'; the old name goes in 0.3",
        ),
    ],
)
def test_an_old_name_works_and_warns(old: Callable[[], object], now: object, words: str) -> None:
    with pytest.warns(DeprecationWarning, match="goes in 0.3") as caught:
        assert old() == now
    assert [str(each.message) for each in caught] == [words]
    assert caught[0].filename == __file__


@pytest.mark.parametrize("room", [policy, interventions])
def test_an_unknown_name_is_unknown(room: object) -> None:
    with pytest.raises(AttributeError) as caught:
        room.WINDOWS  # noqa: B018
    assert str(caught.value) == f"module '{room.__name__}' has no attribute 'WINDOWS'"
