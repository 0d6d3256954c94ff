"""A wrong setting stops the start and says which one it is."""

from pathlib import Path

import pytest

from bot import settings
from news.errors import BadRequest


def refused(**environment: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(BadRequest) as raised:
            settings.load()
    assert raised.value.code == "bad_setting"
    return raised.value.message


def test_lists_are_parted_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_ADMINS", "1, 22,")
    monkeypatch.setenv("BYLINE_FETCH_ALLOW", "127.0.0.1:8081,10.0.0.0/8")
    loaded = settings.load()
    assert loaded.admins == (1, 22)
    assert loaded.fetch_allow == ("127.0.0.1:8081", "10.0.0.0/8")


def test_an_option_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_DATABASE_URL", "here.sqlite")
    assert settings.load(database_url="there.sqlite").database == "there.sqlite"
    assert settings.load(database_url=None).database == "here.sqlite"


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("BYLINE_ACCESS", "open", "'private' or 'public'"),
        ("BYLINE_ADMINS", "me", "user ids"),
        ("BYLINE_DEFAULT_ZONE", "Mars/Base", "IANA"),
        ("BYLINE_MODEL_THREADS", "0", "greater than or equal to 1"),
        ("BYLINE_TELEGRAM_API_URL", "localhost", "https://host"),
        ("BYLINE_LOG_LEVEL", "loud", "DEBUG"),
        ("BYLINE_FETCH_ALLOW", "http://example.org/", "host:port"),
        ("BYLINE_EMBEDDING_MODEL", "https://models.example.org/v1", "https://host/v1#name"),
        ("BYLINE_EMBEDDING_LANGUAGES", "en,german", "two letters"),
    ],
)
def test_a_bad_value_names_variable_value_and_what_is_allowed(name: str, value: str, allowed: str) -> None:
    message = refused(**{name: value})
    assert f"{name}={value}" in message or f"{name}={value.upper()}" in message
    assert allowed in message


def test_an_unknown_variable_names_the_nearest() -> None:
    message = refused(BYLINE_ACESS="public")
    assert "BYLINE_ACESS=public" in message
    assert "BYLINE_ACCESS?" in message
    assert "Did you mean" not in refused(BYLINE_XYZZY="1")
    for name in ("BYLINE_TELEGRAM_TOKENS", "BYLINE_BOT_TOKEN"):
        assert "1:hush" not in refused(**{name: "1:hush"})


def test_a_secret_comes_from_a_file_and_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "token"
    path.write_text("1:hushhush\n", "utf-8")
    monkeypatch.setenv("BYLINE_TELEGRAM_TOKEN_FILE", str(path))
    loaded = settings.load()
    assert loaded.telegram_token is not None
    assert loaded.telegram_token.get_secret_value() == "1:hushhush"
    assert "hushhush" not in settings.shown(loaded, "telegram_token")
    assert "hushhush" not in repr(loaded)
    both = refused(BYLINE_TELEGRAM_TOKEN="2:other", BYLINE_TELEGRAM_TOKEN_FILE=str(path))
    assert "other" not in both
    assert str(tmp_path / "none") in refused(BYLINE_TELEGRAM_TOKEN_FILE=str(tmp_path / "none"))


def test_the_database_too_comes_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "url").write_text("postgresql://byline:geheim@db/news\n", "utf-8")
    monkeypatch.setenv("BYLINE_DATABASE_URL_FILE", str(tmp_path / "url"))
    assert settings.load().database == "postgresql://byline:geheim@db/news"
    assert settings.load(database_url="there.sqlite").database == "there.sqlite"
    assert "both set" in refused(BYLINE_DATABASE_URL="here.sqlite")


def test_the_password_of_a_database_is_never_shown() -> None:
    loaded = settings.load(database_url="postgresql+psycopg://byline:geheim@db/news")
    assert settings.shown(loaded, "database_url") == "postgresql+psycopg://byline:********@db/news"


def test_every_setting_is_described() -> None:
    for name, field in settings.Settings.model_fields.items():
        assert field.description, name


def test_written_summaries_are_kept_in_the_folder_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert settings.load().summaries_folder.parts[-2:] == ("byline", "summaries")
    monkeypatch.setenv("BYLINE_CACHE_FOLDER", str(tmp_path))
    assert settings.load().summaries_folder == tmp_path
