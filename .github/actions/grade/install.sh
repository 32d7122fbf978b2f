#!/usr/bin/env bash
# Brings the toolchain, and puts `course` on the path: one of the right version that is there already, else the released
# program if its digest is the one that this commit names, else one built from the source beside this file.
#
#   install.sh            what tests a student's repository: nothing that needs a course, a forge or a wall
#   install.sh author     all of it
set -euo pipefail

parts=${1:-}
case $parts in
"") system=$(uname -s)-$(uname -m) features=--no-default-features needed=autograde ;;
author) system=$(uname -s)-$(uname -m)-author features=--features=author needed=accept ;;
*) echo "install.sh: there are no parts \`$parts\`" >&2; exit 2 ;;
esac

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=$(cd "$here/../../.." && pwd)
home="${COURSE_HOME:-$HOME/.course}"
# A runner that brings no more of an action than its own folder (act) has to bring the program, too: any version will do.
wanted=
[ ! -f "$source/Cargo.toml" ] || wanted="course $(sed -n 's/^version = "\(.*\)"$/\1/p' "$source/Cargo.toml" | head -n 1)"

is_right() {
  command -v "$1" >/dev/null && { [ -z "$wanted" ] || [ "$("$1" --version)" = "$wanted" ]; } && "$1" "$needed" --help >/dev/null 2>&1
}

# A line of `releases` says for a system: address, SHA-256.
download() {
  local address digest
  read -r _ address digest < <(grep "^$system " "$here/releases") || return 1
  mkdir -p "$home/bin"
  curl --fail --silent --show-error --location --retry 3 --max-time 120 --output "$home/download" "$address" || return 1
  if ! echo "$digest  $home/download" | sha256sum --check --status; then
    echo "::warning title=course::$address is not the program that this action names; it is built from its source instead"
    rm "$home/download"
    return 1
  fi
  chmod +x "$home/download"
  mv "$home/download" "$home/bin/course"
}

# The toolchain that the student's repository names, with clippy; a runner has another one.
if command -v rustup >/dev/null; then
  rustup toolchain install || rustup show
  RUSTUP_TOOLCHAIN=$(rustup show active-toolchain | cut -d ' ' -f 1)
  export RUSTUP_TOOLCHAIN
fi
if is_right course; then
  echo "$(course --version) is there"
  exit 0
fi
if ! is_right "$home/bin/course"; then
  # From outside the student's repository: its settings are not for this.
  download || (cd "$source" && cargo install --locked --path generator "$features" --profile workflow --root "$home" --force)
fi
is_right "$home/bin/course"
echo "$home/bin" >>"$GITHUB_PATH"
