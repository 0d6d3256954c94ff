"""Many chats for measurements, made of a few: each is copied with what it follows until there are as many as asked for.

For an SQLite file that nobody has open. Storing 100,000 one by one takes longer than what is to be measured.
"""

import sqlite3

_COPIES = "WITH RECURSIVE copy (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < :copies)"


def multiply(file: str, count: int) -> None:
    """Have `count` chats, a multiple of those that are stored under the Telegram numbers 1, 2, 3 …"""
    connection = sqlite3.connect(file)
    with connection:
        [few] = connection.execute("SELECT count(*) FROM chat").fetchone()
        assert count % few == 0, f"{count} is no multiple of {few}"
        if count > few:
            values = {"few": few, "copies": count // few - 1}
            connection.execute(_insert(connection, "chat", {"telegram_id": "chat.telegram_id + :few * copy.n"}), values)
            by_number = "JOIN chat AS mine ON mine.id = topic.chat_id"
            copied = "JOIN chat AS other ON other.telegram_id = mine.telegram_id + :few * copy.n"
            connection.execute(f"{_insert(connection, 'topic', {'chat_id': 'other.id'})} {by_number} {copied}", values)
    connection.close()


def _insert(connection: sqlite3.Connection, table: str, changed: dict[str, str]) -> str:
    """The statement that copies all rows of a table, with other values in some columns."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "id"]
    values = ", ".join(changed.get(column, f"{table}.{column}") for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) {_COPIES} SELECT {values} FROM copy CROSS JOIN {table}"
