// What the tests of this module share: a log on a MemoryStore, and its rows as a map.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "node/crypto/entropy.h"
#include "node/log/exchange_log.h"
#include "node/log/layout.h"
#include "node/log/verify.h"
#include "node/store/memory_store.h"
#include "tests/support/sample.h"

namespace schakel::log {

using sample::kStart;
using Rows = std::map<Bytes, Bytes>;

inline Rows RowsOf(const store::Store& store) {
  Rows rows;
  EXPECT_TRUE(store
                  .Scan(store::Family::kLog,
                        {},
                        [&](ByteView key, ByteView value) {
                          rows[Bytes(key.begin(), key.end())] = Bytes(value.begin(), value.end());
                          return true;
                        })
                  .ok());
  return rows;
}

inline std::unique_ptr<store::MemoryStore> StoreWith(const Rows& rows) {
  auto store = std::make_unique<store::MemoryStore>();
  store::Batch batch;
  for (const auto& [key, value] : rows)
    batch.Put(store::Family::kLog, key, value);
  EXPECT_TRUE(store->Write(batch, store::Durability::kSynced).ok());
  return store;
}

class LogTest : public testing::Test {
 protected:
  LogTest() { crypto::Init(); }

  std::unique_ptr<ExchangeLog> MustOpen(store::Store& store) {
    Result<std::unique_ptr<ExchangeLog>> log = ExchangeLog::Open(store, origin_, key_, entropy_);
    EXPECT_TRUE(log.ok()) << (log ? "" : log.error().detail);
    return log ? *std::move(log) : nullptr;
  }

  StoredReport Verify(const store::Store& store) const {
    Result<StoredReport> report = VerifyStored(store, origin_, std::span(&key_.public_key(), 1));
    EXPECT_TRUE(report.ok());
    return report ? *std::move(report) : StoredReport();
  }

  // An incoming Request, to be receipted.
  NewEntry RequestIn(const std::string& exchange) const {
    const statement::SignedStatement request =
        sample::SignBy(gemeente_,
                       statement::Type::kRequest,
                       sample::MakeRequest(exchange, "gemeente", "politie").ToValue());
    return {sample::EntryOf(request, statement::Direction::kIn, "gemeente", sample::Id(exchange)),
            ReceiptOrder{sample::Id(exchange), request.Digest(), true, ""}};
  }
  NewEntry AnswerOut(const std::string& exchange, int categories = 1) const {
    statement::Answer answer;
    answer.exchange = sample::Id(exchange);
    answer.from = "politie";
    answer.to = "gemeente";
    answer.request = RequestIn(exchange).entry.statement->Digest();
    for (int i = 0; i < categories; ++i) {
      answer.cells["category_" + std::to_string(1000 + i)] = {statement::CellState::kRefused,
                                                              "LIMIT"};
    }
    answer.issued = kStart;
    const statement::SignedStatement bytes =
        sample::SignBy(politie_, statement::Type::kAnswer, answer.ToValue());
    return {sample::EntryOf(bytes, statement::Direction::kOut, "gemeente", sample::Id(exchange)),
            std::nullopt};
  }
  Commit Exchange(const std::string& exchange) const {
    return {{RequestIn(exchange), AnswerOut(exchange)}, {}};
  }
  static Commit Event(const std::string& type) { return {{{sample::EventEntry(type), {}}}, {}}; }
  // An event, and a row of the caller's.
  static Commit EventWithRow(const std::string& key, const std::string& value) {
    Commit commit = Event("test");
    commit.batch.Put(store::Family::kExchange, AsBytes(key), AsBytes(value));
    return commit;
  }
  static std::string RowIn(const store::Store& store, const std::string& key) {
    const Result<std::optional<Bytes>> row = store.Get(store::Family::kExchange, AsBytes(key));
    return row && *row ? ToText(**row) : "(none)";
  }

  const std::string origin_ = Origin("politie.example", sample::Id("lineage"), 1);
  const crypto::SigningKey key_ = sample::Key("politie log");
  const crypto::SigningKey politie_ = sample::Key("politie statement");
  const crypto::SigningKey gemeente_ = sample::Key("gemeente statement");
  crypto::SeededEntropy entropy_{1};
};

}  // namespace schakel::log
