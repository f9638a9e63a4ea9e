// A store with its key table, for the tests of records and of the writer.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/crypto/entropy.h"
#include "node/record/repository.h"
#include "node/record/writer.h"
#include "node/store/memory_store.h"
#include "tests/unit/record/example.h"

namespace schakel::record {

constexpr const char* kJoseBsn = "123456782";
constexpr const char* kOtherBsn = "111222333";
const Name kJose = {"José", "van der", "Meerkerk"};
const Name kJoseSpelt = {"JOSE", "", "vd Meerkerk"};
const Name kKevin = {"Kevin", "", "Bakkersveld"};

class RecordStoreTest : public testing::Test {
 protected:
  RecordStoreTest() {
    auto keys = store::KeyTable::Open(key_store_, Bytes(32, 0x4d), entropy_);
    EXPECT_TRUE(keys.ok());
    if (keys.ok()) keys_ = *std::move(keys);
    records_ = std::make_unique<Records>(store_, *keys_, entropy_);
  }

  static NewRecord Row(const std::string& source_key, const Person& person) {
    NewRecord row;
    row.category = "incident";
    row.group = "VLD-2026-001";
    row.source = "bvh";
    row.source_key = "PL9999-" + source_key;
    row.fact_date = *ParseIsoDate("2026-02-11");
    row.fields = {{"datum", *ParseIsoDate("2026-02-11")},
                  {"soort", std::string("Vernieling bushokje")},
                  {"plaats", std::string("BU99990102 Stationsplein 4")}};
    row.meta = {{"betrokkenheid", std::string("verdachte")}, {"wpg_artikel", Empty{}}};
    row.person.emplace().person = person;
    row.person->attributes = {{"afgeschermd", false}};
    return row;
  }
  static NewRecord GroupRow(const std::string& source_key) {
    NewRecord row;
    row.category = "signaal";
    row.group = "VLD-2026-001";
    row.source = "bvh";
    row.source_key = "SIG-" + source_key;
    row.fields = {{"soort", std::string("hangjeugd plein")}};
    return row;
  }

  std::unique_ptr<RecordWriter> Start(RecordWriter::Options options = {}) {
    auto writer = RecordWriter::Start(*records_, options);
    EXPECT_TRUE(writer.ok());
    return *std::move(writer);
  }

  // One run over the rows.
  std::vector<PutResult> Import(const std::vector<NewRecord>& rows,
                                RecordWriter::Options options = {}) {
    const auto writer = Start(options);
    std::vector<PutResult> results;
    for (const NewRecord& row : rows) {
      const auto put = writer->Put(row);
      EXPECT_TRUE(put.ok()) << put.error().detail;
      results.push_back(put.ok() ? *put : PutResult{});
    }
    const auto finished = writer->Finish();
    EXPECT_TRUE(finished.ok()) << (finished.ok() ? "" : finished.error().detail);
    return results;
  }
  PutResult ImportOne(const NewRecord& row) { return Import({row}).front(); }

  uint64_t Subjects() { return *records_->CountSubjects(); }

  std::vector<Record> RecordsOf(const Uuid& subject, std::string_view category = {}) {
    std::vector<Record> found;
    const auto scanned = records_->ScanSubject(subject, category, [&found](Result<Record> record) {
      EXPECT_TRUE(record.ok());
      if (record) found.push_back(*std::move(record));
      return true;
    });
    EXPECT_TRUE(scanned.ok());
    return found;
  }
  std::vector<Record> RecordsOfGroup(std::string_view group, std::string_view category) {
    std::vector<Record> found;
    const auto scanned = records_->ScanGroup(group, category, [&found](Result<Record> record) {
      EXPECT_TRUE(record.ok());
      if (record) found.push_back(*std::move(record));
      return true;
    });
    EXPECT_TRUE(scanned.ok());
    return found;
  }

  // Every row of the store.
  using Rows = std::map<std::pair<store::Family, Bytes>, Bytes>;
  static Rows Dump(const store::Store& store) {
    Rows rows;
    for (int family = 0; family < store::kFamilyCount; ++family) {
      const auto id = static_cast<store::Family>(family);
      EXPECT_TRUE(store
                      .Scan(id,
                            {},
                            [&rows, id](ByteView key, ByteView value) {
                              rows.emplace(std::pair(id, Bytes(key.begin(), key.end())),
                                           Bytes(value.begin(), value.end()));
                              return true;
                            })
                      .ok());
    }
    return rows;
  }
  static uint64_t CountRows(const store::Store& store, store::Family family) {
    uint64_t count = 0;
    for (const auto& [key, value] : Dump(store))
      count += key.first == family ? 1 : 0;
    return count;
  }

  crypto::SeededEntropy entropy_{11};
  store::MemoryStore store_;
  store::MemoryStore key_store_;
  std::unique_ptr<store::KeyTable> keys_;
  std::unique_ptr<Records> records_;
};

}  // namespace schakel::record
