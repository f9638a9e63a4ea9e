"""What the checks of this folder share: the files of the repository and C++ text without comments."""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED_FOLDERS = {".git", "build", "demo", "__pycache__", "node_modules", ".pytest_cache", ".cache"}
SKIPPED = 77  # ctest's SKIP_RETURN_CODE


def files(root, *suffixes):
    """Every file under root, sorted, leaving out what is built."""
    found = []
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.is_file() and not SKIPPED_FOLDERS & set(parts[:-1]):
            if not suffixes or path.suffix in suffixes:
                found.append(path)
    return found


TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)


def code(text):
    """The text with comments and the contents of literals blanked; line numbers stay."""

    def blank(match):
        token = match.group(0)
        # 1'000 is a number: its quote opens no literal.
        if token[0] == "'" and match.start() and text[match.start() - 1].isdigit():
            return token
        kept = token[0] if token[0] in "\"'" else " "
        return kept + "\n" * token.count("\n") + kept

    return TOKEN.sub(blank, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def compiled(argument):
    """The sources that the build of this compile_commands.json compiles, relative to ROOT."""
    commands = json.loads(pathlib.Path(argument).read_text())
    out = set()
    for command in commands:
        path = pathlib.Path(command["directory"], command["file"]).resolve()
        if path.is_relative_to(ROOT):
            out.add(path.relative_to(ROOT).as_posix())
    return out


def finish(problems):
    print("\n".join(problems) or "ok")
    sys.exit(1 if problems else 0)
