#!/usr/bin/env bash
# Installs the real cargo-generate, once, and runs the tests that need it.
#
#     generator/tests/cargo_generate.sh            run the tests
#     generator/tests/cargo_generate.sh --path     print where the program is, installed if need be
#
# It is kept in $COURSE_CACHE (default: ~/.cache/course-ci). Its published lock file asks for a newer
# compiler than ours, so it is built with the lock in fixtures/cargo-generate: equal in every run.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=0.26.0
cache=${COURSE_CACHE:-$HOME/.cache/course-ci}
root=$cache/cargo-generate-$version
program=$root/bin/cargo-generate

if [ ! -x "$program" ]; then
  echo "installing cargo-generate $version into $root (minutes, once)" >&2
  # Asking for its description downloads and unpacks its source, and nothing else does with so little.
  cargo info --quiet "cargo-generate@$version" >/dev/null
  source=$(ls -d "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"cargo-generate-$version" | head -n 1)
  build=$(mktemp -d)
  trap 'rm -rf "$build"' EXIT
  cp -r "$source" "$build/source"
  cp generator/tests/fixtures/cargo-generate/Cargo.lock "$build/source/Cargo.lock"
  CARGO_TARGET_DIR="$build/target" cargo install --quiet --locked --path "$build/source" --root "$root" >&2
fi

if [ "${1:-}" = --path ]; then
  echo "$program"
  exit
fi
COURSE_CARGO_GENERATE="$program" cargo test --locked --package course --test it -- --ignored cargo_generate
