// How many distinct persons a requester has asked about a group this quarter (exchange.md 4 step 2,
// 6; covenant.md `limits`). Rows hold keyed tokens of what was opened, never an identity. A
// contributor counts per requester and refuses; a requester counts per partner, so that a draft can
// show what is left.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "node/base/date.h"
#include "node/base/result.h"
#include "node/record/namenlijst.h"
#include "node/store/key_table.h"
#include "node/store/store.h"

namespace schakel::exchange {

// Under this name in the place of a requester's a node counts what it asked of the partner itself.
// No party's id begins so.
std::string OwnBudgetAt(std::string_view partner);

// Keeps no state of its own.
class Budget {
 public:
  Budget(const store::Store& store, const store::KeyTable& keys) : store_(store), keys_(keys) {}

  // One token per subject: its row and its opened identity, under this node's key.
  [[nodiscard]] std::vector<Hash> Tokens(const std::vector<record::ListedSubject>& subjects) const;

  // True when these and those already spent are at most `limit` distinct persons; 0: no limit.
  [[nodiscard]] Result<bool> Within(std::string_view requester,
                                    std::string_view group,
                                    const std::vector<Hash>& tokens,
                                    int limit,
                                    Day today) const;

  // How many distinct persons were spent this quarter.
  [[nodiscard]] Result<int> Spent(std::string_view requester,
                                  std::string_view group,
                                  Day today) const;

  // Adds the rows that spend them; only an answered request counts, so they are part of its commit.
  void Spend(store::Batch& batch,
             std::string_view requester,
             std::string_view group,
             const std::vector<Hash>& tokens,
             Day today) const;

 private:
  const store::Store& store_;
  const store::KeyTable& keys_;
};

}  // namespace schakel::exchange
