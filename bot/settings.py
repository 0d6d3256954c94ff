"""Every setting of the program, read from `BYLINE_…` variables: the one place where the environment is read.

In: environment variables, and files named by `…_FILE` variables for secrets. Out: a frozen `Settings`. Raises
BadRequest (`bad_setting`) that names the variable, its value (never a secret's) and what is allowed, for a bad value as
for a `BYLINE_…` variable that does not exist.
"""

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, get_args
from zoneinfo import available_timezones

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from news.errors import BadRequest

PREFIX = "BYLINE_"


class Access(StrEnum):
    """Who may use the bot."""

    PRIVATE = "private"
    PUBLIC = "public"


class PlaygroundMode(StrEnum):
    """What `byline run` does without a token."""

    AUTO = "auto"
    NEVER = "never"


class LogFormat(StrEnum):
    """How log lines look; auto: colours on a terminal, JSON elsewhere."""

    AUTO = "auto"
    CONSOLE = "console"
    JSON = "json"


class Settings(BaseSettings):
    """What a deployment may choose. The description of each field is what `docs/configuration.md` says of it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    database_url: str | None = Field(
        None,
        description="Where everything is kept: a path, `sqlite+aiosqlite:///FILE` or `postgresql+psycopg://…`. "
        "Default: a file under the user's data folder.",
    )
    telegram_token: SecretStr | None = Field(
        None, description="The bot's token from @BotFather. Without one, `byline run` starts the playground."
    )
    telegram_api_url: str = Field(
        "https://api.telegram.org",
        pattern=r"^https?://[^/\s]+$",
        description="Origin of the Bot API server: `https://host[:port]`.",
    )
    admins: Annotated[tuple[int, ...], NoDecode] = Field(
        (),
        description="Telegram user ids of the owners, parted by commas. Without one, a code for `/start` is printed.",
    )
    readers: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="Telegram user ids of people who may use a private bot, parted by commas."
    )
    access: Access = Field(
        Access.PRIVATE,
        description="Who may use the bot: `private` is admins, readers and the invited; `public` is everybody.",
    )
    playground: PlaygroundMode = Field(
        PlaygroundMode.AUTO, description="What `byline run` does without a token: start the playground, or stop."
    )
    playground_port: int = Field(8081, ge=0, le=65535, description="Port of the playground's page; 0: any free one.")
    fetch_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="`host:port` pairs or networks (`10.0.0.0/8`) that may be fetched though they are not public, "
        "parted by commas.",
    )
    webhook_url: str | None = Field(
        None, pattern=r"^https://\S+$", description="Public address for updates; without it the bot polls."
    )
    webhook_port: int = Field(8443, ge=1, le=65535, description="Port that the webhook's server listens on.")
    webhook_secret: SecretStr | None = Field(
        None,
        description="Token that Telegram shows with each update, 1-256 of `A-Za-z0-9_-`. Default: a new one a start.",
    )
    health_port: int | None = Field(
        None, ge=0, le=65535, description="Port for `/livez`, `/readyz` and `/metrics`; without it there is none."
    )
    health_host: str = Field("127.0.0.1", description="Address that the health port listens on.")
    embedding_model: str | None = Field(
        None,
        description="Model for vectors: a local folder, a hub name with revision, or the URL of an OpenAI-compatible "
        "server with the model's name, `https://host/v1#name`. Default: the bundled one.",
    )
    embedding_languages: Annotated[tuple[str, ...] | None, NoDecode] = Field(
        None,
        description="Languages that the embedding model knows, as codes (`en,de`) parted by commas; texts in others are "
        "compared by their words. Default: found out from the model.",
    )
    embedding_api_key: SecretStr | None = Field(None, description="Key for the server of the embedding model.")
    summary_model: str | None = Field(
        None,
        description="Model that writes summaries: a local folder, a hub name with revision, or the URL of an "
        "OpenAI-compatible server, `https://host/v1#name`. Default: none, summaries are extracted.",
    )
    summary_api_key: SecretStr | None = Field(None, description="Key for the server of the summary model.")
    summary_deadline_s: float = Field(
        30.0, gt=0, description="Seconds that a written summary may take; then the extracted one is sent."
    )
    models_offline: bool = Field(
        False, description="Never ask the models' hub: a model is used only where it is on this machine already."
    )
    cache_folder: Path | None = Field(
        None, description="Folder where written summaries are kept, to be written once. Default: in the user's cache."
    )
    model_threads: int = Field(1, ge=1, le=64, description="Threads that the models may use.")
    ingest_every_s: int = Field(60, ge=5, description="Seconds between looks for sources that are due.")
    enrich_every_s: int = Field(15, ge=1, description="Seconds between looks for articles that are not enriched yet.")
    compose_every_s: int = Field(20, ge=1, description="Seconds between looks for digests that are due.")
    keep_days: int = Field(180, ge=1, description="Days that an article is kept after it was read.")
    keep_question_s: int = Field(
        600,
        ge=0,
        description="Seconds that the text of a chat's last question is kept, so that a follow-up is understood; 0: it "
        "is not kept at all.",
    )
    messages_per_s: float = Field(25.0, gt=0, le=1000, description="Messages a second to all chats together.")
    default_zone: str = Field("UTC", description="IANA time zone of chats that have not chosen one.")
    log_level: Annotated[str, Field(pattern="^(DEBUG|INFO|WARNING|ERROR)$")] = Field(
        "INFO", description="Least severe log lines that are written: DEBUG, INFO, WARNING or ERROR."
    )
    sentry_dsn: SecretStr | None = Field(
        None,
        description="Address of a Sentry project that faults of the program are reported to, without texts. "
        "Default: none, nothing is reported.",
    )
    log_format: LogFormat = Field(
        LogFormat.AUTO, description="How log lines look; `auto`: colours on a terminal, JSON elsewhere."
    )

    @field_validator("admins", "readers", "fetch_allow", "embedding_languages", mode="before")
    @classmethod
    def _parted_by_commas(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("fetch_allow")
    @classmethod
    def _are_places(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for entry in value:
            if not (_is_network(entry) or re.fullmatch(r"[^\s/@]+", entry)):
                raise ValueError(f"{entry!r} is neither a host, host:port nor a network")
        return value

    @field_validator("embedding_model")
    @classmethod
    def _names_its_model(cls, value: str | None) -> str | None:
        if value and "://" in value and not re.fullmatch(r"https?://[^#\s/][^#\s]*#\S+", value):
            raise ValueError("an address names its model, as in https://host/v1#name")
        return value

    @field_validator("embedding_languages")
    @classmethod
    def _are_languages(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for code in value or ():
            if not re.fullmatch(r"[a-z]{2}", code):
                raise ValueError(f"{code!r} is no code of two letters (ISO 639-1)")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("default_zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("not an IANA time zone such as Europe/Berlin")
        return value

    @field_validator("telegram_api_url", mode="before")
    @classmethod
    def _without_slash(cls, value: object) -> object:
        return value.rstrip("/") if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options of the command line, then the environment; nothing else."""
        del settings_cls, dotenv_settings, file_secret_settings
        return init_settings, env_settings

    @property
    def database(self) -> str:
        """The database to open: the one chosen, or the file under the user's data folder."""
        return self.database_url or str(user_data_path("byline", ensure_exists=True) / "byline.sqlite")

    @property
    def summaries_folder(self) -> Path:
        """Where written summaries are kept: the folder chosen, or one in the user's cache."""
        return self.cache_folder or user_cache_path("byline") / "summaries"


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def secrets() -> tuple[str, ...]:
    """The fields whose value is never shown."""
    return tuple(name for name, field in Settings.model_fields.items() if SecretStr in get_args(field.annotation))


def from_files() -> tuple[str, ...]:
    """Fields that may stand in a file: the secrets, and the database's URL, which may hold a password."""
    return ("database_url", *secrets())


def variable(name: str) -> str:
    """The environment variable of a field."""
    return PREFIX + name.upper()


def load(**options: Any) -> Settings:
    """The settings of this process; `options` given on the command line win, None is none."""
    _refuse_unknown(os.environ)
    given = {name: value for name, value in options.items() if value is not None}
    for name in from_files():
        secret = _from_file(os.environ, variable(name))
        if secret is not None:
            given.setdefault(name, secret)
    try:
        return Settings(**given)
    except ValidationError as error:
        raise BadRequest(_explain(error), code="bad_setting") from error


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    hidden = {variable(name) for name in from_files()}
    known = {variable(name) for name in Settings.model_fields} | {f"{name}_FILE" for name in hidden}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            near = [PREFIX + each for each in _nearest(name, known)]
            hint = f" Did you mean {near[0]}?" if near else ""
            secret = re.search("TOKEN|SECRET|KEY", name) is not None
            value = "…" if secret else environment[name]
            raise BadRequest(
                f"{name}={value} is no setting of Byline.{hint} `byline config` lists all that are allowed.",
                code="bad_setting",
            )


def _nearest(name: str, known: set[str]) -> list[str]:
    """What is like it without the prefix, which all have."""
    return difflib.get_close_matches(name.removeprefix(PREFIX), [each.removeprefix(PREFIX) for each in known], n=1)


def _from_file(environment: Mapping[str, str], name: str) -> str | None:
    path = environment.get(f"{name}_FILE", "")
    if not path:
        return None
    if environment.get(name):
        raise BadRequest(f"{name} and {name}_FILE are both set; one of them is allowed.", code="bad_setting")
    try:
        return Path(path).read_text("utf-8").strip()
    except PermissionError as error:
        uid = os.getuid()
        raise BadRequest(
            f"{name}_FILE={path} may not be read by user {uid}, who runs this: `chown {uid}` it on the machine where it lies.",
            code="bad_setting",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{name}_FILE={path} cannot be read: {error}", code="bad_setting") from error


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        name = str(problem["loc"][0])
        value = "…" if name in secrets() else problem["input"]
        described = Settings.model_fields[name].description if name in Settings.model_fields else ""
        lines.append(f"{variable(name)}={value}: {problem['msg'].removeprefix('Value error, ')}. {described}")
    return " ".join(lines)


def shown(settings: Settings, name: str) -> str:
    """A field's value as people may see it."""
    value = getattr(settings, name)
    if isinstance(value, SecretStr):
        return "********"
    if name == "database_url" and value is not None:
        return re.sub(r"(?<=:)[^:/@]+(?=@)", "********", value)
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


def default(field: FieldInfo) -> str:
    """A field's default as the table of settings shows it."""
    value = field.default
    return "" if value in (None, ()) else str(value)
