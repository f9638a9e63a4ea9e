"""The checks of this folder find what they look for: each planted fault is named, clean files are not."""
import pathlib
import tempfile
import unittest

import built_test
import includes_test
import size_test
import words_test

GRAPH = """# node_module(comment USES nothing)
node_module(base WRAPS Threads::Threads)
node_module(canon USES base WRAPS yaml-cpp)
node_module(wire DIR rpc/wire USES base)
"""


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.put("node/CMakeLists.txt", GRAPH)

    def put(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class IncludesTest(Tree):
    def includes(self, name, line):
        self.put(name, line + "\n")
        return includes_test.check(self.root)

    def test_declared_uses_and_own_headers_pass(self):
        self.assertEqual([], self.includes("node/canon/a.cc", '#include "node/base/b.h"'))
        self.assertEqual([], self.includes("node/canon/a.cc", '#include "node/canon/a.h"'))

    def test_undeclared_use(self):
        self.assertEqual(1, len(self.includes("node/base/a.cc", '#include "node/canon/a.h"')))

    def test_folder_of_a_module_with_dir(self):
        self.assertEqual([], self.includes("node/rpc/wire/a.cc", '#include "node/base/a.h"'))
        self.assertEqual(1, len(self.includes("node/rpc/wire/a.cc", '#include "node/canon/a.h"')))

    def test_third_party_outside_its_owner(self):
        self.assertEqual([], self.includes("node/canon/a.cc", "#include <yaml-cpp/yaml.h>"))
        self.assertEqual(1, len(self.includes("node/base/a.cc", "#include <yaml-cpp/yaml.h>")))
        self.assertEqual(1, len(self.includes("node/base/a.cc", "#  include <yaml-cpp/yaml.h>")))

    def test_generated_headers(self):
        self.assertEqual([], self.includes("node/rpc/wire/a.cc", "#include <schakel/v1/types.pb.h>"))
        self.assertEqual(
            1, len(self.includes("node/rpc/wire/a.cc", "#include <schakel/v1/log.grpc.pb.h>")))

    def test_a_folder_without_module(self):
        self.assertEqual(1, len(self.includes("node/stray/a.cc", "")))

    def test_cycle_and_unknown_module(self):
        self.put("node/CMakeLists.txt", "node_module(a USES b)\nnode_module(b USES a)\n")
        self.assertEqual(["cycle through a", "cycle through b"], includes_test.check(self.root))
        self.put("node/CMakeLists.txt", "node_module(a USES b)\n")
        self.assertIn("a uses b, which is no module", includes_test.check(self.root))

    def test_the_command_line_never_reaches_the_store(self):
        self.put("node/CMakeLists.txt", "node_module(store)\nnode_module(audit USES store)\n")
        self.put("cli/CMakeLists.txt", "node_module(cli DIR . USES audit)\n")
        self.assertEqual({"cli reaches store", "audit reaches store"},
                         set(includes_test.check(self.root)))


class WordsTest(Tree):
    def words(self, text, name="node/canon/a.cc"):
        self.put(name, text)
        return words_test.check(self.root)

    def test_clean_code_passes(self):
        self.assertEqual([], self.words(
            "// We throw nothing and catch (nothing).\n"
            'const char* kText = "time( rand( throw";\n'
            "int n = 1'000'000; char c = '\"'; int runtime(int x); auto t = at.time(0);\n"
            "switch (n) { case 1: break; default: break; }\n"))

    def test_each_banned_word(self):
        for text in ("throw 1;", "try {} catch (...) {}", "std::chrono::system_clock::now();",
                     "std::random_device d;", "int r = rand();", "srand(1);", "time(nullptr);",
                     "std::time(nullptr);", "std::this_thread::sleep_for(a);", "std::thread t;",
                     "std::jthread t;", "std::mutex m;", "std::format(a);",
                     "using namespace schakel;", "strcpy(a, b);"):
            with self.subTest(text):
                self.assertEqual(1, len(self.words(text)))

    def test_seams_and_wrappers_are_exempt(self):
        self.assertEqual([], self.words("std::chrono::system_clock::now();", "node/base/seams.cc"))
        self.assertEqual([], self.words("catch (", "node/rpc/server/guard.cc"))
        self.assertEqual([], self.words("std::thread t;", "node/app/a.cc"))

    def test_default_over_an_enum(self):
        self.assertEqual(1, len(self.words("switch (x) { case Kind::kHard: break; default: break; }")))
        self.assertEqual([], self.words(
            "switch (x) { case Kind::kHard: switch (c) { case 'a': break; default: break; } }"))

    def test_check_where_peers_reach(self):
        self.assertEqual([], self.words("CHECK(x);", "node/canon/a.cc"))
        self.assertEqual(1, len(self.words("CHECK(x);", "node/rpc/wire/a.cc")))

    def test_skipped_tests(self):
        for text in ("GTEST_SKIP();", "TEST(A, DISABLED_B) {}", "EXPECT_TRUE(true);", "usleep(1);"):
            with self.subTest(text):
                self.assertEqual(1, len(self.words(text, "tests/unit/canon/a_test.cc")))

    def test_marks_in_any_text(self):
        self.assertEqual(1, len(self.words("# TO" + "DO later", "deploy/run")))


class OthersTest(Tree):
    def test_long_files(self):
        self.put("node/canon/a.cc", "\n" * 499)
        self.assertEqual([], size_test.check(self.root))
        self.put("node/canon/a.cc", "\n" * 500)
        self.assertEqual(1, len(size_test.check(self.root)))

    def test_sources_that_nobody_compiles(self):
        self.put("tests/unit/canon/a_test.cc", "")
        self.assertEqual([], built_test.check(self.root, {"tests/unit/canon/a_test.cc"}))
        self.assertEqual(1, len(built_test.check(self.root, set())))


if __name__ == "__main__":
    import sys
    unittest.main(argv=sys.argv[:1])
