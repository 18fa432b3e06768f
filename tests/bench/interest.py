"""Measure how well interest orders papers, on recorded daily lists. `python tests/bench/interest.py FOLDER` prints it.

FOLDER holds replies of the Daily Papers API, one file a day, named by day. Twelve simulated readers like the papers of
one topic each. The words that define a topic are masked: they are removed from the features, so that the topic has to
be found by the other words, the authors and the submitters. A reader decides on papers of the earlier half of the days
only; all papers of the later half are then ordered. No decision and no document frequency comes from the later half.
"""

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from readq.feeds.huggingface.json_api import parse_daily
from readq.ranking.features import Document, features
from readq.ranking.weights import FeatureSums, Totals, decision_weight, feature_weights, raw_score

DECISIONS = (40, 200, 1000)
LEAST_AUC = (0.84, 0.88, 0.90)
"""Targets after so many decisions: the chance that a liked paper stands before another one."""

TIMES_UPVOTES = 5.0
"""Target: how many times as many liked papers as the order by upvotes has among the first FIRST."""

MOST_LOST = 0.04
"""Target: the AUC that may be lost if one decision in ten is the wrong one."""

FIRST = 20
_FLIPPED = 0.1
_DRAWS = 6
"""How many times the wrong decisions are drawn. With 40 decisions, a single draw can cost .01 or .09."""

_MENTIONS = 3
"""A paper is on a topic if its title has a word of it, or its abstract has so many."""

LIKED_SHARE = 0.5
"""The share of liked papers among the decisions, as long as there are so many. Undecided papers stay in the inbox."""

TOPICS: Mapping[str, str] = {
    "images": "diffusion denoising text-to-image inpainting image",
    "video": "video",
    "3D": "3d gaussian splatting nerf radiance mesh scene",
    "agents": "agent agentic multi-agent",
    "reinforcement": "reinforcement rl rlhf reward grpo ppo dpo rlvr",
    "reasoning": "reasoning chain-of-thought cot mathematical math",
    "code": "code coding software programming program swe-bench",
    "speech": "speech audio music voice tts asr sound",
    "robots": "robot robotic manipulation vla vision-language-action embodied",
    "safety": "safety jailbreak jailbreaking harmful attack adversarial unsafe toxic",
    "efficiency": "quantization pruning kv speculative sparse sparsity quantized low-bit",
    "retrieval": "retrieval rag retrieval-augmented search document retriever retrieve",
}
"""The words of each reader's topic, in the singular."""

TUNED_ON = ("images", "3D", "reinforcement", "code", "safety", "retrieval")
"""The readers with whom constants of the ranking were compared. The other six were only measured."""


class Listed(NamedTuple):
    """A paper of a daily list."""

    day: date
    document: Document
    features: Mapping[str, int]
    upvotes: int


class Figures(NamedTuple):
    """The quality of an order of papers, from 0 to 1. `precision` is that of the first FIRST papers.

    `flipped` is the mean AUC if one decision in ten is wrong. `by_upvotes` is the precision of the order by upvotes.
    """

    auc: float
    precision: float
    by_upvotes: float
    flipped: float


def load(folder: Path) -> list[Listed]:
    """Return the papers of all recorded days, in the order of days."""
    found = []
    for path in sorted(folder.glob("*.json")):
        for paper in parse_daily(json.loads(path.read_bytes()), day=None).papers:
            seen = paper.appearance
            document = Document(
                paper.title,
                paper.abstract,
                tuple(author.name for author in paper.authors),
                paper.primary_class,
                seen.submitted_by if seen else None,
            )
            upvotes = (seen.upvotes if seen else None) or 0
            found.append(Listed(date.fromisoformat(path.stem), document, features(document), upvotes))
    return found


class Reader(NamedTuple):
    """A reader's view of the papers: which are liked, and the features of each without the words of the topic.

    `papers` is the number of papers in the earlier half that have a feature.
    """

    liked: list[bool]
    features: list[dict[str, int]]
    papers: Mapping[str, int]


def reader(papers: Sequence[Listed], topic: str) -> Reader:
    """Return a reader who likes the papers on a topic."""
    masked = frozenset(topic.split())
    word = re.compile(rf"\b(?:{'|'.join(map(re.escape, topic.split()))})s?\b", re.IGNORECASE)
    liked = [_is_on(paper.document, word) for paper in papers]
    found = [_without(paper.features, masked) for paper in papers]
    return Reader(liked, found, Counter(name for own in found[: len(papers) // 2] for name in own))


def _is_on(document: Document, word: re.Pattern[str]) -> bool:
    return bool(word.search(document.title)) or len(word.findall(document.abstract or "")) >= _MENTIONS


def measure(papers: Sequence[Listed], who: Reader, decisions: int, share: float = LIKED_SHARE) -> Figures:
    """Return the quality of the order of the later half of `papers` after a number of decisions on the earlier half."""
    middle = len(papers) // 2
    right = {place: who.liked[place] for place in _decided(who.liked[:middle], decisions, share)}
    scores, *flipped = (
        _scores(papers, who, verdicts, middle)
        for verdicts in (right, *(_with_flips(right, draw) for draw in range(_DRAWS)))
    )
    after = who.liked[middle:]
    upvotes = [float(paper.upvotes) for paper in papers[middle:]]
    with_flips = sum(auc(each, after) for each in flipped) / len(flipped)
    return Figures(auc(scores, after), precision(scores, after), precision(upvotes, after), with_flips)


def _with_flips(right: Mapping[int, bool], draw: int) -> dict[int, bool]:
    """Return the decisions `right`, a tenth of them reversed. `draw` seeds the choice of these."""
    wrong = random.Random(draw).sample(sorted(right), round(len(right) * _FLIPPED))
    return {**right, **{place: not right[place] for place in wrong}}


def _without(own: Mapping[str, int], masked: frozenset[str]) -> dict[str, int]:
    return {name: value for name, value in own.items() if masked.isdisjoint((name, *name.split("-")))}


def _decided(liked: Sequence[bool], number: int, share: float) -> list[int]:
    """Return the places of the papers decided on: the newest liked ones, and the newest others."""
    wanted = [place for place, is_liked in enumerate(liked) if is_liked]
    others = [place for place, is_liked in enumerate(liked) if not is_liked]
    most = min(len(wanted), round(number * share))
    return sorted(wanted[len(wanted) - most :] + others[max(0, len(others) - number + most) :])


def _scores(papers: Sequence[Listed], who: Reader, verdicts: Mapping[int, bool], middle: int) -> list[float]:
    counts: dict[str, list[int]] = {}
    totals = [middle, 0, 0, 0, 0]
    for place, is_liked in verdicts.items():
        weight, column = decision_weight(papers[place].day), 1 if is_liked else 2
        totals[column] += 1
        totals[column + 2] += weight
        for name, value in who.features[place].items():
            counts.setdefault(name, [who.papers[name], 0, 0])[column] += weight * value
    weights = feature_weights({name: FeatureSums(*row) for name, row in counts.items()}, Totals(*totals))
    return [raw_score(own, weights) for own in who.features[middle:]]


def auc(scores: Sequence[float], liked: Sequence[bool]) -> float:
    """Return the chance that a liked paper has a higher score than another one. Equal scores count half."""
    ranks, place = 0.0, 0
    for _, group in groupby(sorted(zip(scores, liked, strict=True)), key=lambda pair: pair[0]):
        tied = [is_liked for _, is_liked in group]
        ranks += sum(tied) * (2 * place + len(tied) + 1) / 2
        place += len(tied)
    wanted = sum(liked)
    return (ranks - wanted * (wanted + 1) / 2) / (wanted * (len(liked) - wanted))


def precision(scores: Sequence[float], liked: Sequence[bool], first: int = FIRST) -> float:
    """Return the share of liked papers among the `first` papers with the highest scores."""
    best = sorted(range(len(scores)), key=lambda place: -scores[place])[:first]
    return sum(liked[place] for place in best) / len(best)


def mean(figures: Sequence[Figures]) -> Figures:
    """Return the mean of each figure."""
    return Figures(*(sum(column) / len(column) for column in zip(*figures, strict=True)))


def report(papers: Sequence[Listed], share: float = LIKED_SHARE) -> Iterator[str]:
    """Yield the lines of the report: a row for each reader, the means, and whether the targets are met."""
    yield f"{len(papers)} papers, {papers[0].day} to {papers[-1].day}"
    yield f"after {DECISIONS} decisions: AUC, precision at {FIRST} (of the order by upvotes), AUC with wrong decisions"
    every: list[list[Figures]] = []
    for name, topic in TOPICS.items():
        who = reader(papers, topic)
        every.append([measure(papers, who, decisions, share) for decisions in DECISIONS])
        yield _row(name, every[-1])
    means = [mean(column) for column in zip(*every, strict=True)]
    yield _row("mean", means)
    unseen = [own for name, own in zip(TOPICS, every, strict=True) if name not in TUNED_ON]
    yield _row("untuned", [mean(column) for column in zip(*unseen, strict=True)])
    for decisions, least, found in zip(DECISIONS, LEAST_AUC, means, strict=True):
        ratio = found.precision / found.by_upvotes
        yield (
            f"{decisions} decisions: AUC {found.auc:.3f} (target {least}), {ratio:.1f} times upvotes (target "
            f"{TIMES_UPVOTES:g}), {found.auc - found.flipped:+.3f} lost to wrong decisions (target {MOST_LOST})"
        )


def _row(name: str, figures: Sequence[Figures]) -> str:
    cells = (f"{own.auc:.3f} {own.precision:.2f} ({own.by_upvotes:.2f}) {own.flipped:.3f}" for own in figures)
    return f"{name:14}{'   '.join(cells)}"


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--liked-share", type=float, default=LIKED_SHARE, metavar="X", help="of the decisions; 0.5")
    arguments = parser.parse_args()
    for line in report(load(arguments.folder), arguments.liked_share):
        print(line, flush=True)


if __name__ == "__main__":
    main()
