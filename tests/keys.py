"""Keys and streams that the tests of random numbers share."""

from __future__ import annotations

import numpy as np

from graduasi.streams import Streams

MANY = np.arange(2**18, dtype=np.uint64)  # keys that count up: harder on the generator than hashed ones
SEEDED = Streams(seed=20231201, draw=7)
