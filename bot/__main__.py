"""`python -m bot`: the same as the `rights-bot` command."""

from bot.cli import main

main()
