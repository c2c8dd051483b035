# Sourced by the other scripts; not run by itself.
# Keeps .venv in step with a lock file. The file .venv/.netql-NAME (NAME is runtime or dev) holds a
# hash of what was installed; it is written last, so an interrupted install is simply done again.

say() {
    printf '==> %s\n' "$*" >&2
}

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Prints the first interpreter that really runs and is new enough. A name on the PATH proves
# nothing: version managers leave stand-ins there that only print an error.
find_python() {
    local candidate found=""
    for candidate in ${PYTHON:+"$PYTHON"} python3.14 python3.13 python3.12 python3.11 python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            # The full path, so that a different PATH later cannot change what was chosen.
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
        if [ -n "${PYTHON:-}" ] && [ "$candidate" = "$PYTHON" ]; then
            die "PYTHON is set to '$PYTHON', which is not a working Python 3.11 or newer."
        fi
        if "$candidate" -c '' >/dev/null 2>&1; then
            found=$("$candidate" -c 'import platform; print(platform.python_version())' 2>/dev/null)
        fi
    done
    if [ -n "$found" ]; then
        die "netql needs Python 3.11 or newer, but only Python $found was found;" \
            "install a newer one, or set PYTHON to the path of one."
    fi
    die "netql needs Python 3.11 or newer, and no Python was found;" \
        "install one, or set PYTHON to its path."
}

lock_file() {
    case $1 in
        dev) echo requirements-dev.lock ;;
        runtime) echo requirements.lock ;;
    esac
}

# What the environment is made from: the lock file and the project's own description.
wanted_stamp() {
    cat "$(lock_file "$1")" pyproject.toml | cksum
}

is_fresh() {
    # The test run catches an environment whose Python was removed since.
    [ -f ".venv/.netql-$1" ] &&
        [ "$(cat ".venv/.netql-$1")" = "$PWD $(wanted_stamp "$1")" ] &&
        .venv/bin/python -c '' >/dev/null 2>&1
}

# ensure_venv runtime|dev: makes or refreshes .venv; does nothing when it is up to date.
ensure_venv() {
    local name=$1
    # Everything in the runtime lock is in the development lock at the same version.
    if is_fresh dev || { [ "$name" = runtime ] && is_fresh runtime; }; then
        return
    fi
    # Once a development environment, always one: refreshing it for a demo with the smaller lock
    # would only make the next test run install again.
    if [ -f .venv/.netql-dev ] || [ -f .venv/.netql-dev-wanted ]; then
        name=dev
    fi
    (
        # Two scripts started together must not install into the same directory.
        if command -v flock >/dev/null 2>&1; then
            exec 9>.venv.lock
            if ! flock -n 9; then
                say "Waiting for another script that is preparing .venv."
                flock 9
            fi
            if is_fresh "$name"; then
                exit 0
            fi
        fi
        install_venv "$name"
    )
}

install_venv() {
    local name=$1 lock python
    lock=$(lock_file "$name")
    rm -f .venv/.netql-runtime .venv/.netql-dev
    # An environment has its own path written into its programs, so a checkout that was moved or
    # copied needs a new one.
    if [ "$(cat .venv/.netql-made-in 2>/dev/null)" != "$PWD" ] ||
        ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        python=$(find_python) || exit 1
        say "Creating .venv with $python."
        if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
            die "This Python cannot create virtual environments; install its venv module" \
                "(on Debian and Ubuntu: apt-get install python3-venv) and run this again."
        fi
        "$python" -m venv --clear .venv || die "Creating .venv failed."
        echo "$PWD" >.venv/.netql-made-in
    fi
    if [ "$name" = dev ]; then
        : >.venv/.netql-dev-wanted
    fi
    say "Installing the packages in $lock into .venv (the first time takes a minute or two)."
    # As root pip warns that it may break the system; in a virtual environment it cannot.
    export PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1
    .venv/bin/python -m pip install --quiet --no-input --require-hashes -r "$lock" ||
        die "Installing the packages failed; the lines above say why. Run this again to retry."
    say "Installing netql itself, so that changes to src/ take effect at once."
    .venv/bin/python -m pip install --quiet --no-input --no-deps --no-build-isolation -e . ||
        die "Installing netql failed; the lines above say why."
    echo "$PWD $(wanted_stamp "$name")" >".venv/.netql-$name.new"
    mv ".venv/.netql-$name.new" ".venv/.netql-$name"
}
