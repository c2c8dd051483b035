# Sourced by the other scripts; not run by itself.
# Packages of Node that tests and checks use: each is pinned by its own package-lock.json.

have_node() {
    command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1
}

# ensure_package DIRECTORY: installs what its lock file says, if that is not there yet.
ensure_package() {
    (
        cd "$1" || exit
        # Two scripts started together must not install into the same directory.
        if command -v flock >/dev/null 2>&1; then
            exec 9>.node.lock
            flock 9
        fi
        wanted=$(cat package.json package-lock.json | cksum)
        if [ "$(cat node_modules/.netql 2>/dev/null)" != "$wanted" ]; then
            npm ci --silent --ignore-scripts --no-audit --no-fund &&
                echo "$wanted" >node_modules/.netql
        fi
    )
}
