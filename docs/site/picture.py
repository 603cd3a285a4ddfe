"""Makes the picture of a report that README.md shows: python docs/site/picture.py."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image

import sectorlead as sl

PICTURE = Path(__file__).parents[1] / "pictures" / "report.png"


def main() -> None:
    """Page one of the run of README's example, verified by both engines, in few colours so that it is small."""
    os.environ["SECTORLEAD_TRIALS"] = "off"  # the picture does not depend on what was tried here
    rule = sl.Rotation(
        score=sl.PullbackStrength(), pick=sl.TopN(5, hold_until_rank=8), weigh=sl.InverseVolatility(60),
        schedule=sl.Monthly(),
    )  # fmt: skip
    panel = sl.simulate(seed=0, persistence=1.0)
    run = sl.run(rule, panel, market="cn-etf", cash=1_000_000, name="leaders", engine="both")
    page = Image.open(run.front_page(PICTURE)).convert("RGB")
    page.quantize(128).save(PICTURE, optimize=True)
    print(f"{PICTURE}: {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
