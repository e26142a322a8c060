"""What explains the slopes apart from the concept: letters, Yes and No, place, length, topic. Pure."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyses.steering.result import ConceptShare, Mixed, Spurious, Term
from analyses.steering.sheet import Concept, Row
from lab.stats.estimates import Estimate, Floats, Measured
from lab.stats.heteroscedasticity import breusch_pagan, levene
from lab.stats.multiplicity import benjamini_hochberg, by_name, holm
from lab.stats.variance_shares import Explained, explained_within

DECLARED = ("letter", "yes_no", "position", "length", "topic")
# Two were thought of later, so on the page they are exploratory. With the letter among them: the
# model's own leaning, unsteered, is mostly a leaning to a letter.
LATER = ("letter", "words", "unsteered")
Labels = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Observed:
    """One concept's test items: propensity without steering and slope, both (item,)."""

    concept: Concept
    unsteered: Floats
    slopes: Floats

    @property
    def factors(self) -> dict[str, Labels]:
        """Every factor of these items by name, (item,): numbers or names."""
        rows = self.concept.rows
        return {
            "letter": np.array([row.order for row in rows]),
            "yes_no": np.array([row.yes_no for row in rows]),
            "position": np.array([float(row.position) for row in rows]),
            "length": np.array([float(row.length) for row in rows]),
            "topic": np.array([row.topic for row in rows]),
            "words": np.array([float(row.answer_words) for row in rows]),
            "unsteered": np.asarray(self.unsteered, dtype=np.float64),
        }


def within_one(observed: Observed, *, draws: int, seed: int) -> list[ConceptShare]:
    """Order-free shares of one concept's slopes, for the declared factors that vary in it."""
    every = observed.factors
    there = [name for name in DECLARED if len(np.unique(every[name])) > 1]
    found = within_all([observed], there, draws=draws, seed=seed)
    return [
        ConceptShare(name, Measured(share.estimate, share.null))
        for name, share in found.shares.items()
    ]


def within_all(
    observed: Sequence[Observed], names: Sequence[str], *, draws: int, seed: int
) -> Explained:
    """Order-free shares of the slopes within concepts, each concept counting alike."""
    strata = np.repeat(
        [each.concept.name for each in observed], [len(each.slopes) for each in observed]
    )
    slopes = np.concatenate([each.slopes for each in observed])
    return explained_within(_joined(observed, names), slopes, strata, draws=draws, seed=seed)


def tests(observed: Sequence[Observed], shares: Explained) -> list[Spurious]:
    """Every test of a factor: of its share, and of whether the spread of slopes goes with it.

    For the spread, slopes are centred and scaled within concepts. Corrected over the whole list.
    """
    scaled = np.concatenate([(e.slopes - e.slopes.mean()) / e.slopes.std() for e in observed])
    joined = _joined(observed, DECLARED)
    known = joined["yes_no"] != ""
    alike = {name: each for name, each in joined.items() if name != "topic"}
    found = {
        (name, "share of variance"): (share.estimate.mean, share.estimate.n, share.null.p)
        for name, share in shares.shares.items()
    }
    for name, test in {
        "letter": levene(scaled, joined["letter"]),
        "yes_no": levene(scaled[known], joined["yes_no"][known]),
        "all but topic": breusch_pagan(scaled, alike),
    }.items():
        found[name, f"spread ({test.name})"] = (test.statistic, test.n, test.p)
    p = {" ".join(key): each[2] for key, each in found.items()}
    strict, lenient = by_name(holm, p), by_name(benjamini_hochberg, p)
    return [
        Spurious(*key, each[0], each[1], each[2], strict[" ".join(key)], lenient[" ".join(key)])
        for key, each in found.items()
    ]


def mixed(observed: Sequence[Observed]) -> Mixed:
    """Slopes by letter, by Yes or No, by both together, place and length; concepts random.

    Concepts have an intercept and a letter effect of their own. A slope's dependence on a factor is
    the interaction of dose and factor, so this is the mixed interaction model of propensities in
    two steps, which come to the same where every item has the same doses. Only concepts whose
    items have both letter and Yes or No. Restricted maximum likelihood, from statsmodels.
    """
    from statsmodels.regression.mixed_linear_model import MixedLM

    chosen = [e for e in observed if all(row.order and row.yes_no for row in e.concept.rows)]
    slopes = np.concatenate([each.slopes for each in chosen])
    unit = float(slopes.std())  # slopes may be hundredths of a nat, which the optimiser takes for 0
    y = slopes / unit
    groups = np.repeat(np.arange(len(chosen)), [len(each.slopes) for each in chosen])
    columns = _columns([row for each in chosen for row in each.concept.rows])
    letter = columns["answer is A"]
    design = np.column_stack([np.ones(len(y)), *columns.values()])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # whether it converged is recorded
        model = MixedLM(y, design, groups, exog_re=np.column_stack([np.ones(len(y)), letter]))
        fit = model.fit(reml=True)
    between_them = np.asarray(fit.cov_re)
    points, errors = _generalised(y, design, letter, groups, between_them, float(fit.scale))
    terms = [
        _term(name, float(points[at]) * unit, float(errors[at]) * unit, len(y))
        for at, name in enumerate(["mean", *columns])
    ]
    between = unit * np.sqrt(np.maximum(np.diag(between_them), 0))
    return Mixed(
        terms=terms,
        concept_sd=float(between[0]),
        letter_sd=float(between[1]),
        item_sd=unit * float(np.sqrt(fit.scale)),
        converged=bool(fit.converged),
        n=len(y),
    )


def _generalised(
    y: Floats, design: Floats, letter: Floats, groups: Labels, between: Floats, within: float
) -> tuple[Floats, Floats]:
    """Fixed effects and their standard errors, by generalised least squares.

    Given the variances that were fitted: between groups (intercept and letter, 2 × 2), and within.
    statsmodels takes errors from a numerical second derivative over all parameters, which fails
    where a variance is fitted as 0.
    """
    precision, along = np.zeros((design.shape[1],) * 2), np.zeros(design.shape[1])
    for group in np.unique(groups):
        own = groups == group
        random = np.column_stack([np.ones(own.sum()), letter[own]])
        inverse = np.linalg.inv(random @ between @ random.T + within * np.eye(int(own.sum())))
        precision += design[own].T @ inverse @ design[own]
        along += design[own].T @ inverse @ y[own]
    covariance = np.linalg.inv(precision)
    return covariance @ along, np.sqrt(np.diag(covariance))


def _term(name: str, effect: float, error: float, n: int) -> Term:
    """A fixed effect with its normal 95% interval and p."""
    from scipy import special

    half = 1.959964 * error
    estimate = Estimate(effect, effect - half, effect + half, n, error * n**0.5)
    return Term(name, estimate, float(2 * special.ndtr(-abs(effect) / error)))


def label_of(concept: Concept) -> Labels | None:
    """The spurious label of each item (item,): its letter, else Yes or No; None in free text."""
    if concept.format == "free-text":
        return None
    return np.array([row.order or row.yes_no for row in concept.rows])


def explained_by(label: Labels, slopes: Floats) -> Floats:
    """Share of the variance of slopes (…, item) between the levels of a label (item,), (…).

    0 where nothing varies, NaN where a slope is.
    """
    total = slopes.var(axis=-1)
    levels = [label == level for level in np.unique(label)]
    centre = slopes.mean(axis=-1)
    between = np.sum(
        [here.mean() * (slopes[..., here].mean(axis=-1) - centre) ** 2 for here in levels], axis=0
    )
    with np.errstate(invalid="ignore"):
        found: Floats = np.where(total == 0, 0.0, between / np.where(total == 0, 1.0, total))
    return found


def _joined(observed: Sequence[Observed], names: Sequence[str]) -> dict[str, Labels]:
    each = [one.factors for one in observed]
    return {name: np.concatenate([found[name] for found in each]) for name in names}


def _columns(rows: Sequence[Row]) -> dict[str, Floats]:
    """The mixed model's fixed effects: halves for two levels, standard deviations for numbers."""
    letter = np.where([row.order == "A" for row in rows], 0.5, -0.5)
    yes = np.where([row.yes_no == "Yes" for row in rows], 0.5, -0.5)
    return {
        "answer is A": letter,
        "answer is Yes": yes,
        "Yes is option A": 2 * letter * yes,  # the answer is A and Yes, or B and No
        "place in list": _standard([float(row.position) for row in rows]),
        "length": _standard([float(row.length) for row in rows]),
    }


def _standard(values: Sequence[float]) -> Floats:
    numbers = np.asarray(values, dtype=np.float64)
    scaled: Floats = (numbers - numbers.mean()) / numbers.std()
    return scaled
