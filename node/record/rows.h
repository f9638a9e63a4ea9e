// The keys under which persons, records and tokens lie (README, "Rows"). For this module's own
// files.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/ids.h"
#include "node/record/codec.h"
#include "node/record/match.h"
#include "node/record/model.h"
#include "node/store/key_table.h"
#include "node/store/store.h"

namespace schakel::record {

inline constexpr size_t kTokenBytes = 16;
// A tag and a keyed token: the prefix of the rows under which the subjects stand.
using LookupToken = std::array<uint8_t, 1 + kTokenBytes>;

// kSubject.
Bytes SubjectRow(const Uuid& subject);
Bytes SubjectPrefix();
// kToken: leads from a token to the subject.
Bytes TokenRow(const LookupToken& token, const Uuid& subject);
Bytes DoubtfulRow(const Uuid& subject);
Bytes DoubtfulPrefix();

// kRecord.
Bytes SubjectRecordRow(const Uuid& subject, std::string_view category, const Uuid& record);
Bytes SubjectRecordPrefix(const Uuid& subject, std::string_view category);  // empty: all
Bytes GroupRecordRow(std::string_view group, std::string_view category, const Uuid& record);
Bytes GroupRecordPrefix(std::string_view group, std::string_view category);
// The row that the reference leads to.
Bytes RecordRow(const RowRef& ref);

// kToken: group || category || subject || record, so that a group finds its persons' records.
Bytes GroupIndexRow(const RowRef& ref);
Bytes GroupIndexPrefix(std::string_view group, std::string_view category);
struct GroupIndexEntry {
  Uuid subject;
  Uuid record;
};
std::optional<GroupIndexEntry> ParseGroupIndexRow(ByteView row, size_t prefix_size);
// kToken: the source in the clear, its keys as tokens.
Bytes SourcePrefix(std::string_view source);

// kMeta. The run row counts the writes of this module: every one requires the count that it read,
// so that two writers never build on the same state.
Bytes RunRow();
// Requires `run` (what was read) in the batch and writes the next count; returns it.
Bytes AdvanceRun(const std::optional<Bytes>& run, store::Batch& batch);
Bytes GroupKeyRow(std::string_view group);
Bytes ShredRow(const store::DataKeyId& key);
Bytes ShredPrefix();

// The last 16 bytes of a row as an id.
std::optional<Uuid> TailId(ByteView row);
std::optional<store::DataKeyId> TailKeyId(ByteView row);

// Look-up tokens: keyed, so that nobody without the key table can try names or the 10^9 BSNs.
class Tokens {
 public:
  explicit Tokens(const store::KeyTable& keys);

  // The token prefixes under which the person's subjects lie: one per BSN and per folded name.
  [[nodiscard]] std::vector<LookupToken> OfPerson(const MatchKey& person) const;
  // The same, for all that the views of a subject say, without doubles.
  [[nodiscard]] std::vector<LookupToken> OfSubject(const Subject& subject) const;
  // The row of (source, source key).
  [[nodiscard]] Bytes SourceRow(std::string_view source, std::string_view source_key) const;
  // The keyed digest of a row's content.
  [[nodiscard]] std::array<uint8_t, 16> Digest(const NewRecord& row) const;
  // The prefix of the subjects with the source's own key of a person.
  [[nodiscard]] LookupToken PersonKeyToken(std::string_view source,
                                           std::string_view person_key) const;

 private:
  crypto::Key32 bsn_;
  crypto::Key32 name_;
  crypto::Key32 row_;
  crypto::Key32 person_key_;
  crypto::Key32 digest_;
};

}  // namespace schakel::record
