"""What the node decides about covenants, against Cedar: oracle_test.py BUILD_FOLDER random|policies|mutations [SEED].

random     random covenants and questions; every outcome must come up, none may differ
policies   the covenants in policies/; `schakel covenant test --ask` must say the same, and what the tests inside expect
mutations  that the comparison notices a wrong translation and a wrong answer
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
POLICIES = HERE.parents[1] / "policies"
SKIPPED = 77  # ctest's SKIP_RETURN_CODE


def questions(build, *arguments):
    return [str(build / "tests/oracle_questions"), *map(str, arguments)]


def compare(*arguments):
    return ["node", str(HERE / "compare.mjs"), *arguments]


def piped(source, sink):
    """The exit codes of both, run together."""
    with subprocess.Popen(source, stdout=subprocess.PIPE) as first:
        with subprocess.Popen(sink, stdin=first.stdout) as second:
            first.stdout.close()
            second.wait()
        first.wait()
        return first.returncode, second.returncode


def random(build, seed):
    return piped(questions(build, seed, 300, 70), compare("--every")) == (0, 0)


def policies(build, seed):
    files = [POLICIES / "veldrijk.yaml", POLICIES / "model.yaml", *sorted((POLICIES / "examples").glob("*.yaml"))]
    made = subprocess.run(questions(build, seed, 150, *files), capture_output=True, text=True, check=True).stdout
    good = subprocess.run(compare(), input=made, text=True).returncode == 0
    answered = tested = 0
    for covenant, lines in by_covenant(made):
        own = json.loads(covenant)["tests"]
        answers = asked(build, covenant, [line["ask"] for line in lines] + [test["ask"] for test in own])
        if answers[:len(lines)] != [spelt(line["answer"]) for line in lines]:
            print("`covenant test --ask` says something else", file=sys.stderr)
            good = False
        for test, answer in zip(own, answers[len(lines):], strict=True):
            wrong = unmet(test["expect"], json.loads(answer))
            if wrong:
                print(f"{test['name']}: {wrong}: {answer}", file=sys.stderr)
                good = False
        answered += len(lines)
        tested += len(own)
    print(f"{answered} questions put to `covenant test --ask` too, and those of the covenants' own {tested} tests")
    return good


def asked(build, covenant, asks):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "covenant.json")
        path.write_text(covenant)
        done = subprocess.run(
            [str(build / "bin/schakel"), "covenant", "test", str(path), "--ask", "-"],
            input="".join(spelt(ask) + "\n" for ask in asks), capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
    return done.stdout.splitlines()


def unmet(expect, answer):
    """The parts of a test's `expect` that the answer does not have; order and the word `none` mean nothing."""
    wrong = []
    for part, value in expect.items():
        if value == "none":
            value = []
        if isinstance(value, list):
            value = sorted(value)
        if answer.get(part) != value:
            wrong.append(part)
    return wrong


def by_covenant(made):
    groups = []
    prefix = '{"covenant":'
    for line in made.splitlines():
        if line.startswith(prefix):
            groups.append((line[len(prefix):-1], []))
        else:
            groups[-1][1].append(json.loads(line))
    return groups


def spelt(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def mutations(build, seed):
    made = subprocess.run(questions(build, seed, 60, 60), capture_output=True, check=True).stdout
    names = subprocess.run(compare("--mutations"), capture_output=True, text=True, check=True).stdout.split()
    good = subprocess.run(compare(), input=made, capture_output=True).returncode == 0
    print("as it should be:", "equal" if good else "DIFFERENT")
    for arguments in [["--flip"], *(["--mutate", name] for name in names)]:
        done = subprocess.run(compare(*arguments), input=made, capture_output=True)
        noticed = done.returncode == 1 and done.stdout.startswith(b"noticed at question ")
        good = good and noticed
        print(f"{' '.join(arguments)}: {done.stdout.decode().strip() if noticed else 'NOT NOTICED ' + done.stderr.decode()}")
    return good


def main():
    build = pathlib.Path(sys.argv[1])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    if not shutil.which("node") or not (HERE / "node_modules/@cedar-policy/cedar-wasm").is_dir():
        print("SKIPPED: Cedar is not installed (npm ci --prefix tests/oracle)")
        sys.exit(SKIPPED)
    print(f"seed {seed}", flush=True)
    sys.exit(0 if {"random": random, "policies": policies, "mutations": mutations}[sys.argv[2]](build, seed) else 1)


if __name__ == "__main__":
    main()
