"""What keeps this bot from doing its work: a finding a check, each with what to do about it."""
