"""Faults, each tried on the real process while people ask it questions.

``make faults`` tries all of them and writes docs/reliability.md; the tests try the quick ones.
"""
