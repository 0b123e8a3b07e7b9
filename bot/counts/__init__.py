"""Anonymous counts: (day in New York, card, language of the reply, outcome) -> number, and nothing else."""
