"""``sectorlead serve``: stored runs in the browser, read-only and on this machine only unless asked otherwise.

``command`` starts the server, ``app`` answers, ``index`` knows which runs there are, ``stored`` reads one of them,
``history`` and ``side_by_side`` hand stored runs to ``reports``, which finds holding spells and compares them.
"""
