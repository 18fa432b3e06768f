"""Compute the interval of a card, and count its lapses, if it is answered more than once on a local day."""

from readq.model.values import Rating


def bound_interval(interval_days: int, previous_days: int | None, rating_today: int | None) -> int:
    """Return the interval in days that an answer gives to its card.

    `interval_days` is the interval that FSRS computed. `previous_days` is the interval before the answer, or None for a
    new card. `rating_today` is the rating of the card's latest answer on the same day, or None if this answer is the
    first of the day. The first answer of a day sets the interval. A later answer on the same day can only shorten the
    interval, because repetition on one day says little about the next month. But after the rating `again`, an answer
    sets the interval anew.
    """
    if rating_today is None or rating_today == Rating.AGAIN or previous_days is None:
        return interval_days
    return min(interval_days, previous_days)


def is_first_encounter(reps: int, last_day: str | None, day: str) -> bool:
    """Return whether an answer on the ISO day `day` counts as the first encounter with the card.

    `reps` is the number of earlier answers. If there are some, `last_day` is the day of the latest, and the result is
    False. If there are none, `last_day` is the day on which the paper was read to the end, or None. The result is then
    False if the paper was read on an earlier day, because that reading was the first encounter. Otherwise, it is True.
    """
    return reps == 0 and (last_day is None or last_day >= day)


class LapseCounter:
    """Counts the lapses of one card. Its answers must be added in the order in which they were given.

    A lapse is a day on which the card was rated `again`, although its last answer before this day had another rating.
    So a card that was never recalled has no lapses, and pressing `again` twice on a day is one lapse.
    """

    def __init__(self) -> None:
        self.lapses = 0
        self.rating_today: int | None = None
        """The rating of the latest answer on the current day. None if there is no answer on that day."""
        self._day = ""
        self._was_known = False
        self._was_forgotten = False

    def begin_day(self, day: str) -> None:
        """Make `day`, an ISO day, the current day. Must be called before each answer."""
        if day != self._day:
            if self.rating_today is not None:
                self._was_known = self.rating_today > Rating.AGAIN
            self._day, self.rating_today, self._was_forgotten = day, None, False

    def add(self, rating: int) -> int:
        """Count an answer on the day of the last call of `begin_day`. Return the number of lapses so far."""
        if rating == Rating.AGAIN and self._was_known and not self._was_forgotten:
            self._was_forgotten = True
            self.lapses += 1
        self.rating_today = rating
        return self.lapses
