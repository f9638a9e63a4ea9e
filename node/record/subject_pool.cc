#include "node/record/subject_pool.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace schakel::record {
namespace {

using store::Family;

// Tokens per open subject: a BSN, a name and a person key.
constexpr size_t kTokensPerSubject = 3;
// Keys are drawn before they are needed, each draw a synced write: as many again as the run has
// taken, so that a large import waits for few and a small one leaves few unused.
constexpr size_t kMaxDraw = 4096;

}  // namespace

size_t SubjectPool::IdHash::operator()(const Uuid& id) const {
  size_t hash = 0;
  std::memcpy(&hash, id.bytes.data(), sizeof hash);
  return hash;
}

size_t SubjectPool::TokenHash::operator()(const LookupToken& token) const {
  size_t hash = 0;
  std::memcpy(&hash, token.data() + 1, sizeof hash);
  return hash;
}

Result<OpenSubject*> SubjectPool::Open(const Uuid& id) {
  const auto cached = subjects_.find(id);
  if (cached != subjects_.end()) return &cached->second;
  const Bytes row = SubjectRow(id);
  const std::optional<Bytes> value = TRY(store_.Get(Family::kSubject, row));
  if (!value) return NotFound("no such person");
  OpenSubject open;
  open.key.id = TRY(store::KeyOfValue(*value));
  open.key.key = TRY(keys_.Get(open.key.id));
  const Bytes plain = TRY(store::OpenValue(keys_, Family::kSubject, row, *value));
  open.subject = TRY(DecodeViews(id, plain));
  open.stored_tokens = tokens_.OfSubject(open.subject);
  open.in_store = true;
  return &subjects_.emplace(id, std::move(open)).first->second;
}

Result<OpenSubject*> SubjectPool::Create() {
  OpenSubject open;
  if (!dry_run_) open.key = TRY(TakeKey());
  open.subject.id = MakeUuidV4(entropy_);
  open.stored_rows.emplace();
  open.noted.emplace();
  const Uuid id = open.subject.id;
  return &subjects_.emplace(id, std::move(open)).first->second;
}

Result<store::DataKey> SubjectPool::TakeKey() {
  if (made_ == next_draw_) {
    const size_t draw = std::clamp(made_, store::KeyTable::kPoolKeys, kMaxDraw);
    if (made_ != 0) TRY(keys_.Refill(draw));
    next_draw_ += draw;
  }
  ++made_;
  return keys_.Take();
}

const SubjectPool::Sought& SubjectPool::SoughtBy(const Person& person) {
  if (!sought_ || !(sought_->person == person)) {
    MatchKey key = MatchKeyOf(person);
    std::vector<LookupToken> tokens = tokens_.OfPerson(key);
    sought_ = Sought{person, std::move(key), std::move(tokens)};
  }
  return *sought_;
}

Result<std::vector<Uuid>*> SubjectPool::SubjectsUnder(const LookupToken& token) {
  // An error ends the run, so a place that it leaves empty is not read again.
  const auto [cached, fresh] = under_token_.try_emplace(token);
  std::vector<Uuid>& ids = cached->second;
  if (!fresh) return &ids;
  if (!all_known_) {
    bool any = false;
    TRY(store_.Scan(Family::kSubject, SubjectPrefix(), [&any](ByteView, ByteView) {
      any = true;
      return false;
    }));
    all_known_ = !any;
  }
  if (*all_known_) return &ids;
  TRY(store_.Scan(Family::kToken, token, [&ids](ByteView key, ByteView /*value*/) {
    if (const auto id = TailId(key)) ids.push_back(*id);
    return true;
  }));
  return &ids;
}

// The subject that the source's own key names, or null.
Result<const Uuid*> SubjectPool::ByPersonKey(const PersonRow& row, const std::string& source) {
  const Uuid* found = nullptr;
  if (row.person_key.empty()) return found;
  for (const Uuid& id : *TRY(SubjectsUnder(tokens_.PersonKeyToken(source, row.person_key)))) {
    const Result<OpenSubject*> open = Open(id);
    if (!open && open.error().code == ErrorCode::kNotFound) continue;
    if (!open) return open.error();
    // It links without matching, except against two BSNs that differ.
    const std::string& bsn = KeyOf(**open).bsn;
    const bool other = !bsn.empty() && HasBsnShape(row.person.bsn) && bsn != row.person.bsn;
    if (!other && !(*open)->subject.views.empty()) found = &id;
  }
  return found;
}

Result<MatchResult> SubjectPool::Resolve(const PersonRow& row,
                                         const std::string& source,
                                         const Uuid* without) {
  const Uuid* named = TRY(ByPersonKey(row, source));
  if (named != nullptr) return MatchResult{MatchResult::Kind::kMatched, *named, {}};
  const Sought& sought = SoughtBy(row.person);
  std::set<Uuid> ids;
  for (const LookupToken& token : sought.tokens) {
    const std::vector<Uuid>* under = TRY(SubjectsUnder(token));
    ids.insert(under->begin(), under->end());
  }
  Matching matching(sought.key);
  for (const Uuid& id : ids) {
    if (without != nullptr && id == *without) continue;
    const Result<OpenSubject*> open = Open(id);
    if (!open && open.error().code == ErrorCode::kNotFound) continue;
    if (!open) return open.error();
    matching.Consider(id, KeyOf(**open));
  }
  return std::move(matching).Conclude();
}

// Later rows of the run find the subject under the tokens of this row.
Result<void> SubjectPool::Note(OpenSubject& open, const PersonRow& row, const std::string& source) {
  const Uuid& subject = open.subject.id;
  std::vector<LookupToken> under = SoughtBy(row.person).tokens;
  if (!row.person_key.empty()) under.push_back(tokens_.PersonKeyToken(source, row.person_key));
  for (const LookupToken& token : under) {
    std::vector<Uuid>* ids = TRY(SubjectsUnder(token));
    if (std::find(ids->begin(), ids->end(), subject) == ids->end()) ids->push_back(subject);
  }
  if (open.noted) open.noted->insert(open.noted->end(), under.begin(), under.end());
  return {};
}

void SubjectPool::Touch(OpenSubject& open) {
  if (open.touched) return;
  open.touched = true;
  touched_.push_back(open.subject.id);
}

Result<uint32_t> SubjectPool::Attach(OpenSubject& open,
                                     const std::string& source,
                                     const PersonRow& row) {
  Touch(open);
  const AttachedView view = AttachView(open, source, row);
  if (view.added) TRY(Note(open, row, source));
  return view.id;
}

Result<void> SubjectPool::Detach(OpenSubject& open, uint32_t view) {
  Touch(open);
  open.noted.reset();
  return DetachView(open, view, store_, keys_);
}

void SubjectPool::Replace(OpenSubject& open, uint32_t view) {
  Touch(open);
  --open.batch_rows[view];
}

void SubjectPool::Write(OpenSubject& open, store::Batch& batch) {
  const Subject& subject = open.subject;
  std::vector<LookupToken> now = open.noted ? *open.noted : tokens_.OfSubject(subject);
  std::sort(now.begin(), now.end());
  now.erase(std::unique(now.begin(), now.end()), now.end());
  for (const LookupToken& token : open.stored_tokens) {
    if (!std::binary_search(now.begin(), now.end(), token)) {
      batch.Delete(Family::kToken, TokenRow(token, subject.id));
    }
  }
  for (const LookupToken& token : now) {
    if (!std::binary_search(open.stored_tokens.begin(), open.stored_tokens.end(), token)) {
      batch.Put(Family::kToken, TokenRow(token, subject.id), {});
    }
  }
  const Bytes row = SubjectRow(subject.id);
  if (subject.views.empty()) {
    batch.Delete(Family::kSubject, row);
    batch.Delete(Family::kSubject, DoubtfulRow(subject.id));
    batch.Put(Family::kMeta, ShredRow(open.key.id), {});
  } else {
    const Bytes sealed =
        store::SealValue(open.key, Family::kSubject, row, EncodeViews(subject), entropy_);
    batch.Put(Family::kSubject, row, sealed);
  }
  open.stored_tokens = std::move(now);
  open.in_store = true;
  open.changed = false;
}

bool SubjectPool::Flush(store::Batch& batch) {
  bool removed = false;
  for (const Uuid& id : touched_) {
    const auto it = subjects_.find(id);
    OpenSubject& open = it->second;
    // A subject that came and went within this batch was never written.
    const bool gone = open.subject.views.empty();
    if (open.changed && (open.in_store || !gone)) {
      Write(open, batch);
      removed = removed || gone;
    }
    SettleViews(open);
    if (gone) subjects_.erase(it);
  }
  touched_.clear();
  return removed;
}

void SubjectPool::Trim(size_t max_open) {
  if (subjects_.size() > max_open) subjects_.clear();
  if (under_token_.size() <= max_open * kTokensPerSubject) return;
  under_token_.clear();
  all_known_ = false;
}

}  // namespace schakel::record
