#include "node/record/writer.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "node/base/check.h"
#include "node/record/codec.h"
#include "node/record/open_subject.h"
#include "node/record/rows.h"

namespace schakel::record {
namespace {

using store::Batch;
using store::DataKey;
using store::Durability;
using store::Family;

constexpr size_t kMaxBatchBytes = 1 << 20;
// Tokens per open subject: a BSN, a name and a person key, or a little more.
constexpr size_t kTokensPerSubject = 3;

struct IdHash {
  size_t operator()(const Uuid& id) const {
    size_t hash = 0;
    std::memcpy(&hash, id.bytes.data(), sizeof hash);
    return hash;
  }
};
struct BytesHash {
  size_t operator()(const Bytes& bytes) const {
    return std::hash<std::string_view>()(AsText(bytes));
  }
};

Record MakeRecord(const NewRecord& row, const RowRef& ref) {
  Record record;
  record.id = ref.record;
  record.category = row.category;
  if (ref.about_person) record.subject = ref.subject;
  record.group = row.group;
  record.hardness = row.hardness;
  record.revision = ref.revision;
  record.fact_date = row.fact_date;
  record.first_processed = row.first_processed;
  record.source = row.source;
  record.source_key = row.source_key;
  record.fields = row.fields;
  record.meta = row.meta;
  return record;
}

}  // namespace

struct RecordWriter::State {
  State(store::Store& store_in, store::KeyTable& keys_in, Entropy& entropy_in, Options options_in)
      : store(store_in), keys(keys_in), entropy(entropy_in), options(options_in), tokens(keys_in) {}

  Result<PutResult> Put(const NewRecord& row);
  Result<std::optional<RowRef>> FindRow(const Bytes& source_row);
  Result<OpenSubject*> Open(const Uuid& id);
  Result<OpenSubject*> Create();
  void Touch(OpenSubject& open);
  Result<std::vector<Uuid>*> SubjectsUnder(const Bytes& token);
  Result<MatchResult> Resolve(const PersonRow& row, const std::string& source, const Uuid* without);
  Result<OpenSubject*> Link(const NewRecord& row, const RowRef* old, PutResult& result);
  Result<void> NoteTokens(const Subject& subject, const PersonRow& row, const std::string& source);
  Result<const DataKey*> GroupKey(const std::string& group);
  Result<void> Store(const NewRecord& row, const Bytes& source_row, const RowRef* old, RowRef ref);
  void FlushSubject(OpenSubject& open);
  Result<void> Flush(Durability durability);
  Result<DataKey> TakeKey();

  store::Store& store;
  store::KeyTable& keys;
  Entropy& entropy;
  Options options;
  Tokens tokens;
  std::optional<Bytes> run;  // what the run row holds
  Batch batch;
  size_t rows_in_batch = 0;
  bool unsynced = false;  // something was written that no synced write has followed
  bool removed_keys = false;
  bool over = false;  // finished, or failed half-way through a row
  std::unordered_map<Uuid, OpenSubject, IdHash> subjects;
  std::vector<Uuid> touched;  // of them, by this batch
  // Token -> subjects: what the store has and what the batch adds.
  std::unordered_map<Bytes, std::vector<Uuid>, BytesHash> under_token;
  std::unordered_map<Bytes, RowRef, BytesHash> rows;  // of this batch; of the run when it is dry
  std::unordered_map<std::string, DataKey> group_keys;
  std::unordered_set<Bytes, BytesHash> seen;
};

Result<DataKey> RecordWriter::State::TakeKey() {
  if (options.dry_run) return DataKey{};
  return keys.Take();
}

Result<std::optional<RowRef>> RecordWriter::State::FindRow(const Bytes& source_row) {
  const auto pending = rows.find(source_row);
  if (pending != rows.end()) return std::optional<RowRef>(pending->second);
  const std::optional<Bytes> value = TRY(store.Get(Family::kToken, source_row));
  if (!value) return std::optional<RowRef>();
  return std::optional<RowRef>(TRY(DecodeRowRef(*value)));
}

Result<OpenSubject*> RecordWriter::State::Open(const Uuid& id) {
  const auto cached = subjects.find(id);
  if (cached != subjects.end()) return &cached->second;
  const Bytes row = SubjectRow(id);
  const std::optional<Bytes> value = TRY(store.Get(Family::kSubject, row));
  if (!value) return NotFound("no such person");
  OpenSubject open;
  open.key.id = TRY(store::KeyOfValue(*value));
  open.key.key = TRY(keys.Get(open.key.id));
  const Bytes plain = TRY(store::OpenValue(keys, Family::kSubject, row, *value));
  open.subject = TRY(DecodeViews(id, plain));
  open.stored_tokens = tokens.OfSubject(open.subject);
  open.in_store = true;
  return &subjects.emplace(id, std::move(open)).first->second;
}

Result<OpenSubject*> RecordWriter::State::Create() {
  OpenSubject open;
  open.key = TRY(TakeKey());
  open.subject.id = MakeUuidV4(entropy);
  open.stored_rows.emplace();
  const Uuid id = open.subject.id;
  return &subjects.emplace(id, std::move(open)).first->second;
}

Result<std::vector<Uuid>*> RecordWriter::State::SubjectsUnder(const Bytes& token) {
  const auto cached = under_token.find(token);
  if (cached != under_token.end()) return &cached->second;
  std::vector<Uuid> ids;
  TRY(store.Scan(Family::kToken, token, [&ids](ByteView key, ByteView /*value*/) {
    if (const auto id = TailId(key)) ids.push_back(*id);
    return true;
  }));
  return &under_token.emplace(token, std::move(ids)).first->second;
}

void RecordWriter::State::Touch(OpenSubject& open) {
  if (open.touched) return;
  open.touched = true;
  touched.push_back(open.subject.id);
}

// Who the row's person is, by the same order as for asked persons. `without` is left out.
Result<MatchResult> RecordWriter::State::Resolve(const PersonRow& row,
                                                 const std::string& source,
                                                 const Uuid* without) {
  if (!row.person_key.empty()) {
    const std::vector<Uuid> own =
        *TRY(SubjectsUnder(tokens.PersonKeyToken(source, row.person_key)));
    for (const Uuid& id : own) {
      const Result<OpenSubject*> open = Open(id);
      if (!open || (*open)->subject.views.empty()) continue;
      // The source's key links without matching, except against two BSNs that differ.
      const Person identity = IdentityOf((*open)->subject);
      const bool other = HasBsnShape(identity.bsn) && HasBsnShape(row.person.bsn) &&
                         identity.bsn != row.person.bsn;
      if (!other) return MatchResult{MatchResult::Kind::kMatched, id, {}};
    }
  }
  std::set<Uuid> ids;
  for (const Bytes& token : tokens.OfPerson(row.person)) {
    const std::vector<Uuid>* under = TRY(SubjectsUnder(token));
    ids.insert(under->begin(), under->end());
  }
  std::vector<Candidate> candidates;
  for (const Uuid& id : ids) {
    if (without != nullptr && id == *without) continue;
    const Result<OpenSubject*> open = Open(id);
    if (!open && open.error().code == ErrorCode::kNotFound) continue;
    if (!open) return open.error();
    candidates.push_back({id, IdentityOf((*open)->subject)});
  }
  return MatchAll(row.person, candidates);
}

// Later rows of this run find the subject under the tokens of this row.
Result<void> RecordWriter::State::NoteTokens(const Subject& subject,
                                             const PersonRow& row,
                                             const std::string& source) {
  std::vector<Bytes> more = tokens.OfPerson(row.person);
  if (!row.person_key.empty()) more.push_back(tokens.PersonKeyToken(source, row.person_key));
  for (const Bytes& token : more) {
    std::vector<Uuid>* ids = TRY(SubjectsUnder(token));
    if (std::find(ids->begin(), ids->end(), subject.id) == ids->end()) ids->push_back(subject.id);
  }
  return {};
}

// The subject of the row, with the row's view attached.
Result<OpenSubject*> RecordWriter::State::Link(const NewRecord& row,
                                               const RowRef* old,
                                               PutResult& result) {
  const PersonRow& person = *row.person;
  OpenSubject* before = nullptr;
  if (old != nullptr && old->about_person) {
    before = TRY(Open(old->subject));
    Touch(*before);
    const std::vector<Subject::View>& views = before->subject.views;
    const bool same_view = std::any_of(views.begin(), views.end(), [&](const Subject::View& view) {
      return view.id == old->view && view.source == row.source && view.row == person;
    });
    // What the row says of its person did not change: it says it once more, and the old once less.
    if (same_view) {
      --before->batch_rows[old->view];
      return before;
    }
    TRY(DetachView(*before, old->view, store, keys));
    // Or it still is that person's.
    if (!views.empty() && Match(person.person, IdentityOf(before->subject)) == Verdict::kSame) {
      return before;
    }
  }
  const bool left_alone = before != nullptr && before->subject.views.empty();
  const MatchResult match =
      TRY(Resolve(person, row.source, left_alone ? &before->subject.id : nullptr));
  if (match.kind == MatchResult::Kind::kMatched) return TRY(Open(*match.subject));
  OpenSubject* open = nullptr;
  if (left_alone) {
    open = before;  // a person of one row stays that person when the row is corrected
  } else {
    open = TRY(Create());
    result.new_subject = true;
  }
  if (match.kind == MatchResult::Kind::kDoubtful) {
    result.doubtful = true;
    Bytes candidates;
    for (const Uuid& id : match.candidates)
      Append(candidates, id.bytes);
    batch.Put(Family::kSubject, DoubtfulRow(open->subject.id), candidates);
  } else if (left_alone) {
    batch.Delete(Family::kSubject, DoubtfulRow(open->subject.id));
  }
  return open;
}

Result<const DataKey*> RecordWriter::State::GroupKey(const std::string& group) {
  const auto cached = group_keys.find(group);
  if (cached != group_keys.end()) return &cached->second;
  const Bytes row = GroupKeyRow(group);
  const std::optional<Bytes> stored = TRY(store.Get(Family::kMeta, row));
  DataKey key;
  if (stored) {
    const auto id = TailKeyId(*stored);
    if (!id) return Corrupt("a stored group key does not parse");
    key.id = *id;
    key.key = TRY(keys.Get(*id));
  } else {
    key = TRY(TakeKey());
    batch.Put(Family::kMeta, row, key.id);
  }
  return &group_keys.emplace(group, key).first->second;
}

Result<void> RecordWriter::State::Store(const NewRecord& row,
                                        const Bytes& source_row,
                                        const RowRef* old,
                                        RowRef ref) {
  const DataKey* key = nullptr;
  if (ref.about_person) {
    key = &TRY(Open(ref.subject))->key;
  } else {
    key = TRY(GroupKey(ref.group));
  }
  if (!options.dry_run) {
    const Bytes record_row = RecordRow(ref);
    if (old != nullptr && RecordRow(*old) != record_row) {
      batch.Delete(Family::kRecord, RecordRow(*old));
    }
    if (old != nullptr && old->about_person && !old->group.empty()) {
      batch.Delete(Family::kToken, GroupIndexRow(*old));
    }
    batch.Put(Family::kRecord,
              record_row,
              store::SealValue(*key,
                               Family::kRecord,
                               record_row,
                               EncodeRecord({MakeRecord(row, ref), ref.view}),
                               entropy));
    batch.Put(Family::kToken, source_row, EncodeRowRef(ref));
    if (ref.about_person && !ref.group.empty()) {
      batch.Put(Family::kToken, GroupIndexRow(ref), {});
    }
  }
  rows.insert_or_assign(source_row, std::move(ref));
  ++rows_in_batch;
  return {};
}

void RecordWriter::State::FlushSubject(OpenSubject& open) {
  const Subject& subject = open.subject;
  const std::vector<Bytes> now = tokens.OfSubject(subject);
  const auto row_of = [&subject](Bytes token) {
    Append(token, subject.id.bytes);
    return token;
  };
  for (const Bytes& token : open.stored_tokens) {
    if (!std::binary_search(now.begin(), now.end(), token)) {
      batch.Delete(Family::kToken, row_of(token));
    }
  }
  for (const Bytes& token : now) {
    if (!std::binary_search(open.stored_tokens.begin(), open.stored_tokens.end(), token)) {
      batch.Put(Family::kToken, row_of(token), {});
    }
  }
  const Bytes row = SubjectRow(subject.id);
  if (subject.views.empty()) {
    batch.Delete(Family::kSubject, row);
    batch.Delete(Family::kSubject, DoubtfulRow(subject.id));
    batch.Put(Family::kMeta, ShredRow(open.key.id), {});
    removed_keys = true;
  } else {
    batch.Put(Family::kSubject,
              row,
              store::SealValue(open.key, Family::kSubject, row, EncodeViews(subject), entropy));
  }
  open.stored_tokens = now;
  open.in_store = true;
  open.changed = false;
}

Result<void> RecordWriter::State::Flush(Durability durability) {
  if (options.dry_run) {
    batch = Batch();
    rows_in_batch = 0;
    return {};
  }
  for (const Uuid& id : touched) {
    const auto it = subjects.find(id);
    OpenSubject& open = it->second;
    // A subject that came and went within this batch was never written.
    const bool gone = open.subject.views.empty();
    if (open.changed && (open.in_store || !gone)) FlushSubject(open);
    SettleViews(open);
    if (gone) subjects.erase(it);
  }
  touched.clear();
  if (batch.empty() && !(durability == Durability::kSynced && unsynced)) return {};
  Bytes next = AdvanceRun(run, batch);
  TRY(store.Write(batch, durability));
  unsynced = durability == Durability::kUnsynced;
  run = std::move(next);
  batch = Batch();
  rows_in_batch = 0;
  rows.clear();
  // A run needs bounded memory however long the file is: what the caches held is in the store now.
  if (subjects.size() > options.max_open_subjects) subjects.clear();
  if (under_token.size() > options.max_open_subjects * kTokensPerSubject) under_token.clear();
  return {};
}

RecordWriter::RecordWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
RecordWriter::~RecordWriter() = default;

Result<std::unique_ptr<RecordWriter>> RecordWriter::Start(Records& records, Options options) {
  auto state = std::make_unique<State>(records.store_, records.keys_, records.entropy_, options);
  state->run = TRY(records.store_.Get(Family::kMeta, RunRow()));
  return std::unique_ptr<RecordWriter>(new RecordWriter(std::move(state)));
}

Result<PutResult> RecordWriter::Put(const NewRecord& row) {
  if (state_->over) return Conflict("the run is over");
  TRY(CheckRow(row));
  Result<PutResult> result = state_->Put(row);
  state_->over = !result.ok();
  return result;
}

Result<PutResult> RecordWriter::State::Put(const NewRecord& row) {
  const Bytes source_row = tokens.SourceRow(row.source, row.source_key);
  if (options.track_seen) seen.insert(source_row);
  const std::optional<RowRef> old = TRY(FindRow(source_row));
  RowRef ref;
  ref.digest = tokens.Digest(row);
  PutResult result;
  if (old && old->digest == ref.digest) {
    result.outcome = PutOutcome::kUnchanged;
    result.record = old->record;
    if (old->about_person) result.subject = old->subject;
    return result;
  }
  const RowRef* before = old ? &*old : nullptr;
  result.outcome = old ? PutOutcome::kRevised : PutOutcome::kNew;
  ref.record = old ? old->record : MakeUuidV4(entropy);
  ref.revision = old ? old->revision + 1 : 1;
  ref.category = row.category;
  ref.group = row.group;
  ref.about_person = row.person.has_value();
  if (row.person) {
    OpenSubject* open = TRY(Link(row, before, result));
    Touch(*open);
    ref.view = AttachView(*open, row.source, *row.person);
    ref.subject = open->subject.id;
    TRY(NoteTokens(open->subject, *row.person, row.source));
  } else if (old && old->about_person) {
    OpenSubject* open = TRY(Open(old->subject));
    Touch(*open);
    TRY(DetachView(*open, old->view, store, keys));
  }
  result.record = ref.record;
  if (ref.about_person) result.subject = ref.subject;
  TRY(Store(row, source_row, before, std::move(ref)));
  if (rows_in_batch >= options.rows_per_batch || batch.bytes() >= kMaxBatchBytes) {
    TRY(Flush(Durability::kUnsynced));
  }
  return result;
}

Result<std::vector<std::string>> RecordWriter::Vanished(std::string_view source) {
  State& state = *state_;
  CHECK(state.options.track_seen);
  std::vector<std::pair<Bytes, RowRef>> gone;
  Result<void> parsed;
  TRY(state.store.Scan(Family::kToken, SourcePrefix(source), [&](ByteView key, ByteView value) {
    const Bytes row(key.begin(), key.end());
    if (state.seen.count(row) != 0) return true;
    Result<RowRef> ref = DecodeRowRef(value);
    if (!ref) {
      parsed = std::move(ref).error();
      return false;
    }
    gone.emplace_back(row, std::move(*ref));
    return true;
  }));
  TRY(std::move(parsed));
  std::vector<std::string> source_keys;
  for (const auto& [row, ref] : gone) {
    const Bytes record_row = RecordRow(ref);
    const std::optional<Bytes> value = TRY(state.store.Get(Family::kRecord, record_row));
    if (!value) continue;
    const Bytes plain = TRY(store::OpenValue(state.keys, Family::kRecord, record_row, *value));
    source_keys.push_back(TRY(DecodeRecord(plain)).record.source_key);
  }
  std::sort(source_keys.begin(), source_keys.end());
  return source_keys;
}

Result<void> RecordWriter::Finish() {
  State& state = *state_;
  if (state.over) return Conflict("the run is over");
  state.over = true;
  TRY(state.Flush(Durability::kSynced));
  if (!state.removed_keys) return {};
  return Records(state.store, state.keys, state.entropy).FinishShredding();
}

}  // namespace schakel::record
