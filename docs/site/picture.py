"""Makes the picture of a report that README.md shows: python docs/site/picture.py."""

from __future__ import annotations

from pathlib import Path

import sectorlead as sl

PICTURE = Path(__file__).parents[1] / "pictures" / "report.png"


def main() -> None:
    """Page one of the run of README's example, verified by both engines."""
    rule = sl.Rotation(
        score=sl.PullbackStrength(), pick=sl.TopN(5, hold_until_rank=8), weigh=sl.InverseVolatility(60),
        schedule=sl.Monthly(),
    )  # fmt: skip
    panel = sl.simulate(seed=0, persistence=1.0)
    run = sl.run(rule, panel, market="cn-etf", cash=1_000_000, name="leaders", engine="both")
    print(run.front_page(PICTURE))


if __name__ == "__main__":
    main()
