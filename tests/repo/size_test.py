"""A file that people read stays under 500 lines."""
import source

LIMIT = 500
# Data tables whose length is their content.
LONGER = set()
SUFFIXES = (".h", ".cc", ".py", ".proto", ".sh", ".cmake", ".txt")


def check(root):
    problems = []
    for path in source.files(root, *SUFFIXES, ""):
        name = path.relative_to(root).as_posix()
        if name.startswith("tests/data/") or "/corpus/" in name or name in LONGER:
            continue
        lines = path.read_bytes().count(b"\n")
        if lines >= LIMIT:
            problems.append(f"{name}: {lines} lines")
    return problems


if __name__ == "__main__":
    source.finish(check(source.ROOT))
