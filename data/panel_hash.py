"""The hash of everything in a panel that can change a result."""

from __future__ import annotations

import hashlib

import numpy as np

from .bars import BARS
from .panel_arrays import PanelArrays
from .spans import untraded


def content_hash(panel: PanelArrays) -> str:
    """16 hex digits; equal content gives an equal hash.

    Parameters
    ----------
    panel : PanelArrays
    """
    digest = hashlib.blake2b(digest_size=8)
    factor = np.where(panel.has_bar, panel.adj_factor, np.nan)  # what it is between bars has no meaning
    digest.update("\x1f".join((*panel.symbols, *panel.groups, *panel.kinds)).encode())
    digest.update(panel.sessions.to_numpy().astype("M8[s]").tobytes())
    digest.update(panel.known_from.astype("M8[s]").tobytes())
    arrays = [*(getattr(panel, key) for key in BARS), factor]
    if panel.benchmark is not None:
        digest.update(panel.benchmark.symbol.encode())
        arrays += [panel.benchmark.whole(key) for key in BARS]
        if panel.benchmark.before:
            digest.update(panel.benchmark.earlier.sessions.to_numpy().astype("M8[s]").tobytes())
    for array in arrays:
        same = np.where(np.isnan(array), np.nan, array + 0.0)  # the bits of NaN and zero differ by origin
        digest.update(same.tobytes())
    if any(panel.boards):
        digest.update("\x1f".join(("boards", *panel.boards)).encode())
    if panel.special.any():
        digest.update(b"special" + panel.special.tobytes())
    if not np.isnat(panel.last_date).all():
        digest.update(b"last_date" + panel.last_date.astype("M8[s]").tobytes())
    for name, array in panel.fields.items():
        digest.update(f"field\x1f{name}\x1f".encode() + np.where(np.isnan(array), np.nan, array + 0.0).tobytes())
    standing_in = untraded(panel.spans, panel.sessions, panel.symbols)
    if standing_in is not None:
        digest.update(b"untraded" + standing_in.tobytes())
    return digest.hexdigest()
