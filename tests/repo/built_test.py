"""Every source is compiled and every test runs: no file is left out of the build by accident."""
import sys

import source


def check(root, built):
    problems = []
    for path in source.files(root, ".cc"):
        name = path.relative_to(root).as_posix()
        if not name.startswith(("node/", "cli/", "tests/")):
            continue
        # Without libFuzzer's main a target has this one.
        if name == "tests/fuzz/replay_main.cc":
            continue
        if name not in built:
            problems.append(f"{name}: not compiled by this build")
    return problems


if __name__ == "__main__":
    source.finish(check(source.ROOT, source.compiled(sys.argv[1])))
