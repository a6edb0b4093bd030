"""Name the types that rooms share: arrays by what they hold, and what a file of JSON can hold.

An alias says what the numbers are, a docstring says the shape: `welfare : Floats, shape (household,)`. Import the
aliases from here at module level, so that annotations can be read at run time too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "JSON",
    "Array",
    "ArrayLike",
    "Bools",
    "Codes",
    "Columns",
    "Floats",
    "Integers",
    "Reals",
    "Rows",
    "Scalar",
    "Singles",
    "Texts",
    "Unsigned",
    "Words",
]

Floats: TypeAlias = NDArray[np.float64]  # money, weights, shares, scores
Singles: TypeAlias = NDArray[np.float32]  # scores of many households at once
Bools: TypeAlias = NDArray[np.bool_]  # who counts
Rows: TypeAlias = NDArray[np.intp]  # positions of households, and codes of groups, clusters, score bins
Integers: TypeAlias = NDArray[np.int64]  # months, counts
Words: TypeAlias = NDArray[np.uint32]  # 32-bit words of random streams
Texts: TypeAlias = NDArray[np.str_]  # names of households, groups, columns
Array: TypeAlias = NDArray[Any]  # values of any kind: a column of a population
Reals: TypeAlias = Floats | Singles  # scores, of either precision
Unsigned: TypeAlias = np.unsignedinteger  # of whichever width
Codes: TypeAlias = NDArray[Unsigned]  # several flags in one whole number

Columns: TypeAlias = Mapping[str, Array]  # arrays by name, all of shape (household,)
JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"

Scalar = TypeVar("Scalar", bound=np.generic)  # an array comes back with the kind of number that it had
