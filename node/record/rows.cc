#include "node/record/rows.h"

#include <algorithm>

#include "node/crypto/hash.h"
#include "node/record/fold.h"

namespace schakel::record {
namespace {

constexpr std::string_view kShred = "record/shred";

Bytes Tagged(char tag) {
  return {static_cast<uint8_t>(tag)};
}

Bytes GroupAndCategory(char tag, std::string_view group, std::string_view category) {
  store::KeyBuilder key;
  return key.Raw(Tagged(tag)).Text(group).Text(category).Build();
}

Bytes Joined(Bytes key, ByteView tail) {
  Append(key, tail);
  return key;
}

template <size_t N>
std::optional<std::array<uint8_t, N>> Tail(ByteView row) {
  if (row.size() < N) return std::nullopt;
  std::array<uint8_t, N> tail{};
  std::copy_n(row.end() - static_cast<std::ptrdiff_t>(N), N, tail.begin());
  return tail;
}

LookupToken Token(char tag, const crypto::Key32& key, ByteView text) {
  const Hash hash = crypto::Blake2b(key.view(), text);
  LookupToken token{static_cast<uint8_t>(tag)};
  std::copy_n(hash.begin(), kTokenBytes, token.begin() + 1);
  return token;
}

// Two texts as one, without "ab"+"c" meeting "a"+"bc".
Bytes Pair(std::string_view first, std::string_view second) {
  Bytes pair;
  AppendU32(pair, static_cast<uint32_t>(first.size()));
  Append(pair, first);
  Append(pair, second);
  return pair;
}

}  // namespace

Bytes SubjectRow(const Uuid& subject) {
  return Joined(Tagged('s'), subject.bytes);
}
Bytes SubjectPrefix() {
  return Tagged('s');
}
Bytes TokenRow(const LookupToken& token, const Uuid& subject) {
  return Joined(Bytes(token.begin(), token.end()), subject.bytes);
}
Bytes DoubtfulRow(const Uuid& subject) {
  return Joined(Tagged('d'), subject.bytes);
}
Bytes DoubtfulPrefix() {
  return Tagged('d');
}

Bytes SubjectRecordPrefix(const Uuid& subject, std::string_view category) {
  store::KeyBuilder key;
  key.Raw(Tagged('s')).Raw(subject.bytes);
  if (!category.empty()) key.Text(category);
  return key.Build();
}
Bytes SubjectRecordRow(const Uuid& subject, std::string_view category, const Uuid& record) {
  return Joined(SubjectRecordPrefix(subject, category), record.bytes);
}
Bytes GroupRecordPrefix(std::string_view group, std::string_view category) {
  return GroupAndCategory('g', group, category);
}
Bytes GroupRecordRow(std::string_view group, std::string_view category, const Uuid& record) {
  return Joined(GroupRecordPrefix(group, category), record.bytes);
}
Bytes RecordRow(const RowRef& ref) {
  if (ref.about_person) return SubjectRecordRow(ref.subject, ref.category, ref.record);
  return GroupRecordRow(ref.group, ref.category, ref.record);
}

Bytes GroupIndexPrefix(std::string_view group, std::string_view category) {
  return GroupAndCategory('g', group, category);
}
Bytes GroupIndexRow(const RowRef& ref) {
  return Joined(Joined(GroupIndexPrefix(ref.group, ref.category), ref.subject.bytes),
                ref.record.bytes);
}
std::optional<GroupIndexEntry> ParseGroupIndexRow(ByteView row, size_t prefix_size) {
  GroupIndexEntry entry;
  const size_t id = entry.subject.bytes.size();
  if (row.size() != prefix_size + 2 * id) return std::nullopt;
  const auto at = row.begin() + static_cast<std::ptrdiff_t>(prefix_size);
  std::copy_n(at, id, entry.subject.bytes.begin());
  std::copy_n(at + static_cast<std::ptrdiff_t>(id), id, entry.record.bytes.begin());
  return entry;
}
Bytes SourcePrefix(std::string_view source) {
  store::KeyBuilder key;
  return key.Raw(Tagged('r')).Text(source).Build();
}

Bytes RunRow() {
  store::KeyBuilder key;
  return key.Text("record/run").Build();
}
Bytes AdvanceRun(const std::optional<Bytes>& run, store::Batch& batch) {
  const Bytes row = RunRow();
  uint64_t count = 0;
  if (run) {
    batch.RequireValue(store::Family::kMeta, row, *run);
    if (run->size() == 8) count = ReadU64(*run);
  } else {
    batch.RequireAbsent(store::Family::kMeta, row);
  }
  Bytes next;
  AppendU64(next, count + 1);
  batch.Put(store::Family::kMeta, row, next);
  return next;
}
Bytes GroupKeyRow(std::string_view group) {
  store::KeyBuilder key;
  return key.Text("record/group").Text(group).Build();
}
Bytes ShredPrefix() {
  store::KeyBuilder key;
  return key.Text(kShred).Build();
}
Bytes ShredRow(const store::DataKeyId& key) {
  return Joined(ShredPrefix(), key);
}

std::optional<Uuid> TailId(ByteView row) {
  const auto tail = Tail<16>(row);
  if (!tail) return std::nullopt;
  return Uuid{*tail};
}
std::optional<store::DataKeyId> TailKeyId(ByteView row) {
  return Tail<std::tuple_size_v<store::DataKeyId>>(row);
}

Tokens::Tokens(const store::KeyTable& keys)
    : bsn_(keys.IndexKey("record/bsn")),
      name_(keys.IndexKey("record/name/" + std::to_string(kFoldVersion))),
      row_(keys.IndexKey("record/row")),
      person_key_(keys.IndexKey("record/person-key")),
      digest_(keys.IndexKey("record/digest")) {}

std::vector<LookupToken> Tokens::OfPerson(const MatchKey& person) const {
  std::vector<LookupToken> tokens;
  if (!person.bsn.empty()) tokens.push_back(Token('b', bsn_, AsBytes(person.bsn)));
  if (person.name.complete()) {
    tokens.push_back(Token('n', name_, Pair(person.name.given, person.name.surname)));
  }
  return tokens;
}

std::vector<LookupToken> Tokens::OfSubject(const Subject& subject) const {
  std::vector<LookupToken> tokens;
  for (const Subject::View& view : subject.views) {
    const std::vector<LookupToken> more = OfPerson(MatchKeyOf(view.row.person));
    tokens.insert(tokens.end(), more.begin(), more.end());
    if (!view.row.person_key.empty()) {
      tokens.push_back(PersonKeyToken(view.source, view.row.person_key));
    }
  }
  std::sort(tokens.begin(), tokens.end());
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
  return tokens;
}

LookupToken Tokens::PersonKeyToken(std::string_view source, std::string_view person_key) const {
  return Token('k', person_key_, Pair(source, person_key));
}

Bytes Tokens::SourceRow(std::string_view source, std::string_view source_key) const {
  const Hash hash = crypto::Blake2b(row_.view(), Pair(source, source_key));
  return Joined(SourcePrefix(source), ByteView(hash).first(kTokenBytes));
}

std::array<uint8_t, 16> Tokens::Digest(const NewRecord& row) const {
  const Hash hash = crypto::Blake2b(digest_.view(), EncodeNewRecord(row));
  std::array<uint8_t, 16> digest{};
  std::copy_n(hash.begin(), digest.size(), digest.begin());
  return digest;
}

}  // namespace schakel::record
