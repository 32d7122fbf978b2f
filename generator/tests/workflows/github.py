#!/usr/bin/env python3
"""A small stand-in for the part of GitHub's REST interface that the action `grade` uses.

    github.py --state FILE --examples INDEX.json --log FILE [--port-file FILE]

It listens on a free port of 127.0.0.1 and writes the port to the port file when it is ready. What it holds is
read from the state file, in JSON:

    {"repository": "O/R", "default_branch": "main", "commits": ["SHA"],
     "tokens": {"TOKEN": {"login": "github-actions[bot]", "write": true}},
     "pulls": [{"number": 1, "head": "BRANCH", "sha": "SHA", "base": "BRANCH", "state": "open", "from": "O/R"}],
     "comments": [{"issue": 1, "login": "ada", "body": "..."}],
     "refuse": [{"method": "POST", "path": "/issues/", "status": 502}]}

`GET /_state` gives it as it is now, with the statuses. Each request is a line of JSON in the log, with its
answer and the path of the operation in GitHub's own description, so that schema.mjs can compare the answers
with it. The objects' shapes are those of GitHub's published examples of events.

It refuses what GitHub refuses: no token or an unknown one (401), a token that may not write (403), what does
not exist and methods that do not (404), what is no JSON (400), a body of more than 65,536 letters or none,
a status with an unknown state, a long description or an unknown commit (422).
"""

import argparse
import copy
import json
import os
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlencode, urlsplit

BODY_LETTERS = 65_536
DESCRIPTION_LETTERS = 140
STATES = ("error", "failure", "pending", "success")
# All that is made has this time: nothing here depends on a clock.
MADE, CHANGED = "2026-09-01T12:00:00Z", "2026-09-01T12:30:00Z"
BOT_ID = 41_898_282


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status, message, **more):
        super().__init__(message)
        self.status = status
        self.body = {"message": message, **more, "documentation_url": "https://docs.github.com/rest", "status": str(status)}


def invalid(resource, field, code, message=None):
    """The answer to a field that is wrong."""
    error = {"resource": resource, "field": field, "code": code}
    if message:
        error["message"] = message
    return Refused(422, "Validation Failed", errors=[error])


class Forge:
    """What the repository holds, and what each operation makes of it."""

    def __init__(self, state, examples):
        self.state = {"default_branch": "main", "commits": [], "tokens": {}, "pulls": [], "refuse": [], **state}
        self.state["statuses"] = []
        given = self.state.get("comments", [])
        self.state["comments"] = []
        self.examples = examples
        for comment in given:
            self.add_comment(comment["issue"], comment["login"], comment["body"])

    # Objects.

    def example(self, event, key, action=None):
        """An object of a published event, as of this repository."""
        events = next(each["examples"] for each in self.examples if each["name"] == event)
        found = next(each for each in events if action is None or each["action"] == action)
        text = json.dumps(found[key])
        return json.loads(text.replace("Codertocat/Hello-World", self.state["repository"]))

    def user(self, login):
        user = self.example("issue_comment", "comment", "created")["user"]
        user = json.loads(json.dumps(user).replace("Codertocat", quote(login)))
        user["login"] = login
        if login.endswith("[bot]"):
            user.update(type="Bot", id=BOT_ID)
        return user

    def add_comment(self, issue, login, body):
        comments = self.state["comments"]
        comments.append({"id": 1001 + len(comments), "issue": issue, "login": login, "body": body, "edited": False})
        return comments[-1]

    def shown_comment(self, comment, base):
        shown = self.example("issue_comment", "comment", "created")
        repository = self.state["repository"]
        shown.update(
            id=comment["id"],
            url=f"{base}/repos/{repository}/issues/comments/{comment['id']}",
            issue_url=f"{base}/repos/{repository}/issues/{comment['issue']}",
            html_url=f"https://github.com/{repository}/pull/{comment['issue']}#issuecomment-{comment['id']}",
            user=self.user(comment["login"]),
            created_at=MADE,
            updated_at=CHANGED if comment["edited"] else MADE,
            body=comment["body"],
        )
        return shown

    def shown_pull(self, pull):
        shown = self.example("pull_request", "pull_request", "opened")
        closed = pull.get("state", "open") != "open"
        shown.update(
            number=pull["number"],
            state="closed" if closed else "open",
            closed_at=CHANGED if closed else None,
            auto_merge=None,
        )
        source = pull.get("from", self.state["repository"])
        for side, owner, branch, sha in (
            ("head", source, pull["head"], pull["sha"]),
            ("base", self.state["repository"], pull["base"], self.state["commits"][0]),
        ):
            end = json.loads(json.dumps(shown[side]).replace(self.state["repository"], owner))
            end.update(label=f"{owner.split('/')[0]}:{branch}", ref=branch, sha=sha)
            end["repo"].update(full_name=owner, name=owner.split("/")[1], default_branch=self.state["default_branch"])
            end["repo"]["owner"] = end["user"] = self.user(owner.split("/")[0])
            shown[side] = end
        return shown

    def shown_status(self, status, base):
        sha = status["sha"]
        return {
            "url": f"{base}/repos/{self.state['repository']}/statuses/{sha}",
            "avatar_url": self.user(status["login"])["avatar_url"],
            "id": status["id"],
            "node_id": "MDY6U3RhdHVzMQ==",
            "state": status["state"],
            "description": status["description"],
            "target_url": status["target_url"],
            "context": status["context"],
            "created_at": MADE,
            "updated_at": MADE,
            "creator": self.user(status["login"]),
        }

    # Operations. Each gives a status and a value; a list is cut into pages later.

    def pull(self, number):
        # Comments belong to issues, and each pull request is one.
        if not any(pull["number"] == number for pull in self.state["pulls"]):
            raise Refused(404, "Not Found")

    def commit(self, sha):
        if sha not in self.state["commits"]:
            raise Refused(422, f"No commit found for SHA: {sha}")

    def list_pulls(self, request):
        state = request.query.get("state", "open")
        head, base = request.query.get("head"), request.query.get("base")

        def wanted(pull):
            source = pull.get("from", self.state["repository"]).split("/")[0]
            return (
                state in ("all", pull.get("state", "open"))
                # Without `user:` the filter is ignored, as GitHub does.
                and (head is None or ":" not in head or head == f"{source}:{pull['head']}")
                and base in (None, pull["base"])
            )

        pulls = sorted(filter(wanted, self.state["pulls"]), key=lambda pull: -pull["number"])
        return 200, [self.shown_pull(pull) for pull in pulls]

    def pulls_of_commit(self, request, sha):
        """Only what merged it, once the default branch has it: an open pull request *of* that branch is not given."""
        self.commit(sha)
        pulls = [pull for pull in self.state["pulls"] if pull["sha"] == sha and pull["head"] != self.state["default_branch"]]
        return 200, [self.shown_pull(pull) for pull in pulls]

    def list_comments(self, request, number):
        self.pull(int(number))
        comments = [comment for comment in self.state["comments"] if comment["issue"] == int(number)]
        return 200, [self.shown_comment(comment, request.base) for comment in comments]

    def create_comment(self, request, number):
        self.pull(int(number))
        comment = self.add_comment(int(number), request.login, self.comment_body(request))
        return 201, self.shown_comment(comment, request.base)

    def update_comment(self, request, number):
        comment = next((comment for comment in self.state["comments"] if comment["id"] == int(number)), None)
        if comment is None:
            raise Refused(404, "Not Found")
        comment.update(body=self.comment_body(request), edited=True)
        return 200, self.shown_comment(comment, request.base)

    def comment_body(self, request):
        body = request.body.get("body")
        if not isinstance(body, str) or not body.strip():
            raise invalid("IssueComment", "body", "missing_field")
        if len(body) > BODY_LETTERS:
            raise invalid("IssueComment", "body", "unprocessable", f"Body is too long (maximum is {BODY_LETTERS} characters)")
        return body

    def create_status(self, request, sha):
        self.commit(sha)
        given = request.body
        if given.get("state") not in STATES:
            raise invalid("Status", "state", "custom", "state is not included in the list")
        description = given.get("description")
        if description is not None and len(description) > DESCRIPTION_LETTERS:
            raise invalid("Status", "description", "custom", f"description is too long (maximum is {DESCRIPTION_LETTERS} characters)")
        status = {
            "id": 1 + len(self.state["statuses"]),
            "sha": sha,
            "login": request.login,
            "state": given["state"],
            "description": description,
            "target_url": given.get("target_url"),
            "context": given.get("context", "default"),
        }
        self.state["statuses"].append(status)
        return 201, self.shown_status(status, request.base)


# Method, path below the repository, the operation's path in GitHub's description, and who does it.
OPERATIONS = [
    ("GET", r"/pulls", "/pulls", Forge.list_pulls),
    ("GET", r"/commits/([0-9a-f]{40})/pulls", "/commits/{commit_sha}/pulls", Forge.pulls_of_commit),
    ("GET", r"/issues/(\d+)/comments", "/issues/{issue_number}/comments", Forge.list_comments),
    ("POST", r"/issues/(\d+)/comments", "/issues/{issue_number}/comments", Forge.create_comment),
    ("PATCH", r"/issues/comments/(\d+)", "/issues/comments/{comment_id}", Forge.update_comment),
    ("POST", r"/statuses/([^/]+)", "/statuses/{sha}", Forge.create_status),
]


class Request(BaseHTTPRequestHandler):
    """One request. The forge and the log are the server's."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        forge, split = self.server.forge, urlsplit(self.path)
        self.query = {name: values[-1] for name, values in parse_qs(split.query).items()}
        self.base = f"http://{self.headers.get('Host')}"
        self.operation, self.login, self.body, self.links = None, None, None, None
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.server.lock:
            if (self.command, split.path) == ("GET", "/_state"):
                self.send(200, forge.state)
                return
            try:
                status, value = self.operate(forge, split.path, text)
            except Refused as refused:
                status, value = refused.status, refused.body
            line = {
                "method": self.command,
                "path": self.path,
                "operation": self.operation,
                "login": self.login,
                "sent": self.body,
                "status": status,
                "answer": value,
            }
            self.server.log.write(json.dumps(line) + "\n")
            self.server.log.flush()
            self.send(status, value)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer

    def operate(self, forge, path, text):
        if not self.headers.get("User-Agent"):
            raise Refused(403, "Request forbidden by administrative rules.")
        scheme, _, token = (self.headers.get("Authorization") or "").partition(" ")
        if scheme.lower() not in ("token", "bearer") or not token:
            raise Refused(401, "Requires authentication")
        who = forge.state["tokens"].get(token)
        if who is None:
            raise Refused(401, "Bad credentials")
        self.login = who["login"]
        below = path.removeprefix(f"/repos/{forge.state['repository']}")
        for refuse in forge.state["refuse"]:
            if refuse["method"] == self.command and refuse["path"] in path:
                raise Refused(refuse["status"], "Server Error")
        for method, pattern, operation, does in OPERATIONS:
            match = re.fullmatch(pattern, below)
            if below == path or method != self.command or not match:
                continue
            self.operation = "/repos/{owner}/{repo}" + operation
            if method != "GET":
                if not who.get("write", True):
                    raise Refused(403, "Resource not accessible by integration")
                self.body = self.parse(text)
            status, value = does(forge, self, *match.groups())
            return status, self.page(value) if isinstance(value, list) else value
        raise Refused(404, "Not Found")

    def parse(self, text):
        try:
            body = json.loads(text)
        except ValueError:
            raise Refused(400, "Problems parsing JSON") from None
        if not isinstance(body, dict):
            raise Refused(400, "Body should be a JSON object")
        return body

    def page(self, values):
        """The page that was asked for; where it is not the only one, the header `Link` says where others are."""
        size = min(max(int(self.query.get("per_page", 30)), 1), 100)
        page, last = max(int(self.query.get("page", 1)), 1), max(-(-len(values) // size), 1)
        turns = {"prev": page - 1, "first": 1} if page > 1 else {}
        if page < last:
            turns |= {"next": page + 1, "last": last}
        address = self.base + urlsplit(self.path).path

        def link(name, number):
            return f'<{address}?{urlencode({**self.query, "page": number})}>; rel="{name}"'

        self.links = ", ".join(link(*turn) for turn in turns.items())
        return values[(page - 1) * size : page * size]

    def send(self, status, value):
        text = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        if self.links:
            self.send_header("Link", self.links)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def main():
    arguments = argparse.ArgumentParser(description="A stand-in for GitHub's REST interface.")
    for name in ("state", "examples", "log"):
        arguments.add_argument(f"--{name}", required=True)
    arguments.add_argument("--port-file")
    given = arguments.parse_args()
    with open(given.state) as state, open(given.examples) as examples:
        forge = Forge(copy.deepcopy(json.load(state)), json.load(examples))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    server.forge, server.lock, server.log = forge, threading.Lock(), open(given.log, "a")
    if given.port_file:
        # Renamed, so that whoever waits for it never reads half of it.
        with open(f"{given.port_file}.new", "w") as port:
            port.write(str(server.server_address[1]))
        os.rename(f"{given.port_file}.new", given.port_file)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
