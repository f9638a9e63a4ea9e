// How long a Request may ask to be kept.
#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/exchange/context.h"
#include "tests/unit/covenant/mini.h"

namespace schakel::exchange {
namespace {

using std::chrono::milliseconds;

covenant::Document WithTtl(const std::string& limit) {
  return covenant::MustRead(covenant::Replaced(covenant::MiniYaml(" []"),
                                               ", request_ttl: P14D",
                                               limit.empty() ? "" : ", request_ttl: " + limit));
}

TEST(RequestLifeTest, IsTheCovenantsLimit) {
  EXPECT_EQ(*MaxRequestLife(WithTtl("P14D")), milliseconds{std::chrono::days{14}});
  EXPECT_EQ(*MaxRequestLife(WithTtl("PT36H")), milliseconds{std::chrono::hours{36}});
  EXPECT_EQ(*MaxRequestLife(WithTtl("P60D")), milliseconds{std::chrono::days{60}});
}

TEST(RequestLifeTest, HasALimitWhereTheCovenantSetsNone) {
  EXPECT_EQ(*MaxRequestLife(WithTtl("")), kDefaultRequestLife);
}

TEST(RequestLifeTest, RefusesAPeriodWithoutAFixedLength) {
  covenant::Document document = WithTtl("P14D");
  document.limits.request_ttl = Period{1, Period::Unit::kMonths};
  EXPECT_FALSE(MaxRequestLife(document).ok());
}

}  // namespace
}  // namespace schakel::exchange
