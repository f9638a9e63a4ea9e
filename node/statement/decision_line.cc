#include "node/statement/decision_line.h"

#include <algorithm>
#include <map>
#include <utility>

#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/crypto/hash.h"
#include "node/crypto/merkle.h"

namespace schakel::statement {
namespace {

using canon::Value;

// More lines than any exchange can have.
constexpr size_t kMaxPath = 20;

const Value::Array* ListIn(const Value& value, std::string_view key) {
  const Value* const member = value.Find(key);
  return member == nullptr ? nullptr : member->AsArray();
}

// The decisions of one category, numbered anew.
Value PartOf(const Value& line, const std::string& category) {
  Value::Object part{{"category", category}};
  if (const Value* match = line.Find("match")) part["match"] = *match;
  Value::Array told;
  Value::Array records;
  std::map<int64_t, int64_t> numbers;
  const Value::Array* const all = ListIn(line, "told");
  const Value::Array* const numbered = ListIn(line, "records");
  for (size_t i = 0; all != nullptr && i < all->size(); ++i) {
    const Value* const of = (*all)[i].Find("category");
    if (of == nullptr || of->AsString() == nullptr || *of->AsString() != category) continue;
    numbers.emplace(static_cast<int64_t>(i), std::ssize(told));
    told.push_back((*all)[i]);
  }
  for (size_t i = 0; numbered != nullptr && i < numbered->size(); ++i) {
    const int64_t* const number = (*numbered)[i].AsInt();
    const auto found = number == nullptr ? numbers.end() : numbers.find(*number);
    if (found != numbers.end()) records.emplace_back(found->second);
  }
  part["records"] = std::move(records);
  part["told"] = std::move(told);
  return part;
}

Value HashesOf(const std::vector<Hash>& hashes) {
  Value::Array out;
  for (const Hash& hash : hashes)
    out.emplace_back(EncodeHex(hash));
  return out;
}

Result<std::vector<Hash>> ReadPath(canon::ObjectReader& in) {
  std::vector<Hash> path;
  for (const std::string& text : TRY(in.Texts("path")))
    path.push_back(TRY(DecodeHash(text)));
  if (path.size() > kMaxPath) return Malformed("a path that is too long");
  return path;
}

Result<OpenedLine::Part> ReadPart(const Value& value) {
  canon::ObjectReader in(value, "opened part");
  OpenedLine::Part part;
  part.salt = TRY(in.HashHex("salt"));
  part.path = TRY(ReadPath(in));
  part.part = *TRY(in.Any("part"));
  TRY(in.Done());
  return part;
}

}  // namespace

std::vector<std::string> LineParts(std::string_view line, std::span<const std::string> categories) {
  const auto parsed = canon::ParseCanonical(line);
  const Value empty;
  std::vector<std::string> parts;
  for (const std::string& category : categories)
    parts.push_back(canon::Write(PartOf(parsed ? *parsed : empty, category)));
  return parts;
}

Result<Value::Array> LineRecords(const Value& line) {
  const Value::Array* const told = ListIn(line, "told");
  const Value::Array* const records = ListIn(line, "records");
  if (told == nullptr || records == nullptr) return Malformed("no decision line");
  Value::Array out;
  for (const Value& record : *records) {
    const int64_t* const number = record.AsInt();
    if (number == nullptr || *number < 0 || *number >= std::ssize(*told)) {
      return Malformed("a decision line that numbers what it does not tell");
    }
    out.push_back((*told)[static_cast<size_t>(*number)]);
  }
  return out;
}

Hash PartSalt(ByteView secret, std::string_view category) {
  return crypto::HmacSha256(secret, AsBytes(category));
}

Hash CommitPart(const Hash& salt, std::string_view part) {
  return crypto::HmacSha256(salt, AsBytes(part));
}

Hash CommitLine(std::span<const Hash> parts) {
  std::vector<Hash> leaves;
  for (const Hash& part : parts)
    leaves.push_back(crypto::LeafHash(part));
  return crypto::MerkleRoot(leaves);
}

Hash LineLeaf(const Hash& commitment, const Hash& sealed) {
  Bytes leaf(commitment.begin(), commitment.end());
  Append(leaf, sealed);
  return crypto::LeafHash(leaf);
}

std::string OpenedLine::Part::category() const {
  const Value* const named = part.Find("category");
  return named == nullptr || named->AsString() == nullptr ? "" : *named->AsString();
}

Value OpenedLine::ToValue() const {
  Value::Object out{{"entry", entry},
                    {"line", line},
                    {"commitment", EncodeHex(commitment)},
                    {"sealed", EncodeHex(sealed)},
                    {"path", HashesOf(path)}};
  if (erased) {
    out["erased"] = true;
    return out;
  }
  Value::Array opened;
  for (const Part& part : parts) {
    opened.push_back(Value::Object{
        {"salt", EncodeHex(part.salt)}, {"path", HashesOf(part.path)}, {"part", part.part}});
  }
  out["parts"] = std::move(opened);
  return out;
}

Result<OpenedLine> OpenedLine::Parse(std::string_view json) {
  const Value value = TRY(canon::ParseCanonical(json));
  canon::ObjectReader in(value, "opened line");
  OpenedLine out;
  constexpr int64_t kMost = int64_t{1} << 53;
  out.entry = static_cast<uint64_t>(TRY(in.Int("entry", 0, kMost)));
  out.line = static_cast<uint64_t>(TRY(in.Int("line", 0, kMost)));
  out.commitment = TRY(in.HashHex("commitment"));
  out.sealed = TRY(in.HashHex("sealed"));
  out.path = TRY(ReadPath(in));
  if (in.Has("erased")) {
    out.erased = TRY(in.Bool("erased"));
    if (!out.erased) return in.Fault("erased", "is not true");
  } else {
    for (const Value& part : *TRY(in.Array("parts")))
      out.parts.push_back(TRY(ReadPart(part)));
    if (out.parts.empty()) return in.Fault("parts", "is empty");
  }
  TRY(in.Done());
  return out;
}

Result<void> OpenedLine::Verify(const Hash& subject_root,
                                std::span<const std::string> categories) const {
  TRY(crypto::VerifyInclusion(LineLeaf(commitment, sealed), line, count(), path, subject_root));
  for (const Part& part : parts) {
    const auto at = std::find(categories.begin(), categories.end(), part.category());
    if (at == categories.end()) return Denied("a part of a category that was not asked");
    const Hash leaf = crypto::LeafHash(CommitPart(part.salt, canon::Write(part.part)));
    TRY(crypto::VerifyInclusion(leaf,
                                static_cast<uint64_t>(at - categories.begin()),
                                categories.size(),
                                part.path,
                                commitment));
  }
  return {};
}

}  // namespace schakel::statement
