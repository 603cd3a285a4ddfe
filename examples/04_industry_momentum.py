# %% [markdown]
# # Winners less losers: Moskowitz and Grinblatt (1999)
#
# `python examples/04_industry_momentum.py [RETURNS.csv]`
#
# At the end of every month industries are ranked by their return over the last L months. The first three are bought,
# the last three sold short, equally weighted, and held for H months. So H portfolios are held at any time, one of
# which is formed anew each month, and the month's return is their mean. An account can't sell short here: winners
# and losers are two runs, and the difference of their monthly returns is the paper's line, before any cost.
#
# RETURNS.csv has a column `date` of month ends and a column of monthly total returns for each industry, as decimal
# fractions; Ken French's data library has such files. Without one the market is simulated.

# %%
import sys

import pandas as pd

import sectorlead as sl


def of_returns(returns: pd.DataFrame) -> sl.Panel:
    """Monthly closes that grow by these returns, from 1 at the end of the month before the first."""
    start = pd.DataFrame(1.0, [returns.index[0] - pd.offsets.MonthEnd(1)], returns.columns)
    return sl.Panel.from_frames(pd.concat([start, (1 + returns).cumprod()]))


def simulated(months: int = 240) -> sl.Panel:
    """Month ends of the simulated market."""
    closes = sl.simulate(seed=1, sessions=21 * months, persistence=1.0).frame("adjusted_close")
    return sl.Panel.from_frames(closes.iloc[20::21])


def overlapping(score: sl.Score, holding: int, top: int = 3) -> sl.Tranches:
    """``holding`` portfolios of the ``top`` best, one of them formed anew each month."""
    return sl.Tranches(sl.Rotation(score, sl.TopN(top), schedule=sl.Every(holding)), count=holding, spacing=1)


def winners_and_losers(panel: sl.Panel, formation: int, holding: int, top: int = 3) -> pd.DataFrame:
    """Monthly returns of winners and of losers, from the first month in which all portfolios are held."""
    ranked = sl.Momentum(formation)
    start = panel.sessions[formation + holding - 1]
    lines = {
        name: sl.run(overlapping(score, holding, top), panel, "frictionless", fill="same-close", start=start,
                     engine="compiled").equity
        for name, score in (("winners", ranked), ("losers", sl.Reverse(ranked)))
    }  # fmt: skip
    return pd.DataFrame(lines).pct_change().iloc[1:]


# %%
def main() -> None:
    files = [word for word in sys.argv[1:] if word.endswith((".csv", ".csv.gz"))]  # a notebook has words of its own
    panel = of_returns(pd.read_csv(files[0], index_col="date", parse_dates=True)) if files else simulated()
    print(f"{len(panel.symbols)} series, {panel.sessions[0]:%Y-%m} to {panel.sessions[-1]:%Y-%m}; % a month, (t)")
    print(f"{'L':>3}{'H':>4}{'winners':>10}{'losers':>9}{'difference':>17}")
    for formation in (1, 6, 12):
        for holding in (1, 6, 12):
            returns = winners_and_losers(panel, formation, holding)
            apart = returns["winners"] - returns["losers"]
            t = apart.mean() / apart.std() * len(apart) ** 0.5
            means = 100 * returns.mean()
            print(
                f"{formation:3}{holding:4}{means['winners']:10.2f}{means['losers']:9.2f}"
                f"{100 * apart.mean():10.2f} ({t:.1f})"
            )


if __name__ == "__main__":
    main()
