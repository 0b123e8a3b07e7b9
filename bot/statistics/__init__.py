"""What maintainers see of the anonymous counts: one report, in a terminal, on a page, as a picture and as open data.

Everything here is drawn from the published figures alone; no module of this room reads the counts themselves.
"""
