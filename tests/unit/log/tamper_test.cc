// The tool that the audit's tests and the demo cheat with does what it says.
#include "tests/tools/tamper.h"

#include "tests/unit/log/log_fixture.h"

namespace schakel::log {
namespace {

class TamperTest : public LogTest {
 protected:
  void SetUp() override {
    const auto log = MustOpen(store_);
    for (const char* name : {"one", "two"}) {
      ASSERT_TRUE(log->Append(Exchange(name), kStart).ok());
    }
  }
  store::MemoryStore store_;
};

TEST_F(TamperTest, AlteredEntryIsOneFault) {
  ASSERT_TRUE(tamper::AlterEntry(store_, origin_, 2).ok());
  const StoredReport report = Verify(store_);
  ASSERT_EQ(report.faults.size(), 1U);
  EXPECT_EQ(report.faults[0].index, 2U);
  EXPECT_EQ(tamper::AlterEntry(store_, origin_, 4).error().code, ErrorCode::kNotFound);
}

TEST_F(TamperTest, RemovedEntryIsOneFault) {
  ASSERT_TRUE(tamper::RemoveEntry(store_, origin_, 1).ok());
  const StoredReport report = Verify(store_);
  ASSERT_EQ(report.faults.size(), 1U);
  EXPECT_EQ(report.faults[0].index, 1U);
}

TEST_F(TamperTest, RewrittenLogHoldsWithinItself) {
  const Hash before = Verify(store_).root;
  ASSERT_TRUE(tamper::RewriteLog(store_, origin_, key_, 1, "").ok());
  EXPECT_TRUE(Verify(store_).faults.empty());
  EXPECT_EQ(Verify(store_).size, 3U);
  statement::Entry entry = *MustOpen(store_)->Entry(0);
  entry.time -= std::chrono::milliseconds{1};
  ASSERT_TRUE(tamper::RewriteLog(store_, origin_, key_, 0, entry.Encode()).ok());
  EXPECT_TRUE(Verify(store_).faults.empty());
  EXPECT_NE(Verify(store_).root, before);
}

}  // namespace
}  // namespace schakel::log
