"""The loopback Telegram keeps Telegram's rules."""
