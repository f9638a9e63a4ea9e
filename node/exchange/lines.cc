#include "node/exchange/lines.h"

#include <algorithm>
#include <bit>
#include <map>
#include <unordered_map>

#include "node/canon/json.h"
#include "node/crypto/hash.h"
#include "node/crypto/merkle.h"
#include "node/exchange/rows.h"

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

// u32be length, the line, zeros: every line of one exchange has the same size.
Bytes Padded(std::string_view json, size_t size) {
  Bytes plaintext;
  plaintext.reserve(size);
  AppendU32(plaintext, static_cast<uint32_t>(json.size()));
  Append(plaintext, json);
  plaintext.resize(size);
  return plaintext;
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
                              const std::vector<DecisionLine>& lines,
                              store::Batch& batch) {
  size_t longest = 0;
  for (const DecisionLine& line : lines)
    longest = std::max(longest, line.json.size());
  const size_t size = std::bit_ceil(std::max(4 + longest, kMinLineBytes));
  const size_t count = std::max(kMinLines, std::bit_ceil(lines.size()));
  std::map<Uuid, store::DataKey> fresh;
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
    const Bytes row = LineKey(asker, exchange, index);
    const Bytes sealed =
        store::SealValue(key, Family::kLine, row, Padded(json, size), context.entropy);
    leaves.push_back(crypto::LeafHash(sealed));
    digest.Add(sealed);
    batch.Put(Family::kLine, row, sealed);
  }
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
        std::string json;
        if (plain && plain->size() >= 4 && ReadU32(*plain) <= plain->size() - 4) {
          json = UnfoldLine(AsText(ByteView(*plain).subspan(4, ReadU32(*plain))));
        }
        lines.push_back(std::move(json));
        return true;
      }));
  TRY(std::move(opened));
  if (lines.empty()) return NotFound("no lines for this exchange");
  if (erased != nullptr) *erased = gone;
  return lines;
}

}  // namespace schakel::exchange
