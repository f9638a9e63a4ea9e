// What leaves, and why: the contributor's decisions about every record and field of one request
// (exchange.md 4 step 2, 5). Reads the store, writes nothing.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/exchange/context.h"
#include "node/exchange/facts.h"
#include "node/exchange/lines.h"
#include "node/record/body.h"
#include "node/record/release.h"
#include "node/statement/types.h"

namespace schakel::exchange {

// A record that leaves once somebody approved it: what that person looks at.
struct ApprovalItem {
  Hash hash{};  // of the request, the covenant and everything that would leave about this record
  std::string category;
  std::optional<Uuid> subject;
  Uuid record;
  record::Release release;  // its id and row are of this look alone
  std::map<std::string, covenant::Form> forms;
  std::map<std::string, std::string> withheld;
};

// The cells that wait for an approval (Covenant::ApproversOf), decided as if it had been given.
struct Closing {
  std::set<std::string> categories;
  bool look = false;  // gives every item and releases none of them
  // Else: what leaves of what needs an approval. By category: hashes of approved items.
  struct Approved {
    Hash record{};  // names the approval in the decision lines
    std::set<Hash> items;
  };
  std::map<std::string, Approved> approved;
};

struct Disclosure {
  bool open = false;  // at least one cell is; else nobody was considered
  std::map<std::string, statement::Cell> cells;
  std::vector<Bytes> releases;
  std::vector<DecisionLine> lines;
  // The contributor's own view; the asker learns none of these.
  int64_t matched = 0;
  int64_t doubtful = 0;
  std::vector<std::pair<Uuid, std::vector<Uuid>>> doubtful_rows;  // asked row, own candidates
  // Counts that are settled by this answer (counts.h): rows of Family::kExchange for its commit.
  std::vector<std::pair<Bytes, Bytes>> counts;
  std::vector<ApprovalItem> items;  // of a look

  // A cell waits for an approval.
  [[nodiscard]] bool pending() const {
    return std::any_of(cells.begin(), cells.end(), [](const auto& cell) {
      return cell.second.state == statement::CellState::kPending;
    });
  }
};

// The persons that a request names, as far as their proofs hold: row, opened fields, and whether
// the namenlijst proof held (else every answer about this row is the uniform outcome).
struct AskedPerson {
  Uuid row;
  record::Fields opened;
  bool proved = false;
};

// The persons of a body, each with what its own proof shows.
std::vector<AskedPerson> AskedPersons(const record::Body& body,
                                      const StatedFacts& facts,
                                      const covenant::Document& document);

// Decides everything; without `closing` the cells that need an approval are PENDING and nobody is
// looked at for them, with it they alone are decided. Told is only what DecideCell yields; whatever
// happens after that, an internal error on a record included, looks like "nothing to give".
// kUnavailable when the store as a whole cannot be read.
Result<Disclosure> DecideAll(const Context& context,
                             const LineageView& view,
                             const statement::Request& request,
                             const std::vector<AskedPerson>& persons,
                             const StatedFacts& facts,
                             Instant now,
                             const Closing* closing = nullptr);

}  // namespace schakel::exchange
