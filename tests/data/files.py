"""A small file of bars, and what is said of one that can't be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from sectorlead.data.errors import InputError
from sectorlead.data.load import load

SMALL = """\
date,symbol,name,group,open,high,low,close,volume,amount,adj_factor,known_from
2024-01-03,000300,沪深300,,3300,3320,3290,3310,1000,3300000,1,
2024-01-02,512010,医药,消费,0.40,0.42,0.39,0.41,100,41,2,2024-01-03
2024-01-02,000300,沪深300,,3290,3310,3280,3300,1000,3300000,1,
2024-01-03,159934,黄金,,2.38,2.40,2.37,2.39,200,478,1,
2024-01-04,159934,黄金,,,,,,0,0,1,
2024-01-04,512010,医药,消费,0.41,0.43,0.40,0.42,50,21,2,2024-01-03
2024-01-04,000300,沪深300,,3310,3330,3300,3320,1000,3300000,1,
"""


def write(folder: Path, text: str, name: str = "bars.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path, benchmark: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        load(path, benchmark)
    text = str(caught.value)
    assert "\n" not in text
    return text
