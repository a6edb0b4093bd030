"""Fields of a record as keywords of a function, with the signature that editors and pages show."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])


def keywords_of(defaults: Mapping[str, object]) -> Callable[[F], F]:
    """A decorator: the keywords that a function takes, and their defaults in its signature; others are refused.

    defaults : by name; `inspect.Parameter.empty` for what must be given.
    """
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=value) for name, value in defaults.items()
    ]

    def decorate(function: F) -> F:
        own = inspect.signature(function)
        kept = [each for each in own.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
        function.__signature__ = own.replace(parameters=[*kept, *added])  # type: ignore[attr-defined]
        return function

    return decorate


def check_known(function: str, keywords: Mapping[str, object], known: Mapping[str, object]) -> None:
    """Raise TypeError, as Python does, for a keyword that a function does not take."""
    for name in keywords:
        if name not in known:
            raise TypeError(f"{function}() got an unexpected keyword argument {name!r}")
