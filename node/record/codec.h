// How records, subjects and row references lie in the store, before they are sealed
// (README, "Stored values"). For this module's own files.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/record/model.h"

namespace schakel::record {

// Where the row of a source went; kept in the clear, so it holds ids, codes and keyed digests only.
struct RowRef {
  bool about_person = true;
  Uuid subject;       // about a person
  std::string group;  // may be empty for a person
  std::string category;
  Uuid record;
  uint32_t view = 0;  // of the subject
  int64_t revision = 1;
  std::array<uint8_t, 16> digest{};  // keyed, of the row as it came
  friend bool operator==(const RowRef&, const RowRef&) = default;
};

// A record with the view of its subject that its row says, so that views nobody says any more can
// be told by counting.
struct StoredRecord {
  Record record;
  uint32_t view = 0;
  friend bool operator==(const StoredRecord&, const StoredRecord&) = default;
};

Bytes EncodeRecord(const StoredRecord& stored);
// The same of the record that the row becomes under the reference, without making that record.
Bytes EncodeRecordOf(const NewRecord& row, const RowRef& ref);
Bytes EncodeViews(const Subject& subject);  // without the id, which is the row's key
Bytes EncodeRowRef(const RowRef& ref);
// What a row says, for telling a changed one from an equal one.
Bytes EncodeNewRecord(const NewRecord& row);
Bytes EncodePersonRow(const PersonRow& row);

// kCorrupt for bytes that the encoder does not make.
Result<StoredRecord> DecodeRecord(ByteView bytes);
Result<Subject> DecodeViews(const Uuid& id, ByteView bytes);
Result<RowRef> DecodeRowRef(ByteView bytes);

}  // namespace schakel::record
