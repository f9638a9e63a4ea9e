#include "node/report/model.h"

#include <algorithm>

namespace schakel::report {

const char* StandName(Stand stand) {
  switch (stand) {
    case Stand::kDelivered:
      return "delivered";
    case Stand::kNoResult:
      return "no_result";
    case Stand::kPending:
      return "pending";
    case Stand::kRefused:
      return "refused";
    case Stand::kNoAnswer:
      return "no_answer";
    case Stand::kNotAsked:
      return "not_asked";
    case Stand::kOwn:
      return "own";
  }
  return "unknown";
}

bool IsOpen(Stand stand) {
  return stand == Stand::kPending || stand == Stand::kNoAnswer;
}

bool IsForDisplay(const FieldText& field) {
  return field.form != "match" && field.name != "bsn";
}

bool ScanReport::Complete() const {
  return std::none_of(gaps.begin(), gaps.end(), [](const Gap& gap) { return IsOpen(gap.stand); });
}

}  // namespace schakel::report
