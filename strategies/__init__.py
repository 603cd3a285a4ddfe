"""Opinions, as composable values: measures, phases, picks, weights, guards, schedules, and what is made of them.

What a user needs is named in ``sectorlead`` itself.
"""
