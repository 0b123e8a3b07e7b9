"""What starts the bot elsewhere: the Procfile, the image, compose, the workflows and the page that explains them."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from bot.cli import main
from bot.faults import Fault
from bot.settings import Settings
from tests.conftest import ROOT
from tests.loopback.__main__ import main as loopback

RUNNING = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
OURS = ("bot", "web")
NOT_SETTINGS = {"POSTGRES_PASSWORD"}
"""What compose.yaml reads for itself."""


def stages() -> list[list[str]]:
    """The instructions of each stage of the Dockerfile, each in one line."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    return [
        stage.splitlines()
        for stage in re.split(r"^(?=FROM )", "\n".join(line for line in text.splitlines() if line), flags=re.MULTILINE)
        if stage
    ]


def assert_is_a_command(words: list[str]) -> None:
    """Words after `rights-bot`: the command exists and so does every option."""
    name, *rest = words
    assert name in main.commands, f"`{name}` is no command"
    known = {option for one in main.commands[name].params for option in (*one.opts, *one.secondary_opts)}
    for word in rest:
        assert not word.startswith("-") or word in known, f"`{name}` has no option {word}"


def test_the_procfile_starts_commands_that_exist() -> None:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    processes = dict(line.split(": ", 1) for line in lines)
    assert set(processes) == {"web", "worker"}
    for command in processes.values():
        assert command.startswith("python -m bot ")  # platforms install what the program needs, not the program
        assert_is_a_command(shlex.split(command)[3:])
    assert processes["web"].endswith("run --webhook")


def test_the_image_runs_as_an_ordinary_user_and_its_command_gets_the_signals() -> None:
    *_, last = stages()
    users = [line.split()[1] for line in last if line.startswith("USER ")]
    assert users
    assert int(users[-1]) >= 1000  # a number: a host that forbids root can tell
    (command,) = [line.removeprefix("CMD ") for line in last if line.startswith("CMD ")]
    program, *words = json.loads(command)  # no shell between
    assert program == "rights-bot"
    assert_is_a_command(words)


def test_the_image_holds_what_is_locked_and_nothing_secret() -> None:
    builder, last = stages()
    installs = [command for line in builder for command in re.findall(r"pip install [^&]+", line)]
    assert installs
    assert all("--require-hashes" in one or "--no-deps --no-build-isolation" in one for one in installs)
    assert not any("pip install" in line or "apt-get" in line for line in last)
    assert any("rights-bot build" in line for line in builder)
    assert not re.search(r"^(?:ENV|ARG).*(?:TOKEN|SECRET|PASSWORD|DATABASE_URL)", DOCKERFILE, re.MULTILINE)


def test_only_what_the_image_needs_is_sent_to_docker() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    sent = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    copied = {path for line in stages()[0] if line.startswith("COPY ") for path in line.split()[1:-1]}
    assert sent == copied
    assert all((ROOT / path).exists() for path in sent)


def test_the_containers_can_write_only_to_their_volumes_and_gain_no_rights() -> None:
    assert set(COMPOSE["services"]) == {*OURS, "postgres"}
    for service in COMPOSE["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["mem_limit"]
        assert all(volume.split(":")[0] in COMPOSE["volumes"] for volume in service["volumes"])
    assert "ports" not in COMPOSE["services"]["postgres"]
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["services"]["web"]["ports"])


def test_compose_starts_commands_that_exist_with_settings_that_exist() -> None:
    for name in OURS:
        service = COMPOSE["services"][name]
        assert service["command"][0] == "rights-bot"
        assert_is_a_command(service["command"][1:])
        assert {setting.lower() for setting in service["environment"]} <= set(Settings.model_fields)
    # Two that ask for the same messages would take them from each other.
    assert "profiles" not in COMPOSE["services"]["bot"]
    assert COMPOSE["services"]["web"]["profiles"] == ["web"]
    assert COMPOSE["services"]["postgres"]["healthcheck"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_only_read_and_uses_known_versions(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow[True]  # what YAML 1.1 makes of `on`
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"]
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step)
            assert "uses" not in step or re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"])
            assert not re.search(r"\$\{\{[^}]*github\.event", step.get("run", ""))


def test_the_workflows_run_what_the_documents_say() -> None:
    steps = {path.stem: path.read_text(encoding="utf-8") for path in WORKFLOWS}
    assert set(steps) == {"audit", "content", "test"}
    assert "- run: make test\n" in steps["test"]
    assert "- run: make check\n" in steps["content"]
    assert "--requirement requirements.txt" in steps["audit"]
    kept = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))["updates"]
    assert {one["package-ecosystem"] for one in kept} == {"pip", "github-actions"}
    assert all(one["schedule"]["interval"] == "weekly" for one in kept)


def test_every_line_of_check_becomes_a_note_beside_its_line() -> None:
    matcher = json.loads((ROOT / ".github" / "check-problem-matcher.json").read_text(encoding="utf-8"))
    (one,) = matcher["problemMatcher"]
    (pattern,) = one["pattern"]
    assert ".github/check-problem-matcher.json" in (ROOT / ".github" / "workflows" / "content.yml").read_text()

    def noted(line: str) -> tuple[str, str, str, str] | None:
        found = re.search(pattern["regexp"], line)
        if found is None:
            return None
        return (
            found[pattern["file"]],
            found[pattern["line"]],
            found[pattern["severity"]] or one["severity"],
            found[pattern["message"]],
        )

    path = Path("content/cards/shelter/ur.md")
    assert noted(str(Fault(path, 3, "a colon: mend it"))) == (str(path), "3", "error", "a colon: mend it")
    assert noted(str(Fault(path, 14, "a long line", warning=True))) == (str(path), "14", "warning", "a long line")
    assert noted("2 errors, 8 warnings") is None
    assert noted("make: *** [Makefile:37: check] Error 1") is None


def documented(program: str) -> list[list[str]]:
    """The words after a program, wherever the page names it with a command."""
    found = re.findall(rf"(?<![\w/-]){program} ((?:--)?[a-z]+(?: [^\s`#<>&'|]+)*)", RUNNING.replace("\\\n", " "))
    return [shlex.split(words, posix=False) for words in found]


def test_every_command_on_the_page_exists() -> None:
    commands = documented(r"(?:\S*/)?rights-bot") + documented("python -m bot")
    assert len(commands) > 20
    for words in commands:
        if words[0] in main.commands:
            assert_is_a_command(words)
    named = set(re.findall(r"`rights-bot ([a-z]+)", RUNNING)) | set(re.findall(r"python -m bot ([a-z]+)", RUNNING))
    assert named <= set(main.commands)


def test_every_option_of_the_loopback_telegram_on_the_page_exists() -> None:
    assert "-m tests.loopback" in RUNNING
    options = {name for one in loopback.params if isinstance(one, click.Option) for name in one.opts}
    assert {"--question", "--every"} <= options
    assert (
        f"TELEGRAM_API_URL=http://127.0.0.1:{next(one.default for one in loopback.params if one.name == 'port')}"
        in RUNNING
    )


def test_every_setting_on_the_page_exists() -> None:
    # In a unit of systemd, NAME= is systemd's own unless it is written in capitals alone.
    named = set(re.findall(r"\b([A-Z][A-Z_]{3,})=", RUNNING)) | set(re.findall(r"`([A-Z][A-Z_]{3,})`", RUNNING))
    assert {name.lower() for name in named - NOT_SETTINGS - {"MPLCONFIGDIR"}} <= set(Settings.model_fields)
    assert {"TELEGRAM_BOT_TOKEN", "OPERATOR", "CONTACT", "WEBHOOK_URL", "HAND_OVER", "ADMIN_IDS"} <= named


def test_every_make_target_and_every_file_on_the_page_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(
        re.findall(r"\bmake ([a-z]+)$|^(?:sudo )?make ([a-z]+)\b|`(?:sudo )?make ([a-z]+)`", RUNNING, re.MULTILINE)
    )
    assert {name for names in named for name in names if name} <= targets
    for target in re.findall(r"\]\(([^)]+)\)", RUNNING):
        if target.startswith("#"):
            headings = re.findall(r"^#+ (.+)$", RUNNING, re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
            assert target[1:] in anchors
        elif "://" not in target:
            assert (ROOT / "docs" / target).exists()


def test_what_the_page_starts_at_boot_may_write_where_the_bot_writes() -> None:
    unit = re.search(r"```ini\n(\[Unit\].*?)```", RUNNING, re.DOTALL)
    assert unit
    values = dict(line.split("=", 1) for line in unit[1].splitlines() if "=" in line)
    assert values["ProtectSystem"] == "strict"
    assert values["ReadWritePaths"].split() == ["/opt/rights-bot/data", "/opt/rights-bot/index"]
    assert values["User"] != "root"
    assert_is_a_command(values["ExecStart"].partition("rights-bot ")[2].split())
