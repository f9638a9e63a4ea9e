#include "node/record/writer.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "node/base/check.h"
#include "node/record/codec.h"
#include "node/record/entropy_ahead.h"
#include "node/record/rows.h"
#include "node/record/subject_pool.h"

namespace schakel::record {
namespace {

using store::DataKey;
using store::Durability;
using store::Family;

constexpr size_t kMaxBatchBytes = 2 << 20;
// A source that had no rows when the run began needs no look-up for a key that the run has not put.
// Keys are remembered up to this many, then they are looked up like any other.
constexpr size_t kMaxFreshRows = 1 << 18;

struct BytesHash {
  size_t operator()(const Bytes& bytes) const {
    return std::hash<std::string_view>()(AsText(bytes));
  }
};

using RowToken = std::array<uint8_t, kTokenBytes>;
struct RowTokenHash {
  size_t operator()(const RowToken& token) const {
    size_t hash = 0;
    std::memcpy(&hash, token.data(), sizeof hash);
    return hash;
  }
};

RowToken TokenOf(const Bytes& source_row) {
  RowToken token{};
  std::copy(
      source_row.end() - static_cast<std::ptrdiff_t>(kTokenBytes), source_row.end(), token.begin());
  return token;
}

}  // namespace

struct RecordWriter::State {
  State(store::Store& store_in, store::KeyTable& keys_in, Entropy& entropy_in, Options options_in)
      : store(store_in),
        keys(keys_in),
        real_entropy(entropy_in),
        entropy(entropy_in),
        options(options_in),
        tokens(keys_in),
        pool(store_in, keys_in, entropy, tokens, options_in.dry_run) {}

  struct Source {
    bool fresh = false;  // had no rows when the run began
    std::unordered_set<RowToken, RowTokenHash> put;
  };

  Result<PutResult> Put(const NewRecord& row);
  Result<Source*> SourceOf(const std::string& name);
  Result<std::optional<RowRef>> FindRow(const NewRecord& row, const Bytes& source_row);
  Result<OpenSubject*> Link(const NewRecord& row, const RowRef* old, PutResult& result);
  void NoteDoubt(const Uuid& subject, const MatchResult& match);
  Result<const DataKey*> GroupKey(const std::string& group);
  // `open`: the subject that the row is about, if any.
  Result<void> Store(const NewRecord& row,
                     const Bytes& source_row,
                     const RowRef* old,
                     const OpenSubject* open,
                     RowRef ref);
  Result<void> Flush(Durability durability);

  store::Store& store;
  store::KeyTable& keys;
  Entropy& real_entropy;
  EntropyAhead entropy;
  Options options;
  Tokens tokens;
  SubjectPool pool;
  std::optional<Bytes> run;  // what the run row holds
  store::Batch batch;
  size_t rows_in_batch = 0;
  bool unsynced = false;  // something was written that no synced write has followed
  bool removed_keys = false;
  bool over = false;                                  // finished, or failed half-way through a row
  std::unordered_map<Bytes, RowRef, BytesHash> rows;  // of this batch; of the run when it is dry
  std::map<std::string, Source> sources;
  std::unordered_map<std::string, DataKey> group_keys;
  std::unordered_set<Bytes, BytesHash> seen;
};

Result<RecordWriter::State::Source*> RecordWriter::State::SourceOf(const std::string& name) {
  const auto known = sources.find(name);
  if (known != sources.end()) return &known->second;
  Source source;
  source.fresh = true;
  TRY(store.Scan(Family::kToken, SourcePrefix(name), [&source](ByteView, ByteView) {
    source.fresh = false;
    return false;
  }));
  return &sources.emplace(name, std::move(source)).first->second;
}

Result<std::optional<RowRef>> RecordWriter::State::FindRow(const NewRecord& row,
                                                           const Bytes& source_row) {
  const auto pending = rows.find(source_row);
  if (pending != rows.end()) return std::optional<RowRef>(pending->second);
  Source* source = TRY(SourceOf(row.source));
  if (source->fresh) {
    const bool put_before = !source->put.insert(TokenOf(source_row)).second;
    if (source->put.size() > kMaxFreshRows) *source = Source();
    if (!put_before) return std::optional<RowRef>();
  }
  const std::optional<Bytes> value = TRY(store.Get(Family::kToken, source_row));
  if (!value) return std::optional<RowRef>();
  return std::optional<RowRef>(TRY(DecodeRowRef(*value)));
}

void RecordWriter::State::NoteDoubt(const Uuid& subject, const MatchResult& match) {
  Bytes candidates;
  for (const Uuid& id : match.candidates)
    Append(candidates, id.bytes);
  batch.Put(Family::kSubject, DoubtfulRow(subject), candidates);
}

// The subject of the row, before the row's view is attached.
Result<OpenSubject*> RecordWriter::State::Link(const NewRecord& row,
                                               const RowRef* old,
                                               PutResult& result) {
  const PersonRow& person = *row.person;
  OpenSubject* before = nullptr;
  if (old != nullptr && old->about_person) {
    before = TRY(pool.Open(old->subject));
    const std::vector<Subject::View>& views = before->subject.views;
    const bool same_view = std::any_of(views.begin(), views.end(), [&](const Subject::View& view) {
      return view.id == old->view && view.source == row.source && view.row == person;
    });
    if (same_view) {
      pool.Replace(*before, old->view);
      return before;
    }
    TRY(pool.Detach(*before, old->view));
    if (!views.empty() && Match(MatchKeyOf(person.person), KeyOf(*before)) == Verdict::kSame) {
      return before;  // what the row says changed, and still is that person's
    }
  }
  const bool left_alone = before != nullptr && before->subject.views.empty();
  const MatchResult match =
      TRY(pool.Resolve(person, row.source, left_alone ? &before->subject.id : nullptr));
  if (match.kind == MatchResult::Kind::kMatched) return TRY(pool.Open(*match.subject));
  // A person of one row stays that person when the row is corrected.
  OpenSubject* open = left_alone ? before : TRY(pool.Create());
  result.new_subject = !left_alone;
  result.doubtful = match.kind == MatchResult::Kind::kDoubtful;
  if (result.doubtful) {
    NoteDoubt(open->subject.id, match);
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
    if (!options.dry_run) key = TRY(keys.Take());
    batch.Put(Family::kMeta, row, Bytes(key.id.begin(), key.id.end()));
  }
  return &group_keys.emplace(group, key).first->second;
}

Result<void> RecordWriter::State::Store(const NewRecord& row,
                                        const Bytes& source_row,
                                        const RowRef* old,
                                        const OpenSubject* open,
                                        RowRef ref) {
  const DataKey* key = open != nullptr ? &open->key : TRY(GroupKey(ref.group));
  if (!options.dry_run) {
    const Bytes record_row = RecordRow(ref);
    if (old != nullptr && RecordRow(*old) != record_row) {
      batch.Delete(Family::kRecord, RecordRow(*old));
    }
    if (old != nullptr && old->about_person && !old->group.empty()) {
      batch.Delete(Family::kToken, GroupIndexRow(*old));
    }
    const Bytes sealed =
        store::SealValue(*key, Family::kRecord, record_row, EncodeRecordOf(row, ref), entropy);
    batch.Put(Family::kRecord, record_row, sealed);
    batch.Put(Family::kToken, source_row, EncodeRowRef(ref));
    if (ref.about_person && !ref.group.empty()) {
      batch.Put(Family::kToken, GroupIndexRow(ref), {});
    }
  }
  rows.insert_or_assign(source_row, std::move(ref));
  ++rows_in_batch;
  return {};
}

Result<void> RecordWriter::State::Flush(Durability durability) {
  rows_in_batch = 0;
  if (options.dry_run) {
    batch = {};
    return {};
  }
  const bool removed = pool.Flush(batch);
  if (batch.empty() && !(durability == Durability::kSynced && unsynced)) return {};
  // RocksDB inserts each row next to the one before, which saves it most of its search.
  batch.SortOperations();
  store::Batch out = std::exchange(batch, {});
  Bytes next = AdvanceRun(run, out);
  TRY(store.Write(out, durability));
  unsynced = durability == Durability::kUnsynced;
  removed_keys = removed_keys || removed;
  run = std::move(next);
  // A run needs bounded memory however long the file is: what was held is in the store now.
  rows.clear();
  pool.Trim(options.max_open_subjects);
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
  const std::optional<RowRef> old = TRY(FindRow(row, source_row));
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
  const OpenSubject* about = nullptr;
  if (row.person) {
    OpenSubject* open = TRY(Link(row, before, result));
    about = open;
    ref.view = TRY(pool.Attach(*open, row.source, *row.person));
    ref.subject = open->subject.id;
    result.subject = ref.subject;
  } else if (old && old->about_person) {
    TRY(pool.Detach(*TRY(pool.Open(old->subject)), old->view));
  }
  result.record = ref.record;
  TRY(Store(row, source_row, before, about, std::move(ref)));
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
  return Records(state.store, state.keys, state.real_entropy).FinishShredding();
}

}  // namespace schakel::record
