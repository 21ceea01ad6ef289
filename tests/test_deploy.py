"""What `deploy/` holds is thin over the command line: its syntax is checked, and every command in it is one of ours."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from cronsim import CronSim
from typer.main import get_command

from analysis import errors, paths
from analysis.cli import app
from analysis.reporting.clock import ZONE, local

DEPLOY = paths.ROOT / "deploy"
SYSTEMD = sorted((DEPLOY / "systemd").iterdir())
HOME = "/srv/public-services-lab"


def documents() -> list[dict]:
    return [
        yaml.safe_load((DEPLOY / name).read_text("utf-8"))
        for name in ("github-workflow.yml", "kubernetes-cronjob.yaml")
    ]


def calls() -> Iterator[tuple[str, list[str]]]:
    """Give every call of ours with the file it stands in."""
    for path in [*SYSTEMD, DEPLOY / "crontab", DEPLOY / "airflow_dag.py"]:
        for found in re.findall(r"\.venv/bin/analysis ([^|>\"\n]*?)(?: 2>|\"|\n)", path.read_text("utf-8")):
            yield path.name, shlex.split(found)
    workflow, cronjob = documents()
    for step in workflow["jobs"]["report"]["steps"]:
        if found := re.fullmatch(r'make report ARGS="(.*)"', step.get("run", "")):
            yield "github-workflow.yml", ["report", *shlex.split(found[1])]
    (container,) = cronjob["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    yield "kubernetes-cronjob.yaml", container["command"][1:]


def test_every_way_calls_us_with_options_that_there_are() -> None:
    commands = get_command(app).commands
    seen = set()
    for file, (name, *arguments) in calls():
        commands[name].make_context(name, arguments)  # raises on an unknown option
        seen.add(file)
    assert seen == {
        "public-services-lab.service",
        "public-services-lab-watch.service",
        "crontab",
        "airflow_dag.py",
        "github-workflow.yml",
        "kubernetes-cronjob.yaml",
    }


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    command = tmp_path / ".venv/bin/analysis"
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    units = tmp_path / "units"
    units.mkdir()
    for unit in SYSTEMD:
        (units / unit.name).write_text(unit.read_text("utf-8").replace(HOME, str(tmp_path)))
    verify = ["systemd-analyze", "verify", "--recursive-errors=no", *map(str, sorted(units.iterdir()))]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    broken = units / "public-services-lab.timer"
    broken.write_text(broken.read_text().replace("*:05:00", "at five past"))
    assert "Failed to parse calendar" in subprocess.run(verify, capture_output=True, text=True, check=False).stderr


def test_a_timer_makes_up_for_the_time_switched_off() -> None:
    timers = [unit for unit in SYSTEMD if unit.suffix == ".timer"]
    assert len(timers) == 2
    assert all("\nPersistent=true\n" in timer.read_text("utf-8") for timer in timers)


def test_the_crontab_is_one(tmp_path: Path) -> None:
    command_line = tmp_path / ".venv/bin/analysis"
    command_line.parent.mkdir(parents=True)
    command_line.write_text('#!/bin/sh\necho "called $ANALYSIS_ALERTS"\n')
    command_line.chmod(0o755)
    lines = (DEPLOY / "crontab").read_text("utf-8").splitlines()
    entries = [line for line in lines if line and not line.startswith(("#", "SHELL="))]
    assert len(entries) == 2
    for entry in entries:
        *fields, command = entry.split(maxsplit=5)
        assert next(CronSim(" ".join(fields), local()))
        assert "%" not in command  # which cron takes for a line's end
        subprocess.run(["sh", "-n", "-c", command], check=True)
        # it runs where nobody has written down whom to tell, and is told where somebody has
        here = command.replace(HOME, str(tmp_path)).replace("| logger -t public-services-lab", "")
        secrets = tmp_path / ".env"
        secrets.unlink(missing_ok=True)
        assert subprocess.check_output(["sh", "-c", here], text=True) == "called \n"
        secrets.write_text("ANALYSIS_ALERTS=json://x\n")
        assert subprocess.check_output(["sh", "-c", here], text=True) == "called json://x\n"


def test_the_workflow_has_the_shape_of_one() -> None:
    workflow, _ = documents()
    assert workflow[True].keys() == {"schedule", "workflow_dispatch"}  # YAML reads the key `on` as true
    (entry,) = workflow[True]["schedule"]
    first = next(CronSim(entry["cron"], local().astimezone(ZONE).replace(tzinfo=None)))
    assert ((first.hour + 7) % 24, first.minute) == (6, 5)
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert all(("uses" in step) != ("run" in step) for step in job["steps"])
    assert all(re.fullmatch(r"actions/[a-z/-]+@v\d+", step["uses"]) for step in job["steps"] if "uses" in step)
    by_name = {step["uses"].split("@")[0]: step for step in job["steps"] if "uses" in step}
    restore, save = (by_name[f"actions/cache/{what}"] for what in ("restore", "save"))
    # a run with a page that failed is kept as well: else its alert is sent again every day
    assert save["if"] == "always()"
    assert {name: save["with"][name] for name in ("path", "key")} == {
        name: restore["with"][name] for name in ("path", "key")
    }


def test_the_dag_compiles_and_imports_airflow_alone() -> None:
    source = (DEPLOY / "airflow_dag.py").read_text("utf-8")
    tree = ast.parse(source)
    compile(tree, "airflow_dag.py", "exec")
    modules = {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    assert modules == {"__future__", "airflow"}
    dags = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "DAG"]
    assert len(dags) == 2
    for dag in dags:
        options = {each.arg: each.value for each in dag.keywords}
        assert ast.literal_eval(options["catchup"]) is False
        assert ast.literal_eval(options["max_active_runs"]) == 1
        assert next(CronSim(ast.literal_eval(options["schedule"]), local()))


def test_the_cron_job_has_the_shape_of_one() -> None:
    _, job = documents()
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "CronJob")
    spec = job["spec"]
    assert next(CronSim(spec["schedule"], local()))
    assert (spec["timeZone"], spec["concurrencyPolicy"]) == (str(ZONE), "Forbid")
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["restartPolicy"] == "Never"
    (container,) = pod["containers"]
    mounted = {mount["mountPath"].removeprefix(f"{HOME}/") for mount in container["volumeMounts"]}
    assert mounted == {paths.relative(folder) for folder in (paths.PROCESSED, paths.REPORTS, paths.RUNS)}
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}


@pytest.mark.parametrize("page", ["operations.md", "operations.vi.md"])
def test_the_documented_exit_codes_are_those_there_are(page: str) -> None:
    table = re.findall(r"^\| (\d) \|", (paths.ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE)
    ends = {each.exit_code for each in vars(errors).values() if isinstance(each, type)} - {
        errors.AnalysisError.exit_code
    }
    assert [int(code) for code in table] == sorted({0, *ends})


def test_no_secret_stands_in_a_file() -> None:
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8")
            assert not re.search(r"ANALYSIS_(ALERTS|HASH_KEY)\s*=\s*\S", text), path.name
            assert not re.search(r"\w+://\S+:\S+@", text), path.name
