#include "node/exchange/lines.h"

#include <algorithm>
#include <bit>
#include <map>
#include <unordered_map>

#include "node/canon/json.h"
#include "node/crypto/hash.h"
#include "node/crypto/merkle.h"
#include "node/exchange/rows.h"
#include "node/statement/decision_line.h"
#include "node/statement/types.h"

namespace schakel::exchange {
namespace {

using canon::Value;
using covenant::Truth;
using store::Family;
using store::KeyBuilder;

const char* TruthName(Truth truth) {
  switch (truth) {
    case Truth::kFalse:
      return "FALSE";
    case Truth::kTrue:
      return "TRUE";
    case Truth::kUnknown:
      return "UNKNOWN";
  }
  return "UNKNOWN";
}

constexpr size_t kSecretBytes = 32;
constexpr size_t kHeadBytes = kSecretBytes + 4;

// The secret that hides the line's parts, u32be length, the line, zeros: every line of one exchange
// has the same size.
Bytes Padded(const Hash& secret, std::string_view json, size_t size) {
  Bytes plaintext;
  plaintext.reserve(size);
  Append(plaintext, secret);
  AppendU32(plaintext, static_cast<uint32_t>(json.size()));
  Append(plaintext, json);
  plaintext.resize(size);
  return plaintext;
}

struct Plain {
  Hash secret{};
  std::string json;
};

std::optional<Plain> Unpadded(ByteView plaintext) {
  if (plaintext.size() < kHeadBytes) return std::nullopt;
  const uint32_t length = ReadU32(plaintext.subspan(kSecretBytes));
  if (length > plaintext.size() - kHeadBytes) return std::nullopt;
  Plain plain;
  std::copy_n(plaintext.begin(), kSecretBytes, plain.secret.begin());
  plain.json = AsText(plaintext.subspan(kHeadBytes, length));
  return plain;
}

// The lines' commitments, in order, are kept beside them: what was erased still has its leaf.
Bytes CommitmentsKey(std::string_view asker, const Uuid& exchange, LineSet set) {
  KeyBuilder key;
  key.Text("line-commitments").Text(asker).Raw(exchange.bytes);
  if (set == LineSet::kSecond) key.U64(static_cast<uint64_t>(set));
  return key.Build();
}

// A set's rows stand together, the first set's before the second's.
constexpr unsigned kSetShift = 32;
uint64_t RowOf(LineSet set, size_t index) {
  return static_cast<uint64_t>(set) << kSetShift | index;
}
bool IsOf(LineSet set, ByteView row_key) {
  uint64_t row = 0;
  for (const uint8_t byte : row_key.last(std::min(row_key.size(), sizeof row)))
    row = row << 8U | byte;
  return row >> kSetShift == static_cast<uint64_t>(set);
}

LineSet SetOf(const statement::Entry& entry) {
  if (!entry.statement || entry.statement->type() != statement::Type::kAnswer)
    return LineSet::kFirst;
  const auto answer = statement::ParseAs<statement::Answer>(*entry.statement);
  return answer && answer->follows ? LineSet::kSecond : LineSet::kFirst;
}

std::vector<Hash> CommitParts(const Hash& secret,
                              const std::vector<std::string>& categories,
                              const std::vector<std::string>& parts) {
  std::vector<Hash> commitments;
  for (size_t i = 0; i < parts.size(); ++i) {
    commitments.push_back(
        statement::CommitPart(statement::PartSalt(secret, categories[i]), parts[i]));
  }
  return commitments;
}

// The key for a subject's log lines; apart from its data key, because lines outlive the data.
Result<store::DataKey> LogKeyOf(const Context& context,
                                const Uuid& subject,
                                store::Batch& batch,
                                std::map<Uuid, store::DataKey>& fresh) {
  const auto made = fresh.find(subject);
  if (made != fresh.end()) return made->second;
  const Bytes row = KeyBuilder().Text("log-key").Raw(subject.bytes).Build();
  const std::optional<Bytes> held = TRY(context.store.Get(Family::kMeta, row));
  if (held) {
    store::DataKey key;
    if (held->size() != key.id.size()) return Corrupt("a log key's row is damaged");
    std::copy(held->begin(), held->end(), key.id.begin());
    auto opened = context.keys.Get(key.id);
    if (opened) {
      key.key = *opened;
      return key;
    }
    if (opened.error().code != ErrorCode::kNotFound) return opened.error();
  }
  const store::DataKey key = TRY(context.keys.Take());
  batch.Put(Family::kMeta, row, key.id);
  fresh.emplace(subject, key);
  return key;
}

}  // namespace

std::string LineJson(std::string_view match, const std::vector<std::string>& records) {
  std::string numbers;
  std::string told;
  std::unordered_map<std::string_view, size_t> known;
  for (const std::string& record : records) {
    const auto [number, fresh] = known.try_emplace(record, known.size());
    if (fresh) {
      if (!told.empty()) told += ',';
      told += record;
    }
    if (!numbers.empty()) numbers += ',';
    numbers += std::to_string(number->second);
  }
  return R"({"match":)" + canon::Write(Value(std::string(match))) + R"(,"records":[)" + numbers +
         R"(],"told":[)" + told + "]}";
}

std::string UnfoldLine(std::string_view json) {
  const auto line = canon::ParseCanonical(json);
  const Value* const told = line ? line->Find("told") : nullptr;
  const Value* const records = line ? line->Find("records") : nullptr;
  const Value* const match = line ? line->Find("match") : nullptr;
  const bool folded = told != nullptr && told->AsArray() != nullptr && match != nullptr &&
                      records != nullptr && records->AsArray() != nullptr;
  if (!folded) return std::string(json);
  Value::Array unfolded;
  for (const Value& record : *records->AsArray()) {
    const int64_t* const number = record.AsInt();
    if (number == nullptr || *number < 0 || *number >= std::ssize(*told->AsArray())) {
      return std::string(json);
    }
    unfolded.push_back((*told->AsArray())[static_cast<size_t>(*number)]);
  }
  return canon::Write(Value::Object{{"match", *match}, {"records", std::move(unfolded)}});
}

Value DecisionValue(const covenant::Decision& decision, const Told& told) {
  const bool given = told.code.empty();
  Value::Array by;
  for (const std::string& rule : decision.by)
    by.emplace_back(rule);
  Value::Object object{{"category", told.category},
                       {"outcome", given ? "RELEASED" : "WITHHELD"},
                       {"by", std::move(by)}};
  if (!given) object["code"] = told.code;
  Value::Object forms;
  for (const std::string& field : told.fields) {
    const auto form = decision.fields.find(field);
    if (given && form != decision.fields.end()) forms[field] = covenant::ToString(form->second);
  }
  object["fields"] = std::move(forms);
  Value::Object withheld;
  for (const auto& [field, why] : told.withheld)
    withheld[field] = why;
  object["withheld"] = std::move(withheld);
  Value::Object conditions;
  for (const covenant::Decision::Trace& trace : decision.trace) {
    Value::Object rule;
    for (const auto& [fact, truth] : trace.conditions)
      rule[fact] = TruthName(truth);
    Value::Object traced{{"whole", TruthName(trace.whole)}};
    traced["facts"] = std::move(rule);
    conditions[trace.rule] = std::move(traced);
  }
  object["rules"] = std::move(conditions);
  return object;
}

Result<void> MakeLogKeys(const Context& context, const std::set<Uuid>& subjects) {
  store::Batch batch;
  std::map<Uuid, store::DataKey> fresh;
  for (const Uuid& subject : subjects) {
    // One key that is damaged stops nobody: that line stands under the exchange's key.
    const auto key = LogKeyOf(context, subject, batch, fresh);
    if (!key && key.error().code == ErrorCode::kUnavailable) return key.error();
  }
  if (batch.empty()) return {};
  return context.store.Write(batch, store::Durability::kSynced);
}

Result<SealedLines> SealLines(const Context& context,
                              std::string_view asker,
                              const Uuid& exchange,
                              const store::DataKey& exchange_key,
                              const std::set<std::string>& categories,
                              const std::vector<DecisionLine>& lines,
                              store::Batch& batch,
                              LineSet set) {
  size_t longest = 0;
  for (const DecisionLine& line : lines)
    longest = std::max(longest, line.json.size());
  const size_t size = std::bit_ceil(std::max(kHeadBytes + longest, kMinLineBytes));
  const size_t count = std::max(kMinLines, std::bit_ceil(lines.size()));
  std::map<Uuid, store::DataKey> fresh;
  const std::vector<std::string> names(categories.begin(), categories.end());
  Bytes commitments;
  std::vector<Hash> leaves;
  crypto::Sha256Stream digest;
  for (size_t index = 0; index < count; ++index) {
    store::DataKey key = exchange_key;
    std::string json;
    if (index < lines.size()) {
      json = lines[index].json;
      if (lines[index].subject) {
        // A damaged key must not tell that there is such a subject: the line stands under the
        // exchange's key then, as one about nobody does.
        auto own = LogKeyOf(context, *lines[index].subject, batch, fresh);
        if (!own && own.error().code == ErrorCode::kUnavailable) return own.error();
        if (own) key = *std::move(own);
      }
    }
    const Bytes row = LineKey(asker, exchange, RowOf(set, index));
    Hash secret{};
    context.entropy.Fill(secret);
    const Bytes sealed =
        store::SealValue(key, Family::kLine, row, Padded(secret, json, size), context.entropy);
    const Hash commitment =
        statement::CommitLine(CommitParts(secret, names, statement::LineParts(json, names)));
    Append(commitments, commitment);
    leaves.push_back(statement::LineLeaf(commitment, crypto::Sha256(sealed)));
    digest.Add(sealed);
    batch.Put(Family::kLine, row, sealed);
  }
  batch.Put(Family::kMeta, CommitmentsKey(asker, exchange, set), commitments);
  return SealedLines{crypto::MerkleRoot(leaves), digest.Finish()};
}

Result<std::vector<std::string>> OpenLines(const Context& context,
                                           std::string_view asker,
                                           const Uuid& exchange,
                                           int64_t* erased) {
  std::vector<std::string> lines;
  int64_t gone = 0;
  Result<void> opened;
  TRY(context.store.Scan(
      Family::kLine, LinePrefix(asker, exchange), [&](ByteView key, ByteView value) {
        auto plain = store::OpenValue(context.keys, Family::kLine, key, value);
        if (!plain && plain.error().code != ErrorCode::kNotFound) {
          opened = plain.error();
          return false;
        }
        if (!plain) ++gone;
        const auto line = plain ? Unpadded(*plain) : std::nullopt;
        lines.push_back(line ? UnfoldLine(line->json) : "");
        return true;
      }));
  TRY(std::move(opened));
  if (lines.empty()) return NotFound("no lines for this exchange");
  if (erased != nullptr) *erased = gone;
  return lines;
}

namespace {

// The lines of one entry, one after the other.
class LinesOfEntry {
 public:
  LinesOfEntry(const Context& context, const statement::Entry& entry, const Uuid& exchange)
      : context_(context),
        asker_(entry.type == "request" ? context.self.party : entry.peer),
        exchange_(exchange),
        set_(SetOf(entry)) {
    for (const std::string& category : LineCategories(entry))
      categories_.push_back(category);
  }

  // False when there are none (any more).
  Result<bool> Open() {
    const auto kept =
        TRY(context_.store.Get(Family::kMeta, CommitmentsKey(asker_, exchange_, set_)));
    if (!kept) return false;
    TRY(context_.store.Scan(
        Family::kLine, LinePrefix(asker_, exchange_), [&](ByteView key, ByteView sealed) {
          if (!IsOf(set_, key)) return true;
          sealed_.push_back(crypto::Sha256(sealed));
          return true;
        }));
    if (kept->size() != sealed_.size() * Hash().size()) return Corrupt("the lines' commitments");
    for (size_t i = 0; i < sealed_.size(); ++i) {
      Hash commitment{};
      std::copy_n(&(*kept)[i * commitment.size()], commitment.size(), commitment.begin());
      commitments_.push_back(commitment);
      leaves_.push_back(statement::LineLeaf(commitment, sealed_[i]));
    }
    return !leaves_.empty();
  }

  [[nodiscard]] size_t size() const { return leaves_.size(); }

  Result<statement::OpenedLine> Line(uint64_t entry,
                                     size_t index,
                                     const std::set<std::string>& opened) const {
    statement::OpenedLine line;
    line.entry = entry;
    line.line = index;
    line.commitment = commitments_[index];
    line.sealed = sealed_[index];
    line.path = crypto::InclusionPath(leaves_, index);
    const Bytes key = LineKey(asker_, exchange_, RowOf(set_, index));
    const auto row = TRY(context_.store.Get(Family::kLine, key));
    if (!row) return Corrupt("a line is gone from the store");
    const auto plaintext = store::OpenValue(context_.keys, Family::kLine, key, *row);
    if (!plaintext && plaintext.error().code != ErrorCode::kNotFound) return plaintext.error();
    line.erased = !plaintext;
    if (line.erased) return line;
    const auto plain = Unpadded(*plaintext);
    if (!plain) return Corrupt("a line that is none");
    const std::vector<std::string> parts = statement::LineParts(plain->json, categories_);
    std::vector<Hash> part_leaves;
    for (const Hash& part : CommitParts(plain->secret, categories_, parts))
      part_leaves.push_back(crypto::LeafHash(part));
    for (size_t i = 0; i < parts.size(); ++i) {
      if (!opened.contains(categories_[i])) continue;
      line.parts.push_back({statement::PartSalt(plain->secret, categories_[i]),
                            crypto::InclusionPath(part_leaves, i),
                            TRY(canon::ParseCanonical(parts[i]))});
    }
    return line;
  }

 private:
  const Context& context_;
  const std::string asker_;
  const Uuid exchange_;
  const LineSet set_;
  std::vector<std::string> categories_;
  std::vector<Hash> commitments_, sealed_, leaves_;
};

}  // namespace

std::set<std::string> LineCategories(const statement::Entry& entry) {
  std::set<std::string> categories;
  if (!entry.subject_root || !entry.statement) return categories;
  if (entry.statement->type() == statement::Type::kRequest) return {"persoon"};
  const auto answer = statement::ParseAs<statement::Answer>(*entry.statement);
  if (!answer) return categories;
  for (const auto& [category, cell] : answer->cells)
    categories.insert(category);
  return categories;
}

Result<void> ExportLines(const Context& context,
                         const std::vector<std::string>& categories,
                         const log::FileSink& sink) {
  const uint64_t size = context.log.size();
  for (uint64_t index = 0; index < size; ++index) {
    // An entry that is damaged is handed over as it is; there is nothing to open under it.
    const auto entry = context.log.Entry(index);
    if (!entry) continue;
    std::set<std::string> opened = LineCategories(*entry);
    std::erase_if(opened, [&](const std::string& category) {
      return !categories.empty() &&
             std::find(categories.begin(), categories.end(), category) == categories.end();
    });
    const auto exchange = ParseUuid(entry->exchange);
    if (opened.empty() || !exchange) continue;
    LinesOfEntry lines(context, *entry, *exchange);
    if (!TRY(lines.Open())) continue;
    const std::string path = "lines/" + std::to_string(index) + ".jsonl";
    for (size_t line = 0; line < lines.size(); ++line) {
      const statement::OpenedLine one = TRY(lines.Line(index, line, opened));
      TRY(sink(path, AsBytes(canon::Write(one.ToValue()) + "\n")));
    }
  }
  return {};
}

}  // namespace schakel::exchange
