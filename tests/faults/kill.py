"""Runs killed at any moment: ``.venv/bin/python tests/faults/kill.py --kills 100``; status 1 if one left half a run.

Each ``sectorlead run`` into the same folder is killed (SIGKILL) after a random time, up to as long as a run takes.
After every kill the folder must hold the whole run of one that had ended, and let the next run in.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

if __package__:
    from .fuzz import sample
else:
    from fuzz import sample  # as a script


def words(number: int) -> list[str]:
    """A run that can be told from others by its cash."""
    asked = (
        "run",
        "--data",
        "bars.csv",
        "--benchmark",
        "IX",
        "--strategy",
        "equal-weight",
        "--no-verify",
        "--out",
        "o",
    )
    return [sys.executable, "-m", "sectorlead", *asked, "--cash", str(1_000_000 + number)]


def main() -> int:
    """Kills, and what each left."""
    import sectorlead as sl

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    dice, found = random.Random(asked.seed), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sample(folder)
        subprocess.run(words(0), cwd=folder, check=True, capture_output=True)
        begun = time.monotonic()
        subprocess.run(words(0), cwd=folder, check=True, capture_output=True)
        usual = time.monotonic() - begun
        for number in range(1, asked.kills + 1):
            process = subprocess.Popen(words(number), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wait = dice.uniform(0.3, 1.1) * usual
            try:
                process.wait(wait)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            try:
                cash = sl.open(folder / "o").terms.cash
                found["a whole run" if cash < 1_000_000 + number else "the run that was to be killed, whole"] += 1
            except sl.SectorLeadError as error:
                found["half a run"] += 1
                print(f"kill {number} after {wait:.2f} s: {error}")
        last = subprocess.run(words(-1), cwd=folder, check=False, capture_output=True, text=True)
        left = sorted(path.name for path in folder.iterdir() if path.name not in ("o", "bars.csv"))
        inside = sorted(path.name for path in (folder / "o").iterdir())
    print(", ".join(f"{count} times {what}" for what, count in found.items()))
    print(f"the run after them: status {last.returncode}, {len(inside)} files; beside its folder: {left or 'nothing'}")
    return 1 if found["half a run"] or last.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
