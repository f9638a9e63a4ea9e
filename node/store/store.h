// The one port to durable state, and the batch that is the only way to write.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"

namespace schakel::store {

// Column families. node/store/README.md says which module owns each and what its keys look like.
enum class Family : uint8_t {
  kMeta,      // schema version, node facts, counters
  kCovenant,  // covenant versions, statements, activation state (nothing personal)
  kOperator,  // operators and roles
  kRecord,    // own records, encrypted
  kSubject,   // own persons, encrypted
  kToken,     // keyed look-up tokens
  kGroup,     // groups, steps, namenlijst versions, scans, encrypted where personal
  kReceived,  // what partners gave, encrypted
  kExchange,  // one row per exchange and its private part, encrypted
  kOutbox,    // sealed frames waiting for a receipt
  kLog,       // log entries, tree, checkpoints, receipts
  kLine,      // sealed decision lines
  kBudget,    // what was asked this quarter, keyed tokens
};
inline constexpr int kFamilyCount = 13;
// The family's name on disk and in what encrypted values are bound to: never changes.
const char* FamilyName(Family family);

// Writes that happen together or not at all, in order; and conditions under which they may.
class Batch {
 public:
  // Views into the batch, which must outlive them; moving it keeps them.
  struct Operation {
    Family family;
    ByteView key;
    std::optional<ByteView> value;  // empty: delete
  };
  struct Condition {
    Family family;
    Bytes key;
    std::optional<Bytes> expected;  // empty: the key must be absent
    size_t after = 0;  // how many of the batch's operations it sees: those of batches merged before
  };

  Batch() = default;
  Batch(const Batch& other);
  Batch(Batch&& other) noexcept;
  Batch& operator=(const Batch& other);
  Batch& operator=(Batch&& other) noexcept;
  ~Batch() = default;

  void Put(Family family, ByteView key, ByteView value);
  void Delete(Family family, ByteView key);
  // Puts the operations in order of family and key; those of one key stay in their order. The batch
  // does the same, and an engine that keeps rows in order finds their places sooner.
  // Precondition: no condition sees operations of this batch, as after Merge.
  void SortOperations();
  // The whole batch is refused with kConflict unless the key is absent / holds `value` at the
  // write. A condition does not see the operations of its own batch.
  void RequireAbsent(Family family, ByteView key);
  void RequireValue(Family family, ByteView key, ByteView value);
  // Appends the other's conditions and operations. The other's conditions see this batch's
  // operations, as if the two were written one after the other: of two batches that both require
  // one key to be absent and put it, the merged batch is refused.
  void Merge(Batch other);

  [[nodiscard]] const std::vector<Operation>& operations() const { return operations_; }
  [[nodiscard]] const std::vector<Condition>& conditions() const { return conditions_; }
  [[nodiscard]] bool empty() const { return operations_.empty(); }
  // The bytes of all keys and values to be written.
  [[nodiscard]] size_t bytes() const { return bytes_; }

 private:
  ByteView Keep(ByteView bytes);

  std::vector<Operation> operations_;
  std::vector<Condition> conditions_;
  size_t bytes_ = 0;
  // Keys and values lie one behind the other in pieces that never move: an allocation for each of
  // them is what a large import would mostly be busy with.
  std::vector<std::unique_ptr<uint8_t[]>> pieces_;
  uint8_t* free_ = nullptr;  // in the newest piece
  size_t left_ = 0;
};

enum class Durability {
  kSynced,    // on disk when Write returns; so is everything written before it
  kUnsynced,  // lost by a crash until a later synced write
};

// For implementations of Store: kConflict unless every condition of the batch holds, `read` giving
// the state before it. The caller keeps other writers out until the batch is applied.
using Lookup = std::function<Result<std::optional<Bytes>>(Family family, ByteView key)>;
Result<void> CheckConditions(const Batch& batch, const Lookup& read);

// One damaged thing found by VerifyFiles.
struct Damage {
  std::string file;  // the file's name inside the database folder
  std::string what;
};

// Safe for concurrent use. Reads see every Write that has returned.
class Store {
 public:
  virtual ~Store() = default;

  virtual Result<std::optional<Bytes>> Get(Family family, ByteView key) const = 0;

  // Calls `visit` with every row whose key starts with `prefix`, in key order, until it returns
  // false. The rows are those of one moment. `visit` may call Get and Write.
  using Visitor = std::function<bool(ByteView key, ByteView value)>;
  virtual Result<void> Scan(Family family, ByteView prefix, const Visitor& visit) const = 0;
  // As Scan, from the first key >= `from` that has the prefix.
  virtual Result<void> ScanFrom(Family family,
                                ByteView prefix,
                                ByteView from,
                                const Visitor& visit) const = 0;

  // Applies the batch or nothing. kConflict when a condition does not hold; kUnavailable when the
  // disk refuses (nothing was applied). A failed sync ends the process (fsync cannot be retried).
  virtual Result<void> Write(const Batch& batch, Durability durability) = 0;

  // Makes deleted rows of the family unrecoverable from the database's files: flush, compact to the
  // bottom, drop the write-ahead log (exchange.md 11). What was written before is on disk
  // afterwards. Waits for running scans; never call it from a visitor of the same store.
  virtual Result<void> Purge(Family family) = 0;

  // Reads every file and checks every checksum; names what is damaged.
  virtual Result<std::vector<Damage>> VerifyFiles() const = 0;
};

// Keys made of parts: text behind a zero byte, integers big-endian so that they sort.
class KeyBuilder {
 public:
  KeyBuilder& Text(std::string_view text);  // must not contain a zero byte; a zero byte follows
  KeyBuilder& U64(uint64_t value);
  KeyBuilder& Raw(ByteView bytes);
  [[nodiscard]] Bytes Build() const { return key_; }

 private:
  Bytes key_;
};

}  // namespace schakel::store
