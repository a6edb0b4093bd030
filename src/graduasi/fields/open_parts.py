"""Fields that hold replaceable parts, and keywords that have been renamed."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Mapping
from typing import TypeVar

import attrs

from graduasi.fields.declare import Declared
from graduasi.fields.spec import PART, Part, refuse

C = TypeVar("C", bound=type)
RENAMED = "__renamed__"


def open_part(meaning: str, kinds: Mapping[str, type], *, needs: tuple[str, ...], default: type) -> Declared:
    """Declare a field that holds a part of any class that has the members `needs`.

    kinds : the registry by which files name the part.
    """

    def check(instance: object, attribute: attrs.Attribute[object], value: object) -> None:
        missing = [member for member in needs if not hasattr(value, member)]
        if missing or isinstance(value, type):
            need = f"an object with {', '.join(needs)}, such as {default.__name__}()"
            raise refuse(type(instance).__name__, attribute.name, need, value)

    return attrs.field(
        default=attrs.Factory(default), validator=check, metadata={PART: Part(meaning=meaning, kinds=dict(kinds))}
    )


def renamed(**names: str) -> Callable[[C], C]:
    """Let a class take keywords by their old names, `old="new"`, with a warning, and be read by them."""

    def wrap(cls: C) -> C:
        original: Callable[..., None] = cls.__init__  # type: ignore[misc]

        @functools.wraps(original)
        def __init__(self: object, **given: object) -> None:  # noqa: N807 - it is one
            for old, new in names.items():
                if old in given:
                    if new in given:
                        raise refuse(cls.__name__, old, f"left out beside {new}, its new name", given[old])
                    warnings.warn(
                        f"{cls.__name__}.{old} is now {new}; the old name goes in the next minor version",
                        DeprecationWarning,
                        stacklevel=2,
                    )
                    given[new] = given.pop(old)
            original(self, **given)

        def reader(old: str, new: str) -> property:
            def read(self: object) -> object:
                warnings.warn(
                    f"{cls.__name__}.{old} is now {new}; the old name goes in the next minor version",
                    DeprecationWarning,
                    stacklevel=2,
                )
                return getattr(self, new)

            return property(read, doc=f"The old name of `{new}`.")

        for old, new in names.items():
            setattr(cls, old, reader(old, new))
        setattr(cls, RENAMED, dict(names))
        cls.__init__ = __init__  # type: ignore[misc]
        return cls

    return wrap
