"""rights-bot: curated, sourced answers for immigrant families and workers in New York City."""
