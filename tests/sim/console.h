// A person at a node of the world: enrolled with one role, their calls signed and answered.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "node/canon/json.h"
#include "node/engine/methods.h"
#include "tests/sim/world.h"

namespace schakel::sim {

class Console {
 public:
  // `group`: the only one that the person may see; empty: every group.
  Console(World& world,
          std::string party,
          std::string id,
          exchange::Role role,
          const std::string& group = "")
      : world_(world),
        party_(std::move(party)),
        id_(std::move(id)),
        key_(crypto::SigningKey::Generate(*world[party_].entropy)) {
    exchange::Operator enrolled;
    enrolled.id = id_;
    enrolled.name = "M. de Boer";
    enrolled.key = key_.public_key();
    enrolled.roles = {role};
    if (!group.empty()) enrolled.groups = {group};
    engine::Engine& engine = *world[party_].engine;
    auto batch = engine.operators().Enroll(enrolled);
    EXPECT_TRUE(batch.ok());
    EXPECT_TRUE(engine.CommitLocal("operator_added", "admin", *std::move(batch)).ok());
  }

  // A call of this moment, for a test that sends it itself.
  statement::OperatorCall Sign(const std::string& method, const canon::Value::Object& params) {
    engine::Engine& engine = *world_[party_].engine;
    statement::OperatorCall call;
    call.node = engine.self().node;
    call.operator_id = id_;
    call.method = method;
    call.params = canon::Write(params);
    call.time = world_.clock.Now();
    engine.entropy().Fill(call.nonce);
    statement::SignOperatorCall(call, key_);
    return call;
  }
  // What came of a call that may fail.
  engine::MethodResult Try(const std::string& method, const canon::Value::Object& params) {
    return engine::Methods(*world_[party_].engine).Call(Sign(method, params));
  }
  // What the node returned; an error fails the test.
  canon::Value Call(const std::string& method, const canon::Value::Object& params) {
    engine::MethodResult result = Try(method, params);
    EXPECT_TRUE(result.ok) << result.error.message;
    return std::move(result.value);
  }

 private:
  World& world_;
  std::string party_;
  std::string id_;
  crypto::SigningKey key_;
};

}  // namespace schakel::sim
