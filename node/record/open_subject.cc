#include "node/record/open_subject.h"

#include <algorithm>

#include "node/record/codec.h"

namespace schakel::record {
namespace {

Result<RowCounts> CountViews(const Uuid& subject,
                             const store::Store& store,
                             const store::KeyTable& keys) {
  RowCounts rows;
  Result<void> read;
  TRY(store.Scan(
      store::Family::kRecord, SubjectRecordPrefix(subject, {}), [&](ByteView key, ByteView value) {
        const auto plain = store::OpenValue(keys, store::Family::kRecord, key, value);
        const auto record = plain ? DecodeRecord(*plain) : plain.error();
        if (!record) {
          read = record.error();
          return false;
        }
        ++rows[record->view];
        return true;
      }));
  TRY(std::move(read));
  return rows;
}

}  // namespace

int64_t& RowCounts::operator[](uint32_t view) {
  const auto found = std::find_if(
      counts_.begin(), counts_.end(), [view](const auto& count) { return count.first == view; });
  if (found != counts_.end()) return found->second;
  return counts_.emplace_back(view, 0).second;
}

void RowCounts::Add(const RowCounts& more) {
  for (const auto& [view, rows] : more.counts_)
    (*this)[view] += rows;
}

const MatchKey& KeyOf(OpenSubject& open) {
  if (!open.match_key) open.match_key = MatchKeyOf(IdentityOf(open.subject));
  return *open.match_key;
}

AttachedView AttachView(OpenSubject& open, const std::string& source, const PersonRow& row) {
  std::vector<Subject::View>& views = open.subject.views;
  uint32_t next = 1;
  for (const Subject::View& view : views) {
    if (view.source == source && view.row == row) {
      ++open.batch_rows[view.id];
      return {view.id, false};
    }
    next = std::max(next, view.id + 1);
  }
  views.push_back({next, source, row});
  ++open.batch_rows[next];
  open.changed = true;
  open.match_key.reset();
  return {next, true};
}

Result<void> DetachView(OpenSubject& open,
                        uint32_t view,
                        const store::Store& store,
                        const store::KeyTable& keys) {
  if (!open.stored_rows) open.stored_rows = TRY(CountViews(open.subject.id, store, keys));
  const int64_t left = (*open.stored_rows)[view] + --open.batch_rows[view];
  if (left > 0) return {};
  std::erase_if(open.subject.views, [view](const Subject::View& v) { return v.id == view; });
  open.changed = true;
  open.match_key.reset();
  return {};
}

void SettleViews(OpenSubject& open) {
  if (open.stored_rows) open.stored_rows->Add(open.batch_rows);
  open.batch_rows.Clear();
  open.touched = false;
}

}  // namespace schakel::record
