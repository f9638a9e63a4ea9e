#include "node/record/repository.h"

#include <algorithm>
#include <set>

#include "node/record/codec.h"
#include "node/record/rows.h"

namespace schakel::record {
namespace {

using store::Batch;
using store::Durability;
using store::Family;

Result<Record> OpenRecord(store::ValueReader& reader, ByteView row, ByteView value) {
  const Bytes plain = TRY(reader.Open(Family::kRecord, row, value));
  return TRY(DecodeRecord(plain)).record;
}

// Reads the whole prefix first, so that a scan that lasts does not hold the store's snapshot.
Result<std::vector<Bytes>> KeysWithPrefix(const store::Store& store,
                                          Family family,
                                          ByteView prefix) {
  std::vector<Bytes> keys;
  TRY(store.Scan(family, prefix, [&keys](ByteView key, ByteView /*value*/) {
    keys.emplace_back(key.begin(), key.end());
    return true;
  }));
  return keys;
}

}  // namespace

Result<Subject> Records::LoadSubject(const Uuid& subject) const {
  const Bytes row = SubjectRow(subject);
  const std::optional<Bytes> value = TRY(store_.Get(Family::kSubject, row));
  if (!value) return NotFound("no such person");
  const Bytes plain = TRY(store::OpenValue(keys_, Family::kSubject, row, *value));
  return DecodeViews(subject, plain);
}

Result<std::vector<Candidate>> Records::FindCandidates(const Person& person) const {
  std::set<Uuid> ids;
  for (const LookupToken& token : Tokens(keys_).OfPerson(MatchKeyOf(person))) {
    TRY(store_.Scan(Family::kToken, token, [&ids](ByteView key, ByteView /*value*/) {
      if (const auto id = TailId(key)) ids.insert(*id);
      return true;
    }));
  }
  std::vector<Candidate> candidates;
  for (const Uuid& id : ids) {
    const Result<Subject> subject = LoadSubject(id);
    if (!subject && subject.error().code == ErrorCode::kNotFound) continue;
    if (!subject) return subject.error();
    candidates.push_back({id, IdentityOf(*subject)});
  }
  return candidates;
}

Result<MatchResult> Records::Find(const Person& asked) const {
  const std::vector<Candidate> candidates = TRY(FindCandidates(asked));
  return MatchAll(asked, candidates);
}

Result<void> Records::ScanSubject(const Uuid& subject,
                                  std::string_view category,
                                  const Visitor& visit) const {
  store::ValueReader reader(keys_);
  return store_.Scan(
      Family::kRecord, SubjectRecordPrefix(subject, category), [&](ByteView key, ByteView value) {
        return visit(OpenRecord(reader, key, value));
      });
}

Result<void> Records::ScanGroup(std::string_view group,
                                std::string_view category,
                                const Visitor& visit) const {
  store::ValueReader reader(keys_);
  bool go_on = true;
  TRY(store_.Scan(
      Family::kRecord, GroupRecordPrefix(group, category), [&](ByteView key, ByteView value) {
        go_on = visit(OpenRecord(reader, key, value));
        return go_on;
      }));
  if (!go_on) return {};
  const Bytes prefix = GroupIndexPrefix(group, category);
  Result<void> read;
  TRY(store_.Scan(Family::kToken, prefix, [&](ByteView key, ByteView /*value*/) {
    const auto entry = ParseGroupIndexRow(key, prefix.size());
    if (!entry) return true;
    const Bytes row = SubjectRecordRow(entry->subject, category, entry->record);
    Result<std::optional<Bytes>> value = store_.Get(Family::kRecord, row);
    if (!value) {
      read = std::move(value).error();
      return false;
    }
    // The index and the record are written together; one that a shredding removed since the scan
    // began is simply gone.
    return !*value || visit(OpenRecord(reader, row, **value));
  }));
  return read;
}

Result<void> Records::ScanSubjects(const std::function<bool(const Uuid&)>& visit) const {
  return store_.Scan(Family::kSubject, SubjectPrefix(), [&visit](ByteView key, ByteView /*value*/) {
    const auto id = TailId(key);
    return !id || visit(*id);
  });
}

Result<uint64_t> Records::CountSubjects() const {
  uint64_t count = 0;
  TRY(ScanSubjects([&count](const Uuid& /*id*/) {
    ++count;
    return true;
  }));
  return count;
}

Result<std::vector<DoubtfulSubject>> Records::ListDoubtful() const {
  std::vector<DoubtfulSubject> all;
  TRY(store_.Scan(Family::kSubject, DoubtfulPrefix(), [&all](ByteView key, ByteView value) {
    const auto id = TailId(key);
    if (!id) return true;
    DoubtfulSubject doubtful{*id, {}};
    for (ByteView rest = value; rest.size() >= 16; rest = rest.subspan(16)) {
      if (const auto candidate = TailId(rest.first(16))) doubtful.candidates.push_back(*candidate);
    }
    all.push_back(std::move(doubtful));
    return true;
  }));
  return all;
}

namespace {

// Everything that leads to one subject, gathered for its removal.
class Removal {
 public:
  Removal(const store::Store& store, const store::KeyTable& keys, const Uuid& subject)
      : store_(store), keys_(keys), subject_(subject), tokens_(keys) {}

  // kNotFound when there is nothing of the subject.
  Result<Batch> Gather() {
    const Bytes row = SubjectRow(subject_);
    const std::optional<Bytes> value = TRY(store_.Get(Family::kSubject, row));
    if (!value) return NotFound("no such person");
    key_ = TRY(store::KeyOfValue(*value));
    batch_.Delete(Family::kSubject, row);
    batch_.Delete(Family::kSubject, DoubtfulRow(subject_));
    TRY(AddRecords());
    TRY(AddPersonTokens(row, *value));
    if (unreadable_) TRY(AddEveryTokenOfTheSubject());
    batch_.Put(Family::kMeta, ShredRow(key_), {});
    return std::move(batch_);
  }

  [[nodiscard]] const store::DataKeyId& key() const { return key_; }

 private:
  Result<void> AddRecords() {
    store::ValueReader reader(keys_);
    return store_.Scan(
        Family::kRecord, SubjectRecordPrefix(subject_, {}), [&](ByteView key, ByteView value) {
          batch_.Delete(Family::kRecord, key);
          const Result<Record> record = OpenRecord(reader, key, value);
          if (!record) {
            unreadable_ = true;
            return true;
          }
          batch_.Delete(Family::kToken, tokens_.SourceRow(record->source, record->source_key));
          if (!record->group.empty()) {
            RowRef ref;
            ref.subject = subject_;
            ref.group = record->group;
            ref.category = record->category;
            ref.record = record->id;
            batch_.Delete(Family::kToken, GroupIndexRow(ref));
          }
          return true;
        });
  }

  Result<void> AddPersonTokens(ByteView row, ByteView value) {
    const Result<Bytes> plain = store::OpenValue(keys_, Family::kSubject, row, value);
    const Result<Subject> subject =
        plain ? DecodeViews(subject_, *plain) : Result<Subject>(plain.error());
    if (!subject) {
      unreadable_ = true;
      return {};
    }
    for (const LookupToken& token : tokens_.OfSubject(*subject))
      batch_.Delete(Family::kToken, TokenRow(token, subject_));
    return {};
  }

  // When a row no longer opens (its key went in an earlier, interrupted removal), its tokens cannot
  // be computed: they are found by the subject that they lead to.
  Result<void> AddEveryTokenOfTheSubject() {
    return store_.Scan(Family::kToken, {}, [&](ByteView key, ByteView value) {
      bool ours = false;
      if (key.front() == 'r') {
        const Result<RowRef> ref = DecodeRowRef(value);
        ours = ref && ref->about_person && ref->subject == subject_;
      } else {
        // A person token ends in the subject, a group's index entry in subject and record.
        const auto last = TailId(key);
        const auto before = TailId(key.size() > 16 ? key.first(key.size() - 16) : ByteView());
        ours = (last && *last == subject_) || (before && *before == subject_);
      }
      if (ours) batch_.Delete(Family::kToken, key);
      return true;
    });
  }

  const store::Store& store_;
  const store::KeyTable& keys_;
  Uuid subject_;
  Tokens tokens_;
  Batch batch_;
  store::DataKeyId key_{};
  bool unreadable_ = false;
};

}  // namespace

Result<void> Records::ShredSubject(const Uuid& subject) {
  const std::optional<Bytes> run = TRY(store_.Get(Family::kMeta, RunRow()));
  Removal removal(store_, keys_, subject);
  Batch batch = TRY(removal.Gather());
  AdvanceRun(run, batch);
  TRY(store_.Write(batch, Durability::kSynced));
  return FinishShredding();
}

Result<void> Records::FinishShredding() {
  const std::vector<Bytes> intents = TRY(KeysWithPrefix(store_, Family::kMeta, ShredPrefix()));
  if (intents.empty()) return {};
  std::vector<store::DataKeyId> ids;
  Batch done;
  for (const Bytes& intent : intents) {
    if (const auto id = TailKeyId(intent)) ids.push_back(*id);
    done.Delete(Family::kMeta, intent);
  }
  TRY(keys_.Shred(ids));
  // Tokens are not under the subject's key: they go from the files themselves.
  TRY(store_.Purge(Family::kToken));
  return store_.Write(done, Durability::kSynced);
}

}  // namespace schakel::record
