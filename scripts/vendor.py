"""Copy third-party browser files from npm into static/vendor, with versions, licences and checksums.

Those that only tests use, such as the official OpenFeature provider, go into tests/browser/vendor.

Run it by hand after changing a version in package.json (`npm install --package-lock-only` first). The result
is committed, so that running and testing the portal need no npm. Run twice, it writes the same bytes.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = {
    ROOT / "static" / "vendor": {
        "bootstrap": ["dist/css/bootstrap.min.css"],
        "chart.js": ["dist/chart.umd.min.js"],
    },
    ROOT / "tests" / "browser" / "vendor": {
        "@openfeature/core": ["dist/esm/index.js"],
        "@openfeature/ofrep-core": ["index.esm.js"],
        "@openfeature/ofrep-web-provider": ["index.esm.js"],
        "@openfeature/web-sdk": ["dist/esm/index.js"],
    },
}

# A leftover reference to a map that is not shipped stops collectstatic's manifest.
SOURCE_MAP = re.compile(rb"\n?/[/*]# sourceMappingURL=[^\n]*\n?")


def main() -> None:
    """Replace the vendored files by what package-lock.json pins."""
    with tempfile.TemporaryDirectory() as scratch:
        modules = install(Path(scratch))
        for vendor, packages in FILES.items():
            shutil.rmtree(vendor, ignore_errors=True)
            folders = {name: vendor / name.removeprefix("@").replace("/", "-") for name in packages}
            record = {
                folder.name: copy_package(modules / name, packages[name], folder) for name, folder in folders.items()
            }
            vendor.joinpath("vendor.json").write_text(json.dumps(record, indent=2, sort_keys=True) + "\n")


def install(scratch: Path) -> Path:
    """Install exactly the locked packages, running none of their scripts; return node_modules."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, scratch)
    npm = shutil.which("npm") or sys.exit("npm is not installed: it is needed for vendoring, and only for that")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=scratch, check=True)  # noqa: S603 - every word of it is ours
    return scratch / "node_modules"


def copy_package(package: Path, paths: list[str], target: Path) -> dict[str, object]:
    """Copy one package's named files and its licence; return its line of the record."""
    target.mkdir(parents=True)
    for path in paths:
        (target / Path(path).name).write_bytes(SOURCE_MAP.sub(b"\n", (package / path).read_bytes()))
    licences = [*package.glob("LICENSE*"), *package.glob("NOTICE*")]
    if not licences:
        sys.exit(f"{package.name} ships no licence file: add one by hand before vendoring it")
    for licence in licences:
        shutil.copyfile(licence, target / licence.name)
    about = json.loads((package / "package.json").read_text())
    return {"version": about["version"], "license": about["license"], "sha256": checksums(target)}


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file in a folder, by name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


if __name__ == "__main__":
    main()
