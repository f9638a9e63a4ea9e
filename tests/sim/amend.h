// The life cycle of the world's covenant: next versions, and what parties' roots sign about them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "node/canon/json.h"
#include "tests/sim/world.h"

namespace schakel::sim {

using Edit = std::function<void(canon::Value::Object&)>;

// The canonical bytes of the version after `canonical`, from `from` on, with an edit on top.
std::string NextVersion(const std::string& canonical, Instant from, const Edit& edit = {});

// By the party's threshold of roots; `roots`: so many of them, for what must not be enough.
statement::SignedStatement AcceptBy(World& world,
                                    std::string_view party,
                                    const std::string& canonical,
                                    int64_t seq = 10,
                                    int roots = 0);
std::vector<statement::SignedStatement> AcceptByAll(World& world, const std::string& canonical);
statement::SignedStatement RevokeBy(World& world,
                                    std::string_view party,
                                    const std::string& canonical,
                                    int roots = 0);
statement::SignedStatement LeaveBy(World& world,
                                   std::string_view party,
                                   const std::string& canonical,
                                   int roots = 0);
statement::SignedStatement UndelegateBy(World& world,
                                        std::string_view party,
                                        const statement::SignedStatement& delegation,
                                        int roots = 0);
// Any content, signed by the first roots of the party.
statement::SignedStatement SignByRoots(World& world,
                                       std::string_view party,
                                       statement::Type type,
                                       const canon::Value& content,
                                       int roots = 0);
// The same content under these keys' signatures.
statement::SignedStatement Resigned(const statement::SignedStatement& like,
                                    const std::vector<crypto::SigningKey>& keys);
// The delegation of the party that the world made.
statement::SignedStatement DelegationOf(World& world, std::string_view party);

// What an operator acknowledges to go from one to the other.
engine::Acknowledged Acknowledge(const std::string& before, const std::string& after);

// The party activates `next` with these statements, everything acknowledged.
Result<void> ActivateNext(World& world,
                          std::string_view party,
                          const std::string& before,
                          const std::string& next,
                          const std::vector<statement::SignedStatement>& statements);
// Everybody does; fails the test otherwise.
void ActivateEverywhere(World& world, const std::string& before, const std::string& next);

// Everybody activates a next version in which the party has one new root, threshold 1, and new
// roots delegate the keys of its node. Returns the roots of before, which still sign all they want.
std::vector<crypto::SigningKey> ReplaceRoots(World& world,
                                             std::string_view party,
                                             const std::string& before,
                                             std::string& next);

// The two greet each other, `from` first.
Result<statement::Status> GreetOnce(World& world, std::string_view from, std::string_view to);
// Every pair of parties greets, twice.
void GreetAll(World& world);

// The events of the local log of this type.
int EventsOf(World& world, std::string_view party, std::string_view type);

}  // namespace schakel::sim
