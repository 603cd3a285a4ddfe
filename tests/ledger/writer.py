"""Writes trials into the usual ledger, and says which ones were acknowledged: ``writer.py FIRST COUNT BATCH``."""

import sys

import sectorlead as sl
from sectorlead.ledger.buffer import commit
from sectorlead.ledger.counting import Block, Facts, Label, keep


def write(first: int, count: int, batch: int) -> None:
    panel = sl.simulate(seed=3, sessions=60)
    window = panel.sessions[0], panel.sessions[-1]
    for begin in range(first, first + count, batch):
        for number in range(begin, min(begin + batch, first + count)):
            facts = Facts()
            body = {
                "strategy": {"name": "Momentum", "parameters": {"lookback": number}},
                "environment": facts.of({"code": "none"}),
                "metrics": facts.of(["sharpe"]),
            }
            block = Block(panel, window, number.to_bytes(8, "little"), bytes(8), b"")
            keep(block, Label("run", "", "written"), body, facts)
        commit()
        print(min(begin + batch, first + count), flush=True)


if __name__ == "__main__":
    write(*map(int, sys.argv[1:]))
