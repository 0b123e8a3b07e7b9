"""Measurements of matching: beside other methods, with many cards, and the fit of its weights. The bot needs none."""
