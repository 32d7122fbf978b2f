#!/usr/bin/env python3
"""Runs a repository's workflow for a push or another event, as GitHub would, where it can do no harm and reach nobody.

    sandboxed_act.py JOB

The folder JOB holds:

    repository/     a git repository with the commit that is pushed, on the branch that is pushed
    github.json     what GitHub has: the state of local-github
    actions/        for each action that the workflow uses a folder OWNER/NAME with its files
    bin/            programs that come first on the PATH, if any
    github/         the bare repositories of local-github; without an event.json they are made of the repository
    github.port     its port, if it must be this one
    event.json      the event, if it is no push: {"NAME": what differs from GitHub's published example}
    secrets         the workflow's secrets, a line NAME="VALUE" each, if any

and afterwards, in JOB/out: act.jsonl (act's own log), github.log (each request), github.json (what GitHub has
then), and result.json: act's exit code, that of GitHub's stand-in, the job's conclusion, its steps (those within an action have ids like
`1/grade`), outputs of the outer steps, notices with file and line, the summary and all lines that were said.

act runs steps on the machine itself, for there is no container here. So it starts in bubblewrap and nowhere else: a
system that is read-only, no network but the loopback of its own, no process of the machine (where it may have a
/proc of its own), homes that are empty, an environment of a few names. The action's files and the toolchain are there
to be read, and the job is there to be written. Inside, local-github is the only GitHub: a run that breaks GitHub's own
description of its interface fails.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
BRANCH, TOKEN = "main", "token-of-the-workflow"
# Of the machine's time: a workflow that does not end is a failure here, not a hang.
SECONDS = 300
# What the sandbox has of its own, in a /tmp that is its own.
JOB, HOME = "/tmp/job", "/tmp/job/home"


def output(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout.strip()


# Outside.


def uses(folder):
    """All `uses:` of the workflows and actions below a folder, as (OWNER/NAME, ref)."""
    found = set()
    for path in [*folder.glob("**/*.yml"), *folder.glob("**/*.yaml")]:
        for name, ref in re.findall(r"""uses:\s*["']?([\w.-]+/[\w.-]+)(?:/[^@\s"']*)?@([\w./-]+)""", path.read_text()):
            found.add((name, ref))
    return found


def push_event(examples, repository, sha):
    """A published push, as of this repository and commit."""
    pushes = next(each["examples"] for each in json.loads(examples.read_text()) if each["name"] == "push")
    event = next(each for each in pushes if each["ref"].startswith("refs/heads/"))
    event = json.loads(json.dumps(event).replace("Codertocat/Hello-World", repository))
    event.update(ref=f"refs/heads/{BRANCH}", after=sha, forced=False, created=False)
    owner, name = repository.split("/")
    event["repository"].update(name=name, default_branch=BRANCH)
    event["repository"]["owner"].update(login=owner, name=owner)
    if event.get("head_commit"):
        event["head_commit"]["id"] = sha
    return event


def laid_over(value, changes):
    """A value with the keys of another laid over its own."""
    if not isinstance(value, dict) or not isinstance(changes, dict):
        return changes
    return {**value, **{key: laid_over(value.get(key), new) for key, new in changes.items()}}


def other_event(examples, name, changes):
    """A published event of this name and the same action, with changes."""
    events = next(each["examples"] for each in json.loads(examples.read_text()) if each["name"] == name)
    return laid_over(next(each for each in events if each["action"] == changes["action"]), changes)


def local_github():
    """The program of that name, built from this checkout."""
    command = ["cargo", "build", "--quiet", "--package", "local-github", "--message-format", "json-render-diagnostics"]
    messages = map(json.loads, output(*command, cwd=ROOT).splitlines())
    return next(message["executable"] for message in messages if message.get("executable"))


def outside(job):
    tools = Path(output(HERE / "install.sh"))
    examples = tools / "npm/node_modules/@octokit/webhooks-examples/api.github.com/index.json"
    repository, out = job / "repository", job / "out"
    shutil.rmtree(out, ignore_errors=True)
    shutil.rmtree(job / "home", ignore_errors=True)
    for folder in (out, job / "home/cargo", job / "bin"):
        folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(local_github(), job / "bin/local-github")
    if (job / "event.json").exists():
        ((event, changes),) = json.loads((job / "event.json").read_text()).items()
        payload = other_event(examples, event, changes)
    else:
        (held,) = json.loads((job / "github.json").read_text())["repositories"].values()
        shutil.rmtree(job / "github", ignore_errors=True)
        output("git", "clone", "--quiet", "--bare", repository, job / f"github/{held['id']}.git")
        sha = output("git", "-C", repository, "rev-parse", "HEAD")
        event, payload = "push", push_event(examples, f"{held['owner']}/{held['name']}", sha)
    (job / "payload.json").write_text(json.dumps(payload))
    shutil.copy(HERE / "stubs" / "actrc", job / "home/.actrc")

    locals_ = []
    for action, ref in sorted(uses(repository / ".github") | uses(job / "actions")):
        if not (job / "actions" / action).is_dir():
            sys.exit(f"sandboxed_act.py: nothing stands for the action {action}: lay its files in {job}/actions/{action}")
        locals_ += ["--local-repository", f"{action}@{ref}={JOB}/actions/{action}"]

    # The toolchain itself, so that no proxy of it looks for another one.
    sysroot = output("rustc", "--print", "sysroot")
    registry = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo")) / "registry"
    wall = ["bwrap", "--die-with-parent", "--new-session", "--unshare-all", "--clearenv"]
    wall += ["--ro-bind", "/", "/", "--dev", "/dev"]
    # Where the machine is a container itself, it may forbid a /proc of one's own: then what there is can be read, no more.
    own = subprocess.run([*wall, "--proc", "/proc", "/usr/bin/true"], capture_output=True).returncode == 0
    wall += ["--proc", "/proc"] if own else ["--ro-bind", "/proc", "/proc"]
    for empty in ("/tmp", "/var/tmp", "/run", "/home", "/root", "/mnt", "/srv"):
        wall += ["--tmpfs", empty] if Path(empty).is_dir() else []
    for seen in (sysroot, str(tools), str(HERE)):
        wall += ["--ro-bind", seen, seen]
    wall += ["--bind", str(job), JOB]
    if registry.is_dir():
        wall += ["--ro-bind", str(registry), f"{HOME}/cargo/registry"]
    environment = {
        "HOME": HOME,
        "USER": "runner",
        "LANG": "C.UTF-8",
        "PATH": f"{JOB}/bin:{sysroot}/bin:/usr/local/bin:/usr/bin:/bin",
        "CARGO_HOME": f"{HOME}/cargo",
        "CARGO_NET_OFFLINE": "true",
        "COURSE_INSIDE": "1",
        "COURSE_OWN_PROC": str(int(own)),
    }
    for key, value in environment.items():
        wall += ["--setenv", key, value]
    wall += ["--chdir", f"{JOB}/repository", "python3", str(HERE / "sandboxed_act.py"), "--inside", str(tools), event, *locals_]
    try:
        sys.exit(subprocess.run(wall, timeout=SECONDS + 60, stdin=subprocess.DEVNULL).returncode)
    except subprocess.TimeoutExpired:
        sys.exit(f"sandboxed_act.py: still running after {SECONDS + 60} seconds")


# Inside.


def start_github(tools, out):
    """local-github, and where it is. Sound or not, it is held against GitHub's description: that is its exit code."""
    port_file, port = out / "port", Path(JOB, "github.port")
    command = ["local-github", "--state", f"{JOB}/github.json", "--git", f"{JOB}/github", "--log", out / "github.log"]
    command += ["--openapi", f"{tools}/npm/node_modules/@octokit/openapi/generated/api.github.com.json"]
    command += ["--port-file", port_file, *(["--now", "--port", port.read_text()] if port.exists() else [])]
    github = subprocess.Popen(command)
    while not port_file.exists():
        if github.poll() is not None:
            sys.exit("sandboxed_act.py: local-github did not start")
        time.sleep(0.02)
    return github, f"http://127.0.0.1:{port_file.read_text()}"


def inside(tools, event, locals_):
    networks = {line.split(":")[0].strip() for line in Path("/proc/net/dev").read_text().splitlines()[2:]}
    if os.environ.get("COURSE_INSIDE") != "1" or networks != {"lo"}:
        sys.exit("sandboxed_act.py: this is not the sandbox")
    out = Path(JOB, "out")
    github, address = start_github(tools, out)
    command = [f"{tools}/venv/bin/act", event, "--json", "--eventpath", f"{JOB}/payload.json"]
    command += ["--env", f"GITHUB_API_URL={address}", "--secret", f"GITHUB_TOKEN={TOKEN}", *locals_]
    if Path(JOB, "secrets").exists():
        command += ["--secret-file", f"{JOB}/secrets"]
    with open(out / "act.jsonl", "w") as log:
        code = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, timeout=SECONDS).returncode
    with urllib.request.urlopen(f"{address}/_state") as answer:
        (out / "github.json").write_bytes(answer.read())
    github.terminate()
    found = {**result(code, out / "act.jsonl"), "github": github.wait()}
    (out / "result.json").write_text(json.dumps(found, indent=1))


def result(code, log):
    """What act's log says of the run, in the words of GitHub."""
    own = os.environ["COURSE_OWN_PROC"] == "1"
    found = {"code": code, "own_proc": own, "conclusion": None, "steps": [], "outputs": {}, "notices": [], "summary": "", "said": []}
    for line in log.read_text().splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            found["said"].append(line)
            continue
        command, outermost = entry.get("command"), len(entry.get("stepID", [])) == 1
        if entry.get("raw_output"):
            found["said"].append(entry["msg"].rstrip("\n"))
        elif command in ("notice", "warning", "error"):
            found["notices"].append({"kind": command, "message": entry["arg"], **(entry.get("kvPairs") or {})})
        elif command == "summary":
            found["summary"] += entry["content"]
        elif command == "set-output" and outermost:
            found["outputs"][entry["name"]] = entry["arg"]
        elif entry.get("level") == "error":
            found["said"].append(entry["msg"])
        if entry.get("stage") == "Main" and "stepResult" in entry:
            # A step of a composite action has a name of its own only there.
            found["steps"].append({"id": "/".join(entry["stepID"]), "name": entry["step"], "result": entry["stepResult"]})
        found["conclusion"] = entry.get("jobResult", found["conclusion"])
    return found


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(sys.argv[2], sys.argv[3], sys.argv[4:])
    elif len(sys.argv) == 2:
        outside(Path(sys.argv[1]).resolve())
    else:
        sys.exit(__doc__)
