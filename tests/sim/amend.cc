#include "tests/sim/amend.h"

#include <gtest/gtest.h>

#include "node/crypto/hash.h"
#include "node/policy/diff.h"

namespace schakel::sim {
namespace {

using canon::Value;
using statement::SignedStatement;

covenant::Document Read(const std::string& canonical) {
  auto document = covenant::ParseDocument(canonical);
  EXPECT_TRUE(document.ok()) << document.error().detail;
  return *std::move(document);
}

std::unique_ptr<const covenant::Covenant> Compiled(const std::string& canonical) {
  auto compiled = covenant::Covenant::Compile(Read(canonical));
  EXPECT_TRUE(compiled.ok()) << compiled.error().detail;
  return *std::move(compiled);
}

}  // namespace

std::string NextVersion(const std::string& canonical, Instant from, const Edit& edit) {
  const covenant::Document before = Read(canonical);
  Value value = *canon::ParseCanonical(canonical);
  Value::Object& object = *value.AsObject();
  object["version"] = before.version + 1;
  object["previous"] = EncodeHex(before.hash);
  (*object["valid"].AsObject())["from"] = ToMillis(from);
  if (edit) edit(object);
  return canon::Write(value);
}

SignedStatement SignByRoots(
    World& world, std::string_view party, statement::Type type, const Value& content, int roots) {
  const Party& signer = world[party];
  std::vector<const crypto::SigningKey*> keys;
  for (int i = 0; i < (roots == 0 ? signer.threshold : roots); ++i)
    keys.push_back(&signer.roots[static_cast<size_t>(i)]);
  return SignedStatement::Sign(type, content, keys);
}

SignedStatement AcceptBy(
    World& world, std::string_view party, const std::string& canonical, int64_t seq, int roots) {
  const covenant::Document document = Read(canonical);
  statement::Accept accept;
  accept.party = std::string(party);
  accept.lineage = document.lineage;
  accept.version = document.version;
  accept.covenant = document.hash;
  accept.previous = document.previous;
  accept.seq = seq;
  accept.signed_at = world.clock.Now();
  return SignByRoots(world, party, statement::Type::kAccept, accept.ToValue(), roots);
}

std::vector<SignedStatement> AcceptByAll(World& world, const std::string& canonical) {
  std::vector<SignedStatement> accepts;
  for (const auto& [party, described] : Read(canonical).parties)
    accepts.push_back(AcceptBy(world, party, canonical));
  return accepts;
}

namespace {

template <typename T>
SignedStatement EndBy(World& world,
                      std::string_view party,
                      const std::string& canonical,
                      int roots) {
  const covenant::Document document = Read(canonical);
  const T ending{std::string(party),
                 document.lineage,
                 document.version,
                 document.hash,
                 /*seq=*/20,
                 world.clock.Now()};
  return SignByRoots(world, party, T::kType, ending.ToValue(), roots);
}

}  // namespace

SignedStatement RevokeBy(World& world,
                         std::string_view party,
                         const std::string& canonical,
                         int roots) {
  return EndBy<statement::Revoke>(world, party, canonical, roots);
}

SignedStatement LeaveBy(World& world,
                        std::string_view party,
                        const std::string& canonical,
                        int roots) {
  return EndBy<statement::Leave>(world, party, canonical, roots);
}

SignedStatement UndelegateBy(World& world,
                             std::string_view party,
                             const SignedStatement& delegation,
                             int roots) {
  const statement::Undelegate undelegate{std::string(party),
                                         Read(world.covenant()).lineage,
                                         delegation.Digest(),
                                         /*seq=*/30,
                                         world.clock.Now()};
  return SignByRoots(world, party, statement::Type::kUndelegate, undelegate.ToValue(), roots);
}

SignedStatement Resigned(const SignedStatement& like, const std::vector<crypto::SigningKey>& keys) {
  std::vector<const crypto::SigningKey*> signers;
  signers.reserve(keys.size());
  for (const crypto::SigningKey& key : keys)
    signers.push_back(&key);
  return SignedStatement::Sign(like.type(), like.value(), signers);
}

SignedStatement DelegationOf(World& world, std::string_view party) {
  for (const SignedStatement& made : world.statements()) {
    if (made.type() == statement::Type::kDelegation &&
        *made.value().Find("party")->AsString() == party) {
      return made;
    }
  }
  ADD_FAILURE() << party;
  return world.statements().front();
}

engine::Acknowledged Acknowledge(const std::string& before, const std::string& after) {
  const auto old = Compiled(before);
  const auto next = Compiled(after);
  return {std::string(policy::NameOf(policy::Compare(*old, *next).direction)),
          old->document().hash,
          next->document().hash};
}

Result<void> ActivateNext(World& world,
                          std::string_view party,
                          const std::string& before,
                          const std::string& next,
                          const std::vector<SignedStatement>& statements) {
  return world[party].engine->Activate(
      next, statements, world.fingerprints(), "admin", Acknowledge(before, next));
}

void ActivateEverywhere(World& world, const std::string& before, const std::string& next) {
  const std::vector<SignedStatement> accepts = AcceptByAll(world, next);
  for (const auto& [party, described] : Read(next).parties) {
    const auto activated = ActivateNext(world, party, before, next, accepts);
    EXPECT_TRUE(activated.ok()) << party << ": " << activated.error().detail;
  }
}

std::vector<crypto::SigningKey> ReplaceRoots(World& world,
                                             std::string_view party,
                                             const std::string& before,
                                             std::string& next) {
  Party& replaced = world[party];
  std::vector<crypto::SigningKey> roots;
  roots.push_back(crypto::SigningKey::Generate(*replaced.entropy));
  next = NextVersion(before, world.clock.Now(), [&](auto& object) {
    auto& described = *(*object["parties"].AsObject())[std::string(party)].AsObject();
    described["roots"] = canon::Value::Array{crypto::KeyId(roots[0].public_key())};
    described["threshold"] = 1;
  });
  std::vector<SignedStatement> statements = AcceptByAll(world, next);
  std::swap(replaced.roots, roots);
  replaced.threshold = 1;
  // The same content under the new root: one statement, two sets of signatures.
  statements.push_back(AcceptBy(world, party, next));
  auto delegation = *statement::ParseAs<statement::Delegation>(DelegationOf(world, party));
  delegation.seq = 2;
  statements.push_back(
      SignByRoots(world, party, statement::Type::kDelegation, delegation.ToValue()));
  for (const auto& [id, described] : Read(next).parties) {
    const auto activated = ActivateNext(world, id, before, next, statements);
    EXPECT_TRUE(activated.ok()) << id << ": " << activated.error().detail;
  }
  return roots;
}

Result<statement::Status> GreetOnce(World& world, std::string_view from, std::string_view to) {
  world.clock.Advance(std::chrono::milliseconds{1});
  Party& greeter = world[from];
  return greeter.engine->statuses().Greet(
      *greeter.link, to, greeter.lineage().log->Checkpoint(), world.clock.Now());
}

void GreetAll(World& world) {
  for (int i = 0; i < 2; ++i) {
    for (const auto& [from, greeter] : world.parties()) {
      for (const auto& [to, greeted] : world.parties()) {
        if (from == to || !greeter->engine || !greeted->engine) continue;
        if (greeter->engine->lineage() == nullptr || greeted->engine->lineage() == nullptr)
          continue;
        static_cast<void>(GreetOnce(world, from, to).ok());
      }
    }
  }
}

int EventsOf(World& world, std::string_view party, std::string_view type) {
  const log::ExchangeLog& log = world[party].engine->local_log();
  int count = 0;
  for (uint64_t index = 0; index < log.size(); ++index) {
    const auto entry = log.Entry(index);
    EXPECT_TRUE(entry.ok());
    count += entry && entry->type == type ? 1 : 0;
  }
  return count;
}

}  // namespace schakel::sim
