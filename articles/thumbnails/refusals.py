"""Why a picture is not shown."""

from __future__ import annotations


class Refused(Exception):
    """A picture that is not fetched or not shown. The text is a sentence.

    ``lasting``: it will most likely be the same tomorrow (a wrong type, an inner address). Otherwise it is tried again soon.
    """

    def __init__(self, sentence: str, *, lasting: bool = True) -> None:
        super().__init__(sentence)
        self.lasting = lasting


class Offline(Exception):
    """The network itself is not there, so this says nothing about the picture."""
