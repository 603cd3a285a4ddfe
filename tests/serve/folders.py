"""Run folders for the tests: one small enough to check by hand, and as many as needed that only fill the list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sectorlead.engine.canonical import fingerprint, sentence
from sectorlead.reports.run_folder.entry import read_entry
from sectorlead.serve.stored import StoredRun

DAYS = ("2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09", "2024-01-10", "2024-01-11")


def told(data: dict[str, Any]) -> dict[str, Any]:
    """A strategy as a manifest holds it."""
    return {"text": sentence(data), "data": data, "hash": fingerprint(data)}


def rotation(lookback: int, n: int) -> dict[str, Any]:
    """The strategy of a run."""
    parts = {
        "score": {"name": "Momentum", "parameters": {"lookback": lookback, "skip": 0}},
        "pick": {"name": "TopN", "parameters": {"n": n, "hold_until_rank": None}},
        "schedule": {"name": "Every", "parameters": {"sessions": 2}},
    }
    return told({"name": "Rotation", "parameters": parts})


STRATEGY = rotation(2, 1)

TABLES = {
    "equity.csv": ("session,equity,cash,benchmark", *(
        f"{day},{equity},{cash},{close}"
        for day, equity, cash, close in zip(
            DAYS,
            (1000.0, 999.0, 1049.0, 1099.0, 1097.0, 1097.0, 1096.0, 1141.0),
            (1000.0, 499.0, 499.0, 499.0, 1097.0, 1097.0, 646.0, 646.0),
            (10, 10, 11, 11, 12, 11, 11, 12),
            strict=True,
        )
    )),
    "weights.csv": ("session,000001,000300", *(
        f"{day},{first},{second}"
        for day, first, second in zip(
            DAYS,
            (0.0, 0.500501, 0.524309, 0.545951, 0.0, 0.0, 0.0, 0.0),
            (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.410584, 0.433830),
            strict=True,
        )
    )),
    "fills.csv": (
        "session,symbol,side,shares,price,value,commission,stamp_duty,transfer_fee,handling_fee,levy,slippage",
        "2024-01-03,000001,buy,100,5.0,500.0,1.0,0.0,0.0,0.0,0.0,0.5",
        "2024-01-08,000001,sell,100,6.0,600.0,1.5,0.5,0.0,0.0,0.0,0.25",
        "2024-01-10,000300,buy,45,10.0,450.0,1.0,0.0,0.0,0.0,0.0,0.0",
    ),
    "rejections.csv": (
        "session,symbol,side,wanted,filled,reason",
        "2024-01-03,000001,buy,120,100,cash",
        "2024-01-05,000001,sell,100,0,limit_down",
        "2024-01-09,000300,buy,45,0,limit_up",
    ),
    "decisions.csv": (
        "session,symbol,rank,score,held,target",
        "2024-01-02,000001,1,0.05,0.0,0.5",
        "2024-01-04,000001,2,0.01,0.524309,0.0",
        "2024-01-08,000300,1,0.031,0.0,0.45",
    ),
}  # fmt: skip
"""000001 is bought on the 3rd and, held at a limit for a session, sold on the 8th; 000300 is bought on the 10th."""

SUMMARY = {
    "total_return": 0.141, "cagr": 0.2, "sharpe": 1.5, "max_drawdown": -0.05, "turnover": 2.0, "cost_total": 4.75,
    "volatility": 0.1, "sessions": 800.0, "periods_per_year": 252.0, "starting_cash": 1000.0, "final_equity": 1141.0,
}  # fmt: skip


def manifest(name: str, market: str = "cn-etf", strategy: Any = STRATEGY, **other: Any) -> dict[str, Any]:
    """A manifest with what pages read."""
    return {
        "name": name, "strategy": strategy, "market": {"name": market},
        "panel": {"source": "made by hand", "benchmark": "399006"},
        "terms": {"start": DAYS[0], "end": DAYS[-1], "fill": "open", "size": "decision", "unfilled": "carry"},
        "verified": None, **other,
    }  # fmt: skip


def write_run(folder: Path, name: str | None = None, *, leave_out: tuple[str, ...] = (), **values: Any) -> Path:
    """A complete run folder; ``values`` go into its summary, or its manifest if they are named there."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = manifest(name or folder.name)
    facts |= {key: value for key, value in values.items() if key in facts or key == "terms"}
    figures = SUMMARY | {key: value for key, value in values.items() if key not in facts}
    texts = {file: "\n".join(rows) + "\n" for file, rows in TABLES.items()}
    texts |= {"summary.json": json.dumps(figures), "manifest.json": json.dumps(facts)}
    texts["report.html"] = "<!doctype html><title>t</title><style>p{color:red}</style><p>the tearsheet</p>"
    for file, text in texts.items():
        if file not in leave_out:
            (folder / file).write_text(text, encoding="utf-8")
    return folder


def write_many(root: Path, count: int) -> None:
    """Runs that only fill the list, 500 to a folder."""
    for k in range(count):
        folder = root / f"sweep-{k // 500:02d}" / f"variant-{k:05d}"
        folder.mkdir(parents=True)
        facts = manifest(
            f"momentum {k}", ("cn-etf", "cn-stock", "us-etf")[k % 3],
            rotation(20 + k % 200, 1 + k % 9),
            verified="fills and equity" if k % 2 else None,
        )  # fmt: skip
        (folder / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
        (folder / "summary.json").write_text(json.dumps(SUMMARY | {"sharpe": k / 1_000}), encoding="utf-8")
        (folder / "equity.csv").write_text("session,equity,cash,benchmark\n", encoding="utf-8")


def stored(folder: Path) -> StoredRun:
    """The run in a folder, as the server has it."""
    names = frozenset(path.name for path in folder.iterdir())
    return StoredRun(read_entry(folder, folder.name, names), folder)
