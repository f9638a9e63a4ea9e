#!/usr/bin/env python3
"""The covenants of policies/: prepared by the program that was built, with throw-away keys; preparing runs the tests inside them.

usage: policies_test.py BIN_DIR
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import jsonschema
import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
POLICIES = TOP / "policies"
RELEASE = re.compile(r"^  # >>> vrijgave\n.*?^  # <<< vrijgave\n", re.S | re.M)
ROWS = [f"C{n:02}" for n in range(1, 30)] + ["C05j", "X1", "X2", "X3", "X4"]  # X4: no row, but law
BIN = None


def read_yaml(text):
    """As the covenant's reader types it: integers as JSON spells them, true and false; all else is text."""
    class Loader(yaml.BaseLoader):
        pass
    for tag, pattern, first in [("bool", r"^(true|false)$", "tf"), ("int", r"^-?(0|[1-9][0-9]*)$", "-0123456789")]:
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))
    Loader.add_constructor("tag:yaml.org,2002:bool", lambda loader, node: node.value == "true")
    Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
    return yaml.load(text, Loader)


class PoliciesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="schakel-policies-")
        cls.out = pathlib.Path(cls.folder.name)
        cls.homes = {}
        cls.made = 0

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def party(self, party, oin):
        """party.json with keys of its own; made once for each party and number."""
        home = self.out / f"{party}-{oin}"
        if not home.exists():
            kind = (["--party", party, "--oin", oin, "--node", f"{party}.example", "--listen", "127.0.0.1:7443",
                     "--address", "127.0.0.1:7443", "--roots", "2", "--threshold", "2",
                     "--officer", "officer:Functionaris", "--admin", "admin:Beheerder"] if oin else ["--auditor", party])
            subprocess.run([BIN / "schakel", "init", home, "--name", party, *kind], check=True, capture_output=True,
                           timeout=60)
        return home / "party.json"

    def prepare(self, text):
        """(exit code, everything said, the covenant or None)"""
        PoliciesTest.made += 1
        source = self.out / f"{self.made}.yaml"
        target = self.out / f"{self.made}.json"
        source.write_text(text)
        command = [BIN / "schakel", "covenant", "prepare", source, "-o", target, "--lang", "en",
                   "--from", "2026-12-01", "--until", "2027-11-30", "--review-by", "2027-08-01"]
        for party, oin in re.findall(r'^  (\w+): *\{name: .*?oin: "(\d{20})"', text, re.M):
            command += ["--party", self.party(party, oin)]
        for auditor in re.findall(r"^auditors:\n  (\w+):", text, re.M):
            command += ["--auditor", self.party(auditor, "")]
        for paper in re.findall(r"^  (\w+): .*sha256: fill", text, re.M):
            command += ["--document", f"{paper}={POLICIES / f'veldrijk-{paper}.txt'}"]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60)
        covenant = json.loads(target.read_text()) if target.exists() else None
        return done.returncode, done.stdout + done.stderr, covenant

    def test_every_example_prepares_and_passes_its_own_tests(self):
        examples = sorted((POLICIES / "examples").glob("*.yaml"))
        self.assertGreaterEqual(len(examples), 8)
        for example in examples:
            with self.subTest(example.name):
                code, said, covenant = self.prepare(example.read_text())
                self.assertEqual(code, 0, said)
                self.assertGreaterEqual(len(covenant["tests"]), 2)

    def test_an_example_with_a_wrong_test_is_refused(self):
        text = (POLICIES / "examples/01-standaard-nee.yaml").read_text()
        code, said, covenant = self.prepare(text.replace("code: NO_RULE", "code: FACT_UNKNOWN", 1))
        self.assertEqual((code, covenant), (1, None), said)

    def test_the_model_prepares_without_what_a_person_releases(self):
        code, said, covenant = self.prepare(RELEASE.sub("", (POLICIES / "model.yaml").read_text()))
        self.assertEqual(code, 0, said)
        self.assertNotIn("approval", json.dumps(covenant["rules"]))

    def test_the_model_has_no_finding_with_or_without_what_a_person_releases(self):
        text = (POLICIES / "model.yaml").read_text()
        for name, covenant in [("whole", text), ("without", RELEASE.sub("", text))]:
            with self.subTest(name):
                source = self.out / f"lint-{name}.yaml"
                source.write_text(covenant)
                done = subprocess.run([BIN / "schakel", "covenant", "lint", source, "--strict"], capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_whole_model_prepares_with_what_a_person_releases(self):
        code, said, covenant = self.prepare((POLICIES / "model.yaml").read_text())
        self.assertEqual(code, 0, said)
        released = [rule for rule in covenant["rules"] if "approval" in rule]
        self.assertGreater(len(released), 0)
        for rule in released:
            self.assertEqual(rule["approval"]["by"], rule["permit"]["from"])

    def test_every_row_of_the_matrix_is_named_and_tested(self):
        text = (POLICIES / "model.yaml").read_text()
        rules, tests = text.split("\ntests:", 1)
        for row in ROWS:
            with self.subTest(row):
                self.assertRegex(rules, rf"(?m)^  # {row} ")
                self.assertRegex(tests, rf'(?m)^  - name: "{row}\b')

    def test_in_the_model_the_police_give_by_the_wpg_and_nobody_else_does(self):
        _, said, covenant = self.prepare(RELEASE.sub("", (POLICIES / "model.yaml").read_text()))
        self.assertIsNotNone(covenant, said)
        givers = set()
        for rule in covenant["rules"]:
            # What the police count for the monitor is yet to be settled, as everybody's is.
            if "permit" not in rule or rule["permit"]["purpose"] == "monitor":
                continue
            giver = rule["permit"]["from"]
            givers.add(giver)
            with self.subTest(rule["id"]):
                law = covenant["bases"][rule["permit"]["basis"]]["law"]
                self.assertEqual(law.startswith("Wpg "), giver == "politie", law)
        self.assertGreater(len(givers), 10)

    def test_a_count_for_the_monitor_goes_whole_or_not_at_all(self):
        _, said, covenant = self.prepare(RELEASE.sub("", (POLICIES / "model.yaml").read_text()))
        self.assertIsNotNone(covenant, said)
        counts = [rule for rule in covenant["rules"] if rule.get("permit", {}).get("purpose") == "monitor"]
        self.assertGreater(len(counts), 20)
        for rule in counts:
            with self.subTest(rule["id"]):
                self.assertEqual(sorted(rule.get("require", [])), sorted(covenant["categories"][rule["permit"]["category"]]["fields"]))

    def test_every_rule_of_the_model_lets_through_or_stops_something(self):
        _, said, covenant = self.prepare(RELEASE.sub("", (POLICIES / "model.yaml").read_text()))
        self.assertIsNotNone(covenant, said)
        decisive = {"permit": set(), "deny": set()}
        for test in covenant["tests"]:
            expect = test["expect"]
            if expect["decision"] == "permit" or expect.get("code") in ("DENIED_BY_RULE", "FACT_UNKNOWN"):
                decisive[expect["decision"]].update(expect.get("by", []))
        for rule in covenant["rules"]:
            kind = "permit" if "permit" in rule else "deny"
            # A deny of fields shows in what is withheld, never in `by`: D04 and D05 have tests of their own.
            if kind == "permit" or "fields" not in rule["deny"]:
                self.assertIn(rule["id"], decisive[kind])

    def test_the_schema_takes_every_covenant_and_few_of_the_broken_ones(self):
        def schema(*arguments):
            done = subprocess.run([BIN / "schakel", "covenant", "export", *arguments, "--jsonschema"], capture_output=True,
                                  text=True, timeout=60, check=True)
            value = json.loads(done.stdout)
            jsonschema.Draft202012Validator.check_schema(value)
            return jsonschema.Draft202012Validator(value)
        general = schema()
        for path in [POLICIES / "veldrijk.yaml", POLICIES / "model.yaml", *sorted((POLICIES / "examples").glob("*.yaml"))]:
            with self.subTest(path.name):
                value = read_yaml(path.read_text())
                self.assertEqual([error.message for error in general.iter_errors(value)], [])
                self.assertEqual([error.message for error in schema(path).iter_errors(value)], [])
        # What is wrong with their shape; what the rest lacks only lint can tell.
        for name in ["unknown-key-e101", "missing-e102", "octal-e103", "wildcard-e108", "language-e100", "journal-e107"]:
            with self.subTest(name):
                value = read_yaml((POLICIES / f"broken/{name}.yaml").read_text())
                self.assertFalse(general.is_valid(value))
        names = schema(POLICIES / "veldrijk.yaml")
        text = (POLICIES / "veldrijk.yaml").read_text()
        for before, after in [("to: jongerenwerk, purpose", "to: jongerenwerkk, purpose"), ("basis: wpg-20", "basis: wpg-21"),
                              ("by: [N01]", "by: [N99]"), ("facts: {step:", "facts: {stap:"), ("instrument: art20", "instrument: art21")]:
            with self.subTest(after):
                self.assertIn(before, text)
                self.assertTrue(general.is_valid(read_yaml(text.replace(before, after, 1))))
                self.assertFalse(names.is_valid(read_yaml(text.replace(before, after, 1))))

    def test_every_command_in_the_table_on_the_page_runs(self):
        """With what the page writes in capitals filled in; those that ask a node say that there is none."""
        page = (POLICIES / "README.md").read_text()
        commands = re.findall(r"(?m)^\| `schakel (covenant [^`]*)` \|", page)
        self.assertGreaterEqual(len(commands), 10)
        names = {"FILE": POLICIES / "veldrijk.yaml", "OLD": POLICIES / "veldrijk.yaml", "NEW": POLICIES / "veldrijk.yaml",
                 "A": "politie", "B": "gemeente", "C": "incident", "NAME": "Jan", "DATE": "01-02-2008"}
        for command in commands:
            with self.subTest(command):
                words = [str(names.get(word, word)) for word in command.split()]
                done = subprocess.run([BIN / "schakel", *words, "--lang", "en"], capture_output=True, text=True, timeout=60,
                                      env=os.environ | {"HOME": str(self.out)})
                # Nothing else is refused: a template has no hash.
                refused = "--about" in words or "--from-node" in words or words[1] == "hash"
                self.assertEqual(done.returncode == 0, not refused, done.stdout + done.stderr)
                self.assertNotIn("--help", done.stderr)

    def test_the_examples_on_the_page_show_what_comes_out(self):
        """Indented blocks that begin with a prompt; `...` stands for lines that the page leaves out."""
        path = os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"}
        blocks = re.findall(r"(?m)^    \$ (.*\n(?:    .*\n)*)", (POLICIES / "README.md").read_text())
        self.assertGreaterEqual(len(blocks), 3)
        for block in blocks:
            command, *shown = [line.removeprefix("    ") for line in block.splitlines()]
            with self.subTest(command):
                done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, cwd=TOP, env=path)
                parts = "\n".join(shown + [""]).split("...\n")
                at = 0
                for part in parts:
                    found = done.stdout.find(part, at)
                    self.assertTrue(found == 0 if part is parts[0] else found >= at, done.stdout + done.stderr)
                    at = found + len(part)
                if len(parts) == 1:
                    self.assertEqual(done.stdout, parts[0], done.stderr)


if __name__ == "__main__":
    BIN = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
