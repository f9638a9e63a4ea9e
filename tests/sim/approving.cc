#include "tests/sim/approving.h"

#include <gtest/gtest.h>

namespace schakel::sim {

std::string WithApproval(std::string text) {
  const std::string from =
      "thema: plain, toelichting: withheld}\n    require: [datum, bron, betrouwbaarheid]\n";
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos);
  text.replace(at,
               from.size(),
               "thema: plain, toelichting: reviewed}\n    require: [datum, bron, betrouwbaarheid]\n"
               "    approval: {by: politie, role: approver, not: requester, valid: P1D}\n");
  // The tests inside ask without an approval.
  const std::string soft = "category: mutatie, facts:";
  for (size_t i = text.find(soft); i != std::string::npos; i = text.find(soft, i + 1))
    text.replace(i, soft.size(), "category: mutatie, approved: true, facts:");
  const std::string given = "thema: plain}, withheld: [toelichting], by: [M01]";
  const size_t expected = text.find(given);
  EXPECT_NE(expected, std::string::npos);
  text.replace(expected, given.size(), "thema: plain, toelichting: reviewed}, by: [M01]");
  const std::string ttl = "approval_ttl: P14D";
  text.replace(text.find(ttl), ttl.size(), "approval_ttl: P3D");
  return text;
}

}  // namespace schakel::sim
