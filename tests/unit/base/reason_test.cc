#include "node/base/reason.h"

#include <gtest/gtest.h>

namespace schakel {
namespace {

TEST(ReasonTest, EveryOneHasAnIdInOrderThatReadsBack) {
  uint16_t number = 0;
  std::string_view before;
  for (const ReasonEntry& entry : AllReasons()) {
    EXPECT_EQ(static_cast<uint16_t>(entry.reason), ++number) << entry.id;
    EXPECT_LT(before, entry.id);
    EXPECT_EQ(entry.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
              std::string_view::npos)
        << entry.id;
    EXPECT_EQ(ReasonId(entry.reason), entry.id);
    EXPECT_EQ(ParseReason(entry.id), entry.reason);
    before = entry.id;
  }
  EXPECT_EQ(number, static_cast<uint16_t>(kLastReason));
}

TEST(ReasonTest, NoneHasNoIdAndOthersAreUnknown) {
  EXPECT_EQ(ReasonId(Reason::kNone), "");
  EXPECT_FALSE(ParseReason(""));
  EXPECT_FALSE(ParseReason("group_unknown_"));
  EXPECT_EQ(Denied("x").reason, Reason::kNone);
}

TEST(ReasonTest, BecauseKeepsTheErrorAndNamesItsArguments) {
  const Error error = Because(NotFound("no group X"), Reason::kGroupUnknown, {{"group", "X"}});
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_EQ(error.detail, "no group X");
  EXPECT_EQ(error.reason, Reason::kGroupUnknown);
  EXPECT_EQ(error.arguments.at("group"), "X");
}

#ifndef NDEBUG
TEST(ReasonDeathTest, OtherArgumentsThanTheReasonsAreABug) {
  EXPECT_DEATH(static_cast<void>(Because(Denied("x"), Reason::kGroupUnknown)), "");
  EXPECT_DEATH(static_cast<void>(Because(Denied("x"), Reason::kGroupLimited, {{"group", "X"}})),
               "");
}
#endif

}  // namespace
}  // namespace schakel
