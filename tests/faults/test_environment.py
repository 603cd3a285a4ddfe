"""What is around a run fails for real: the disk, the memory, permissions, the output's encoding, a second process."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numba
import pytest

import sectorlead as sl

from .limited import Done, command, limited

RUN = ("run", "--data", "bars.csv", "--benchmark", "IX", "--strategy", "equal-weight", "--no-verify")
SMALL = 8 << 20
WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
ROOT = Path(__file__).parents[2]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts file systems and gives files away")


def started(*words: str, cwd: Path) -> subprocess.Popen[str]:
    """A command that goes on."""
    return subprocess.Popen(
        [sys.executable, "-m", "sectorlead", *words], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run([mount, "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", folder], check=False)
    if not made or made.returncode:
        pytest.skip("file systems can't be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path, left: int) -> None:
    """A file that leaves so many bytes."""
    with (folder / "fill").open("wb", buffering=0) as file:
        file.write(bytes(shutil.disk_usage(folder).free - left))


@needs_root
def test_a_full_disk_leaves_the_run_before_and_no_half(bars: Path, small_disk: Path) -> None:
    assert command(*RUN, "--out", "disk/o", cwd=bars.parent).status == 0
    before = {path.name: path.read_bytes() for path in (small_disk / "o").iterdir()}
    fill(small_disk, left=100_000)  # a run of it takes 400 KB
    for folder in ("disk/o", "disk/new"):
        done = command(*RUN, "--cash", "5e5", "--out", folder, cwd=bars.parent)
        assert (done.status, "the disk is full: free space" in done.err) == (2, True), done.err
        assert "Traceback" not in done.err
    assert {path.name: path.read_bytes() for path in (small_disk / "o").iterdir()} == before
    assert sl.open(small_disk / "o").terms.cash == 1e6
    assert not (small_disk / "new").exists()
    (small_disk / "fill").unlink()
    fill(small_disk, left=8_192)
    done = command("convert", "bars.csv", "disk/bars.csv", cwd=bars.parent)
    assert (done.status, "the disk is full" in done.err) == (2, True), done.err
    assert not (small_disk / "bars.csv").exists(), "no half of a file"


def as_another(*words: str, cwd: Path, **env: str) -> Done:
    """A command of somebody who may not what root may: without capabilities root is one of many users."""
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv is not installed: no process without root's rights can be made")
    done = subprocess.run(
        [*WITHOUT_RIGHTS, sys.executable, "-m", "sectorlead", *words],
        cwd=cwd, env={**os.environ, **env}, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def theirs(bars: Path) -> Path:
    """A folder of another user that only he may enter, with bars, a study and a run in it."""
    folder = bars.parent / "theirs"
    folder.mkdir()
    shutil.copy(bars, folder / "bars.csv")
    (folder / "study.toml").write_text("[data]\n")
    folder.chmod(0o700)
    os.chown(folder, 65_534, 65_534)
    return folder


@needs_root
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("check", "theirs/bars.csv"), "theirs/bars.csv: no permission"),
        (("check", "theirs"), "theirs: no permission"),
        (("convert", "bars.csv", "theirs/x.csv"), "theirs/x.csv: no permission"),
        ((*RUN, "--out", "theirs/x"), "theirs/x: no permission"),
        (("run", "theirs/study.toml"), "study theirs/study.toml can't be read: Permission denied"),
        (("serve", "theirs"), "'theirs' is not readable"),
    ],
)
def test_what_may_not_be_read_or_written(words: tuple[str, ...], told: str, theirs: Path) -> None:
    done = as_another(*words, cwd=theirs.parent)
    assert (done.status, told in done.err) == (2, True), done.err
    assert "Traceback" not in done.err
    assert not any(theirs.glob("x*"))


@needs_root
@pytest.mark.slow
def test_where_nothing_can_be_kept_a_run_still_works(theirs: Path) -> None:
    """As in a container: the package and all libraries lie on file systems for reading only, and home is another's."""
    if not (shutil.which("unshare") and shutil.which("setpriv")):
        pytest.skip("unshare or setpriv is not installed")
    home = str(theirs)
    env = {"HOME": home, "XDG_CACHE_HOME": home, "XDG_DATA_HOME": home, "NUMBA_CACHE_DIR": f"{home}/numba"}
    locked = {str(ROOT), str(Path(numba.__file__).parents[1])}
    mounts = [f"mount --bind {each} {each} && mount -o remount,bind,ro {each}" for each in map(shlex.quote, locked)]
    words = (*WITHOUT_RIGHTS, sys.executable, "-m", "sectorlead", *RUN, "--out", "o")
    script = " && ".join((*mounts, "touch ready", f"exec {shlex.join(words)}"))
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script], cwd=theirs.parent, env={**os.environ, **env}, capture_output=True,
        text=True, timeout=400, check=False,
    )  # fmt: skip
    if not (theirs.parent / "ready").exists():
        pytest.skip(f"file systems can't be mounted here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "compil" not in done.stderr, "a small run waits for no kernel, and starts nothing that could not keep one"
    assert sl.open(theirs.parent / "o").terms.cash == 1e6


def test_too_little_memory_is_a_sentence(bars: Path) -> None:
    """As much as loading the libraries needs, and not what 4 million rows do."""
    rows = bars.read_text().splitlines()
    body = "\n".join(f"{line},{i}" for i, line in enumerate(rows[1:] * 10))
    wide = bars.parent / "wide.csv"
    wide.write_text(f"{rows[0]},field\n" + (body + "\n") * 150)
    code = (
        "import resource, sys; sys.argv = ['sectorlead', 'check', 'wide.csv']\n"
        "from sectorlead.cli.main import main\n"
        "import pandas, pyarrow.csv, sectorlead.data.load, sectorlead.data.quality.gate\n"
        "have = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (have + (100 << 20),) * 2)\n"
        "main()\n"
    )
    done = limited("-c", code, cwd=bars.parent, memory=0)
    assert "not enough memory" in done.err, done.err[-2_000:]
    assert done.status in (2, -signal.SIGABRT)  # where memory is short, threads of a library may abort Python's own end
    assert "Traceback" not in done.err


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii", "utf-16"])
def test_every_encoding_of_the_output_is_served(encoding: str, bars: Path) -> None:
    text = bars.read_text(encoding="utf-8").splitlines()
    named = [text[0] + ",name", *(f"{line},强势−" for line in text[1:])]
    bars.write_text("\n".join(named), encoding="utf-8")
    words = [sys.executable, "-m", "sectorlead", "check", "bars.csv"], [sys.executable, "-m", "sectorlead", *RUN]
    for each in words:
        env = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
        done = subprocess.run(each, cwd=bars.parent, env=env, capture_output=True, timeout=200, check=False)
        assert done.returncode == 0, done.stderr[-2_000:]
        told = done.stdout.decode(encoding)
        assert "bars.csv" in told
    assert ("−" in told) == (encoding == "utf-16"), "where the sign is missing the common one stands for it"


def test_two_runs_into_one_folder_leave_one_whole_run(bars: Path) -> None:
    """Both at once, twice: whoever comes second is told, or is the one whose run stays."""
    for _ in range(2):
        both = [started(*RUN, "--cash", cash, "--out", "o", cwd=bars.parent) for cash in ("1e6", "2e6")]
        ended = [(process.communicate(timeout=200)[1], process.returncode) for process in both]
        assert {status for _, status in ended} <= {0, 2}
        assert 0 in {status for _, status in ended}
        assert all("being written by another process" in err for err, status in ended if status == 2)
        run = sl.open(bars.parent / "o")
        assert run.terms.cash in (1e6, 2e6)
        assert float(run.outcome.cash[0]) <= run.terms.cash


def test_a_reader_that_goes_away_is_no_defect(bars: Path) -> None:
    process = started("check", "bars.csv", "--json", cwd=bars.parent)
    assert process.stdout is not None
    process.stdout.close()
    deadline = time.monotonic() + 200
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert process.stderr is not None
    with process.stderr as said:
        assert "Traceback" not in said.read()
    assert process.returncode is not None
