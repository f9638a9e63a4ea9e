#include "node/audit/log_files.h"

#include <algorithm>
#include <utility>

#include "node/base/limits.h"
#include "node/crypto/merkle.h"
#include "node/statement/note.h"

namespace schakel::audit {
namespace {

constexpr uint64_t kTileWidth = 256;
constexpr uint64_t kHashBytes = 32;
constexpr uint64_t kMaxBundleBytes = kTileWidth * (2 + 65535);

std::string ThreeDigits(uint64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(3 - digits.size(), '0') + digits;
}

Hash HashAt(std::string_view bytes, uint64_t i) {
  Hash hash{};
  const ByteView view = AsBytes(bytes).subspan(i * kHashBytes, kHashBytes);
  std::copy(view.begin(), view.end(), hash.begin());
  return hash;
}

// The entries of a bundle; false when it does not end where its last entry ends.
bool Split(std::string_view bundle, std::vector<std::string_view>& entries) {
  while (bundle.size() >= 2) {
    const size_t length = ReadU16(AsBytes(bundle));
    if (bundle.size() - 2 < length) return false;
    entries.push_back(bundle.substr(2, length));
    bundle.remove_prefix(2 + length);
  }
  return bundle.empty();
}

Finding EntryFinding(Problem problem, const std::string& party, uint64_t index) {
  Finding finding;
  finding.problem = problem;
  finding.party = party;
  finding.index = index;
  return finding;
}

// Pairs the entries of a bundle with the leaves from `begin` on: by place when there are as many as
// leaves, else by their hashes, so that one entry taken out is one finding and not all behind it.
std::vector<std::optional<std::string_view>> Align(const std::vector<std::string_view>& entries,
                                                   const std::vector<Hash>& leaves,
                                                   uint64_t begin,
                                                   uint64_t width) {
  std::vector<std::optional<std::string_view>> placed(width);
  if (entries.size() == width) {
    std::copy(entries.begin(), entries.end(), placed.begin());
    return placed;
  }
  size_t next = 0;
  for (uint64_t i = 0; i < width && next < entries.size(); ++i) {
    if (crypto::LeafHash(AsBytes(entries[next])) == leaves[begin + i]) placed[i] = entries[next++];
  }
  return placed;
}

}  // namespace

std::string TilePath(uint64_t number, uint64_t width) {
  std::string path = ThreeDigits(number % 1000);
  for (uint64_t rest = number / 1000; rest > 0; rest /= 1000) {
    path = "x" + ThreeDigits(rest % 1000) + "/" + path;
  }
  return width == kTileWidth ? path : path + ".p/" + std::to_string(width);
}

Result<LogFiles> ReadLogFiles(const std::string& party, const Trust& trust, Collector& collector) {
  LogFiles log;
  const std::optional<std::string> note = TRY(collector.Read(party, "checkpoint", kMaxNoteBytes));
  if (!note) {
    collector.Add(Problem::kLogMissing, party, "");
    return log;
  }
  const Result<statement::Checkpoint> checkpoint = statement::ReadCheckpointUnverified(*note);
  if (!checkpoint) {
    collector.Add(Problem::kFileDamaged, party, "checkpoint");
    return log;
  }
  if (trust.PartyOfOrigin(checkpoint->origin) != party) {
    collector.Add(Problem::kForeignLog, party, checkpoint->origin);
    return log;
  }
  log.present = true;
  log.note = *note;
  log.origin = checkpoint->origin;
  log.size = checkpoint->size;
  log.root = checkpoint->root;
  for (uint64_t number = 0; number * kTileWidth < log.size; ++number) {
    const uint64_t width = std::min(kTileWidth, log.size - number * kTileWidth);
    const std::string name = "tile/0/" + TilePath(number, width);
    const std::optional<std::string> tile =
        TRY(collector.Read(party, name, kTileWidth * kHashBytes));
    if (!tile || tile->size() != width * kHashBytes) {
      collector.Add(tile ? Problem::kFileDamaged : Problem::kFileMissing, party, name);
      break;
    }
    for (uint64_t i = 0; i < width; ++i)
      log.leaves.push_back(HashAt(*tile, i));
  }
  return log;
}

Result<void> ReadEntries(
    const std::string& party,
    LogFiles& log,
    Collector& collector,
    const std::function<void(uint64_t index, std::string_view bytes, bool genuine)>& entry) {
  // Leaves that entries would have, beside the stored ones that differ from them.
  std::map<uint64_t, Hash> other;
  std::map<uint64_t, std::string> altered;
  const auto deliver_altered = [&](bool genuine) {
    for (const auto& [index, bytes] : altered)
      entry(index, bytes, genuine);
  };
  for (uint64_t begin = 0; begin < log.leaves.size(); begin += kTileWidth) {
    const uint64_t width = std::min<uint64_t>(kTileWidth, log.leaves.size() - begin);
    const std::string name = "tile/entries/" + TilePath(begin / kTileWidth, width);
    const std::optional<std::string> bundle = TRY(collector.Read(party, name, kMaxBundleBytes));
    if (!bundle) {
      collector.Add(Problem::kFileMissing, party, name);
      continue;
    }
    std::vector<std::string_view> entries;
    if (!Split(*bundle, entries)) collector.Add(Problem::kFileDamaged, party, name);
    const auto placed = Align(entries, log.leaves, begin, width);
    for (uint64_t i = 0; i < width; ++i) {
      const uint64_t index = begin + i;
      if (!placed[i] || placed[i]->empty()) {
        collector.Add(EntryFinding(Problem::kEntryRemoved, party, index));
        continue;
      }
      const Hash leaf = crypto::LeafHash(AsBytes(*placed[i]));
      if (leaf == log.leaves[index]) {
        entry(index, *placed[i], /*genuine=*/true);
      } else {
        other[index] = leaf;
        altered[index] = std::string(*placed[i]);
      }
    }
  }
  if (other.empty()) return {};
  // Which of the two is wrong, the leaf or the entry? The signed root tells.
  std::vector<Hash> mended = log.leaves;
  for (const auto& [index, leaf] : other)
    mended[index] = leaf;
  const bool leaves_wrong = log.complete() && crypto::MerkleRoot(log.leaves) != log.root &&
                            crypto::MerkleRoot(mended) == log.root;
  if (leaves_wrong) log.leaves = std::move(mended);
  for (const auto& [index, leaf] : other) {
    const Problem problem = leaves_wrong ? Problem::kLeafAltered : Problem::kEntryAltered;
    collector.Add(EntryFinding(problem, party, index));
  }
  deliver_altered(leaves_wrong);
  return {};
}

Result<void> CheckTree(const std::string& party,
                       const LogFiles& log,
                       const Trust& trust,
                       std::optional<Instant> at,
                       Collector& collector) {
  const std::vector<crypto::PublicKey> keys = trust.KeysOf(party, statement::KeyUse::kLog, at);
  const bool is_signed = std::any_of(keys.begin(), keys.end(), [&](const auto& key) {
    return statement::OpenCheckpoint(log.note, log.origin, key).ok();
  });
  if (!is_signed) collector.Add(Problem::kCheckpoint, party, "checkpoint");
  if (!log.complete()) return {};
  if (crypto::MerkleRoot(log.leaves) != log.root) collector.Add(Problem::kTreeAltered, party, "");

  std::vector<Hash> below = log.leaves;
  for (int level = 1; below.size() >= kTileWidth; ++level) {
    std::vector<Hash> hashes;
    for (uint64_t i = 0; (i + 1) * kTileWidth <= below.size(); ++i) {
      hashes.push_back(crypto::MerkleRoot(std::span(below).subspan(i * kTileWidth, kTileWidth)));
    }
    for (uint64_t number = 0; number * kTileWidth < hashes.size(); ++number) {
      const uint64_t width = std::min(kTileWidth, hashes.size() - number * kTileWidth);
      const std::string name = "tile/" + std::to_string(level) + "/" + TilePath(number, width);
      const std::optional<std::string> tile =
          TRY(collector.Read(party, name, kTileWidth * kHashBytes));
      std::string expected;
      for (uint64_t i = 0; i < width; ++i)
        expected += AsText(hashes[number * kTileWidth + i]);
      if (!tile) {
        collector.Add(Problem::kFileMissing, party, name);
      } else if (*tile != expected) {
        collector.Add(Problem::kTreeAltered, party, name);
      }
    }
    below = std::move(hashes);
  }
  return {};
}

std::map<uint64_t, Hash> PrefixRoots(const std::vector<Hash>& leaves,
                                     const std::set<uint64_t>& sizes) {
  std::map<uint64_t, Hash> roots;
  crypto::Frontier frontier;
  auto wanted = sizes.begin();
  for (uint64_t size = 0; wanted != sizes.end(); ++size) {
    if (*wanted == size) {
      roots[size] = frontier.Root();
      ++wanted;
    }
    if (size == leaves.size()) break;
    frontier.Append(leaves[size]);
  }
  return roots;
}

}  // namespace schakel::audit
