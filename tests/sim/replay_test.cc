// What real exchanges left in the log, put to the covenant again and to others.
#include "node/policy/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/base/bytes.h"
#include "node/covenant/author.h"
#include "node/store/store.h"
#include "tests/sim/console.h"

namespace schakel::sim {
namespace {

using canon::Value;
using exchange::Role;
using policy::Effect;

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() : world_(73) {
    world_.RunToList();
    static_cast<void>(world_.AskAboutPersons());
  }

  // The covenant in force with one text of its canonical bytes in place of another, everywhere.
  std::unique_ptr<const covenant::Covenant> Changed(const std::string& from,
                                                    const std::string& to) {
    std::string text = world_["politie"].engine->covenants().view()->document().canonical;
    size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    for (; at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
    auto document = covenant::ParseDocument(text);
    EXPECT_TRUE(document.ok()) << document.error().detail;
    auto compiled = covenant::Covenant::Compile(*std::move(document));
    EXPECT_TRUE(compiled.ok());
    return *std::move(compiled);
  }

  policy::Replayed Replayed(const std::string& party, Role role, const covenant::Covenant& after) {
    Console console(world_, party, "somebody", role);
    const auto view = world_[party].engine->covenants().view();
    const auto before =
        covenant::Covenant::Compile(*covenant::ParseDocument(view->document().canonical));
    policy::Replay replay(**before, after);
    const Value listed = console.Call("exchange.list", {});
    for (const Value& row : *listed.Find("exchanges")->AsArray()) {
      const Value shown =
          console.Call("exchange.show", {{"ref", *row.Find("exchange")->AsString()}});
      const Value* lines = shown.Find("lines");
      if (lines == nullptr) continue;
      replay.Add({party,
                  *shown.Find("partner")->AsString(),
                  "groepsscan",
                  FromMillis(*shown.Find("created")->AsInt()),
                  *lines->AsArray(),
                  *shown.Find("erased")->AsInt()});
    }
    return replay.result();
  }

  World world_;
};

TEST_F(ReplayTest, UnderTheCovenantItselfEveryDecisionIsTheSame) {
  const auto same = Changed("groepsscan", "groepsscan");
  for (const auto& [party, role] : {std::pair{"politie", Role::kContributor},
                                    std::pair{"om", Role::kContributor},
                                    std::pair{"jongerenwerk", Role::kContributor},
                                    std::pair{"gemeente", Role::kOfficer}}) {
    SCOPED_TRACE(party);
    const policy::Replayed replayed = Replayed(party, role, *same);
    EXPECT_GT(replayed.Count(Effect::kSame), 0);
    for (int i = 1; i <= static_cast<int>(policy::kLastEffect); ++i)
      EXPECT_EQ(replayed.Count(static_cast<Effect>(i)), 0) << i;
  }
}

TEST_F(ReplayTest, AStricterVersionTellsWhatWouldStay) {
  // The year where the month of a thing with a place went.
  const auto after = Changed(R"~("datum":"month","plaats":"coarse(buurt)")~",
                             R"~("datum":"year","plaats":"coarse(buurt)")~");
  const auto before = Replayed("politie", Role::kContributor, *Changed("month", "month"));
  const auto replayed = Replayed("politie", Role::kContributor, *after);
  EXPECT_GT(replayed.Count(Effect::kCoarser) + replayed.Count(Effect::kOther), 0);
  EXPECT_EQ(replayed.Count(Effect::kGiven), 0);
  EXPECT_EQ(replayed.Count(Effect::kFiner), 0);
  int64_t all = 0;
  for (const auto& [effect, count] : replayed.counts)
    all += count;
  EXPECT_EQ(all, before.Count(Effect::kSame));
}

TEST_F(ReplayTest, LinesWhoseKeyIsGoneAreErased) {
  const auto same = Changed("groepsscan", "groepsscan");
  const policy::Replayed before = Replayed("politie", Role::kContributor, *same);
  ASSERT_EQ(before.Count(Effect::kErased), 0);
  const auto& context = world_["politie"].lineage().context;
  std::vector<store::DataKeyId> keys;
  const Bytes prefix = store::KeyBuilder().Text("log-key").Build();
  ASSERT_TRUE(context.store
                  .Scan(store::Family::kMeta,
                        prefix,
                        [&](ByteView, ByteView value) {
                          if (keys.empty()) {
                            store::DataKeyId id;
                            std::copy(value.begin(), value.end(), id.begin());
                            keys.push_back(id);
                          }
                          return true;
                        })
                  .ok());
  ASSERT_EQ(keys.size(), 1U);
  ASSERT_TRUE(context.keys.Shred(keys).ok());
  const policy::Replayed after = Replayed("politie", Role::kContributor, *same);
  EXPECT_GT(after.Count(Effect::kErased), 0);
  EXPECT_LT(after.Count(Effect::kSame), before.Count(Effect::kSame));
  EXPECT_EQ(after.Count(Effect::kUnknown), 0);
}

}  // namespace
}  // namespace schakel::sim
