"""Random numbers by seed, symbol and day alone: a hash in place of a generator, so no draw goes by another.

A number is two steps of splitmix64 (Steele, Lea, Flood 2014): one makes the key of a symbol under a seed, one mixes
that with the key of the day. So it is the same on any panel that has that symbol and session. Kernels take both keys
and do the second step themselves.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...data.panel import Panel
from ...data.types import Ints

Keys = NDArray[np.uint64]


def mixed(keys: Keys) -> Keys:
    """One step of splitmix64 from each key; unsigned arithmetic wraps around.

    Parameters
    ----------
    keys : uint64 array
    """
    z = keys + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def symbol_keys(symbols: tuple[str, ...], seeds: ArrayLike) -> Keys:
    """Keys of symbols under each seed, shape (R, N).

    Parameters
    ----------
    symbols : tuple of str
        N of them.
    seeds : int array of shape (R,)
        From 0 on.
    """
    own = np.asarray(seeds, np.int64).astype(np.uint64)
    return mixed(_digests(symbols)[None, :] + own[:, None])


def day_keys(panel: Panel, rows: Ints) -> Keys:
    """Keys of the dates of some panel rows, shape (D,).

    Parameters
    ----------
    panel : Panel
    rows : int array of shape (D,)
    """
    days: Keys = panel.sessions.to_numpy()[rows].astype("M8[D]").astype(np.int64).view(np.uint64)
    return mixed(days)


@lru_cache(maxsize=16)
def _digests(symbols: tuple[str, ...]) -> Keys:
    digests = [hashlib.blake2b(symbol.encode(), digest_size=8).digest() for symbol in symbols]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)
