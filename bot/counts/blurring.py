"""How a figure is blurred, and whether tables shown together leave room in every number behind them.

A week's figure is the number rounded down to a multiple of five: it hides a remainder of 0 to 4. The figure of four
weeks is their sum rounded down, but at most 10 above the sum of the four weeks' figures. Unlimited it would give
remainders away: 4, 4, 4, 4 are shown as 0, 0, 0, 0, and a 15 for all of them would say that each is three at least. So
the remainders of four weeks are known to add up to 0 to 4, 5 to 9, or 10 to 16, and any one may still be 0 or 4.

Cards and languages count the same messages, so in every week anybody can work out the remainders of all cards less
those of all languages. The remainders that a row may have make up a generalized polymatroid; so do, added up, those of
cards less languages (Frank and Tardos, "Generalized polymatroids and submodular flows", 1988): all that can be known of
them is a least and a most for each set of weeks. To fix one remainder, or the sum of a row's four, moves these bounds
by 6 at most. So where the numbers worked out are 7 inside all bounds, they narrow nothing.

A table that is missing must not tell anything either: not even that a bound was near. Nor does it, since for each of
the three measures there are numbers with the same figures that would be the cause as well. For a week: the figures of
languages, which then nobody knows, may bring the difference to any multiple of five, and so near to the most. For four
weeks: let one row after the other have the next lower figure of four weeks if it is a card, the next higher if it is
a language; or the other way round. At the end of one of the two ways a bound is passed, whatever the weeks are, and
a step moves a bound by 7 at most: so on the way there are figures that are possible and yet less than 7 inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

STEP = 5
"""How many numbers of messages give the same published figure."""
_MOST_HIDDEN = STEP - 1
_MOST_ADDED = 2 * STEP
"""How far the figure of four weeks may be above the sum of their figures."""
_MARGIN = 7
"""How far inside the bounds the numbers that can be worked out must be: see above."""


def rounded(number: int) -> int:
    """The multiple of five at or below a number."""
    return number - number % STEP


@dataclass(frozen=True)
class Row:
    """What is shown of one card or language: a figure for each week, and one for the weeks together."""

    weeks: tuple[int, ...]
    together: int

    @staticmethod
    def of(numbers: Sequence[int]) -> Row:
        """The figures that are shown for these numbers, one a week."""
        weeks = tuple(map(rounded, numbers))
        return Row(weeks, min(rounded(sum(numbers)), sum(weeks) + _MOST_ADDED))

    def hidden(self, weeks: int) -> tuple[int, int]:
        """The least and the most that the remainders of so many of its weeks, whichever, can add up to."""
        least = self.together - sum(self.weeks)
        room = _MOST_HIDDEN * len(self.weeks)
        most = room if least == _MOST_ADDED else least + _MOST_HIDDEN
        return max(0, least - (room - _MOST_HIDDEN * weeks)), min(_MOST_HIDDEN * weeks, most)


def leave_room(cards: Sequence[Row], languages: Sequence[Row]) -> bool:
    """Whether rows that count the same messages, by card and by language, may be shown together.

    If so, each number behind them, and each sum of a row's weeks, may still be any of five in a row or more.
    """
    weeks = range(len(languages[0].weeks))
    differences = [sum(row.weeks[week] for row in languages) - sum(row.weeks[week] for row in cards) for week in weeks]
    for size in range(1, len(weeks) + 1):
        of_cards, of_languages = ([row.hidden(size) for row in rows] for rows in (cards, languages))
        least = sum(least for least, _ in of_cards) - sum(most for _, most in of_languages)
        most = sum(most for _, most in of_cards) - sum(least for least, _ in of_languages)
        if any(not least + _MARGIN <= sum(some) <= most - _MARGIN for some in combinations(differences, size)):
            return False
    return True
