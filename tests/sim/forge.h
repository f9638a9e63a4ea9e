// Requests that no honest node makes, invented persons to ask about, and the wire without a link:
// what tests of refusals need beside a World.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/record/body.h"
#include "node/record/model.h"
#include "node/statement/types.h"
#include "tests/sim/world.h"

namespace schakel::sim {

// Covenant, group and step 3; nothing imported and no list. Quick, for one exchange at a time.
void Prepare(World& world);

// A person whom nobody imported.
record::Person Invented(const std::string& first_name,
                        IncompleteDate birth = {2008, 4, 7},
                        const std::string& bsn = "");

// An incident about the person at the police, as their import would make it: delivered by I01 once
// it stands there unchanged. `key` names it.
record::NewRecord Incident(const record::Person& person, const std::string& key);
// Imports rows at the party.
void PutRecords(World& world, std::string_view party, const std::vector<record::NewRecord>& rows);

// A namenlijst of invented persons that the gemeente states; newer than whatever was stated.
class InventedList {
 public:
  InventedList(World& world, const std::vector<record::Person>& persons);

  // A body that names the persons (by number) to the partner, under the rule that lets the gemeente
  // do so, opening what that rule gives; with the facts that are in force.
  [[nodiscard]] record::Body Naming(const std::vector<size_t>& persons,
                                    std::string_view partner) const;
  [[nodiscard]] record::Body Naming(size_t person, std::string_view partner) const {
    return Naming(std::vector<size_t>{person}, partner);
  }
  [[nodiscard]] const Uuid& row(size_t person) const { return rows_.at(person); }
  [[nodiscard]] const record::Namenlijst& list() const { return list_; }
  [[nodiscard]] const statement::SignedStatement& listed() const { return *listed_; }

 private:
  World& world_;
  std::vector<Uuid> rows_;
  record::Namenlijst list_;
  std::optional<statement::SignedStatement> listed_;
};

// What the gemeente asks with the body.
exchange::Ask AskOf(record::Body body,
                    const std::string& partner,
                    const std::vector<std::string>& categories);
// The facts that the gemeente holds in force about the group, as a body carries them.
std::vector<statement::SignedStatement> FactsInForce(World& world);

// A Request with its sealed body, made by hand with the party's own key.
struct Forged {
  statement::Request request;
  statement::SignedStatement bytes;
  exchange::SendMessage message;
  crypto::X25519Pair ephemeral;
};
struct Forgery {
  std::string from = "gemeente";
  // The body as the partner will open it: canonical JSON, or anything else.
  std::string json;
  // Changes the Request before it is signed.
  std::function<void(statement::Request&)> alter;
};
// Greets the partner first, as the requester would. `ask.body` counts only when `forgery.json` is
// empty.
Forged Forge(World& world, const exchange::Ask& ask, const Forgery& forgery);
// The same for what the partner says of itself, without a greeting: the partner learns nothing.
Forged ForgeUnder(World& world,
                  const statement::Status& partner,
                  const exchange::Ask& ask,
                  const Forgery& forgery);
// What the party would say of itself now.
statement::Status StatusNow(World& world, std::string_view party);
// Commit 1 for it at the party that made it, so that its requester can go on from there.
void LogForged(World& world, const Forged& forged, const exchange::Ask& ask);

// Sends straight to the partner's engine and keeps what comes back.
struct Reply {
  Result<void> done;
  std::optional<exchange::Opening> opening;
  std::vector<Bytes> frames;
  std::optional<Instant> waited;  // until when the answer was held back

  [[nodiscard]] statement::Answer answer() const;
  // The code when every cell was refused with it.
  [[nodiscard]] std::string code() const;
};
Reply SendTo(World& world,
             std::string_view party,
             std::string_view caller,
             const exchange::SendMessage& message);

// Entries in a party's log of the lineage.
uint64_t Entries(World& world, std::string_view party);
statement::Entry EntryAt(World& world, std::string_view party, uint64_t index);
// `party: entries` for the two.
struct Counts {
  uint64_t gemeente = 0;
  uint64_t partner = 0;
  friend bool operator==(const Counts&, const Counts&) = default;
};
Counts Count(World& world, std::string_view partner);

}  // namespace schakel::sim
