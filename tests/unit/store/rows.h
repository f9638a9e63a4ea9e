// Rows of one family, written and read as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/store/store.h"

namespace schakel::store {

using Row = std::pair<std::string, std::string>;
using Rows = std::vector<Row>;

inline Result<void> PutRow(Store& store, std::string_view key, std::string_view value) {
  Batch batch;
  batch.Put(Family::kMeta, AsBytes(key), AsBytes(value));
  return store.Write(batch, Durability::kSynced);
}

inline std::optional<std::string> GetRow(const Store& store, std::string_view key) {
  const auto found = store.Get(Family::kMeta, AsBytes(key));
  EXPECT_TRUE(found.ok());
  if (!found.ok() || !*found) return std::nullopt;
  return ToText(**found);
}

inline Rows ScanRows(const Store& store, std::string_view prefix, std::string_view from = {}) {
  Rows rows;
  const auto visit = [&rows](ByteView key, ByteView value) {
    rows.emplace_back(ToText(key), ToText(value));
    return true;
  };
  const auto done = from.empty()
                        ? store.Scan(Family::kMeta, AsBytes(prefix), visit)
                        : store.ScanFrom(Family::kMeta, AsBytes(prefix), AsBytes(from), visit);
  EXPECT_TRUE(done.ok());
  return rows;
}

}  // namespace schakel::store
