"""Question -> Match: is it urgent, which card answers it, which cards may be meant, or none."""
