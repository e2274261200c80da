# What the commands share: where things are, and the virtual environment. Sourced by bin/*; runs nothing by itself.
#
# TASKHUB_PYTHON names a Python that has the requirements already (a container image); then no environment is made.
# TASKHUB_SETTINGS names other settings than the product's: bin/bench measures with its own.

set -eu
root="$(cd "$(dirname "$0")/.." && pwd)"
cd "$root"
export DJANGO_SETTINGS_MODULE="${TASKHUB_SETTINGS:-taskhub.settings}"
export PYTHONUNBUFFERED=1

complain() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
}

# The first Python that is new enough.
base_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    complain "needs Python 3.11 or newer; found none"
    return 1
}

make_venv() {
    base="$(base_python)" || exit 1
    if ! "$base" -m venv --clear .venv >/dev/null 2>&1; then
        rm -rf .venv
        complain "could not make .venv with $base; on Debian and Ubuntu: apt-get install python3-venv"
        exit 1
    fi
}

# use_venv FILE...: .venv holds what these requirement files name. A stamp per file remembers its contents, so that a start
# with unchanged files installs nothing.
use_venv() {
    if [ -n "${TASKHUB_PYTHON:-}" ]; then
        python="$TASKHUB_PYTHON"
        return
    fi
    python="$root/.venv/bin/python"
    [ -x "$python" ] && [ -x .venv/bin/pip ] || make_venv
    for file in "$@"; do
        stamp=".venv/installed-$file"
        wanted="$(cksum <"$file")"
        if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
            complain "installing $file into .venv (once)"
            attended "$python" -m pip install --quiet --no-input --disable-pip-version-check -r "$file"
            printf '%s\n' "$wanted" >"$stamp"
        fi
    done
}

# attended COMMAND...: runs it so that a signal to this script ends it too.
attended() {
    "$@" &
    attended_pid=$!
    trap 'kill "$attended_pid" 2>/dev/null; wait "$attended_pid"; exit 143' TERM INT
    wait "$attended_pid"
    trap - TERM INT
}

cores() {
    "$python" -c 'import os; print(os.cpu_count() or 1)'
}

need_redis() {
    if [ -z "${REDIS_URL:-}" ]; then
        complain "REDIS_URL is not set; without it the web process is worker and scheduler too"
        exit 2
    fi
}
