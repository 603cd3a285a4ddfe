"""Orders of one evening: ledgers worked out by hand, what can't be done, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sectorlead as sl
from sectorlead.data.errors import DataError, InputError, ParameterError

CLOSES = {"A": 10.0, "B": 7.77, "C": 4.0}
RULES = sl.Market(
    name="by hand", lot=100, tick=0.001, price_limit=0.1, commission_rate=0.0003, commission_min=5.0, money_step=0.01,
    t_plus_one=True,
)  # fmt: skip
DAYS = pd.bdate_range("2024-01-01", periods=6)


def made(closes: dict[str, float] | None = None, days: pd.DatetimeIndex = DAYS, **more: Any) -> sl.Panel:
    """Prices that never moved."""
    known = closes or CLOSES
    close = np.tile(list(known.values()), (len(days), 1))
    return sl.Panel(days, tuple(known), close, open=close, high=close, low=close, checked=False, **more)


@dataclass(frozen=True)
class Fixed:
    """The same weights at every decision."""

    weights: dict[str, float]
    schedule: Any = None

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> dict[str, float]:
        return self.weights


def ask(weights: dict[str, float], holdings: Any, cash: float, panel: sl.Panel | None = None, **more: Any) -> sl.Orders:
    panel = made() if panel is None else panel
    market = more.pop("market", RULES)
    return sl.orders(Fixed(weights), panel, holdings, cash, market, **({"today": panel.session} | more))


def sides(todo: sl.Orders) -> dict[str, tuple[str, float, float, str]]:
    return {each.symbol: (each.side, each.wanted, each.shares, each.reason) for each in todo.lines}


def test_a_ledger_by_hand() -> None:
    todo = ask({"A": 0.5, "B": 0.3}, {"A": 1000, "C": 550}, 20_000)
    assert todo.equity == 10_000 + 2_200 + 20_000
    assert sides(todo) == {  # half of 32,200 is 1,610 of A; three tenths are 1,243 of B; an odd lot is sold with all
        "C": ("sell", 550, 550, ""), "A": ("buy", 600, 600, ""), "B": ("buy", 1200, 1200, ""),
    }  # fmt: skip
    assert [each.symbol for each in todo.to_send] == ["C", "A", "B"]
    assert todo.cash_after == pytest.approx(20_000 + 2_200 - 5 - 6_000 - 5 - 9_324 - 5, abs=1e-9)
    assert todo.cost == 15
    assert todo.costs["commission"] == 15
    limits = {each.symbol: (each.limit_down, each.limit_up) for each in todo.lines}
    assert limits == {"A": (9.0, 11.0), "B": (6.993, 8.547), "C": (3.6, 4.4)}
    assert (todo.session, todo.next_session) == (DAYS[-1], DAYS[-1] + pd.Timedelta(days=1))
    assert [each.why for each in todo.lines] == ["leaves", "stays, topped up from 31.06% to 50.00%", "enters"]


def test_what_was_bought_in_the_session_of_the_order_is_locked() -> None:
    day = DAYS[-1] + pd.Timedelta(days=1)
    held = pd.DataFrame({"symbol": ["C"], "shares": [550], "bought": [day], "bought_shares": [300]})
    todo = ask({}, held, 1_000)
    assert sides(todo) == {"C": ("sell", 550, 250, "t_plus_one")}
    assert todo.cash_after == 1_000 + 1_000 - 5
    assert sides(ask({}, held.assign(bought=DAYS[-1]), 1_000)) == {"C": ("sell", 550, 550, "")}
    at_once = replace(RULES, t_plus_one=False)
    assert sides(ask({}, held, 1_000, market=at_once)) == {"C": ("sell", 550, 550, "")}
    assert sides(ask({}, held.assign(bought_shares=[550]), 1_000)) == {"C": ("sell", 550, 0, "t_plus_one")}


@pytest.mark.parametrize(("locked", "shares"), [(100, 400), (150, 400), (250, 300), (540, 10), (550, 0)])
def test_a_lock_changes_no_order_that_fits_beside_it(locked: int, shares: int) -> None:
    """550 of C are 2,200; with 800 in cash, a fifth of the account is 150: the sale is 400, less where less is free."""
    day = DAYS[-1] + pd.Timedelta(days=1)
    held = pd.DataFrame({"symbol": ["C"], "shares": [550], "bought": [day], "bought_shares": [locked]})
    (line,) = ask({"C": 0.2}, held, 800).lines
    assert (line.wanted, line.shares, line.reason) == (400, shares, "" if shares == 400 else "t_plus_one")


def test_a_lock_of_as_many_as_the_target_sells_no_odd_lot() -> None:
    """560 of C with 600 in cash: 150 to be held is 410 too many, of which 400 are lots; 410 are free."""
    day = DAYS[-1] + pd.Timedelta(days=1)
    held = pd.DataFrame({"symbol": ["C"], "shares": [560], "bought": [day], "bought_shares": [150]})
    (line,) = ask({"C": 600 / 2_840}, held, 600).lines
    assert (line.target, line.wanted, line.shares, line.reason) == (pytest.approx(150, abs=1e-12), 400, 400, "")


def test_cash_is_what_is_given_whatever_the_run_earns_on_it() -> None:
    todo = ask({}, None, 10_000, cash_rate=0.05, config=sl.RunConfig(cash_flows="monthly 500"))
    assert (todo.equity, todo.cash_after) == (10_000, 10_000)


def test_what_cash_a_lot_and_a_suspension_keep_from_being_done() -> None:
    assert sides(ask({"A": 1.0}, None, 1_000)) == {"A": ("buy", 100, 0, "cash")}  # 1,000 and 5 of commission
    assert sides(ask({"A": 1.0}, None, 1_005)) == {"A": ("buy", 100, 100, "")}
    assert sides(ask({"A": 0.5}, None, 1_900)) == {"A": ("buy", 0, 0, "lot")}
    close = np.tile(list(CLOSES.values()), (6, 1))
    close[-1, 1] = np.nan
    halted = sl.Panel(DAYS, ("A", "B", "C"), close, checked=False)
    todo = ask({"A": 0.5, "B": 0.3}, {"B": 100}, 10_000, halted, fill="close")
    assert sides(todo)["B"] == ("buy", 300, 0, "no_bar")
    assert [each.symbol for each in todo.to_send] == ["A"]
    assert "no price: suspended, or not yet listed" in todo.markdown()


def test_an_order_above_its_share_of_the_usual_volume_is_told() -> None:
    panel = made(volume=np.full((6, 3), 5_000.0))
    allowed = "10% of a session's volume is the most that one order may take"
    told = f"{allowed}, and of the mean of 6 sessions these are more: "
    market = replace(RULES, participation=0.1)
    assert told + "A 12%" in ask({"A": 0.6, "B": 0.3}, None, 10_000, panel, market=market).notes
    assert not any(told in note for note in ask({"A": 0.2}, None, 10_000, panel, market=market).notes)


def test_a_band_leaves_a_holding_alone() -> None:
    todo = ask({"A": 0.5}, {"A": 1_000}, 10_500, no_trade=0.02)
    assert sides(todo) == {"A": ("keep", 0, 0, "")}
    assert todo.lines[0].why == "stays within the no-trade band"


def test_a_day_without_a_decision_says_when_the_next_is() -> None:
    rule = Fixed({"A": 0.5}, sl.Monthly())
    todo = sl.orders(rule, made(), {"C": 200}, 10_000, RULES, today=DAYS[-1])
    assert (todo.decided, todo.to_send, f"{todo.next_decision:%F}") == ("none", (), "2024-01-31")
    assert "No decision today, 2024-01-08; next on 2024-01-31." in todo.markdown()
    month = pd.bdate_range("2024-01-15", periods=13)  # to the last of January, which is not known without a calendar
    todo = sl.orders(rule, made(days=month), None, 10_000, RULES, today=month[-1])
    assert (todo.decided, f"{todo.decision:%F}", f"{todo.next_decision:%F}") == ("decision", "2024-01-31", "2024-02-29")


def test_a_strategy_that_leaves_all_alone_at_its_decision_is_told_so() -> None:
    class Silent:
        def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> None:
            return None

    assert sl.orders(Silent(), made(), None, 1_000, RULES, today=DAYS[-1]).decided == "undecided"


def test_what_an_earlier_decision_left_open_is_carried_on() -> None:
    rule = Fixed({}, sl.Monthly())
    held = pd.DataFrame({"symbol": ["A", "C"], "shares": [0, 550], "target": [300, 0]})
    todo = sl.orders(rule, made(), held, 4_000, RULES, today=DAYS[-1])
    assert sides(todo) == {"C": ("sell", 550, 550, ""), "A": ("buy", 300, 300, "")}
    assert {each.why for each in todo.lines} == {"still open from the decision before"}


def test_an_exit_goes_by_the_day_that_opened_the_holding() -> None:
    days = pd.bdate_range("2024-01-01", periods=9)
    close = np.array([[10, 10.0]] * 4 + [[12, 10.0]] * 4 + [[10.9, 10.0]])
    panel = sl.Panel(days, ("A", "B"), close, open=close, high=close, low=close, checked=False)
    rule = sl.Rotation(sl.Momentum(2), schedule=sl.Monthly(), exits=sl.Exits(trailing=0.08))

    def fired(since: Any) -> str:
        held = pd.DataFrame({"symbol": ["A"], "shares": [100], "since": [since]})
        return sl.orders(rule, panel, held, 1_000, RULES, today=days[-1]).decided

    assert fired(days[1]) == "exit"  # 9.2% below the high of 12
    assert fired(days[8]) == "none"  # bought at 10.9
    with pytest.raises(ParameterError, match="of A that is not known; give the date"):
        sl.orders(rule, panel, {"A": 100}, 1_000, RULES, today=days[-1])


def test_ranks_are_those_of_this_decision_and_of_the_one_before() -> None:
    panel = sl.simulate(seed=2, sessions=120)
    rule = sl.Rotation(sl.Momentum(5), sl.TopN(4), schedule=sl.Every(4, 3))
    todo = sl.orders(rule, panel, None, 100_000, "cn-etf")
    now, before = (rule.ranking(panel.until(row))[0] for row in (119, 115))
    assert {each.rank for each in todo.lines} == {1, 2, 3, 4}
    for each in todo.lines:
        column = panel.column(each.symbol)
        assert (each.rank, each.rank_before) == (now[column], before[column])
        assert each.why == f"enters: rank {each.rank} of {(now > 0).sum()}, {each.rank_before} at the decision before"


def test_holdings_of_another_spelling_and_a_brokers_table(tmp_path: Any) -> None:
    panel = made({"512480.SH": 1.0, "512880.SH": 2.0})
    path = tmp_path / "持仓.csv"
    path.write_bytes("证券代码,证券名称,持仓数量(手)\n512480,半导体,\"1,200\"\nsh512880,证券,3\n".encode("gb18030"))
    todo = ask({}, path, 10, panel)
    assert {each.symbol: each.held for each in todo.lines} == {"512480.SH": 120_000, "512880.SH": 300}
    assert "columns of the holdings that are not read: 证券名称" in todo.notes
    assert any("units of 100 shares" in note for note in todo.notes)


def test_old_data_are_told_with_the_date() -> None:
    todo = ask({"A": 0.5}, None, 10_000, today="2024-01-11")
    assert todo.notes[0].startswith(
        "the panel ends on 2024-01-08, and the exchange has traded 2 sessions since, up to 2024-01-10"
    )
    morning = ask({"A": 0.5}, None, 10_000, today="2024-01-09").notes
    (told,) = morning
    assert told.startswith("these are the orders of today, 2024-01-09; after its close")
    assert ask({"A": 0.5}, None, 10_000, today="2024-01-08").notes == ()


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "unknown symbol": (lambda: ask({}, {"AA": 100}, 1), "unknown symbol in the holdings 'AA'. Did you mean 'A'"),
    "negative": (lambda: ask({}, {"A": -100}, 1), "shares of A must be a number >= 0"),
    "not finite": (lambda: ask({}, {"A": np.inf}, 1), "shares of A must be a number >= 0"),
    "no number": (lambda: ask({}, {"A": "many"}, 1), "shares must be a number, was 'many' .row 1, A."),
    "twice": (lambda: ask({}, pd.DataFrame({"symbol": ["A", "A"], "shares": [1, 2]}), 1), "A comes twice"),
    "no shares": (lambda: ask({}, pd.DataFrame({"symbol": ["A"], "weight": [1]}), 1), "need a column 'shares'"),
    "cash NaN": (lambda: ask({}, None, np.nan), "cash must be a finite number >= 0"),
    "cash negative": (lambda: ask({}, None, -1), "cash must be a finite number >= 0"),
    "cash in words": (lambda: ask({}, None, "10"), "cash must be a finite number >= 0"),  # type: ignore[arg-type]
    "nothing": (lambda: ask({}, {"A": 0}, 0), "the account is worth nothing"),
    "no such file": (lambda: ask({}, "nowhere.csv", 1), "nowhere.csv: no such file"),
    "held since later": (
        lambda: ask({}, pd.DataFrame({"symbol": ["A"], "shares": [1], "since": ["2024-02-01"]}), 1),
        "A is held since 2024-02-01, after the panel's last session, 2024-01-08",
    ),
    "held before its first bar": (
        lambda: ask(
            {}, pd.DataFrame({"symbol": ["A"], "shares": [1], "since": [DAYS[1]]}), 1,
            sl.Panel(DAYS, ("A",), np.array([[np.nan]] * 3 + [[1.0]] * 3), checked=False),
        ),
        "A is held since 2024-01-02, and its first bar is of 2024-01-04",
    ),
    "bought later": (
        lambda: ask({}, pd.DataFrame({"symbol": ["A"], "shares": [1], "bought": ["2024-01-10"]}), 1),
        "A was bought on 2024-01-10, after 2024-01-09",
    ),
    "bought more than held": (
        lambda: ask({}, pd.DataFrame({"symbol": ["A"], "shares": [1], "bought": [DAYS[0]], "bought_shares": [2]}), 1),
        "bought_shares of A must be from 0 to 1",
    ),
    "no date": (
        lambda: ask({}, pd.DataFrame({"symbol": ["A"], "shares": [1], "since": ["soon"]}), 1),
        "since must be a date such as 2026-01-31, was 'soon'",
    ),
    "same close": (lambda: ask({}, None, 1, fill="same-close"), "orders are for the session after it"),
    "next session in the past": (lambda: ask({}, None, 1, next_session=DAYS[2]), "must be after 2024-01-08"),
    "weekly bars": (
        lambda: ask({}, None, 1, made(days=pd.date_range("2024-01-05", periods=6, freq="7D"))), "need daily bars",
    ),
    "never had a price": (
        lambda: ask({}, {"C": 1}, 1, made({"A": 1.0, "B": 1.0, "C": np.nan})), "C has no price up to 2024-01-08",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_what_to_do(case: str) -> None:
    call, told = REFUSED[case]
    with pytest.raises(InputError, match=told):
        call()


def test_a_backtrader_strategy_has_orders_of_its_own() -> None:
    bt = pytest.importorskip("backtrader")
    with pytest.raises(InputError, match="sends orders of its own"):
        sl.orders(bt.Strategy, made(), None, 1_000, RULES)


SHARES = st.integers(0, 2_000)


@settings(max_examples=40)
@given(
    st.tuples(SHARES, SHARES, SHARES), st.tuples(SHARES, SHARES, SHARES), st.floats(0.0, 30_000.0),
    st.tuples(*[st.floats(0.0, 0.33)] * 3),
)  # fmt: skip
def test_no_order_overdraws_sells_what_it_must_not_or_breaks_a_lot(
    shares: tuple[int, ...], bought: tuple[int, ...], cash: float, weights: tuple[float, ...]
) -> None:
    day = DAYS[-1] + pd.Timedelta(days=1)
    latest = [min(pair) for pair in zip(shares, bought, strict=True)]
    held = pd.DataFrame({"symbol": list(CLOSES), "shares": shares, "bought": day, "bought_shares": latest})
    if not any(shares) and round(cash, 2) == 0:
        return
    todo = ask(dict(zip(CLOSES, weights, strict=True)), held, cash)
    free = {symbol: own - new for symbol, own, new in zip(CLOSES, shares, latest, strict=True)}
    spent = sum(each.value * (1 if each.side == "buy" else -1) + each.fees for each in todo.to_send)
    assert todo.cash_after >= 0
    assert todo.cash_after == pytest.approx(todo.cash - spent, abs=0.011 * (1 + len(todo.to_send)))
    for each in todo.lines:
        assert 0 <= each.shares <= max(each.wanted, 0)
        if each.side == "sell":
            assert each.shares <= free[each.symbol]
            assert each.shares % 100 == 0 or each.shares == free[each.symbol]
        if each.side == "buy":
            assert each.shares % 100 == 0
        assert (each.shares == each.wanted) == (each.reason in ("", "lot"))


def test_the_account_must_be_given_as_it_is() -> None:
    with pytest.raises(DataError, match="both say shares; keep one"):
        ask({}, pd.DataFrame({"symbol": ["A"], "shares": [1], "quantity": [1]}), 1)


@pytest.mark.parametrize("text", ["1.000,5", "1,5", "1_000", "12,00", "1 000"])
def test_numbers_that_can_be_read_in_two_ways_are_refused(text: str, tmp_path: Any) -> None:
    table = tmp_path / "held.csv"
    table.write_text(f'symbol;shares\nA;"{text}"\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"shares must be a number, was .*; write it as 1200, 1,200 or 1200\.5"):
        ask({"A": 0.5}, table, 10_000)
    for plain, shares in (("1,200", 1200), ("1200.0", 1200), ("+1.2e3", 1200), ("12,345,600.", 12_345_600)):
        table.write_text(f'symbol;shares\nA;"{plain}"\n', encoding="utf-8")
        assert ask({"A": 0.5}, table, 10_000).lines[0].held == shares


def test_a_next_session_that_is_none_and_a_panel_ahead_of_today_are_told() -> None:
    panel = sl.simulate(seed=1, sessions=300)
    known = ask({"SIM01": 0.5}, None, 10_000, panel, market="cn-etf").next_session
    told = ask({"SIM01": 0.5}, None, 10_000, panel, market="cn-etf", next_session=panel.session + pd.Timedelta(days=1))
    later = ask({"SIM01": 0.5}, None, 10_000, panel, market="cn-etf", next_session=known + pd.Timedelta(days=1))
    assert f"and the exchange is closed on it: it opens on {known:%F}" in str(told.notes)
    assert f"and the exchange opens on {known:%F} before that" in str(later.notes)
    assert "was given" not in str(ask({"SIM01": 0.5}, None, 10_000, panel, market="cn-etf", next_session=known).notes)
    early = panel.session - pd.Timedelta(days=3)
    ahead = ask({"SIM01": 0.5}, None, 10_000, panel, market="cn-etf", today=early)
    assert f"is after today, {early:%F}: its close can't" in str(ahead.notes)


@pytest.mark.parametrize("held", [{"A": 1e308}, {"A": 1.1e15}])
def test_more_shares_than_can_be_told_apart_are_refused(held: dict[str, float]) -> None:
    with pytest.raises(DataError, match=r"A has 1\.?1?e\+\d+ shares, and can have 1e\+15 at most"):
        ask({"A": 0.5}, held, 10_000)
    table = pd.DataFrame({"symbol": ["A"], "shares": [100], "target": [1e308]})
    with pytest.raises(DataError, match=r"A has 1e\+308 shares"):
        ask({"A": 0.5}, table, 10_000)
    assert ask({"A": 0.5}, {"A": 1e15}, 10_000).lines[0].held == 1e15


def test_a_session_that_is_not_over_is_refused_as_a_brief_refuses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    day = DAYS[-1]

    def at(hour: int, minute: int) -> None:
        now = day + pd.Timedelta(hours=hour, minutes=minute)
        monkeypatch.setattr("sectorlead.research.session_over.shanghai_now", lambda: now)

    at(14, 59)
    over = f"the session of {day:%F} is over at 15:00 in Shanghai, and it is {day:%F} 14:59 there"
    with pytest.raises(InputError, match=f"orders: {over}; wait for the close, or ask for {DAYS[-2]:%F}"):
        ask({"A": 0.5}, None, 10_000)
    with pytest.raises(InputError, match=f"brief: {over}"):
        sl.brief(made())
    assert ask({"A": 0.5}, None, 10_000, end=DAYS[-2]).session == DAYS[-2]
    at(15, 0)
    assert ask({"A": 0.5}, None, 10_000).session == day
