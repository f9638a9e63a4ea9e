#include "node/record/open_subject.h"

#include <algorithm>

#include "node/record/codec.h"
#include "node/record/rows.h"

namespace schakel::record {
namespace {

Result<std::map<uint32_t, int64_t>> CountViews(const Uuid& subject,
                                               const store::Store& store,
                                               const store::KeyTable& keys) {
  std::map<uint32_t, int64_t> rows;
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
  if (open.stored_rows) {
    for (const auto& [view, rows] : open.batch_rows)
      (*open.stored_rows)[view] += rows;
  }
  open.batch_rows.clear();
  open.touched = false;
}

}  // namespace schakel::record
