// The rows of one exchange, on either side, and their private part (Family::kExchange, kOutbox,
// kReceived). Public rows hold nothing about a person; what does is sealed under the exchange's own
// data key, whose destruction closes it (exchange.md 11).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/statement/types.h"
#include "node/store/key_table.h"
#include "node/store/store.h"

namespace schakel::exchange {

// Where an outgoing exchange stands.
enum class OutState {
  kSent,         // logged; sent or about to be; may be sent again
  kAnswered,     // answer verified and kept
  kPending,      // the same, but some cells wait for an approval at the partner; asked for again
  kRefused,      // the partner refused the whole
  kQuarantined,  // the answer failed our own check; kept sealed, shown to nobody
  kEnded,        // PREKEY_UNKNOWN, ISSUED, STATUS_STALE: a new exchange takes its place
};
const char* OutStateName(OutState state);

// Requester's row.
struct OutRow {
  Uuid exchange;
  std::string ref;
  std::string to;
  std::string group;
  std::string purpose;
  std::vector<std::string> categories;
  bool about_persons = false;
  int64_t subjects = 0;
  OutState state = OutState::kSent;
  std::string code;  // of a refusal of the whole
  std::map<std::string, statement::Cell> cells;
  Hash request{};                // digest
  std::optional<Hash> covenant;  // asked under; absent in rows from when there was one version
  store::DataKeyId key{};
  Instant created;
  Instant expires;
  std::optional<Instant> answered;
  std::optional<Hash>
      answer;                // digest of the last one taken; absent in rows from before it counted
  int64_t releases = 0;      // of all its answers; their rows are numbered on
  bool receipt_due = false;  // our receipt is not delivered yet

  // Ends what waits in kPending: each PENDING cell is refused with the code, what was released
  // stays, and the state is what that leaves.
  void CloseAs(std::string_view code);
  // Takes over these cells, and what all of them say.
  void Take(const std::map<std::string, statement::Cell>& closed);
  // The cells say it: kPending while one waits, kAnswered when one was released, else kRefused.
  void Settle();
  // Something can have been received under it.
  [[nodiscard]] bool HasContent() const {
    return state == OutState::kAnswered || state == OutState::kPending;
  }

  [[nodiscard]] Bytes Encode() const;
  static Result<OutRow> Decode(ByteView bytes);
};

// Contributor's row, in the caller's namespace.
struct InRow {
  Uuid exchange;
  std::string from;
  std::string ref;
  std::string group;
  std::vector<std::string> categories;
  Hash request{};  // digest
  Hash body{};
  std::optional<Hash> covenant;  // as in OutRow
  std::optional<Hash> overlay;   // the own overlay that it was decided under
  std::string answer;            // signed, as sent
  std::map<std::string, statement::Cell> cells;
  std::array<uint8_t, 8> attempt{};  // names its frames in the outbox
  int64_t frames = 0;                // header included; 0: no payload
  store::DataKeyId key{};
  Instant created;
  Instant expires;     // the Request's: from here on its key and its outbox may go
  Instant not_before;  // a small request is answered no earlier
  bool receipt_seen = false;
  int64_t subjects = 0, matched = 0, doubtful = 0, releases = 0;  // our own view
  bool closed = false;  // `answer` follows one that left cells PENDING
  // Of the sealed decision lines; not stored here, the log's entry has them.
  std::optional<Hash> subject_root;
  std::optional<Hash> sealed_digest;

  [[nodiscard]] Bytes Encode() const;
  static Result<InRow> Decode(ByteView bytes);
};

// The categories of the cells that are PENDING.
std::set<std::string> PendingOf(const std::map<std::string, statement::Cell>& cells);

// Row keys.
Bytes OutKey(const Uuid& exchange);
Bytes OutRefKey(std::string_view ref, const Uuid& exchange);
Bytes OutRefPrefix(std::string_view ref);
Bytes OutPrefix();
Bytes InKey(std::string_view caller, const Uuid& exchange);
Bytes InPrefix();
// Ids are a namespace per asker (exchange.md 7), so rows about an exchange that either side can
// have stand under both: `asker` is the Request's `from`, this node's own party for its own.
Bytes PrivateKey(std::string_view part,  // ephemeral, request, body, sealed, quarantine, k, ...
                 std::string_view asker,
                 const Uuid& exchange);
Bytes ReceiptDueKey(std::string_view party, const Uuid& exchange);
Bytes ReceiptDuePrefix();
Bytes OutboxKey(const Uuid& exchange, ByteView attempt, uint64_t index);
Bytes OutboxPrefix(const Uuid& exchange, ByteView attempt);
Bytes ReceivedKey(const Uuid& exchange, uint64_t index);
Bytes ReceivedPrefix(const Uuid& exchange);
Bytes DoubtfulKey(std::string_view asker, const Uuid& exchange, const Uuid& row);
Bytes LineKey(std::string_view asker, const Uuid& exchange, uint64_t index);
Bytes LinePrefix(std::string_view asker, const Uuid& exchange);

// Reading and finding.
Result<std::optional<OutRow>> FindOut(const store::Store& store, const Uuid& exchange);
Result<std::vector<OutRow>> OutByRef(const store::Store& store, std::string_view ref);
Result<std::vector<OutRow>> AllOut(const store::Store& store);
Result<std::optional<InRow>> FindIn(const store::Store& store,
                                    std::string_view caller,
                                    const Uuid& exchange);
Result<std::vector<InRow>> AllIn(const store::Store& store);

// A private part, sealed under the exchange's key.
void PutPrivate(store::Batch& batch,
                const store::DataKey& key,
                std::string_view part,
                std::string_view asker,
                const Uuid& exchange,
                ByteView plaintext,
                Entropy& entropy);
// kNotFound when the part is absent or its key was destroyed.
Result<Bytes> GetPrivate(const store::Store& store,
                         const store::KeyTable& keys,
                         std::string_view part,
                         std::string_view asker,
                         const Uuid& exchange);

}  // namespace schakel::exchange
