"""Telegram on loopback: a strict Bot API server, a control plane to play the people, and a chat page.

Knows the protocol and nothing of the program that it serves; start it with `python -m playground`.
The rules come from the Bot API manual and the sources of tdlib/telegram-bot-api and tdlib/td; each
module names what it follows.
"""
