"""The words of one family of languages, by number. In: the text of tokens. Out: ids, and what is known of each.

Every token has a surface (with the blanks before it) and a bare form (without), which is a token of its own. Contexts
are compared by bare forms, suggestions are written from surfaces.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left

BOUNDARY = 0
"""The token that no text has: the start of a file, and what stands for a secret."""
BOUNDARY_TEXT = "\0"
_LAST = "\U0010ffff"


class Vocabulary(dict[str, int]):
    r"""Text of a token -> id; a text that is not known yet gets the next id.

    `text[id]` is the surface, `bare[id]` the id of the bare form. Newline tokens have texts such as "\n+4".
    """

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.bare: array[int] = array("i")
        self._newlines: dict[tuple[int, int], int] = {}
        self._sorted: list[str] = []
        self._order: array[int] = array("i")
        self._fresh: list[str] = []
        self._unsorted = False
        self._append(BOUNDARY_TEXT)

    def __missing__(self, text: str) -> int:
        id_ = self._append(text)
        bare = text.lstrip()
        if bare and bare != text:
            self.bare[id_] = self[bare]
        self._fresh.append(text)
        self._unsorted = True
        return id_

    def _append(self, text: str) -> int:
        id_ = self[text] = len(self.text)
        self.text.append(text)
        self.bare.append(id_)
        return id_

    def newline(self, count: int, change: int) -> int:
        """The token for `count` line ends after which the indentation has changed by `change`."""
        key = (min(count, 3), change)
        id_ = self._newlines.get(key)
        if id_ is None:
            sign = (change > 0) - (change < 0)
            id_ = self._newlines[key] = self._append("\n" * key[0] + f"{change:+d}")
            if key != (1, sign):
                self.bare[id_] = self.newline(1, sign)
        return id_

    def ends_line(self, id_: int) -> bool:
        """Whether nothing of the same line can follow: a newline or a boundary."""
        return id_ == BOUNDARY or self.text[id_][0] == "\n"

    def settle(self) -> None:
        """Sort what has been added since: finding words is fastest afterwards."""
        self._sorted = sorted(text for text in self.text if text[0] != "\n" and text != BOUNDARY_TEXT)
        self._order = array("i", map(self.__getitem__, self._sorted))
        self._fresh = []
        self._unsorted = False

    def starting(self, surface: str, bare: str) -> set[int]:
        """Ids of the tokens that begin with what is typed, with exactly the blanks before it or with none."""
        if self._unsorted:
            self._fresh.sort()  # nearly sorted already, so this is quick
            self._unsorted = False
        found: set[int] = set()
        for prefix in {surface, bare} - {""}:
            found.update(self._order[slice(*_between(self._sorted, prefix))])
            found.update(map(self.__getitem__, self._fresh[slice(*_between(self._fresh, prefix))]))
        return found

    @classmethod
    def restored(cls, texts: list[str], bare: array[int], order: array[int]) -> Vocabulary:
        """The vocabulary that had these texts and bare forms; `order` sorts the words by text."""
        vocabulary = cls()
        vocabulary.update(zip(texts, range(len(texts)), strict=True))
        vocabulary.text = texts
        vocabulary.bare = bare
        vocabulary._newlines = {_newline_key(text): id_ for id_, text in enumerate(texts) if text[0] == "\n"}
        vocabulary._sorted = [texts[id_] for id_ in order]
        vocabulary._order = order
        return vocabulary

    def order(self) -> array[int]:
        """The ids of all words, sorted by text, as `restored` wants them."""
        return self._order


def _between(texts: list[str], prefix: str) -> tuple[int, int]:
    """Where in sorted texts those with a prefix begin and end."""
    return bisect_left(texts, prefix), bisect_left(texts, prefix + _LAST)


def _newline_key(text: str) -> tuple[int, int]:
    count = text.count("\n")
    return count, int(text[count:])
