"""Hypothesis: the same examples every time, without a clock; or, of a night, other and more examples each time.

`HYPOTHESIS_PROFILE=nightly` draws new examples and ten times as many where a test does not say how many. An example
that fails is kept in `.hypothesis` and tried first the next time; the line that repeats it is printed.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("steady", derandomize=True, **PATIENT)
settings.register_profile("nightly", derandomize=False, max_examples=1000, **PATIENT)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
