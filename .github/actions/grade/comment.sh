#!/usr/bin/env bash
# One comment on each open pull request of the branch, found again and updated in place, and the commit's status.
#
#   comment.sh find    finds the comments of the last run, and keeps the body of the first for the grade to compare with
#   comment.sh put     updates them, writes those that are not there yet, and sets the status
#
# A comment of ours begins with the marker and is written by the token's own login: whoever else writes one like it keeps it.
# Feedback never fails a grade: what the forge refuses is a warning, and the exit code is 0.
#
# Needs gh 2.23 or later. All addresses are whole, so GH_HOST says nothing; for a host that is not github.com gh takes its
# token from GH_ENTERPRISE_TOKEN alone.
set -euo pipefail

marker='<!-- course-feedback:autograding -->'
author=${COMMENT_AUTHOR:-github-actions[bot]}
report="$RUNNER_TEMP/course-report"
repository="$GITHUB_API_URL/repos/$GITHUB_REPOSITORY"
# A line for each open pull request: its number, and the comment's id where there is one.
found="$report/comments"
export marker author GH_TOKEN GH_ENTERPRISE_TOKEN="$GH_TOKEN" GH_PROMPT_DISABLED=1 GH_NO_UPDATE_NOTIFIER=1
said=$(mktemp)
trap 'rm -f "$said"' EXIT

# What the forge says goes into one line, where it can begin no other command of the workflow.
warn() {
  local why
  why=$(head -c 500 "$said" | tr '\r\n' '  ' | sed 's/%/%25/g')
  printf '::warning title=Feedback::%s: %s\n' "$1" "$why"
}

api() { timeout 60 gh api "$@" 2>"$said"; }

find_comments() {
  local pulls pull ours id body
  mkdir -p "$report"
  : >"$found"
  # By branch, not by commit: of a commit that the default branch has, GitHub gives only the pull request that merged it,
  # and the one in which a teacher reads has the default branch for its head.
  if ! pulls=$(api -X GET --paginate "$repository/pulls" -f state=open -f head="${GITHUB_REPOSITORY%%/*}:$GITHUB_REF_NAME" -f per_page=100 \
    --jq '.[] | select(.head.repo.full_name == env.GITHUB_REPOSITORY and .head.ref == env.GITHUB_REF_NAME) | .number'); then
    warn "the pull requests of $GITHUB_REF_NAME were not found"
    return
  fi
  [ -n "$pulls" ] || echo "no open pull request of $GITHUB_REF_NAME: the feedback is in the summary of this run"
  for pull in $pulls; do
    if ! ours=$(api -X GET --paginate "$repository/issues/$pull/comments" -f per_page=100 \
      --jq '.[] | select(.user.login == env.author and ((.body // "") | startswith(env.marker))) | "\(.id) \(.body | @base64)"'); then
      warn "the comments of pull request $pull were not read"
      continue
    fi
    # The oldest; a second one of ours is what two runs at once can leave.
    read -r id body <<<"$ours"
    echo "$pull $id" >>"$found"
    [ -n "$id" ] && [ ! -s "$report/previous.md" ] && base64 --decode <<<"$body" >"$report/previous.md"
  done
  return 0
}

put_comments() {
  local pull id state=failure
  [ "$FULL" != true ] || state=success
  if ! api -X POST "$repository/statuses/$GITHUB_SHA" --silent -f context=Autograding -f state="$state" \
    -f description="$(cat "$report/status.txt")" -f target_url="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"; then
    warn "the commit's status was not set"
  fi
  while read -r pull id; do
    if [ -n "$id" ]; then
      api -X PATCH "$repository/issues/comments/$id" --silent -F body=@"$report/comment.md" || warn "the comment in pull request $pull was not updated"
    else
      api -X POST "$repository/issues/$pull/comments" --silent -F body=@"$report/comment.md" || warn "pull request $pull got no comment"
    fi
  done <"$found"
}

case "$1" in
find) find_comments ;;
put) put_comments ;;
esac
