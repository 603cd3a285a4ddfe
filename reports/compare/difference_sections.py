"""Differences with their intervals: strategies against chance, against each other, and by phase of the benchmark."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from ...data.types import Floats
from ..charts.cells import among, interval
from ..equal_weight import LABEL
from ..message import Text, say, sentence
from ..sections.base import (
    P_VALUE,
    PERCENT,
    SIGNED,
    WHOLE_PERCENT,
    Block,
    Cell,
    Column,
    Format,
    Heading,
    Paragraph,
    Section,
    Table,
    Value,
    unit_format,
)
from ..sections.measures import line_name
from .how_tested import LEVEL
from .paired_bootstrap import CONFIDENCE, LEAST_EPISODES, Difference
from .random_picks import AgainstChance, Chance, picks_label
from .tournament_result import TournamentResult

Row = Sequence[Value | Cell]
STANDS = say("Bold: stands at 5% after Holm's correction.")


def line_text(label: str, against: str) -> Text:
    """The label of a line as it is shown: those of ours are translated.

    Parameters
    ----------
    label, against : str
    """
    return sentence(label) if label == picks_label(against) else line_name(label)


def _interval_columns() -> tuple[Column, Column]:
    level = f"{CONFIDENCE:.0%}"
    return Column(say("{level} from", level=level), PERCENT, wide=True), Column(say("to"), PERCENT, wide=True)


# --- against chance -------------------------------------------------------------------------------------------------


def against_chance(found: TournamentResult, roles: Mapping[str, str], phases: Sequence[str]) -> Section | None:
    """Each strategy that was tried among its random picks; None where none were drawn.

    Parameters
    ----------
    found : TournamentResult
    roles : mapping of str to str
        Colours by label.
    phases : sequence of str
        Those that some session began in.
    """
    chance = found.chance
    if chance is None:
        return None
    told = (
        say(
            "Each strategy against {count} random picks of its own: they decide when it does, hold as many of the "
            "series that it could rank, with the same weights and terms, and keep a holding at a decision with a "
            "probability that makes them turn over as much as it does.", count=chance.count,
        ),
        say("So costs are alike, and what is left is who was chosen."),
        say("Ahead: growth over the mean of its picks, compounded a year."),
        say("Above: the share of its picks that grew less."),
        STANDS,
    )  # fmt: skip
    blocks: list[Block] = [Paragraph(told, "lead")]
    placed = [row for row in chance.rows if math.isfinite(_growth(chance, row.strategy))]
    if placed:
        blocks.append(_lots(chance, placed, roles))
    if chance.picks:
        blocks += [Heading(say("Turnover, and costs apart")), _beside(chance, roles)]
    if told_of := unmatched(chance):
        blocks.append(Paragraph(sentence(told_of), "note"))
    if placed and phases:
        blocks += [Heading(say("Share of random picks that grew less, by phase")), _by_phase(chance, placed, phases)]
    return Section("picks", say("Against chance"), blocks, say("Random picks"))


def _growth(chance: Chance, label: str) -> float:
    rows = (row.growth for row in chance.places if (row.strategy, row.phase) == (label, ""))
    return next(rows, math.nan)


def _lots(chance: Chance, placed: Sequence[AgainstChance], roles: Mapping[str, str]) -> Table:
    grown = {row.strategy: np.sort(chance.growth_of_picks(row.strategy)) for row in placed}
    span = _span([*grown.values(), np.array([_growth(chance, row.strategy) for row in placed])])
    columns = (
        Column(say("Strategy")), Column(say("CAGR of each pick"), look="whisker"), Column(say("Ahead"), SIGNED),
        *_interval_columns(), Column(say("p"), P_VALUE, wide=True), Column(say("Holm"), P_VALUE),
        Column(say("Above"), WHOLE_PERCENT),
    )  # fmt: skip
    rows: list[Row] = []
    for row in placed:
        role, own = roles[row.strategy], _growth(chance, row.strategy)
        drawn = among(grown[row.strategy], own, span, role) if span else None
        ahead = Cell(row.ahead, strong=row.holm <= LEVEL)
        rows.append((Cell(row.strategy, role=role), drawn, ahead, row.low, row.high, row.p, row.holm, row.place))
    told = say("Every pick is a fine line, the strategy the dot.")
    return Table(say("Strategies among their random picks"), columns, rows, told, "differences")


def _span(values: Sequence[Floats]) -> tuple[float, float] | None:
    whole = np.concatenate(values)
    if not len(whole) or not np.isfinite(whole).all():
        return None
    pad = max(float(np.ptp(whole)) * 0.03, 1e-4)
    return float(whole.min()) - pad, float(whole.max()) + pad


def _beside(chance: Chance, roles: Mapping[str, str]) -> Table:
    often = unit_format("per year")
    columns = (
        Column(say("Strategy / its picks")), Column(say("Kept"), WHOLE_PERCENT), Column(say("Turnover"), often),
        Column(say("CAGR, gross"), PERCENT), Column(say("Costs"), Format("percent", 2)),
        Column(say("CAGR, net"), PERCENT),
    )  # fmt: skip
    rows: list[Row] = []
    for row in chance.rows:
        if row.strategy in chance.picks:
            head = Cell(row.strategy, role=roles[row.strategy], strong=True)
            rows.append((head, None, row.turnover, row.gross, row.costs, row.net))
            mean = say("mean of its {count} picks", count=row.picks)
            rows.append((mean, row.keep, row.random_turnover, row.random_gross, row.random_costs, row.random_net))
    told = (
        say("Gross: the same decisions with nothing charged. Costs: what they take off the CAGR."),
        say("Kept: the probability with which a holding of the picks keeps its place at a decision."),
    )
    return Table(say("Turnover and costs beside random picks"), columns, rows, told, "side")


def unmatched(chance: Chance) -> str:
    """Strategies that have no picks, and those whose picks can't turn over as much.

    Parameters
    ----------
    chance : Chance
    """
    told = [
        f"{row.strategy} has no random picks: {row.reason}" for row in chance.rows if row.strategy not in chance.picks
    ]
    for label, own in chance.picks.items():
        if not own.matched:
            much = "little" if own.keep == 1 else "much"
            told.append(f"no random picks turn over as {much} as {label}, so its row compares turnovers too")
    return f"{'; '.join(told)}." if told else ""


def _by_phase(chance: Chance, placed: Sequence[AgainstChance], phases: Sequence[str]) -> Table:
    columns = [Column(say("Strategy")), *(Column(phase_text(name), WHOLE_PERCENT) for name in phases)]
    rows: list[Row] = []
    for row in placed:
        places = (chance.place(row.strategy, name) for name in phases)
        cells = (Cell(value, heat=(value - 0.5) / 0.5) if math.isfinite(value) else Cell() for value in places)
        rows.append((row.strategy, *cells))
    return Table(say("Places by phase"), columns, rows, look="heat")


def phase_text(name: str) -> Text:
    """The name of a phase as it is shown.

    Parameters
    ----------
    name : str
    """
    return sentence(name.replace("_", " ").capitalize())


# --- against the first ----------------------------------------------------------------------------------------------


def against_first(found: TournamentResult, roles: Mapping[str, str]) -> Section | None:
    """The differences over all sessions; None of one line.

    Parameters
    ----------
    found : TournamentResult
    roles : mapping of str to str
    """
    rows = [row for row in found.paired.rows if row.phase == ""]
    if not rows:
        return None
    told = (
        say("Growth of each line over that of {first}, session by session.", first=found.against),
        say("Per year: compounded, the CAGR of that growth. In total: in all these sessions."),
        STANDS,
        say(
            "Rows without a number in the column Holm were not tried in the hope of being good: benchmark, what holds "
            "everything, random picks."
        ),
    )
    title = say("Against {first}", first=found.against)
    table = _differences(rows, rows, roles, say("Differences over all sessions"))
    blocks: list[Block] = [Paragraph(told, "lead"), table]
    if reason := _shared_reason(rows):
        blocks.append(Paragraph(say("No interval: {reason}.", reason=sentence(reason)), "note"))
    return Section("whole", title, blocks, say("Differences"))


def by_phase(found: TournamentResult, roles: Mapping[str, str], phases: Sequence[str]) -> Section | None:
    """The differences by phase of the benchmark; None where no phase is known.

    Parameters
    ----------
    found : TournamentResult
    roles : mapping of str to str
    phases : sequence of str
        Those that some session began in.
    """
    every = [row for row in found.paired.rows if row.phase]
    if not phases or not every:
        return None
    told = [
        say("The same differences in the sessions that began in each phase."),
        say(
            "The phase of a return is the one known at the close before it, so nothing in a session decides where it "
            "is counted."
        ),
        say("All phases are drawn on one scale, so the width of an interval shows how little a short phase says."),
        say("Phases with fewer than {count} episodes get no interval.", count=LEAST_EPISODES),
    ]
    unseen = [name.replace("_", " ") for name in found.labels.names if name not in phases]
    if unseen:
        told.append(sentence(f"No session began in: {', '.join(unseen)}."))
    blocks: list[Block] = [Paragraph(tuple(told), "lead")]
    for name in phases:
        rows = [row for row in every if row.phase == name]
        blocks.append(Heading(phase_text(name)))
        blocks.append(_differences(rows, every, roles, phase_text(name), _span_text(rows)))
    if found.phase_rule:
        blocks.append(Paragraph(sentence(found.phase_rule), "note"))
    return Section("phases", say("By phase of the benchmark"), blocks, say("Phases"))


def _span_text(rows: Sequence[Difference]) -> tuple[Text, ...]:
    first, reason = rows[0], _shared_reason(rows)
    span = (
        say("{sessions} sessions in 1 episode.", sessions=first.sessions) if first.episodes == 1
        else say("{sessions} sessions in {episodes} episodes.", sessions=first.sessions, episodes=first.episodes)
    )  # fmt: skip
    return (span, say("No interval: {reason}.", reason=sentence(reason))) if reason else (span,)


def _shared_reason(rows: Sequence[Difference]) -> str:
    """Why all lack an interval, where that is the same for all."""
    reasons = {row.reason for row in rows}
    return reasons.pop() if len(reasons) == 1 else ""


def _differences(
    rows: Sequence[Difference],
    group: Sequence[Difference],
    roles: Mapping[str, str],
    label: Text,
    caption: Text | tuple[Text, ...] = "",
) -> Table:
    """Differences as rows, on the scale of all that belong together."""
    ends = [abs(end) for row in group for end in (row.low, row.high, row.ahead) if math.isfinite(end)]
    scale, same = max([*ends, 0.01]), _shared_reason(rows)
    columns = (
        Column(say("Strategy")), Column(say("Behind, 0, ahead"), look="whisker"), Column(say("Per year"), SIGNED),
        *_interval_columns(), Column(say("p"), P_VALUE, wide=True), Column(say("Holm"), P_VALUE),
        Column(say("In total"), SIGNED, wide=True),
    )  # fmt: skip
    shown: list[Row] = []
    for row in rows:
        role = roles.get(row.strategy, "reference" if row.strategy == LABEL else "benchmark")
        note = sentence(row.reason) if row.reason and not same else ""
        head = Cell(line_text(row.strategy, row.against), role=role, note=note)
        drawn = interval(row.low, row.ahead, row.high, scale, role)
        ahead = Cell(row.ahead, strong=row.holm <= LEVEL)
        shown.append((head, drawn, ahead, row.low, row.high, row.p, row.holm, row.total))
    return Table(label, columns, shown, caption, "differences")
