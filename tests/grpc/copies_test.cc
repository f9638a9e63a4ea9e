// What a partner's node gives for a recovery: the entries about who calls, over a real connection.
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/grpc/fixture.h"

namespace schakel::hostile {
namespace {

class CopiesTest : public HostileTest {};

TEST_F(CopiesTest, APartnerIsGivenTheEntriesAboutItselfAndNobodyElseAny) {
  const Uuid lineage = network_.parties().document().lineage;
  std::map<std::string, std::string> files;
  const auto copies = [&](Peer& peer, const Uuid& of) {
    files.clear();
    return peer.channel().Copies({of}, [&](const wire::ExportChunk& chunk) -> Result<void> {
      files[chunk.path] += AsText(chunk.data);
      return {};
    });
  };
  ASSERT_TRUE(copies(gemeente_, lineage).ok());
  EXPECT_EQ(files.size(), 2U);
  EXPECT_EQ(files["checkpoint"], gemeente_.channel().Checkpoint({lineage})->note);
  size_t about = 0;
  for (const LogRow& row : network_.Log("politie"))
    about += row.peer == "gemeente" ? 1U : 0U;
  std::istringstream lines(files["entries.jsonl"]);
  size_t given = 0;
  for (std::string line; std::getline(lines, line); ++given)
    EXPECT_EQ(statement::Entry::Parse(line)->peer, "gemeente");
  EXPECT_EQ(given, about);
  EXPECT_GT(given, 0U);
  EXPECT_EQ(network_.Log("politie", /*local=*/true).back().type, "copies_given");
  EXPECT_EQ(network_.Log("politie", /*local=*/true).back().peer, "gemeente");
  ASSERT_TRUE(copies(om_, lineage).ok());
  EXPECT_EQ(files["entries.jsonl"].find("\"peer\":\"gemeente\""), std::string::npos);
  Peer auditor(network_, kAuditor);
  EXPECT_EQ(copies(auditor, lineage).error().code, ErrorCode::kDenied);
  Uuid other = lineage;
  other.bytes[0] ^= 1;
  EXPECT_EQ(copies(gemeente_, other).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace schakel::hostile
