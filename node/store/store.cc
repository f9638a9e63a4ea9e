#include "node/store/store.h"

#include <algorithm>

#include "node/base/check.h"

namespace schakel::store {
namespace {

bool Same(const Bytes& a, ByteView b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

// The last of the first `count` operations that touches the row, or null.
const Batch::Operation* LastTouch(const Batch& batch, size_t count, Family family, ByteView key) {
  for (size_t i = count; i > 0; --i) {
    const Batch::Operation& operation = batch.operations()[i - 1];
    if (operation.family == family && Same(operation.key, key)) return &operation;
  }
  return nullptr;
}

}  // namespace

const char* FamilyName(Family family) {
  switch (family) {
    case Family::kMeta:
      return "meta";
    case Family::kCovenant:
      return "covenant";
    case Family::kOperator:
      return "operator";
    case Family::kRecord:
      return "record";
    case Family::kSubject:
      return "subject";
    case Family::kToken:
      return "token";
    case Family::kGroup:
      return "group";
    case Family::kReceived:
      return "received";
    case Family::kExchange:
      return "exchange";
    case Family::kOutbox:
      return "outbox";
    case Family::kLog:
      return "log";
    case Family::kLine:
      return "line";
    case Family::kBudget:
      return "budget";
  }
  CHECK(false);
}

void Batch::Put(Family family, ByteView key, ByteView value) {
  operations_.push_back({family, Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end())});
  bytes_ += key.size() + value.size();
}

void Batch::Delete(Family family, ByteView key) {
  operations_.push_back({family, Bytes(key.begin(), key.end()), std::nullopt});
  bytes_ += key.size();
}

void Batch::Add(Operation operation) {
  bytes_ += operation.key.size() + (operation.value ? operation.value->size() : 0);
  operations_.push_back(std::move(operation));
}

void Batch::RequireAbsent(Family family, ByteView key) {
  conditions_.push_back({family, Bytes(key.begin(), key.end()), std::nullopt});
}

void Batch::RequireValue(Family family, ByteView key, ByteView value) {
  conditions_.push_back({family, Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end())});
}

void Batch::Merge(Batch other) {
  const size_t before = operations_.size();
  for (Condition& condition : other.conditions_) {
    condition.after += before;
    conditions_.push_back(std::move(condition));
  }
  std::move(other.operations_.begin(), other.operations_.end(), std::back_inserter(operations_));
  bytes_ += other.bytes_;
}

Result<void> CheckConditions(const Batch& batch, const Lookup& read) {
  for (const Batch::Condition& condition : batch.conditions()) {
    const Batch::Operation* touched =
        LastTouch(batch, condition.after, condition.family, condition.key);
    const std::optional<Bytes> found =
        touched != nullptr ? touched->value : TRY(read(condition.family, condition.key));
    if (found == condition.expected) continue;
    const std::string row = std::string("a row of family ") + FamilyName(condition.family);
    return Conflict(condition.expected ? row + " has another value" : row + " is already there");
  }
  return {};
}

KeyBuilder& KeyBuilder::Text(std::string_view text) {
  CHECK(text.find('\0') == std::string_view::npos);
  Append(key_, text);
  key_.push_back(0);
  return *this;
}

KeyBuilder& KeyBuilder::U64(uint64_t value) {
  AppendU64(key_, value);
  return *this;
}

KeyBuilder& KeyBuilder::Raw(ByteView bytes) {
  Append(key_, bytes);
  return *this;
}

}  // namespace schakel::store
