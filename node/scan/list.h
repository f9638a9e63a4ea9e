// The namenlijst of a group as the regisseur establishes it: who is on it, who named them, and what
// may be told about them to whom (exchange.md 4, 6; domain.md 9, trap 13).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/exchange/context.h"
#include "node/exchange/requester.h"
#include "node/record/body.h"
#include "node/record/namenlijst.h"
#include "node/scan/groups.h"

namespace schakel::scan {

// How a partner's naming of the person came here, and on what terms.
struct ListLabel {
  std::string from;
  std::string ref;
  Uuid exchange;
  std::vector<std::string> by;  // the giver's rules
  Period retain;
  std::set<std::string> onward;
  Instant received;
  std::string reason;  // the giver's code; may be empty
};

struct ListEntry {
  record::ListedPerson person;      // values, salts, row id
  std::optional<Uuid> own_subject;  // this node's own person (BRP), when matched
  std::vector<ListLabel> labels;
};

struct List {
  int64_t version = 0;
  Instant established;
  std::vector<Hash> fillers;
  std::vector<ListEntry> entries;  // by row id
  [[nodiscard]] record::Namenlijst Commitments() const;
};

// What this party may tell a partner about one listed person.
struct NamingDecision {
  bool allowed = false;
  std::set<std::string> fields;  // to open
  record::BodyDecision body;     // its row also when not allowed
  exchange::DecisionLine line;   // why, for the sealed lines under the Request
};

// Keeps no state of its own. Rows of persons are sealed under a key per listed person, so that one
// can be erased.
class Lists {
 public:
  explicit Lists(const exchange::Context& context) : context_(context) {}

  // Puts together everybody whom the answers named (`releases` of category namenlijst, per
  // exchange), matched with this node's own persons: a person has one row, in BRP's spelling where
  // they are known there, and keeps the row id of the version before. Returns the draft and the
  // rows that store it as the next version.
  struct Named {
    exchange::OutRow exchange;
    std::vector<record::Release> releases;
  };
  struct Draft {
    List list;
    store::Batch batch;
  };
  [[nodiscard]] Result<Draft> Draw(std::string_view group,
                                   const std::vector<Named>& named,
                                   const std::set<Uuid>& leave_out,
                                   Instant now) const;

  [[nodiscard]] Result<std::optional<List>> Latest(std::string_view group) const;
  [[nodiscard]] Result<std::optional<List>> Version(std::string_view group, int64_t version) const;

  // The key of one listed person, under which everything about them in this group's scans is kept.
  [[nodiscard]] Result<store::DataKey> KeyOf(std::string_view group,
                                             int64_t version,
                                             const Uuid& row) const;

  // Our own decision about naming the person to a partner: on our own record of the person, or on
  // the giver's decision when we have none.
  [[nodiscard]] Result<NamingDecision> Decide(const exchange::LineageView& view,
                                              const ListEntry& entry,
                                              std::string_view partner,
                                              std::string_view purpose,
                                              const covenant::Facts& group_facts,
                                              Instant now) const;

 private:
  const exchange::Context& context_;
};

}  // namespace schakel::scan
