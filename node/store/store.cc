#include "node/store/store.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "node/base/check.h"

namespace schakel::store {
namespace {

// A batch is mostly a few rows, and of an import a mebibyte.
constexpr size_t kFirstPieceBytes = 512;
constexpr size_t kMostDoublings = 7;  // 64 KiB

bool Same(ByteView a, ByteView b) {
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

Batch::Batch(const Batch& other) {
  *this = other;
}

Batch::Batch(Batch&& other) noexcept {
  *this = std::move(other);
}

Batch& Batch::operator=(const Batch& other) {
  if (this == &other) return *this;
  Batch copy;
  copy.operations_.reserve(other.operations_.size());
  for (const Operation& operation : other.operations_) {
    if (operation.value) {
      copy.Put(operation.family, operation.key, *operation.value);
    } else {
      copy.Delete(operation.family, operation.key);
    }
  }
  copy.conditions_ = other.conditions_;
  return *this = std::move(copy);
}

Batch& Batch::operator=(Batch&& other) noexcept {
  operations_ = std::exchange(other.operations_, {});
  conditions_ = std::exchange(other.conditions_, {});
  bytes_ = std::exchange(other.bytes_, 0);
  pieces_ = std::exchange(other.pieces_, {});
  free_ = std::exchange(other.free_, nullptr);
  left_ = std::exchange(other.left_, 0);
  return *this;
}

ByteView Batch::Keep(ByteView bytes) {
  if (bytes.empty()) return {};
  if (bytes.size() > left_) {
    const size_t grown = kFirstPieceBytes << std::min(pieces_.size(), kMostDoublings);
    const size_t size = std::max(bytes.size(), grown);
    pieces_.emplace_back(new uint8_t[size]);
    free_ = pieces_.back().get();
    left_ = size;
  }
  uint8_t* const kept = free_;
  std::copy(bytes.begin(), bytes.end(), kept);
  free_ += bytes.size();
  left_ -= bytes.size();
  return {kept, bytes.size()};
}

void Batch::Put(Family family, ByteView key, ByteView value) {
  operations_.push_back({family, Keep(key), Keep(value)});
  bytes_ += key.size() + value.size();
}

void Batch::Delete(Family family, ByteView key) {
  operations_.push_back({family, Keep(key), std::nullopt});
  bytes_ += key.size();
}

void Batch::SortOperations() {
  std::stable_sort(
      operations_.begin(), operations_.end(), [](const Operation& a, const Operation& b) {
        if (a.family != b.family) return a.family < b.family;
        const size_t common = std::min(a.key.size(), b.key.size());
        const int order = common == 0 ? 0 : std::memcmp(a.key.data(), b.key.data(), common);
        return order != 0 ? order < 0 : a.key.size() < b.key.size();
      });
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
  operations_.insert(operations_.end(), other.operations_.begin(), other.operations_.end());
  bytes_ += other.bytes_;
  // Ours stays the piece that is filled up.
  pieces_.insert(pieces_.begin(),
                 std::make_move_iterator(other.pieces_.begin()),
                 std::make_move_iterator(other.pieces_.end()));
}

Result<void> CheckConditions(const Batch& batch, const Lookup& read) {
  for (const Batch::Condition& condition : batch.conditions()) {
    const Batch::Operation* touched =
        LastTouch(batch, condition.after, condition.family, condition.key);
    std::optional<Bytes> found;
    if (touched == nullptr) {
      found = TRY(read(condition.family, condition.key));
    } else if (touched->value) {
      found = Bytes(touched->value->begin(), touched->value->end());
    }
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
