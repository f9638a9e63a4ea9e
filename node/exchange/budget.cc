#include "node/exchange/budget.h"

#include <algorithm>
#include <set>

#include "node/canon/json.h"
#include "node/crypto/hash.h"

namespace schakel::exchange {
namespace {

using store::Family;
using store::KeyBuilder;

Bytes QuarterPrefix(std::string_view requester, std::string_view group, Day today) {
  return KeyBuilder().Text(requester).Text(group).Text(ToIso(QuarterOf(today).first)).Build();
}

Bytes TokenKey(std::string_view requester, std::string_view group, Day today, const Hash& token) {
  Bytes key = QuarterPrefix(requester, group, today);
  Append(key, token);
  return key;
}

// Adds the tokens that were spent.
Result<void> Collect(const store::Store& store, const Bytes& prefix, std::set<Hash>& tokens) {
  return store.Scan(Family::kBudget, prefix, [&](ByteView key, ByteView) {
    Hash token{};
    if (key.size() == prefix.size() + token.size()) {
      std::copy(key.begin() + static_cast<std::ptrdiff_t>(prefix.size()), key.end(), token.begin());
      tokens.insert(token);
    }
    return true;
  });
}

}  // namespace

std::string OwnBudgetAt(std::string_view partner) {
  return ">" + std::string(partner);
}

std::vector<Hash> Budget::Tokens(const std::vector<record::ListedSubject>& subjects) const {
  const crypto::Key32 key = keys_.IndexKey("budget");
  std::vector<Hash> tokens;
  tokens.reserve(subjects.size());
  for (const record::ListedSubject& subject : subjects) {
    canon::Value::Object identity{{"row", ToString(subject.row)}};
    for (const char* const field : {"naam", "geboortedatum", "bsn"}) {
      const auto opening = subject.open.find(field);
      if (opening != subject.open.end()) identity[field] = opening->second.value;
    }
    tokens.push_back(crypto::Blake2b(key.view(), AsBytes(canon::Write(identity))));
  }
  return tokens;
}

Result<bool> Budget::Within(std::string_view requester,
                            std::string_view group,
                            const std::vector<Hash>& tokens,
                            int limit,
                            Day today) const {
  if (limit == 0) return true;
  std::set<Hash> distinct(tokens.begin(), tokens.end());
  TRY(Collect(store_, QuarterPrefix(requester, group, today), distinct));
  return distinct.size() <= static_cast<size_t>(limit);
}

Result<int> Budget::Spent(std::string_view requester, std::string_view group, Day today) const {
  std::set<Hash> spent;
  TRY(Collect(store_, QuarterPrefix(requester, group, today), spent));
  return static_cast<int>(spent.size());
}

void Budget::Spend(store::Batch& batch,
                   std::string_view requester,
                   std::string_view group,
                   const std::vector<Hash>& tokens,
                   Day today) const {
  for (const Hash& token : tokens) {
    batch.Put(Family::kBudget, TokenKey(requester, group, today, token), {});
  }
}

}  // namespace schakel::exchange
