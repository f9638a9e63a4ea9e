"""Words that do not belong: in C++, in tests, and in any file."""
import re

import source

# The one file per throwing library, the node's main, and the guard around handlers.
MAY_CATCH = {
    "node/app/main.cc",
    "node/canon/json.cc",
    "node/canon/reader.cc",
    "node/canon/value.cc",
    "node/canon/yaml.cc",
    "node/rpc/server/guard.cc",
    "cli/parse.cc",
}
# Where time, threads and the outside world enter.
SEAMS = ("node/base/seams.cc",)
OUTER = ("node/rpc/", "node/app/", "cli/")

# (pattern, reason, path prefixes in which it is allowed)
CODE_RULES = [
    (r"\bthrow\b", "errors are Results", ()),
    (r"\bsystem_clock::now\b", "the clock is a seam", SEAMS),
    (r"\b(steady_clock|high_resolution_clock)::now\b", "the clock is a seam", SEAMS + OUTER),
    (r"\b(?:std::)?(?:random_device|mt19937(?:_64)?|default_random_engine)\b",
     "randomness is a seam", ()),
    (r"(?<![\w.>:])(?:std::)?s?rand\s*\(", "randomness is a seam", ()),
    (r"(?<![\w.>:])(?:std::|::)?(?:time|gettimeofday|clock_gettime|localtime|gmtime)\s*\(",
     "the clock is a seam", SEAMS),
    (r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\b", "nothing sleeps", ()),
    (r"\bstd::(?:j?thread\b(?!::)|async\b)", "threads are rpc's and app's", OUTER),
    (r"\bstd::(?:mutex|shared_mutex|recursive_mutex|lock_guard|unique_lock|scoped_lock)\b",
     "locks go through base/mutex.h", ("node/base/mutex.h",)),
    (r"\bstd::(?:format|expected|source_location|views)\b|\bstd::ranges::views\b",
     "one of the two compilers lacks it", ()),
    (r"\bstd::w?regex\b", "it recurses over its input", ()),
    (r"\busing\s+namespace\s+(?!std::(?:chrono_)?literals)", "names are spelled out", ()),
    (r"\b(?:gets|strcpy|strcat|sprintf|vsprintf|alloca)\s*\(", "no bounds", ()),
]
TEST_RULES = [
    (r"\bGTEST_SKIP\b|\bDISABLED_", "a test runs or does not exist", ()),
    (r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\b", "nothing sleeps", ()),
    (r"\bEXPECT_TRUE\(\s*true\s*\)|\bSUCCEED\s*\(", "it cannot fail", ()),
]
# Split, so that this file does not name what it bans.
MARKS = re.compile(r"\b(?:TO" + "DO|FIX" + "ME|HA" + "CK|XX" + r"X)\b")
TEXT = {".h", ".cc", ".py", ".proto", ".md", ".txt", ".json", ".yaml", ".sh", ".in", ".html", ""}


def matches(rules, name, text):
    out = []
    for pattern, reason, allowed in rules:
        if allowed and name.startswith(allowed):
            continue
        for match in re.finditer(pattern, text):
            line = source.line_of(text, match.start())
            out.append(f"{name}:{line}: `{match.group(0).strip()}`: {reason}")
    return out


def switches(text):
    """(position, body) of every switch, nested ones blanked out of the outer body."""
    for match in re.finditer(r"\bswitch\s*\(", text):
        start = text.find("{", match.end())
        depth, body = 0, []
        inner = None
        for i in range(start, len(text)):
            char = text[i]
            if char == "{":
                depth += 1
            elif char == "}":
                depth -= 1
                if inner is not None and depth < inner:
                    inner = None
                if depth == 0:
                    break
            elif inner is None and i > start and re.match(r"\bswitch\s*\(", text[i:i + 20]):
                if not text[i - 1].isalnum() and text[i - 1] != "_":
                    inner = depth + 1
            body.append(" " if inner is not None else char)
        yield match.start(), "".join(body)


def check_cpp(name, text):
    plain = source.code(text)
    problems = []
    if name.startswith(("node/", "cli/")):
        problems += matches(CODE_RULES, name, plain)
        for match in re.finditer(r"\bcatch\s*\(", plain):
            if name not in MAY_CATCH:
                problems.append(f"{name}:{source.line_of(plain, match.start())}: `catch` here")
        for position, body in switches(plain):
            if re.search(r"\bdefault\s*:", body) and re.search(r"\bcase\s+[\w:]*\bk[A-Z]\w*\s*:", body):
                problems.append(f"{name}:{source.line_of(plain, position)}: `default:` over an enum")
    if name.startswith("node/rpc/"):
        for match in re.finditer(r"\b(?:CHECK|ASSUME)\s*\(", plain):
            problems.append(f"{name}:{source.line_of(plain, match.start())}: CHECK where peers reach")
    if name.startswith("tests/"):
        problems += matches(TEST_RULES, name, plain)
    return problems


def check(root):
    problems = []
    for path in source.files(root):
        name = path.relative_to(root).as_posix()
        if path.suffix not in TEXT or name.startswith("tests/data/") or "/corpus/" in name:
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        for match in MARKS.finditer(text):
            problems.append(f"{name}:{source.line_of(text, match.start())}: {match.group(0)}")
        if path.suffix in (".h", ".cc"):
            problems += check_cpp(name, text)
    return problems


if __name__ == "__main__":
    source.finish(check(source.ROOT))
