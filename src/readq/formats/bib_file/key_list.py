"""A list of citation keys that needs little memory."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import overload


class KeyList(Sequence[str]):
    """A list of citation keys. It stores their bytes, because a `str` takes four times as much memory."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._text = bytearray()
        self._ends = array("Q")
        for key in keys:
            self.append(key)

    def append(self, key: str) -> None:
        """Add `key` at the end of the list."""
        self._text += key.encode(errors="surrogatepass")
        self._ends.append(len(self._text))

    def __len__(self) -> int:
        return len(self._ends)

    def __iter__(self) -> Iterator[str]:
        start = 0
        for end in self._ends:
            yield self._text[start:end].decode(errors="surrogatepass")
            start = end

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> "KeyList": ...

    def __getitem__(self, place: int | slice) -> "str | KeyList":
        places = range(len(self))[place]
        if isinstance(places, range):
            return KeyList(map(self.__getitem__, places))
        start = self._ends[places - 1] if places else 0
        return self._text[start : self._ends[places]].decode(errors="surrogatepass")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # the list can change
