#!/usr/bin/env python3
"""Times round 2 of a scan over four local nodes: 20 persons on the list, 1 200 records.

    tests/bench/scan.py BIN_DIR [--rounds 40]

Runs deploy/demo on programs that were built (the release preset), gives the four nodes it leaves a second group with
records of its own, and asks about the listed persons again and again, every time as a new round. No node reports how
long it worked, so every round is timed as a whole command between two others: the draft of the same round, and
`group list`, which starts, signs and connects as much but lets the node do next to nothing. The time inside the node
is the round less that `group list`. All persons are invented.
"""
import argparse
import csv
import datetime
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
PARTIES = ("politie", "gemeente", "om", "jongerenwerk")
PEOPLE = {"politie": "infodesk", "gemeente": "regisseur", "om": "parket", "jongerenwerk": "werker"}
GROUP = "VLD-2026-002"
PERSONS = 20
SURNAMES = ("Aalbers", "Boersma", "Cuypers", "Dijkhuis", "Elzinga", "Feenstra", "Groothuis", "Hofstede", "Iedema",
            "Jellema", "Kamphuis", "Lubbers", "Meinders", "Nijboer", "Oosting", "Pelgrim", "Reinders", "Sikkema",
            "Tuinstra", "Uiterwijk")


def bsn(serial):
    """The first number from `serial` (eight digits) on that passes the 11-proef with a ninth digit."""
    while True:
        check = sum((9 - i) * int(d) for i, d in enumerate(str(serial))) % 11
        if check < 10:
            return f"{serial}{check}"
        serial += 1


def records(today):
    """File -> its rows, the first being the header: 1 200 records about 20 persons."""
    def nl(day):
        return day.strftime("%d-%m-%Y")

    def ago(days):
        return today - datetime.timedelta(days=days)

    people = [("Jelle", SURNAMES[i], datetime.date(today.year - 18 - i % 6, 1 + i % 12, 1 + i), bsn(99980000 + 77 * i))
              for i in range(PERSONS)]

    def rows(count, make):
        return [make(i, *people[i % PERSONS]) for i in range(count)]

    return {
        "politie/namenlijst": [["regel", "naam", "geb_datum", "bsn", "reden", "art"]] + rows(
            PERSONS, lambda i, g, s, b, n: [f"NL-B-{i:03d}", f"{s}, {g}", nl(b), n, "GG", "8"]),
        "politie/incidenten": [["bvhnr", "volgnr", "betrokkene", "geboren", "bsn", "pleegdatum", "klasse", "buurtcode",
                                "locatie", "rol", "art", "verwerkt", "gerel", "toelichting"]] + rows(
            400, lambda i, g, s, b, n: [f"PL9900-B{i:06d}", 1, f"{g} {s}", nl(b), n, nl(ago(10 + i % 300)), "F12",
                                        f"BU999901{1 + i % 4:02d}", f"Stationsplein {i}", "VD", "8",
                                        nl(ago(9 + i % 300)), "N", "Duwde een omstander."]),
        "politie/antecedenten": [["antnr", "voornamen", "tussenvoegsel", "achternaam", "geboren", "bsn", "laatste",
                                  "feit", "aantal", "rol", "art", "verwerkt", "gerel"]] + rows(
            100, lambda i, g, s, b, n: [f"ANT-B-{i:05d}", g, "", s, nl(b), n, nl(ago(20 + i)), "C40", 1 + i % 3, "VD",
                                        "8", nl(ago(19 + i)), "N"]),
        "politie/mutaties": [["mutnr", "datum", "naam", "geboren", "bsn", "bron", "betr", "thema", "rol", "art",
                              "verwerkt", "waarneming"]] + rows(
            180, lambda i, g, s, b, n: [f"WA-B-{i:04d}", nl(ago(5 + i % 150)), f"{g} {s}", nl(b), n, "EW", "B",
                                        "school", "CO", "8", nl(ago(5 + i % 150)), "Staat bij het station."]),
        "gemeente/brp": [["anummer", "burgerservicenummer", "voornamen", "voorvoegsel", "geslachtsnaam",
                          "geboortedatum", "straat", "huisnr", "postcode", "geheim"]] + rows(
            PERSONS, lambda i, g, s, b, n: [f"98{i:08d}", n, g, "", s, nl(b), "Kanaalstraat", 200 + i, "9991 AB", "N"]),
        "gemeente/overlastmeldingen": [["meldnr", "naam", "geboren", "bsn", "datum", "soort", "buurtcode", "plek",
                                        "rol", "geheim"]] + rows(
            180, lambda i, g, s, b, n: [f"MOR-B-{i:05d}", f"{g} {s}", nl(b), n, nl(ago(3 + i)), "GL",
                                        f"BU999901{1 + i % 4:02d}", f"Bankje {i}", "CO", "N"]),
        "gemeente/maatregelen": [["kenmerk", "bsn", "naam", "geboren", "van", "tot", "soort", "gebied",
                                  "geheim"]] + rows(
            40, lambda i, g, s, b, n: [f"BM-B-{i:04d}", n, f"{s}, {g}", nl(b), nl(ago(10 + i)), nl(ago(i - 80)), "GV",
                                       "Winkelgebied Stationsbuurt", "N"]),
        "om/strafzaken": [["parketnummer", "bsn", "voornamen", "voorvoegsel", "geslachtsnaam", "gebdat", "instroom",
                           "feit", "rol"]] + rows(
            140, lambda i, g, s, b, n: [f"98/{i:06d}-26", n, g, "", s, b.isoformat(), ago(15 + i).isoformat(), "1.4.3",
                                        "VD"]),
        "jongerenwerk/contactmomenten": [["nr", "jongere", "geboren", "datum", "thema", "toest"]] + rows(
            120, lambda i, g, s, b, n: [f"JW-B-{i:03d}", f"{g} {s}", nl(b), nl(ago(2 + i)), "werk", "J"]),
    }


class Demo:
    def __init__(self, binaries, out):
        self.schakel, self.out = binaries / "schakel", out
        subprocess.run([TOP / "deploy/demo", "--bin", binaries, "--out", out], check=True, stdout=subprocess.DEVNULL)

    def down(self):
        subprocess.run([TOP / "deploy/demo", "--down", "--out", self.out], check=True)

    def call(self, party, *arguments):
        """Standard output of the command line as that party's person, and the milliseconds it took."""
        command = [self.schakel, "--home", self.out / party, "--as", PEOPLE[party], *arguments]
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        took = (time.perf_counter() - start) * 1000
        if done.returncode != 0:
            raise SystemExit(f"scan.py: {party}: {' '.join(map(str, arguments))}: {done.stdout}{done.stderr}")
        return done.stdout, took

    def memory(self):
        """Party -> (VmRSS, RssAnon) in MiB."""
        found = {}
        for party in PARTIES:
            pid = (self.out / party / "run/node.pid").read_text().strip()
            lines = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
            found[party] = tuple(int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon"))
        return found

    def import_all(self, files):
        for name, rows in files.items():
            party = name.split("/")[0]
            own = (TOP / f"deploy/demo-data/{party}/mapping/{name.split('/')[1]}.yaml").read_text()
            mapping, data = self.out / "bench.yaml", self.out / "bench.csv"
            mapping.write_text(own.replace("VLD-2026-001", GROUP))
            with data.open("w", newline="") as file:
                csv.writer(file, delimiter="," if 'separator: ","' in own else ";").writerows(rows)
            report = json.loads(self.call(party, "import", data, "--mapping", mapping, "--json")[0])
            if report["new"] != len(rows) - 1:
                raise SystemExit(f"scan.py: {name}: not every row is new: {report}")

    def decide(self, step):
        paper, stated, both = (self.out / f"bench-{step}{end}" for end in (".txt", ".json", "-2.json"))
        paper.write_text(f"Besluit stap {step} over {GROUP} (verzonnen)\n")
        self.call("gemeente", "group", "decide", GROUP, "--step", step, "--document", paper, "-o", stated)
        self.call("politie", "group", "decide", GROUP, "--sign", stated, "-o", both)
        self.call("gemeente", "group", "decide", GROUP, "--add", both)

    def request(self, send):
        extra = ("--verzend",) if send else ()
        out, took = self.call("gemeente", "scan", "request", GROUP, "--motivering", "Meting", "--json", *extra)
        round_ = json.loads(out)
        if send and (round_["incomplete"] or any(p["state"] != "answered" for p in round_["partners"])):
            raise SystemExit(f"scan.py: a partner did not answer: {out}")
        return round_, took


def line(name, times):
    times = sorted(times)
    p99 = times[min(len(times) - 1, -(-99 * len(times) // 100) - 1)]
    print(f"{name:42} p50 {statistics.median(times):7.1f} ms   p99 {p99:7.1f} ms   min {times[0]:7.1f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path, help="folder with schakel and schakel-node")
    parser.add_argument("--rounds", type=int, default=40)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="schakel-scan-") as folder:
        demo = Demo(arguments.bin.resolve(), pathlib.Path(folder) / "demo")
        try:
            idle = demo.memory()
            demo.import_all(records(datetime.date.today()))
            demo.call("gemeente", "group", "open", GROUP, "--name", "Meting", "--areas", "BU99990102")
            demo.decide("2B")
            demo.request(send=True)
            demo.call("gemeente", "group", "establish", GROUP)
            demo.decide("3")
            demo.request(send=True)  # the first round about persons warms up
            whole, draft, floor = [], [], []
            for _ in range(arguments.rounds):
                floor.append(demo.call("gemeente", "group", "list", "--json")[1])
                draft.append(demo.request(send=False)[1])
                round_, took = demo.request(send=True)
                whole.append(took)
            after = demo.memory()
        finally:
            demo.down()
    asked = {partner["party"]: (partner["persons"], partner["releases"]) for partner in round_["partners"]}
    print(f"{arguments.rounds} rounds about persons; (persons, records given) in the last: {asked}")
    line("whole command, sent", whole)
    line("whole command, draft of it", draft)
    line("whole command, group list", floor)
    line("inside the node: sent less group list", [a - b for a, b in zip(whole, floor)])
    print("sent, by tens of rounds: " + ", ".join(
        f"{statistics.median(whole[i:i + 10]):.0f}" for i in range(0, len(whole), 10)) + " ms")
    print("MiB resident (of which anonymous), idle after the demo -> after the rounds")
    for party in PARTIES:
        print(f"  {party:13} {idle[party][0]:5.1f} ({idle[party][1]:4.1f}) -> "
              f"{after[party][0]:5.1f} ({after[party][1]:4.1f})")


if __name__ == "__main__":
    main()
