"""Which articles of some stories belong together, seen all at once: merges and splits that placing one by one could not see.

In go articles with their present stories and the log-odds that pairs of them report one event (`news.stories.pair_scores`);
out comes what to change (`Regrouping`). Groups grow from the surest pair by average link: two groups become one while the
average over all their pairs, with what the larger one's outlets are worth, is at least as likely as not. So the result hangs on
the articles and not on the order in which they came. A near-copy goes with its original.

Numbers of stories stay: a group keeps the lowest number among its stories, and of a story whose articles go to several
groups the one with the article that opened it keeps the number. Pure; raises nothing.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from news.ids import ArticleId, StoryId
from news.stories import outlet_of

FAR = -6.0  # log-odds of a pair that is not among each other's neighbours
CERTAIN = 6.0  # log-odds above which a pair counts no more
SIZE_WORTH = 0.6
"""Log-odds for each doubling of the outlets of the larger group: they show how far one event's texts may lie apart. Many
articles of one newsroom show no such thing, they are of as many events."""

DOUBLINGS_MOST = 3.0

Pairs = Mapping[tuple[ArticleId, ArticleId], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article that is looked at, in its present story."""

    article_id: ArticleId
    story_id: StoryId
    publisher: str = ""
    opened: bool = False  # whether it opened that story
    copy_of: ArticleId | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """These articles leave a story for one of their own."""

    story_id: StoryId
    article_ids: tuple[ArticleId, ...]


@dataclass(frozen=True, slots=True)
class Regrouping:
    """Splits to be made first; then the articles of each of `together` are to be in one story."""

    splits: tuple[Split, ...] = ()
    together: tuple[
        tuple[ArticleId, ...], ...
    ] = ()  # one article of each story (after the splits) that is to be merged


def regroup(members: Sequence[Member], pairs: Pairs) -> Regrouping:
    """What to change so that each group of articles is one story. A pair may be given in both directions: they are averaged."""
    groups = group([member for member in members if member.copy_of is None], pairs)
    _add_copies(groups, members)
    group_of = {article_id: place for place, each in enumerate(groups) for article_id in each}
    parts: dict[StoryId, dict[int, list[Member]]] = defaultdict(lambda: defaultdict(list))
    for member in sorted(members, key=lambda each: each.article_id):
        parts[member.story_id][group_of[member.article_id]].append(member)
    splits: list[Split] = []
    stories: dict[int, list[ArticleId]] = defaultdict(list)  # of each group, one article of each of its stories
    for story_id in sorted(parts):
        by_group = sorted(parts[story_id].items(), key=lambda part: _keeps(part[1]))
        for place, (number, articles) in enumerate(by_group):
            stories[number].append(articles[0].article_id)
            if place > 0:
                splits.append(Split(story_id, tuple(each.article_id for each in articles)))
    together = tuple(tuple(each) for _, each in sorted(stories.items()) if len(each) > 1)
    return Regrouping(tuple(splits), together)


def group(members: Sequence[Member], pairs: Pairs) -> list[set[ArticleId]]:
    """The articles in groups, by average link."""
    links = _Links(members, pairs)
    while links.join_nearest():
        pass
    return links.groups()


def _keeps(articles: Sequence[Member]) -> tuple[bool, ArticleId]:
    """Sorts the part that keeps the story's number first."""
    return not any(each.opened for each in articles), articles[0].article_id


def _add_copies(groups: list[set[ArticleId]], members: Sequence[Member]) -> None:
    """Put each near-copy where its original is, or, where that is not looked at, where it was."""
    place_of = {article_id: place for place, each in enumerate(groups) for article_id in each}
    story_of = {member.article_id: member.story_id for member in members}
    by_story = {story_of[article_id]: place for article_id, place in sorted(place_of.items(), reverse=True)}
    for member in sorted(members, key=lambda each: each.article_id):
        if member.copy_of is None:
            continue
        place = place_of.get(member.copy_of, by_story.get(member.story_id))
        if place is None:
            place = len(groups)
            groups.append(set())
            by_story[member.story_id] = place
        groups[place].add(member.article_id)
        place_of[member.article_id] = place


class _Links:
    """Groups that are still to be joined, the surest first. A joined group takes a new number."""

    def __init__(self, members: Sequence[Member], pairs: Pairs) -> None:
        ordered = sorted(members, key=lambda each: each.article_id)
        self._members: dict[int, set[ArticleId]] = {place: {each.article_id} for place, each in enumerate(ordered)}
        self._outlets = {place: {outlet_of(each.publisher, each.article_id)} for place, each in enumerate(ordered)}
        self._next = len(ordered)
        place_of = {each.article_id: place for place, each in enumerate(ordered)}
        # of each group, what the known pairs with each other group exceed FAR by, in all
        self._above: dict[int, dict[int, float]] = {place: {} for place in self._members}
        self._heap: list[tuple[float, ArticleId, ArticleId, int, int]] = []
        for (one, two), score in pairs.items():
            if one == two or one not in place_of or two not in place_of or (two < one and (two, one) in pairs):
                continue
            both = (score + pairs.get((two, one), score)) / 2
            self._link(place_of[one], place_of[two], min(max(both, FAR), CERTAIN) - FAR)

    def join_nearest(self) -> bool:
        """Join the two groups that most likely are one; False where none are."""
        while self._heap:
            _, _, _, one, two = heapq.heappop(self._heap)
            if one in self._members and two in self._members:
                self._join(one, two)
                return True
        return False

    def groups(self) -> list[set[ArticleId]]:
        return sorted(self._members.values(), key=min)

    def _join(self, one: int, two: int) -> None:
        joined = self._next
        self._next += 1
        self._members[joined] = self._members.pop(one) | self._members.pop(two)
        self._outlets[joined] = self._outlets.pop(one) | self._outlets.pop(two)
        others = self._above.pop(one), self._above.pop(two)
        self._above[joined] = {}
        for other in (others[0].keys() | others[1].keys()) - {one, two}:
            self._above[other].pop(one, None)
            self._above[other].pop(two, None)
            self._link(joined, other, others[0].get(other, 0.0) + others[1].get(other, 0.0))

    def _link(self, one: int, two: int, above: float) -> None:
        self._above[one][two] = self._above[two][one] = above
        left, right = self._members[one], self._members[two]
        _, outlets = max((len(self._members[each]), len(self._outlets[each])) for each in (one, two))
        doublings = min(math.log2(outlets), DOUBLINGS_MOST)
        score = FAR + above / (len(left) * len(right)) + SIZE_WORTH * doublings
        if score >= 0:
            first, second = sorted((min(left), min(right)))
            heapq.heappush(self._heap, (-score, first, second, one, two))
