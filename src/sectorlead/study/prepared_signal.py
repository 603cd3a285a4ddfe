"""A score to be studied: from a study file, from command-line options, or from both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sectorlead.data.errors import InputError
from sectorlead.study.prepared import Options, chosen, study_of
from sectorlead.study.score_argument import find_score, score_of
from sectorlead.study.strategy_argument import find_strategy, settings
from sectorlead.study.study import Events, Factor, Study

if TYPE_CHECKING:
    from sectorlead.data.panel import Panel


@dataclass(frozen=True, slots=True)
class PreparedSignal:
    """A score, built, with the panel it is read on and the terms of its study."""

    study: Study
    score: Any
    terms: Mapping[str, Any]

    def panel(self) -> Panel:
        """Where the score is read, through the quality gate: the sectors of a ``[signal]``, else the data.

        Raises
        ------
        QualityError
            The data hold an error that the study does not accept by name.
        """
        from sectorlead.data.quality.gate import admitted

        if self.study.signal is not None:
            return self.study.signal.panel()
        config = self.study.config(accept=())
        return admitted(self.study.panel(), config.accept or ())  # nothing is traded


def prepare_events(path: Path | None, options: Options, score: str | None = None, **given: Any) -> PreparedSignal:
    """What ``events`` is asked to do.

    Parameters
    ----------
    path : Path or None
        Of a study file; None where options say all.
    options : Options
        Of the command line; each stands in place of the study's.
    score : str, optional
        Name of the score; default: that of ``[events]``, then that of the strategy.
    **given
        Fields of ``Events`` in place of the study's; None and () are not given.

    Raises
    ------
    InputError
        Before any data is read.
    """
    study = study_of(path, options)
    asked = replace(study.events, **{key: value for key, value in given.items() if value not in (None, ())})
    prepared = _prepared(study, asked, path, options, score)
    terms = dict(prepared.terms)
    if "dates" in terms:
        terms["events"] = Path(terms.pop("dates"))
    return replace(prepared, terms=terms)


def prepare_factor(path: Path | None, options: Options, score: str | None = None, **given: Any) -> PreparedSignal:
    """What ``factor`` is asked to do; parameters and errors as ``prepare_events``, fields are those of ``Factor``.

    Parameters
    ----------
    path : Path or None
    options : Options
    score : str, optional
    **given
    """
    study = study_of(path, options)
    asked = replace(study.factor, **{key: value for key, value in given.items() if value not in (None, ())})
    return _prepared(study, asked, path, options, score)


def _prepared(
    study: Study, asked: Events | Factor, path: Path | None, options: Options, score: str | None
) -> PreparedSignal:
    found = _score(study, asked, path, options, score)
    own = {item.name: getattr(asked, item.name) for item in fields(asked) if item.name not in ("score", "set")}
    return PreparedSignal(study, found, {key: value for key, value in own.items() if value not in (None, ())})


def _score(study: Study, asked: Events | Factor, path: Path | None, options: Options, score: str | None) -> Any:
    extra = settings(options.parameters)
    if score is not None and options.strategy is not None:
        raise InputError("--score and --strategy both name what is studied; leave one of them out")
    if score is not None:
        return find_score(score, extra, study.folder)
    if asked.score is not None and options.strategy is None:
        return find_score(asked.score, {**asked.set, **extra}, study.folder)
    choice = chosen(study, path, options)
    strategy = find_strategy(choice.name, {**choice.parameters, **extra}, study.folder)
    return score_of(strategy, choice.label)
