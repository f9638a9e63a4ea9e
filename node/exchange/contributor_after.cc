// The contributor after its answer: receipts, what a crash left, and doubtful matches.
#include <algorithm>
#include <set>

#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/exchange/contributor_incoming.h"

namespace schakel::exchange {

using canon::Value;
using statement::Direction;
using statement::SignedStatement;
using store::Durability;
using store::Family;
using store::KeyBuilder;

Result<void> Contributor::TakeReceipt(std::string_view caller,
                                      std::string_view bytes,
                                      Instant now) {
  const auto view = context_.covenants.At(now);
  if (!view) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  TRY(context_.recovery.CheckContent());
  const SignedStatement parsed = TRY(SignedStatement::Parse(bytes));
  const auto verified = TRY(covenant::VerifyByParty<statement::Receipt>(
      parsed, view->TrustedOf(caller), caller, statement::KeyUse::kLog, now));
  const statement::Receipt& receipt = verified.content;
  std::optional<InRow> row = TRY(FindIn(context_.store, caller, receipt.exchange));
  if (!row) return NotFound("a receipt for an unknown exchange");
  const SignedStatement answer = TRY(SignedStatement::Parse(row->answer));
  // An answer is followed by another only once its receipt was seen: this is that one again.
  const auto follows = TRY(statement::ParseAs<statement::Answer>(answer)).follows;
  if (follows && receipt.statement == *follows) return {};
  if (receipt.statement != answer.Digest()) return Denied("a receipt for another statement");
  if (row->receipt_seen) return {};

  // What was read is what may be replaced: a copy that was handled meanwhile makes a conflict.
  const Bytes before = row->Encode();
  row->receipt_seen = true;
  log::Commit commit;
  commit.entries.push_back(StatementEntry(context_.self,
                                          Direction::kIn,
                                          caller,
                                          receipt.exchange,
                                          {},
                                          parsed,
                                          "ok",
                                          /*keep_bytes=*/true));
  const Bytes row_key = InKey(caller, receipt.exchange);
  commit.batch.RequireValue(Family::kExchange, row_key, before);
  commit.batch.Put(Family::kExchange, row_key, row->Encode());
  for (int64_t index = 0; index < row->frames; ++index) {
    commit.batch.Delete(Family::kOutbox,
                        OutboxKey(row->exchange, row->attempt, static_cast<uint64_t>(index)));
  }
  auto committed = context_.log.Append(std::move(commit), now);
  // The same receipt twice at once: the other one was logged.
  if (!committed && committed.error().code == ErrorCode::kConflict) return {};
  if (!committed) return committed.error();
  return {};
}

Result<ContentProof> Contributor::ProveGiven(std::string_view asker,
                                             const Uuid& exchange,
                                             ByteView release) const {
  Result<ContentProof> proof = NotFound("nothing was given in this exchange");
  for (const char* const part : {kFirstK, kSecondK}) {
    const auto kept = GetPrivate(context_.store, context_.keys, part, asker, exchange);
    if (!kept && kept.error().code == ErrorCode::kNotFound) continue;
    if (!kept) return kept.error();
    if (kept->size() < kKBytes || (kept->size() - kKBytes) % sizeof(Hash) != 0) {
      return Corrupt("what proves this exchange's releases is damaged");
    }
    std::vector<Hash> leaves((kept->size() - kKBytes) / sizeof(Hash));
    for (size_t i = 0; i < leaves.size(); ++i)
      std::copy_n(kept->data() + kKBytes + i * sizeof(Hash), sizeof(Hash), leaves[i].begin());
    proof = ProveRelease(ByteView(*kept).first(kKBytes), leaves, release);
    if (proof) break;
  }
  return proof;
}

Result<void> Contributor::RemoveOrphans() {
  std::set<Bytes> kept;
  for (const InRow& row : TRY(AllIn(context_.store))) {
    if (row.frames != 0) kept.insert(OutboxPrefix(row.exchange, row.attempt));
  }
  store::Batch batch;
  TRY(context_.store.Scan(Family::kOutbox, {}, [&](ByteView key, ByteView) {
    const size_t prefix = sizeof(Uuid::bytes) + sizeof(InRow::attempt);
    if (!kept.contains(
            Bytes(key.begin(),
                  key.begin() + static_cast<std::ptrdiff_t>(std::min(prefix, key.size()))))) {
      batch.Delete(Family::kOutbox, key);
    }
    return true;
  }));
  if (batch.empty()) return {};
  return context_.store.Write(batch, Durability::kSynced);
}

Result<std::vector<Contributor::Doubtful>> Contributor::ListDoubtful() const {
  std::vector<Doubtful> all;
  Result<void> read;
  const Bytes prefix = KeyBuilder().Text("doubtful").Build();
  TRY(context_.store.Scan(Family::kExchange, prefix, [&](ByteView key, ByteView value) {
    const auto decode = [&]() -> Result<Doubtful> {
      if (key.size() < prefix.size() + 32) return Corrupt("a doubtful row's key is damaged");
      Doubtful doubtful;
      const ByteView ids = key.subspan(key.size() - 32);
      std::copy_n(ids.begin(), 16, doubtful.exchange.bytes.begin());
      std::copy_n(ids.begin() + 16, 16, doubtful.row.bytes.begin());
      const Value parsed = TRY(canon::ParseCanonical(AsText(value)));
      canon::ObjectReader in(parsed, "doubtful row");
      doubtful.from = TRY(in.Text("from"));
      doubtful.ref = TRY(in.Text("ref"));
      for (const std::string& id : TRY(in.Texts("candidates"))) {
        doubtful.candidates.push_back(TRY(ParseUuid(id)));
      }
      TRY(in.Done());
      return doubtful;
    };
    auto doubtful = decode();
    if (!doubtful) {
      read = doubtful.error();
      return false;
    }
    all.push_back(*std::move(doubtful));
    return true;
  }));
  TRY(std::move(read));
  return all;
}

}  // namespace schakel::exchange
