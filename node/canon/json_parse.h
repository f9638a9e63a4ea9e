// Reading canonical JSON of which one long list is read item by item, or not at all.
#pragma once

#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/canon/value.h"

namespace schakel::canon {

struct Outline {
  Value value;
  std::vector<std::string_view> items;  // into the bytes that were read
};

// As ParseCanonical, and as strictly, but the items of the list under `list` of the outermost
// object are only checked: that list comes out empty, and each of `items` is one that
// ParseCanonical takes.
Result<Outline> ParseOutline(std::string_view bytes, std::string_view list);

}  // namespace schakel::canon
