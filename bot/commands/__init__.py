"""The commands of the program, a module for each kind; `bot.cli` puts them together."""
