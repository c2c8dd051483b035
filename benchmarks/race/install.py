"""Copies every peer's source into the lab and installs its pinned dependencies there.

`python install.py` installs; the other tools call `sync`, so that an edited peer is what runs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys

from lab import BUILD, HERE
from peers import PEERS

_NPM = "npm install --no-fund --no-audit --omit=dev --loglevel=error".split()


def _sources() -> dict[str, str]:
    """Each build's name and the folder that it is copied from."""
    own = {spec["dir"] for spec in PEERS.values() if "dir" in spec} | {"node-runtime"}
    return {"loadgen": "loadgen"} | {name: f"peers/{name}" for name in sorted(own)}


def sync() -> None:
    """Bring the sources in the lab up to date."""
    for name, source in _sources().items():
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(HERE / source, BUILD / name, dirs_exist_ok=True, ignore=ignored)


def install() -> None:
    """Install what each peer depends on."""
    sync()
    for name in _sources():
        target = BUILD / name
        if (target / "package.json").exists():
            subprocess.run(_NPM, cwd=target, check=True)
        else:
            pip = [sys.executable, "-m", "pip", "install", "-q", "-r", "requirements.txt"]
            subprocess.run(pip, cwd=target, check=True)


if __name__ == "__main__":
    install()
