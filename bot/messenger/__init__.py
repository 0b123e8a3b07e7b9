"""The conversation on Telegram: receiving, rendering, sending, and what a chat needs remembered in memory."""
