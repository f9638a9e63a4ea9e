// A process that writes is killed at any moment: whatever it was told is durable is there.
#include <csignal>
#include <cstdio>
#include <random>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/store/rocks_store.h"
#include "tests/unit/store/rows.h"
#include "tests/unit/store_rocks/kill_rows.h"
#include "tests/unit/store_rocks/temp_folder.h"

namespace schakel::store {
namespace {

class Child {
 public:
  Child(const std::string& database, uint64_t first_row, uint64_t seed) {
    int ends[2] = {-1, -1};
    EXPECT_EQ(pipe(ends), 0);
    const std::string row = std::to_string(first_row);
    const std::string seed_text = std::to_string(seed);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      close(ends[1]);
      execl(SCHAKEL_KILL_CHILD,
            SCHAKEL_KILL_CHILD,
            database.c_str(),
            row.c_str(),
            seed_text.c_str(),
            nullptr);
      _exit(127);
    }
    close(ends[1]);
    acknowledged_ = fdopen(ends[0], "r");
  }
  ~Child() {
    Kill();
    static_cast<void>(std::fclose(acknowledged_));
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // The next row that the child was told is durable; nothing once all it said was read.
  std::optional<uint64_t> NextAcknowledged() {
    char line[32];
    if (std::fgets(line, sizeof line, acknowledged_) == nullptr) return std::nullopt;
    return std::strtoull(line, nullptr, 10);
  }
  void Kill() {
    if (pid_ < 0) return;
    kill(pid_, SIGKILL);
    int status = 0;
    waitpid(pid_, &status, 0);
    killed_ = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    pid_ = -1;
  }
  [[nodiscard]] bool killed() const { return killed_; }

 private:
  pid_t pid_ = -1;
  std::FILE* acknowledged_ = nullptr;
  bool killed_ = false;
};

// Reads rows from 0 on until one is missing; each must be as it was written.
uint64_t CountRows(const Store& store, const std::vector<uint64_t>& seeds) {
  uint64_t rows = 0;
  const auto visit = [&](ByteView key, ByteView value) {
    EXPECT_EQ(Bytes(key.begin(), key.end()), RowKey(rows));
    bool written = false;
    for (const uint64_t seed : seeds)
      written = written || AsText(value) == RowValue(seed, rows);
    EXPECT_TRUE(written) << "row " << rows;
    ++rows;
    return true;
  };
  EXPECT_TRUE(store.Scan(Family::kLog, {}, visit).ok());
  return rows;
}

TEST(RocksKillTest, KeepsEveryAcknowledgedWrite) {
  constexpr uint64_t kRun = 20261124;
  std::mt19937_64 random(kRun);
  TempFolder folder;
  uint64_t rows = 0;
  std::vector<uint64_t> seeds;
  for (int round = 0; round < 10; ++round) {
    SCOPED_TRACE("run " + std::to_string(kRun) + " round " + std::to_string(round));
    seeds.push_back(random());
    std::optional<uint64_t> last;
    {
      Child child(folder.Database(), rows, seeds.back());
      // After so many the child is killed in the middle of whatever it does then.
      for (uint64_t n = 1 + random() % 60; n > 0; --n) {
        last = child.NextAcknowledged();
        ASSERT_TRUE(last.has_value());
      }
      child.Kill();
      ASSERT_TRUE(child.killed());
      while (const auto more = child.NextAcknowledged())
        last = more;
    }
    // A write that nobody was promised may have been cut off; it must be no more than that.
    const auto store = RocksStore::Open({.path = folder.Database(), .allow_torn_tail = true});
    ASSERT_TRUE(store.ok()) << store.error().detail;
    ASSERT_TRUE((*store)->AcceptTornTail().ok());
    rows = CountRows(**store, seeds);
    ASSERT_GT(rows, *last);
    // Batches are whole: both rows of the last one or neither.
    const auto newest = (*store)->Get(Family::kMeta, AsBytes("last"));
    ASSERT_TRUE(newest.ok() && newest->has_value());
    ASSERT_EQ(**newest, RowKey(rows - 1));
    const auto damage = (*store)->VerifyFiles();
    ASSERT_TRUE(damage.ok() && damage->empty());
  }
}

}  // namespace
}  // namespace schakel::store
