"""``sectorlead serve``: stored runs in the browser, read-only and on this machine only unless asked otherwise.

``command`` starts the server, ``app`` answers, ``index`` knows which runs there are, ``stored`` reads one of them,
``spells`` and ``beside`` compute what the pages of one run and of several show.
"""
