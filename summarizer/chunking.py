"""A long text in pieces that a generator can read: whole sentences up to a budget, the last piece not too short.

In: sentences and how long each is (words or tokens, the caller's unit). Out: lists of places. A sentence longer than the budget
is a piece of its own, cut by the generator's own limit. Of several texts that are read together each has its share.
"""

from collections.abc import Sequence


def chunks(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Consecutive places whose lengths keep to the budget; together all places, in order."""
    if budget < 1:
        raise ValueError("A budget of at least 1 is needed.")
    parts = max(1, -(-sum(lengths) // budget))
    target = -(-sum(lengths) // parts)  # pieces of about one length, so that the last is not a scrap
    found: list[list[int]] = []
    room = 0
    for place, length in enumerate(lengths):
        if not found or length > room or (sum(lengths[i] for i in found[-1]) >= target and place < len(lengths)):
            found.append([])
            room = budget
        found[-1].append(place)
        room -= length
    return found


def shares(lengths: Sequence[int], budget: int) -> list[int]:
    """How much of each text is read within a budget for all: the short ones whole, the others alike."""
    left = max(0, budget)
    found = [0] * len(lengths)
    waiting = sorted(range(len(lengths)), key=lambda place: lengths[place])
    for done, place in enumerate(waiting):
        found[place] = min(lengths[place], left // (len(lengths) - done))
        left -= found[place]
    return found
