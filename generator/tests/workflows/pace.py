#!/usr/bin/env python3
"""How long a push takes from the runner's start to the feedback, beside a workflow that only runs `cargo test`.

    pace.py COURSE REPOSITORY [ROUNDS]

COURSE is the program, REPOSITORY a rendered repository with a solution in it. Both workflows are run by act in the same
kind of sandbox, in turn, each warm: with what its last run kept, and one line changed. Prints each round and the medians
of the ratios: of the whole run, and of the steps that grade or test alone.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
PLAIN = """name: Plain
on: push
permissions: {}
jobs:
  run-autograding-tests:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@0000000000000000000000000000000000000000
        with:
          persist-credentials: false
      - uses: actions/cache/restore@0000000000000000000000000000000000000000
        with:
          path: target
          key: plain
      - run: cargo test
      - uses: actions/cache/save@0000000000000000000000000000000000000000
        with:
          path: target
          key: plain
"""


def git(folder, *words):
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@students.example"]
    command = ["git", "-C", folder, *identity, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def make(job, course, source, plain):
    """A job: the repository, its actions and the program."""
    repository = job / "repository"
    shutil.copytree(source, repository, ignore=shutil.ignore_patterns("target", ".git"))
    workflow = repository / ".github/workflows/autograding.yml"
    text = PLAIN if plain else workflow.read_text()
    workflow.write_text(text)
    git(repository, "init", "-q", "-b", "main")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "start")
    actions = job / "actions"
    for stub in ("checkout", "cache"):
        shutil.copytree(HERE / "stubs" / stub, actions / "actions" / stub)
    if not plain:
        ours = next(line.split("uses: ")[1] for line in text.splitlines() if "/.github/actions/grade@" in line)
        shutil.copytree(ROOT / ".github/actions", actions / ours.split("@")[0].removesuffix("/grade"))
    (job / "bin").mkdir()
    shutil.copy(course, job / "bin/course")


def push(job, number):
    """Changes a line, pushes, runs. Seconds of the whole job, and of the step that grades or tests."""
    repository = job / "repository"
    source = sorted(repository.glob("*/src/lib.rs"))[0]
    source.write_text(source.read_text() + f"// push {number}\n")
    git(repository, "commit", "-q", "-a", "-m", "work")
    sha = git(repository, "rev-parse", "HEAD")
    pull = {"head_repository": "rust-course/pace", "head": "main", "head_sha": sha, "base": "feedback", "base_sha": sha}
    held = {
        "id": 1,
        "owner": "rust-course",
        "name": "pace",
        "issues": [{"id": 1, "number": 1, "author": "ada", "title": "Feedback", "pull": pull}],
    }
    permissions = {"contents": "read", "issues": "write", "pull_requests": "write", "statuses": "write"}
    token = {"kind": "workflow", "repository": "rust-course/pace", "permissions": permissions}
    state = {"repositories": {"rust-course/pace": held}, "tokens": {"token-of-the-workflow": token}, "last_id": 1}
    (job / "github.json").write_text(json.dumps(state))
    start = time.monotonic()
    subprocess.run([sys.executable, HERE / "sandboxed_act.py", job], check=True)
    whole = time.monotonic() - start
    entries = []
    for line in (job / "out/act.jsonl").read_text().splitlines():
        try:
            entries.append(json.loads(line))
        except ValueError:
            pass
    nanoseconds = [
        entry["executionTime"]
        for entry in entries
        if "executionTime" in entry and entry.get("stage") == "Main" and entry["stepID"][-1] in ("grade", "2") and "cache" not in entry["step"]
    ]
    conclusion = json.loads((job / "out/result.json").read_text())["conclusion"]
    return whole, max(nanoseconds) / 1e9, conclusion


def main(course, repository, rounds=5):
    with tempfile.TemporaryDirectory() as folder:
        jobs = {"ours": Path(folder, "ours"), "plain": Path(folder, "plain")}
        for name, job in jobs.items():
            job.mkdir()
            make(job, course, Path(repository), name == "plain")
            print(f"{name}, cold: %.1f s, its step %.1f s, %s" % push(job, 0))
        whole, step = [], []
        for number in range(1, int(rounds) + 1):
            times = {name: push(job, number) for name, job in jobs.items()}
            for name, (all_of_it, alone, conclusion) in times.items():
                print(f"{name}: {all_of_it:.2f} s, its step {alone:.2f} s, {conclusion}")
            whole.append(times["ours"][0] / times["plain"][0])
            step.append(times["ours"][1] / times["plain"][1])
        print(f"medians of {rounds} ratios: whole {statistics.median(whole):.2f}, its step {statistics.median(step):.2f}")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
