"""The values of a file, where a long one may wait to be read until somebody asks for it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import ItemsView, Iterator, ValuesView
from typing import Any

from articles.frontmatter.schema import Value


class Unread(ABC):
    """A value that is known to be readable and has not been read. ``text`` is how it is written."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    @abstractmethod
    def read(self) -> Value:
        """The value. It cannot fail: the text was checked when it was found."""


class Values(dict[str, Value]):
    """A file's values by key, in its order: a dictionary whose ``Unread`` values are read when they are first asked for.

    ``related`` is nine tenths of a file and nobody decides on it, so most of them are never read. Keys, length and order
    read nothing; everything that hands a value out hands out the read one. Copies are plain dictionaries.
    """

    __slots__ = ()

    def postpone(self, key: str, unread: Unread) -> None:
        """Give ``key`` a value that is read later."""
        super().__setitem__(key, unread)  # type: ignore[assignment]

    def unread(self, key: str) -> Unread | None:
        """How the value of ``key`` is written, where it has not been read."""
        value = super().get(key)
        return value if isinstance(value, Unread) else None

    def agrees(self, other: Values, key: str) -> bool:
        """Whether both have the same value of ``key``. Two that are unread and written alike are not read for it."""
        mine, theirs = self.unread(key), other.unread(key)
        if mine and theirs and mine.text == theirs.text:
            return True
        return key in self and key in other and same(self[key], other[key])

    def _read(self) -> None:
        for key, value in super().items():
            if isinstance(value, Unread):
                super().__setitem__(key, value.read())

    # --- one value
    def __getitem__(self, key: str) -> Value:
        value = super().__getitem__(key)
        if isinstance(value, Unread):
            value = value.read()
            super().__setitem__(key, value)
        return value

    def get(self, key: str, default: Any = None) -> Any:
        if key not in self:
            return default
        return self[key]

    def setdefault(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self else super().setdefault(key, default)

    def pop(self, key: str, *default: Any) -> Any:
        self._read()
        return super().pop(key, *default)

    def popitem(self) -> tuple[str, Value]:
        self._read()
        return super().popitem()

    # --- all of them
    def __iter__(self) -> Iterator[str]:
        # ``dict(values)`` copies past __getitem__ unless the class has an iterator of its own.
        return super().__iter__()

    def items(self) -> ItemsView[str, Value]:  # type: ignore[override]
        self._read()
        return super().items()

    def values(self) -> ValuesView[Value]:  # type: ignore[override]
        self._read()
        return super().values()

    def copy(self) -> dict[str, Value]:
        return dict(self.items())

    def __eq__(self, other: object) -> bool:
        self._read()
        if isinstance(other, Values):
            other._read()
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None

    def __or__(self, other: Any) -> Any:
        return self.copy() | dict(other) if isinstance(other, dict) else NotImplemented

    def __ror__(self, other: Any) -> Any:
        return dict(other) | self.copy() if isinstance(other, dict) else NotImplemented

    def __repr__(self) -> str:
        self._read()
        return super().__repr__()

    def __reduce__(self) -> tuple[type[dict[str, Value]], tuple[dict[str, Value]]]:
        return dict, (self.copy(),)

    def __reduce_ex__(self, protocol: Any) -> tuple[type[dict[str, Value]], tuple[dict[str, Value]]]:
        return self.__reduce__()


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal and of one type: True is not 1 here."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)
