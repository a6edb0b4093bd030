"""One declaration a parameter: kind, unit, domain, meaning and source stand on the field.

The validator, the reference page, the JSON Schema and the Hypothesis strategies all read the `Spec` that is
stored in the attrs metadata, so a parameter is described once::

    @frozen(kw_only=True)
    class CashTransfer(Intervention):
        amount: Value = money("paid each time", per="household")
"""

from graduasi.fields.declare import (
    choice,
    count,
    declare,
    describe,
    effect,
    flag,
    items_of,
    money,
    month,
    note,
    number,
    part,
    plain_count,
    plain_number,
    plain_text,
    several,
    share,
    text,
)
from graduasi.fields.domain import (
    LARGE,
    LONGEST_RUN,
    LONGEST_TEXT,
    MONTH,
    MONTH_NOUN,
    SMALL,
    UNWRITABLE,
    UNWRITABLE_IN_NOTES,
    Domain,
    Doubtful,
    show,
    unwritable,
)
from graduasi.fields.open_parts import RENAMED, open_part, renamed
from graduasi.fields.spec import KEY, PART, Part, Spec, fault, is_number, kinds, part_of, refuse, spec_of
from graduasi.fields.tuples import as_tuple, tuple_of

__all__ = [
    "KEY", "LARGE", "LONGEST_RUN", "LONGEST_TEXT", "MONTH", "MONTH_NOUN", "PART", "RENAMED", "SMALL", "UNWRITABLE",
    "UNWRITABLE_IN_NOTES", "Domain", "Doubtful",
    "Part", "Spec", "as_tuple", "choice", "count", "declare", "describe", "effect", "fault", "flag", "is_number",
    "items_of", "kinds", "money", "month", "note", "number", "open_part", "part",
    "part_of", "plain_count", "plain_number", "plain_text", "refuse", "renamed", "several", "share", "show",
    "spec_of", "text",
    "tuple_of", "unwritable",
]  # fmt: skip
