"""The command line as a whole: usage errors, Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SLOW_RULE = """
import pathlib, time

class Slow:
    def decide(self, view, portfolio):
        pathlib.Path("deciding").touch()
        time.sleep(0.2)
"""


def test_a_usage_error_is_status_2(command: Any) -> None:
    done = command("run", "--bechmark", "X")
    assert done.status == 2
    assert "--bechmark" in done.err


def test_ctrl_c_leaves_nothing_and_status_130(bars: Path, tmp_path: Path) -> None:
    (tmp_path / "slow_rule.py").write_text(SLOW_RULE, encoding="utf-8")
    words = ["run", "--strategy", "slow_rule:Slow", "--data", str(bars), "--no-verify", "--out", "o"]
    asked = [sys.executable, "-m", "sectorlead", *words]

    def heed_ctrl_c() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a suite started in the background ignores it

    with subprocess.Popen(asked, cwd=tmp_path, stderr=subprocess.PIPE, text=True, preexec_fn=heed_ctrl_c) as process:
        for _ in range(600):
            if (tmp_path / "deciding").exists() or process.poll() is not None:
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode in (130, -signal.SIGINT), err  # a shell shows 130 for either
    assert "Traceback" not in err
    assert not (tmp_path / "o").exists()
