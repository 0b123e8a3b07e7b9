"""Message or button in -> Reply out, as plain data: knows no Telegram, no terminal, no database."""
