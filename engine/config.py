"""The terms of a run: everything that is asked for besides strategy, panel and market, each declared once.

The signatures of ``sectorlead.run`` and ``compare``, the section ``[run]`` of a study, the options of the command
line, a run's manifest and what its report says of orders are made from the fields of ``RunConfig``. A new term is a
field of it, and a line of ``SharedTerms``, which editors read; besides, only the engines that it concerns have to know.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import wraps
from inspect import Parameter, signature
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypedDict, TypeVar, get_type_hints

from ..data.bounds import WHOLE
from ..data.clock import clock
from ..data.errors import ParameterError, UnknownNameError
from ..data.forms import DATE, NAMES, Date, Form, form_of, typed
from .flow_texts import WORDS, checked_flows

if TYPE_CHECKING:
    from pandas import Series
else:
    Series = Any  # the hints below are read where pandas is not loaded: for the help of the command line

Fill = Literal["open", "close", "vwap", "at", "same-close"]
Size = Literal["decision", "fill"]
Unfilled = Literal["carry", "drop"]
NoTradeOf = Literal["equity", "target"]
NoTradeTo = Literal["target", "edge"]
Ended = Literal["stated", "last-bar"]
Dividends = Literal["reinvested", "cash", "reinvest-at-open"]
Engine = Literal["compiled", "backtrader", "both"]
Prices = Literal["adjusted", "raw"]
Windows = str | Mapping[str, tuple[Date, Date]] | Sequence[str]

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


def _as_rate(value: Any) -> Any:
    """A number or a Series that ``accrual`` takes; a text is read, and checked, when the run begins."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        raise ValueError(value)
    from ..data.rates import check_rate

    check_rate(value)
    return value


def _as_rules(value: Any) -> tuple[str, ...]:
    from ..data.quality.gate import check_names

    names: tuple[str, ...] = NAMES.take(value)
    check_names(names)
    return names


def _as_windows(value: Any) -> tuple[str, ...]:
    from ..data.windows import windows_of

    return windows_of(value)


START, FIRST_DECISION = "start", "first-decision"


def _as_measured(value: Any) -> Any:
    return value if value in (START, FIRST_DECISION) else DATE.take(value)


POSITIVE = typed("a finite number > 0", Real, test=lambda number: 0 < number <= sys.float_info.max)
WINDOWS = Form('a set such as "china-crashes", {"mine": ("2021-02-18", "2021-07-30")}, or a list of them', _as_windows)
BAND = typed("a fraction >= 0 and < 1, such as 0.02 for two points", Real, test=lambda number: 0 <= number < 1)
COUNT = typed("a whole number from 1 on", Integral, test=lambda number: 1 <= number < WHOLE)
CLOCK = Form('a time of day such as "10:00"', clock)
RATE = Form('a fraction a year such as 0.02, or a file and its column, "rates.csv:shibor"', _as_rate)
FLOWS = Form(WORDS, checked_flows)
RULES = Form(NAMES.words, _as_rules)
MEASURED = Form(f'"{START}", "{FIRST_DECISION}", or a date such as 2020-01-31', _as_measured)


def term(
    default: Any,
    says: str,
    *,
    form: Form | None = None,
    choices: Mapping[str, str] | None = None,
    usual: str = "",
    section: str = "run",
    option: str = "",
) -> Any:
    """Declares a term of a run as a field of ``RunConfig``.

    Parameters
    ----------
    default : object
    says : str
        What it is, one sentence for help and documents.
    form : Form, optional
        What it must be, where its type hint does not say enough.
    choices : mapping of str to str, optional
        What each of its choices means, as reports say it.
    usual : str
        The default in words, for the help of the command line, where the value does not show it.
    section : str
        Of a study, in which it is a key; "" for a term that a study says otherwise.
    option : str
        Of the command line, where its name is another's there.
    """
    told = {"says": says, "form": form, "choices": choices or {}, "usual": usual, "section": section}
    about = told | {"option": option}
    return field(default=default, metadata=about)


def knows_its_terms(kind: type[T]) -> type[T]:
    """Makes a name that a dataclass of terms does not have an ``UnknownNameError`` with the nearest one it has."""
    made: Any = kind.__init__
    known = list(signature(made).parameters)[1:]
    names = frozenset(known)

    @wraps(made)
    def checked(self: T, **given: Any) -> None:
        for name in given:
            if name not in names:
                raise UnknownNameError("term of a run", name, known)
        made(self, **given)

    kind.__init__ = checked  # type: ignore[assignment, method-assign]
    return kind


@knows_its_terms
@dataclass(frozen=True, kw_only=True, eq=False)
class RunConfig:
    """The terms of a run, checked; all by keyword.

    Parameters
    ----------
    cash : float
        Starting cash in currency, > 0.
    fill : {"open", "close", "vwap", "at", "same-close"}
        Price and session of fills; all but "same-close" are those of the session after the decision. "at" is the price
        at the time of day ``price_at``.
    price_at : str, optional
        Time of day, ``"10:00"``, at whose price orders fill: the panel's field ``price_10:00``. It makes ``fill`` "at".
    decide_at : str, optional
        Time of day, ``"14:30"``, at whose price decisions are made, from what is known then: the panel's field
        ``price_14:30`` and all closes before. Orders fill in the same session, at a later ``price_at`` or
        ``fill="close"``. Default: decisions are made after the close.
    size : {"decision", "fill"}
        Shares fixed at the decision's close, or at the fill price.
    unfilled : {"carry", "drop"}
        What becomes of an order that was blocked.
    no_trade : float
        The no-trade band around a target weight, >= 0 and < 1: a holding whose weight is off by no more is left alone.
        What is not held yet, and what is to be sold whole, always trades. 0.02 is two points of weight; 0 is no band.
    no_trade_of : {"equity", "target"}
        What the band is a fraction of: of the account, so that it is in points of weight, or of the target weight.
    no_trade_to : {"target", "edge"}
        Where a weight beyond the band is brought: to its target, or only to the edge of the band.
    ended : {"stated", "last-bar"}
        When a series ends, and a holding in it becomes cash: after its ``last_date`` (``Panel``) only, so that one
        without bars is suspended and stays at its last close; or, where none is stated, after its last bar in the
        panel, which nobody knew at the time.
    write_off : int, optional
        A holding in a series without a bar for so many sessions in a row is given up: it counts 0 from the close of
        the last of them, whatever it brings later. Default: never.
    cash_rate : float, Series or str, optional
        What idle cash earns per year, as a fraction (0.02), or such rates by date; actual days / 365. A text is read
        when the run begins, see ``sectorlead.data.rates.read_rate``. Default: nothing.
    dividends : {"reinvested", "cash", "reinvest-at-open"}
        What a distribution becomes. "reinvested": more shares at once, fractions too, without cost or tax, as the
        adjustment factor has it. "cash": money at the ex-date, less tax by the market's rules, and by how long the
        shares are held when they are sold. "reinvest-at-open": that money buys whole lots of the series at the open of
        the ex-date, with costs. The last two need the panel's fields ``dividend`` and ``split``
        (``sectorlead.engine.dividends``).
    cash_flows : mapping or Series of date to amount, str, or sequence of str, optional
        Deposits (above 0) and withdrawals (below) after the close of the session of that date, or the next one; or
        texts, "2021-03-01 50000" or a rule, "monthly -2000" (weekly, quarterly, yearly), which falls in the first
        session of each period that begins after the run does. A withdrawal that cash can't pay stays due, see
        ``docs/session.md``. Returns are time-weighted: a flow is no return. Kept as texts. Default: none.
    engine : {"compiled", "backtrader", "both"}
        "both" compares fills and equity and stamps the record.
    prices : {"adjusted", "raw"}
        Unit of the prices that a ``backtrader.Strategy`` sees in its lines and gives with its orders: raw times the
        adjustment factor known in that session, or as quoted (``docs/backtrader.md``). Money and shares are the same in
        both. Any other strategy has both in its view, ``close`` and ``adjusted_close``, and refuses "raw".
    seed : int, optional
        Replaces the seed of a random strategy; an error for one that has none.
    start, end : str or date, optional
        First and last session of the run; the panel's by default. A date without session rolls inward. Kept as ISO
        text.
    measured_from : "start", "first-decision", str or date, optional
        The first session that every number and line is about; what came before it has shaped the account. "start" is
        the run's first session, "first-decision" the one after whose close it first decided, so that a wait in cash
        is no performance. Default: "first-decision"; in a comparison the latest of all.
    periods : str, mapping or sequence, optional
        Stretches of time that reports show apart (``sectorlead.data.windows``): "china-crashes", "us-crashes", "years",
        one's own as ``{"mine": ("2021-02-18", "2021-07-30")}``, or several. Kept as texts,
        ``mine=2021-02-18..2021-07-30``. Default: none.
    accept : sequence of str, optional
        Rules of the quality gate whose errors do not stop the run: "bad-tick", or "bad-tick:801010" for one series.
        Default: none.
    name : str
        Label on reports; by default the strategy's class.

    Raises
    ------
    UnknownNameError
        For a term or a choice that is not known; says the nearest.
    ParameterError
        For a value of another type or out of range; says what is allowed.

    Examples
    --------
    >>> usual = RunConfig(cash=500_000, fill="close")
    >>> replace(usual, fill="opne")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    sectorlead.data.errors.UnknownNameError: unknown fill 'opne'. Did you mean 'open'? Known: open, close, vwap, ...
    """

    start: Date | None = term(None, "First session, e.g. 2020-01-01; what lies before warms up.")
    end: Date | None = term(None, "Last session.")
    measured_from: Date | None = term(
        None, "First session that is measured: start, first-decision, or a date.", form=MEASURED, usual="first-decision"
    )
    cash: float = term(1_000_000.0, "Starting cash.", form=POSITIVE)
    fill: Fill = term(
        "open",
        "When and at what price orders fill",
        choices={
            "open": "Decided after the close, filled at the next session's open",
            "close": "Decided after the close, filled at the next session's close",
            "vwap": "Decided after the close, filled at the next session's average price (amount / volume)",
            "at": "Decided after the close, filled at the next session's price at {price_at}",
            "same-close": "Decided and filled at the same close, as papers on period returns do; nobody could have "
            "traded so",
        },
    )
    price_at: str | None = term(
        None, "Time of day at whose price in the data orders fill, e.g. 10:00.", form=CLOCK, usual="none"
    )
    decide_at: str | None = term(
        None, "Time of day at whose price in the data is decided, e.g. 14:30.", form=CLOCK, usual="after the close"
    )
    size: Size = term(
        "decision",
        "When the shares of an order are fixed",
        choices={
            "decision": "shares fixed at the decision's close",
            "fill": "shares computed at the fill price",
        },
    )
    unfilled: Unfilled = term(
        "carry",
        "What becomes of a blocked order",
        choices={
            "carry": "what stays unfilled is tried again until the next decision",
            "drop": "what stays unfilled is dropped",
        },
    )
    no_trade: float = term(
        0.0, "Band around a target weight within which a holding is left alone, e.g. 0.02.", form=BAND
    )
    no_trade_of: NoTradeOf = term("equity", "What the no-trade band is a fraction of")
    no_trade_to: NoTradeTo = term("target", "Where a weight beyond the no-trade band is brought")
    ended: Ended = term(
        "stated",
        "When a series ends",
        choices={
            "stated": "a series ends at its stated last date, and is suspended where it has no bars before",
            "last-bar": "a series ends after its last bar, which nobody knew at the time",
        },
    )
    write_off: int | None = term(
        None, "Sessions without a bar after which a holding counts 0.", form=COUNT, usual="never"
    )
    cash_rate: float | str | Series | None = term(
        None, "What idle cash earns a year: 0.02, or PATH:COLUMN.", form=RATE, usual="nothing"
    )
    dividends: Dividends = term(
        "reinvested",
        "What a distribution becomes",
        choices={
            "reinvested": "distributions are more shares at once, without cost or tax",
            "cash": "dividends are cash at the ex-date, less tax",
            "reinvest-at-open": "dividends less tax buy whole lots at the open of the ex-date, with costs",
        },
    )
    cash_flows: Mapping[Any, float] | Sequence[str] | str | Series | None = term(
        None,
        'Deposit, or below 0 withdrawal: "2021-03-01 50000" or "monthly -2000"; repeatable.',
        form=FLOWS,
        usual="none",
        option="cash_flow",
    )
    periods: Windows | None = term(
        None,
        "Stretches shown apart: china-crashes, us-crashes, years, or NAME=FIRST..LAST; repeatable.",
        form=WINDOWS,
        usual="none",
    )
    prices: Prices = term("adjusted", "Prices that a backtrader.Strategy sees", option="bt_prices")
    seed: int | None = term(None, "Of a random strategy.")
    accept: Sequence[str] | None = term(
        None, "A rule of the quality gate whose errors not to stop at; repeatable.", form=RULES, section="data"
    )
    engine: Engine = term("compiled", "Engine")
    name: str = term("", "Label on reports.", section="")

    def __post_init__(self) -> None:
        for known in TERMS.values():
            value = getattr(self, known.name)
            if value is not known.default:  # defaults are as they are kept
                object.__setattr__(self, known.name, known.form.read(value, known.name))
        self._check_times()

    def _check_times(self) -> None:
        """Fills at a time of day, and decisions before the close, belong together with the right ``fill``."""
        if self.price_at is not None and self.fill == "open":
            object.__setattr__(self, "fill", "at")
        if (self.fill == "at") != (self.price_at is not None):
            raise ParameterError(
                f"fill={self.fill!r} and price_at={self.price_at!r} do not fit: orders fill at the price of a time of "
                'day where price_at says which, and fill is left out; for fill="close" and others leave price_at out'
            )
        if self.decide_at is not None and self.fill not in ("at", "close"):
            raise ParameterError(
                f"decide_at={self.decide_at!r} decides before the close and fills later in the same session; give "
                f'price_at="14:50" or another time after it, or fill="close"; was fill={self.fill!r}'
            )
        if self.decide_at is not None and self.price_at is not None and not self.decide_at < self.price_at:
            raise ParameterError(
                f"orders that are decided at {self.decide_at} can't fill at {self.price_at}; price_at must be later "
                "than decide_at"
            )

    @property
    def same_session(self) -> bool:
        """Whether orders fill in the session in which they are decided."""
        return self.fill == "same-close" or self.decide_at is not None

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        return tuple(_plain(getattr(self, item.name)) for item in fields(self) if item.compare)

    def idle_rate(self) -> float | Series | None:
        """What idle cash earns; where a text names it, read from its file or the store."""
        if not isinstance(self.cash_rate, str):
            return self.cash_rate
        from ..data.rates import read_rate

        return read_rate(self.cash_rate)

    def in_words(self) -> str:
        """What its choices mean, a sentence: when and at what price orders fill."""
        return in_words(vars(self))


def _plain(value: Any) -> Any:
    """A value that compares and hashes: a Series of rates by its dates and numbers."""
    if hasattr(value, "items"):
        return tuple(value.items())
    return value


class SharedTerms(TypedDict, total=False):
    """The terms that runs of a comparison share, for type checkers; the fields of ``RunConfig`` without the name."""

    start: Date | None
    end: Date | None
    measured_from: Date | None
    cash: float
    fill: Fill
    price_at: str | None
    decide_at: str | None
    size: Size
    unfilled: Unfilled
    no_trade: float
    no_trade_of: NoTradeOf
    no_trade_to: NoTradeTo
    ended: Ended
    write_off: int | None
    cash_rate: float | str | Series | None
    dividends: Dividends
    cash_flows: Mapping[Any, float] | Sequence[str] | str | Series | None
    periods: Windows | None
    prices: Prices
    seed: int | None
    accept: Sequence[str] | None
    engine: Engine


class RunTerms(SharedTerms, total=False):
    """The terms of a run, for type checkers; the fields of ``RunConfig``."""

    name: str


class Term(NamedTuple):
    """One term of a run as it is declared; see ``term``."""

    name: str
    default: Any
    hint: Any
    form: Form
    says: str
    choices: Mapping[str, str]
    usual: str
    section: str
    option: str


def _terms() -> dict[str, Term]:
    hints = get_type_hints(RunConfig)
    return {
        item.name: Term(item.name, item.default, hints[item.name], **(dict(item.metadata) | {"form": form}))
        for item in fields(RunConfig)
        for form in [item.metadata["form"] or form_of(hints[item.name])]
    }


TERMS: dict[str, Term] = _terms()
"""The terms of a run by name, in the order in which they are shown."""


def in_words(terms: Mapping[str, Any]) -> str:
    """What the choices among some terms mean, a sentence.

    Parameters
    ----------
    terms : mapping
        Terms by name, those of a stored manifest too.

    Returns
    -------
    str
        "" where there are none that are known.

    Examples
    --------
    >>> in_words({"size": "fill", "unfilled": "drop", "cash": 5})
    'shares computed at the fill price; what stays unfilled is dropped.'
    """
    told = {name: known.choices.get(str(terms.get(name)), "") for name, known in TERMS.items() if known.choices}
    early, late = terms.get("decide_at"), terms.get("price_at")
    told["fill"] = told["fill"].format(price_at=late)
    if early:
        at = f"the price at {late}" if late else "the close"
        told["fill"] = f"Decided at the price at {early}, filled at {at} of the same session"
        told["size"] = told["size"].replace("the decision's close", "the decision's price")
    if isinstance(band := terms.get("no_trade"), float | int) and band:
        wide = f"{100 * band:g}%" if terms.get("no_trade_of") == "target" else f"{100 * band:g} points"
        where = "the edge of that band" if terms.get("no_trade_to") == "edge" else "its target"
        kept = f"a holding within {wide} of its target weight is left alone"
        told["no_trade"] = f"{kept}, one further off goes to {where}"
    said = [*filter(None, told.values())]
    return "; ".join(said) + "." * bool(said)


_USUAL = RunConfig()


def merged(config: RunConfig | None, terms: Mapping[str, Any]) -> RunConfig:
    """Terms that a function was given both ways.

    Parameters
    ----------
    config : RunConfig or None
        None is ``RunConfig()``.
    terms : mapping of str to object
        Terms by name, in place of those of ``config``.

    Raises
    ------
    InputError
        As ``RunConfig``, and for a ``config`` that is none.
    """
    if config is None:
        return RunConfig(**terms) if terms else _USUAL
    if not isinstance(config, RunConfig):
        raise ParameterError(f"config must be a RunConfig, was {config!r}; give terms as keywords, such as cash=1e6")
    return replace(config, **terms) if terms else config


def takes_terms(*without: str) -> Callable[[F], F]:
    """Gives a function with ``**terms`` a signature that names the terms, for editors, notebooks and ``help``.

    Parameters
    ----------
    *without : str
        Terms that the function does not take.
    """

    def signed(function: F) -> F:
        own = signature(function)
        kept = [item for item in own.parameters.values() if item.kind is not Parameter.VAR_KEYWORD]
        shown = [
            Parameter(known.name, Parameter.KEYWORD_ONLY, default=known.default, annotation=known.hint)
            for known in TERMS.values()
            if known.name not in without
        ]
        function.__signature__ = own.replace(parameters=[*kept, *shown])  # type: ignore[attr-defined]
        return function

    return signed
