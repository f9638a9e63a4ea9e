// Receipts against trees: how a log that was rewritten as a whole is found out.
#include <algorithm>
#include <set>
#include <utility>

#include "node/audit/match.h"
#include "node/crypto/merkle.h"

namespace schakel::audit {
namespace {

// A receipt of the log under examination, as another party logged it.
struct Evidence {
  const statement::Receipt* receipt = nullptr;
  std::string holder;
};

Finding About(Problem problem, const PartyLog& log) {
  Finding finding;
  finding.problem = problem;
  finding.party = log.party;
  return finding;
}

void AddHolder(Finding& finding, const std::string& holder) {
  auto& holders = finding.shown_by;
  const auto at = std::lower_bound(holders.begin(), holders.end(), holder);
  if (at == holders.end() || *at != holder) holders.insert(at, holder);
}

class Examiner {
 public:
  Examiner(const PartyLog& log, std::vector<Evidence> evidence, Collector& collector)
      : log_(log), evidence_(std::move(evidence)), collector_(collector) {}

  // The size up to which partners' receipts fix the log.
  uint64_t Run();

 private:
  [[nodiscard]] bool TreeHolds() const {
    return log_.files.complete() && crypto::MerkleRoot(log_.files.leaves) == log_.files.root;
  }
  void CheckOwn();
  void CheckPlace(const Evidence& evidence);
  uint64_t CheckRoots();

  const PartyLog& log_;
  const std::vector<Evidence> evidence_;
  Collector& collector_;
  std::map<uint64_t, Hash> roots_;
};

void Examiner::CheckOwn() {
  for (const auto& [index, receipt] : log_.own_receipts) {
    const auto root = roots_.find(static_cast<uint64_t>(receipt.size));
    if (root == roots_.end() || root->second == receipt.root) continue;
    Finding finding = About(Problem::kOwnReceipt, log_);
    finding.index = index;
    finding.subject = "root";
    collector_.Add(std::move(finding));
  }
}

// The leaf, and the statement behind it, where the receipt says.
void Examiner::CheckPlace(const Evidence& evidence) {
  const statement::Receipt& receipt = *evidence.receipt;
  const uint64_t index = static_cast<uint64_t>(receipt.index);
  bool holds = receipt.size > receipt.index;
  if (index < log_.files.leaves.size() && log_.files.leaves[index] != receipt.leaf) holds = false;
  const auto entry = log_.entries.find(index);
  if (entry != log_.entries.end() && entry->second.genuine) {
    holds = holds && entry->second.digest == receipt.statement &&
            entry->second.exchange == ToString(receipt.exchange);
  }
  if (holds) return;
  Finding finding = About(Problem::kReceiptBroken, log_);
  finding.index = index;
  finding.shown_by = {evidence.holder};
  collector_.Add(std::move(finding));
}

uint64_t Examiner::CheckRoots() {
  uint64_t good = 0;
  std::optional<Instant> good_time;
  std::optional<uint64_t> bad;
  Finding rewritten = About(Problem::kLogRewritten, log_);
  Finding shortened = About(Problem::kLogShortened, log_);
  for (const Evidence& evidence : evidence_) {
    const uint64_t size = static_cast<uint64_t>(evidence.receipt->size);
    if (size > log_.files.size) {
      shortened.index = log_.files.size;
      shortened.last = std::max(shortened.last.value_or(0), size - 1);
      AddHolder(shortened, evidence.holder);
      continue;
    }
    const auto root = roots_.find(size);
    if (root == roots_.end()) continue;  // a tile is missing, which is a finding of its own
    if (root->second == evidence.receipt->root) {
      if (size > good) {
        good = size;
        good_time = evidence.receipt->time;
      }
    } else {
      bad = std::min(bad.value_or(size), size);
      AddHolder(rewritten, evidence.holder);
    }
  }
  if (shortened.index) collector_.Add(std::move(shortened));
  // A tree that does not lead to its own checkpoint is named as that; nobody signed it.
  if (bad && TreeHolds()) {
    rewritten.index = good;
    rewritten.last = *bad - 1;
    rewritten.since = good_time;
    collector_.Add(std::move(rewritten));
  }
  return good;
}

uint64_t Examiner::Run() {
  std::set<uint64_t> sizes;
  for (const Evidence& evidence : evidence_) {
    sizes.insert(static_cast<uint64_t>(evidence.receipt->size));
  }
  for (const auto& [index, receipt] : log_.own_receipts) {
    sizes.insert(static_cast<uint64_t>(receipt.size));
  }
  roots_ = PrefixRoots(log_.files.leaves, sizes);
  CheckOwn();
  for (const Evidence& evidence : evidence_)
    CheckPlace(evidence);
  return CheckRoots();
}

}  // namespace

std::map<std::string, uint64_t> CheckReceipts(const PartyLogs& logs,
                                              const Trust& trust,
                                              Collector& collector) {
  std::map<std::string, std::vector<Evidence>> evidence;
  for (const auto& [holder, log] : logs) {
    for (const auto& kept : log.receipts) {
      const std::string signer = trust.PartyOfOrigin(kept.content.origin);
      const auto of = logs.find(signer);
      if (of == logs.end() || !of->second.files.present) continue;  // missing: said already
      if (of->second.files.origin != kept.content.origin) {
        collector.Add(Problem::kLogMissing, signer, kept.content.origin);
        continue;
      }
      evidence[signer].push_back({&kept.content, holder});
    }
  }
  std::map<std::string, uint64_t> proved;
  for (const auto& [party, log] : logs) {
    if (log.files.present) proved[party] = Examiner(log, evidence[party], collector).Run();
  }
  return proved;
}

}  // namespace schakel::audit
