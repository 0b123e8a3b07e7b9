"""A question that somebody hands over to the volunteers, after seeing the exact text that would be kept."""
