#!/usr/bin/env python3
"""The story with real processes: runs deploy/demo on programs that were built, and looks at what it leaves.

usage: story_test.py BIN_DIR
"""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
BIN = None
GROUP = "VLD-2026-001"


def run(*command, expect=0, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, **options)
    if done.returncode != expect:
        raise AssertionError(f"{command}: exit {done.returncode}, expected {expect}\n{done.stdout}\n{done.stderr}")
    return done


class StoryTest(unittest.TestCase):
    """One demo for all tests, in order of their names; the last ones break things."""
    nodes = []  # those that tests started

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="schakel-story-")
        cls.out = pathlib.Path(cls.folder.name) / "demo"
        cls.demo = subprocess.run([TOP / "deploy/demo", "--bin", BIN, "--out", cls.out],
                                  capture_output=True, text=True, timeout=300)

    @classmethod
    def tearDownClass(cls):
        subprocess.run([TOP / "deploy/demo", "--down", "--out", cls.out], timeout=120, check=True,
                       capture_output=True)
        for node in cls.nodes:
            node.wait(timeout=30)
        cls.folder.cleanup()

    def schakel(self, party, operator, *arguments, expect=0):
        return run(BIN / "schakel", "--home", self.out / party, "--as", operator, *arguments, expect=expect)

    def test_00_the_demo_ends_well(self):
        self.assertEqual(self.demo.returncode, 0, self.demo.stdout + self.demo.stderr)
        self.assertIn("Done in", self.demo.stdout)
        self.assertIn("4 exchanges matched on both sides", self.demo.stdout)

    def test_01_the_scan_is_the_second_version_and_complete(self):
        scan = json.loads((self.out / "scan.json").read_text())
        self.assertEqual(scan["version"], 2)
        self.assertGreaterEqual(len(scan["persons"]), 6)
        self.assertEqual([], [gap for gap in scan["gaps"] if gap["stand"] in ("no_answer", "pending")])

    def test_02_the_partner_that_was_down_was_said_to_be_missing(self):
        self.assertIn("om", (self.out / "round-2-missing.txt").read_text() + (self.out / "round-2.txt").read_text())

    def test_03_no_bsn_and_no_shielded_address_in_any_rendering(self):
        shown = "".join((self.out / name).read_text() for name in ("scan.txt", "scan.json", "scan.html"))
        for row in (self.out / "in/gemeente/brp.csv").read_bytes().decode("utf-8-sig", "replace").splitlines()[1:]:
            for bsn in re.findall(r"\b\d{8,9}\b", row):
                self.assertNotIn(bsn, shown)
        self.assertIn("adres afgeschermd", (self.out / "scan.txt").read_text())
        self.assertIn("adres afgeschermd", (self.out / "scan.html").read_text())

    def test_04_no_names_in_any_log_line(self):
        names = set()
        for line in (self.out / "scan.json").read_text().split('"name":"')[1:]:
            names.add(line.split('"')[0])
        for log in self.out.glob("*/run/node.log"):
            text = log.read_text()
            for name in names:
                self.assertNotIn(name, text)

    def test_05_the_same_file_again_changes_nothing(self):
        report = json.loads(self.schakel(
            "politie", "infodesk", "import", self.out / "in/politie/incidenten.csv", "--mapping",
            TOP / "deploy/demo-data/politie/mapping/incidenten.yaml", "--json").stdout)
        self.assertEqual(report["new"] + report["revised"], 0)
        self.assertGreater(report["unchanged"], 0)

    def test_06_a_bad_row_is_named_and_the_rest_imported(self):
        done = self.schakel("politie", "infodesk", "import", TOP / "tests/data/veldrijk/bad/incidenten.csv",
                            "--mapping", TOP / "deploy/demo-data/politie/mapping/incidenten.yaml", expect=1)
        self.assertRegex(done.stderr, r"incidenten\.csv:\d+:")

    def test_07_a_contributor_cannot_request_a_scan(self):
        done = self.schakel("politie", "infodesk", "scan", "request", GROUP, expect=1)
        self.assertIn("regisseur", done.stderr)

    def test_08_every_peer_can_be_reached(self):
        for party in ("politie", "om", "jongerenwerk"):
            self.schakel("gemeente", "regisseur", "peer", "test", party)

    def test_09_logs_verify_and_each_side_has_its_entries(self):
        sizes = {}
        for party in ("politie", "gemeente", "om", "jongerenwerk"):
            report = json.loads(self.schakel(party, "admin", "log", "verify", "--json").stdout)
            self.assertTrue(report["ok"], report)
            status = json.loads(self.schakel(party, "admin", "status", "--json").stdout)
            sizes[party] = status["log"]["size"]
        # Three of each exchange, and since when each node knew that om revoked.
        self.assertEqual(sizes, {"gemeente": 12 + 1, "politie": 6 + 1, "om": 3 + 1, "jongerenwerk": 3 + 1})

    def test_10_a_revocation_holds_within_the_second(self):
        refused = re.search(r"v2 revoked: a question refused (\d+) ms later; v3 holds", self.demo.stdout)
        self.assertIsNotNone(refused, self.demo.stdout)
        self.assertLess(int(refused.group(1)), 1000)
        self.assertIn("om heeft deze versie van het convenant ingetrokken", (self.out / "revoked.txt").read_text())
        self.assertIn("ingetrokken door om", (self.out / "covenant-revoked.txt").read_text())

    def test_11_every_node_has_the_same_three_versions(self):
        for party in ("politie", "gemeente", "om", "jongerenwerk"):
            history = json.loads(self.schakel(party, "admin", "covenant", "history", "--json").stdout)
            self.assertEqual([(version["version"], version["state"]) for version in history["versions"]],
                             [(1, "superseded"), (2, "revoked"), (3, "active")])

    def test_12_a_party_keeps_at_home_what_it_wants_to(self):
        lineage = json.loads((self.out / "covenant.json").read_text())["lineage"]
        overlay = self.out / "lokaal.yaml"
        overlay.write_text((TOP / "policies/overlays/onderzoek.yaml").read_text().replace(
            "00000000-0000-4000-8000-000000000000", lineage))
        self.schakel("politie", "officer", "overlay", "set", overlay)
        self.assertIn("lokaal-2", self.schakel("politie", "officer", "overlay", "show").stdout)
        self.schakel("politie", "officer", "overlay", "clear")
        self.schakel("politie", "infodesk", "overlay", "set", overlay, expect=1)

    def test_60_under_the_third_version_a_round_is_answered_and_audited(self):
        self.schakel("gemeente", "regisseur", "scan", "request", GROUP, "--motivering", "Onder versie 3", "--verzend")
        audit = run(self.out / "auditor", "schakel", "audit", "verify")
        self.assertIn("v1-v3", audit.stdout)
        self.assertIn("Uitwisselingen 7: 7 gelijk aan beide kanten", audit.stdout)

    def stop(self, party):
        pid_file = self.out / party / "run/node.pid"
        pid = int(pid_file.read_text())
        os.kill(pid, signal.SIGTERM)
        for _ in range(100):
            if not pathlib.Path(f"/proc/{pid}").exists() or "Z" in pathlib.Path(f"/proc/{pid}/stat").read_text().split()[2]:
                break
            time.sleep(0.1)
        pid_file.unlink()

    def kill(self, party):
        pid_file = self.out / party / "run/node.pid"
        os.kill(int(pid_file.read_text()), signal.SIGKILL)
        for _ in range(100):
            if not self.alive(party):
                break
            time.sleep(0.1)

    def alive(self, party):
        status = pathlib.Path(f"/proc/{int((self.out / party / 'run/node.pid').read_text())}/stat")
        return status.exists() and "Z" not in status.read_text().split()[2]

    def start(self, party):
        log = open(self.out / party / "run/node.log", "a")
        node = subprocess.Popen([BIN / "schakel-node", "--home", self.out / party], stdout=log, stderr=log,
                                stdin=subprocess.DEVNULL)
        log.close()
        self.nodes.append(node)
        (self.out / party / "run/node.pid").write_text(str(node.pid))
        for _ in range(200):
            done = subprocess.run([BIN / "schakel", "--home", self.out / party, "--as", "admin", "status", "--json"],
                                  capture_output=True, text=True, timeout=60)
            if done.stdout.startswith("{") and "health" in done.stdout:
                return json.loads(done.stdout)
            if not self.alive(party):
                break
            time.sleep(0.1)
        raise AssertionError(f"exit {node.poll()}\n" + (self.out / party / "run/node.log").read_text()[-2000:])

    def test_70_a_node_whose_log_was_cut_gives_nothing_until_every_partner_is_settled(self):
        party = "jongerenwerk"
        self.kill(party)
        logs = [file for file in (self.out / party / "db").glob("*.log") if file.stat().st_size > 0]
        last = max(logs, key=lambda file: int(file.stem))
        os.truncate(last, last.stat().st_size - 3)
        done = self.check(party)
        self.assertEqual(done.returncode, 1)
        self.assertIn("ends in a truncated record", done.stderr)
        status = self.start(party)
        self.assertFalse(status["health"]["recovered"])
        self.assertEqual(status["recovery"]["missing"], ["gemeente", "om", "politie"])
        self.schakel(party, "admin", "log", "verify")
        self.assertIn("ontbreekt", self.schakel(party, "officer", "recovery", "show", expect=3).stdout)
        # The next round gets no answer from it, and it writes nothing in the lineage's log.
        asked = self.schakel("gemeente", "regisseur", "scan", "request", GROUP, "--motivering", "Opnieuw",
                             "--verzend", "--json", expect=3)
        states = {one["party"]: one["state"] for one in json.loads(asked.stdout)["partners"]}
        self.assertEqual(states[party], "no_answer")
        self.assertEqual(states["om"], "answered")
        size = status["log"]["size"]
        # The state is on disk.
        self.kill(party)
        status = self.start(party)
        self.assertEqual(status["recovery"]["missing"], ["gemeente", "om", "politie"])
        self.assertEqual(status["log"]["size"], size)
        # gemeente and politie return what they have; the node of om does not answer, so an officer speaks for it.
        self.stop("om")
        asked = json.loads(self.schakel(party, "admin", "recovery", "ask", "--json", expect=3).stdout)
        states = {one["party"]: (one["state"], one["entries"]) for one in asked["partners"]}
        # An exchange is three entries at the gemeente; its Request of just now was not answered.
        self.assertEqual(states, {"gemeente": ("returned", 7), "politie": ("returned", 0), "om": ("missing", 0)})
        self.schakel(party, "admin", "recovery", "declare-lost", "om", "--reden", "Oefening", expect=1)
        self.schakel(party, "officer", "recovery", "declare-lost", "om", "--reden", "Oefening")
        self.start("om")
        self.schakel(party, "officer", "recovery", "show")
        events = json.loads(self.schakel(party, "admin", "log", "show", "--local", "--json").stdout)["entries"]
        types = [event["type"] for event in events if event["type"].startswith("recovery")]
        self.assertEqual(types, ["recovery_started"] + ["recovery_returned"] * 2 + ["recovery_lost", "recovery_ended"])
        self.schakel("gemeente", "regisseur", "scan", "request", GROUP + "/4", "--verzend")
        # The first Request was sealed to a prekey of before: refused and logged, and a new one answered.
        self.assertEqual(json.loads(self.schakel(party, "admin", "status", "--json").stdout)["log"]["size"], size + 6)

    def check(self, party):
        return subprocess.run([BIN / "schakel-node", "--home", self.out / party, "--check"],
                              capture_output=True, text=True, timeout=60)

    def test_80_a_node_that_stopped_checks_out(self):
        self.stop("om")
        done = self.check("om")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_81_a_flipped_byte_is_refused_or_named_with_its_file(self):
        folder = self.out / "om/db"
        for pattern in ("CURRENT", "MANIFEST-*", "*.log", "*.sst"):
            files = [file for file in sorted(folder.glob(pattern)) if file.stat().st_size > 0]
            self.assertTrue(files or pattern == "*.log", pattern)
            for file in files:
                whole = file.read_bytes()
                saved = {other: other.read_bytes() for other in folder.iterdir() if other.is_file()}
                broken = bytearray(whole)
                broken[len(broken) // 2] ^= 0x10
                file.write_bytes(bytes(broken))
                done = self.check("om")
                self.assertNotEqual(done.returncode, 0, f"{file.name} was flipped and nobody noticed")
                self.assertIn(file.name, done.stderr)
                for other in folder.iterdir():
                    if other.is_file() and other not in saved:
                        other.unlink()
                for other, content in saved.items():
                    other.write_bytes(content)
        self.assertEqual(self.check("om").returncode, 0)

    def test_82_a_config_with_an_unknown_key_is_refused_with_its_line(self):
        config = self.out / "om/schakel.yaml"
        text = config.read_text()
        config.write_text(text + "lisen: 1\n")
        done = self.check("om")
        config.write_text(text)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"schakel\.yaml:\d+:1: .*lisen")

    def test_83_a_key_that_others_may_read_is_refused(self):
        key = self.out / "om/keys/log.key"
        key.chmod(0o644)
        done = self.check("om")
        key.chmod(0o600)
        self.assertEqual(done.returncode, 1)
        self.assertIn("log.key", done.stderr)

    def test_90_tampering_names_the_entry(self):
        run(self.out / "tamper", "politie", "4")
        done = run(self.out / "auditor", "schakel", "audit", "verify", expect=1)
        self.assertRegex(done.stdout + done.stderr, r"politie")
        self.assertRegex(done.stdout + done.stderr, r"\b4\b")


if __name__ == "__main__":
    BIN = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
