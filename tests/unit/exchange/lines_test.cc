#include "node/exchange/lines.h"

#include <gtest/gtest.h>

#include "node/canon/json.h"

namespace schakel::exchange {
namespace {

TEST(LineJsonTest, TellsEqualRecordsOnce) {
  EXPECT_EQ(LineJson("MATCHED", {R"({"a":1})", R"({"b":2})", R"({"a":1})"}),
            R"({"match":"MATCHED","records":[0,1,0],"told":[{"a":1},{"b":2}]})");
}

TEST(LineJsonTest, IsCanonicalWithAndWithoutRecords) {
  for (const std::string& line : {LineJson("NO_MATCH", {}), LineJson("GROUP", {R"({"a":1})"})})
    EXPECT_TRUE(canon::ParseCanonical(line).ok()) << line;
}

TEST(UnfoldTest, GivesEveryRecordItsOwn) {
  EXPECT_EQ(UnfoldLine(LineJson("MATCHED", {R"({"a":1})", R"({"b":2})", R"({"a":1})"})),
            R"({"match":"MATCHED","records":[{"a":1},{"b":2},{"a":1}]})");
  EXPECT_EQ(UnfoldLine(LineJson("NO_MATCH", {})), R"({"match":"NO_MATCH","records":[]})");
}

// Lines that were made before, lines about whom the asker named, and what never was one.
TEST(UnfoldTest, LeavesEveryOtherLineAsItIs) {
  for (const char* line : {"",
                           "text",
                           "[]",
                           R"({"match":"OWN","records":[{"a":1}]})",
                           R"({"match":"M","records":[1],"told":[{"a":1}]})",
                           R"({"match":"M","records":[-1],"told":[{"a":1}]})",
                           R"({"match":"M","records":["0"],"told":[{"a":1}]})",
                           R"({"match":"M","records":{},"told":[]})",
                           R"({"records":[],"told":[]})"}) {
    EXPECT_EQ(UnfoldLine(line), line);
  }
}

}  // namespace
}  // namespace schakel::exchange
