"""What the bot does when somebody writes or presses something; `bot.handlers.routes` says which is called when."""
