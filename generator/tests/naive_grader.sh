#!/bin/sh
# What many graders do: clone a commit, run its tests, believe what they print. For tests that show what an attack wins
# where nothing defends; run it inside of a sandbox only.
#
# naive_grader.sh REPOSITORY COMMIT FOLDER SECONDS
set -u
git clone -q --no-checkout "$1" "$3/clone" && cd "$3/clone" || exit 99
git checkout -q --force "$2" || exit 99
export COURSE_SECRET_OF_A_TEST="the secret of the other student"
export CARGO_TARGET_DIR="$3/target" CARGO_TERM_COLOR=never CARGO_NET_OFFLINE=true
# Through rustup, as a student's toolchain file asks for it.
# So that nothing takes the whole machine, whatever happens.
ulimit -v 8000000
exec timeout --signal=KILL "$4" cargo test --offline --no-fail-fast --lib --tests >"$3/output" 2>&1 </dev/null
