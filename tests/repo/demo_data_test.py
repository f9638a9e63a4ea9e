"""The demo's data: tests/data/veldrijk/ is what deploy/make-demo-data.py writes for 15 June 2026, every day gives
files, the shapes that importers trip over are there, and no cell holds what the covenant says anyway."""
import csv
import datetime
import importlib.util
import sys
import unittest

import source

DAY = datetime.date(2026, 6, 15)
FOLDER = source.ROOT / "tests/data/veldrijk"


def script():
    path = source.ROOT / "deploy/make-demo-data.py"
    spec = importlib.util.spec_from_file_location("make_demo_data", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DEMO = script()


def cells(name, content):
    _, separator, encoding, _ = DEMO.FILES[name]
    return list(csv.reader(content.decode(encoding).splitlines(keepends=True), delimiter=separator))


def elfproef(number):
    digits = [int(d) for d in number]
    return (sum((9 - i) * d for i, d in enumerate(digits[:8])) - digits[8]) % 11 == 0


class DemoData(unittest.TestCase):
    def test_the_copy_is_what_the_script_writes(self):
        made = DEMO.render(DAY)
        for name, content in made.items():
            self.assertEqual(content, (FOLDER / name).read_bytes(), name)
        kept = {p.relative_to(FOLDER).as_posix() for p in FOLDER.rglob("*.csv")}
        self.assertEqual(set(made), {name for name in kept if not name.startswith("bad/")})

    def test_every_kind_of_day_works(self):
        for day in ("2024-02-29", "2026-01-01", "2026-03-31", "2026-11-24", "2027-12-31"):
            self.assertEqual(9, len(DEMO.render(datetime.date.fromisoformat(day))))

    def test_the_shapes_that_exports_have(self):
        made = DEMO.render(DAY)
        self.assertTrue(any(c.startswith(b"\xef\xbb\xbf") for c in made.values()))
        self.assertIn("Daniël".encode("cp1252"), made["politie/incidenten.csv"])
        self.assertIn(b"\r\n", made["politie/incidenten.csv"])
        self.assertIn(b";99990313;", made["politie/namenlijst.csv"])
        self.assertIn(b";00-02-2009;", made["politie/namenlijst.csv"])
        self.assertNotIn(b"31-02-", b"".join(made.values()))

    def test_ages_hold_through_the_quarter(self):
        for day in (DAY, datetime.date(2026, 10, 1), datetime.date(2026, 12, 31)):
            days = DEMO.Days(day)
            persons = DEMO.people(days)
            first = days.quarter
            last = (first + datetime.timedelta(days=95)).replace(day=1) - datetime.timedelta(days=1)

            def age(birth, on):
                return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))

            for name, low, high in (("noor", 10, 10), ("finn", 11, 12), ("sem16", 16, 16), ("sem18", 18, 18)):
                birth = persons[name].birth
                self.assertEqual((low, high), (age(birth, first), age(birth, last)), name)

    def test_every_bsn_is_invented_and_passes(self):
        for person in DEMO.people(DEMO.Days(DAY)).values():
            self.assertTrue(elfproef(person.number))
            self.assertTrue(person.number.startswith(("9999", "09999")))

    def test_no_cell_repeats_the_covenant(self):
        """A test searches the raw database for every cell of eight bytes or more, and the covenant is not secret."""
        words = "\n".join(p.read_text() for p in (source.ROOT / "policies").glob("*.yaml"))
        for name, content in DEMO.render(DAY).items():
            for row in cells(name, content)[1:]:
                for cell in row:
                    if len(cell.encode()) >= 8:
                        self.assertNotIn(cell, words, name)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
