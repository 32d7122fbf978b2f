#!/usr/bin/env bash
# Grades the checkout and says what came of it: summary, annotations, notices and outputs. It ends well whatever the
# points are; a later step says whether they are full marks. No token is in its environment, nor where the runner reads what
# later steps are to have in theirs: the student's code runs here.
set -euo pipefail

report="$RUNNER_TEMP/course-report"
mkdir -p "$report"
options=(--out "$report")
options+=(--address "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/blob/$GITHUB_SHA")
[ "$GATES" = true ] || options+=(--no-gates)
[ ! -s "$report/previous.md" ] || options+=(--previous "$report/previous.md")

env -u GITHUB_ENV -u GITHUB_PATH -u GITHUB_OUTPUT -u GITHUB_STEP_SUMMARY course autograde "${options[@]}"
cat "$report/summary.md" >>"$GITHUB_STEP_SUMMARY"
cat "$report/outputs.txt" >>"$GITHUB_OUTPUT"
# What there is to be kept for the next push: what tests need, or gates, too.
built=tests
[ ! -d target/course/target/release ] || built=gates
echo "built=$built" >>"$GITHUB_OUTPUT"
cat "$report/annotations.txt" "$report/notices.txt"
