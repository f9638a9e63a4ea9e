// An exchange is found by what people call it, however much of the reference they leave out.
#include <gtest/gtest.h>

#include "tests/sim/console.h"

namespace schakel::sim {
namespace {

using canon::Value;
using exchange::Role;

class RefsTest : public testing::Test {
 protected:
  RefsTest() : world_(73) {
    world_.RunToList();
    world_.AskAboutPersons();
  }
  std::string Found(const std::string& party, Role role, const std::string& ref) {
    const Value shown =
        Console(world_, party, "somebody", role).Call("exchange.show", {{"ref", ref}});
    return *shown.Find("ref")->AsString();
  }
  World world_;
};

TEST_F(RefsTest, APartnerWithOneExchangeInTheRoundNeedsNoParty) {
  EXPECT_EQ(Found("politie", Role::kContributor, "VLD-2026-001/2"), "VLD-2026-001/2@politie");
  EXPECT_EQ(Found("politie", Role::kContributor, "/1"), "VLD-2026-001/1@politie");
  EXPECT_EQ(Found("om", Role::kContributor, "/2"), "VLD-2026-001/2@om");
}

TEST_F(RefsTest, TheAskerNamesThePartnerWhenItAskedSeveral) {
  EXPECT_EQ(Found("gemeente", Role::kRegisseur, "/2@om"), "VLD-2026-001/2@om");
  EXPECT_EQ(Found("gemeente", Role::kRegisseur, "VLD-2026-001/2@om"), "VLD-2026-001/2@om");
  EXPECT_EQ(Found("gemeente", Role::kRegisseur, "VLD-2026-001/1"), "VLD-2026-001/1@politie");
}

}  // namespace
}  // namespace schakel::sim
