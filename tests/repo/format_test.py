"""Every C++ file is as clang-format writes it."""
import shutil
import subprocess
import sys

import source


def check(paths):
    """The files among `paths` that clang-format would change."""
    done = subprocess.run(["clang-format", "--dry-run", *map(str, paths)],
                          capture_output=True, text=True, check=True, cwd=source.ROOT)
    changed = {line.split(":")[0] for line in done.stderr.splitlines() if ": warning:" in line}
    return [f"{name}: not formatted (clang-format -i)" for name in sorted(changed)]


if __name__ == "__main__":
    if not shutil.which("clang-format"):
        print("SKIPPED: clang-format is not installed (deploy/install-packages test)")
        sys.exit(source.SKIPPED)
    source.finish(check([p.relative_to(source.ROOT) for p in source.files(source.ROOT, ".h", ".cc")]))
