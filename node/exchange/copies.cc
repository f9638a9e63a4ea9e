#include "node/exchange/copies.h"

#include <algorithm>
#include <utility>

#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "node/crypto/merkle.h"
#include "node/statement/note.h"

namespace schakel::exchange {
namespace {

using statement::Direction;
using statement::Entry;
using statement::KeyUse;
using statement::Receipt;
using statement::SignedStatement;

constexpr size_t kMaxCheckpointBytes = 16 << 10;

// Whatever a delegation ever gave the party for the use: a statement of last year is its own still.
std::vector<crypto::PublicKey> KeysEver(const LineageView& view,
                                        std::string_view party,
                                        KeyUse use) {
  std::vector<crypto::PublicKey> keys;
  for (const auto& delegation : view.delegations.all()) {
    if (delegation.content.party != party) continue;
    for (const statement::DelegatedKey& key : delegation.content.keys) {
      if (key.use == use) keys.push_back(key.key);
    }
  }
  return keys;
}

}  // namespace

Result<void> GiveCopies(const Context& context,
                        std::string_view caller,
                        const log::FileSink& sink) {
  const std::string note = context.log.Checkpoint();
  const uint64_t size = TRY(statement::ReadCheckpointUnverified(note)).size;
  TRY(sink(std::string(kCopiesCheckpoint), AsBytes(note)));
  TRY(sink(std::string(kCopiesEntries), {}));  // the file is there, also without entries
  for (uint64_t index = 0; index < size; ++index) {
    Bytes line = TRY(context.log.EntryBytes(index));
    if (TRY(Entry::Parse(AsText(line))).peer != caller) continue;
    line.push_back('\n');
    TRY(sink(std::string(kCopiesEntries), line));
  }
  return {};
}

CopyCheck::CopyCheck(const Context& context,
                     std::string party,
                     std::vector<crypto::PublicKey> log_keys)
    : context_(context),
      party_(std::move(party)),
      log_keys_(std::move(log_keys)),
      view_(context.covenants.view()) {}

Result<void> CopyCheck::Take(std::string_view path, ByteView bytes) {
  std::string_view text = AsText(bytes);
  if (path == kCopiesCheckpoint && !entries_seen_) {
    if (checkpoint_.size() + text.size() > kMaxCheckpointBytes) {
      return Malformed("a checkpoint of more bytes than any has");
    }
    checkpoint_ += text;
    return {};
  }
  if (path != kCopiesEntries) return Malformed("copies with another file");
  entries_seen_ = true;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (line_.size() + end > kMaxLogEntryBytes) return Malformed("a line longer than any entry");
    line_ += text.substr(0, end);
    if (end == text.size()) return {};
    TRY(CheckLine(line_));
    line_.clear();
    text.remove_prefix(end + 1);
  }
  return {};
}

Result<void> CopyCheck::CheckLine(std::string_view line) {
  const Entry entry = TRY(Entry::Parse(line));
  if (entry.peer != context_.self.party) return Denied("an entry that is not about this node");
  ++checked_.entries;
  Bytes chained(checked_.digest.begin(), checked_.digest.end());
  Append(chained, line);
  checked_.digest = crypto::Sha256(chained);
  // What the partner says itself may never have come here; what this node said, it logged first.
  if (!entry.statement || entry.direction != Direction::kIn) return {};
  const SignedStatement& own = *entry.statement;
  const auto keys = KeysEver(*view_, context_.self.party, KeyUse::kStatement);
  bool there = false;
  switch (own.type()) {
    case statement::Type::kReceipt: {
      const auto receipt = TRY(statement::VerifyAs<Receipt>(own, log_keys_, 1));
      ++checked_.receipts;
      there = TRY(Holds(receipt.content));
      break;
    }
    case statement::Type::kRequest:
      TRY(statement::VerifyAs<statement::Request>(own, keys, 1));
      ++checked_.statements;
      there = TRY(InLog(own));
      break;
    case statement::Type::kAnswer:
      TRY(statement::VerifyAs<statement::Answer>(own, keys, 1));
      ++checked_.statements;
      there = TRY(InLog(own));
      break;
    case statement::Type::kAccept:
    case statement::Type::kRevoke:
    case statement::Type::kLeave:
    case statement::Type::kUndelegate:
      // Roots signed it, not this node: it stands in the log of whom it came to.
      return {};
    case statement::Type::kDelegation:
    case statement::Type::kStatus:
    case statement::Type::kFact:
      return Denied("an entry with a statement that no log of an exchange holds");
  }
  checked_.missing += there ? 0 : 1;
  return {};
}

Result<bool> CopyCheck::InLog(const SignedStatement& own) const {
  return !TRY(context_.log.FindDigest(own.Digest())).empty();
}

// The leaf stands where the receipt promised it, in the tree that it promised.
Result<bool> CopyCheck::Holds(const Receipt& own) const {
  const log::ExchangeLog& log = context_.log;
  const auto index = static_cast<uint64_t>(own.index);
  const auto size = static_cast<uint64_t>(own.size);
  if (own.origin != log.origin() || index >= size || size > log.size()) return false;
  if (TRY(log.RootAt(size)) != own.root) return false;
  return crypto::LeafHash(TRY(log.EntryBytes(index))) == own.leaf;
}

Result<void> CopyCheck::CheckCheckpoint() const {
  const statement::Checkpoint claimed = TRY(statement::ReadCheckpointUnverified(checkpoint_));
  for (const auto& delegation : view_->delegations.all()) {
    if (delegation.content.party != party_) continue;
    const std::string origin = delegation.content.node + "/xlog/";
    if (!claimed.origin.starts_with(origin)) continue;
    for (const statement::DelegatedKey& key : delegation.content.keys) {
      if (key.use != KeyUse::kLog) continue;
      if (statement::OpenCheckpoint(checkpoint_, claimed.origin, key.key)) return {};
    }
  }
  return Denied("a checkpoint that the partner did not sign");
}

Result<CheckedCopies> CopyCheck::Finish() {
  if (!entries_seen_ || !line_.empty()) return Corrupt("the copies broke off");
  TRY(CheckCheckpoint());
  return checked_;
}

}  // namespace schakel::exchange
