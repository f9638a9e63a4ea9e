// Internal to `covenant`: reading JSON objects strictly while collecting every finding, so that an
// author sees all of them at once. A finding has a place (a JSON pointer); the YAML side turns it
// into a line and a column.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/date.h"
#include "node/base/ids.h"
#include "node/canon/value.h"

namespace schakel::covenant {

struct Issue {
  enum class At { kValue, kKey };
  std::string id;    // E1xx; README.md has the list
  std::string path;  // "/rules/3/permit/to", members escaped as in RFC 6901
  At at = At::kValue;
  std::string message;
  std::string fix;  // empty: the usual one for its id
};

// What to do about a finding of this kind, when whoever found it knows nothing better.
std::string UsualFix(std::string_view id);

class Issues {
 public:
  // Beyond this many nobody reads on; further ones are dropped.
  static constexpr size_t kMax = 200;

  void Add(Issue issue) {
    if (issue.fix.empty()) issue.fix = UsualFix(issue.id);
    if (list_.size() < kMax) list_.push_back(std::move(issue));
  }
  void Add(std::string_view id, std::string_view path, std::string message, std::string fix = "") {
    Add(Issue{
        std::string(id), std::string(path), Issue::At::kValue, std::move(message), std::move(fix)});
  }
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] const std::vector<Issue>& list() const { return list_; }

 private:
  std::vector<Issue> list_;
};

// `path` + "/" + the escaped member.
std::string Join(std::string_view path, std::string_view member);
std::string Join(std::string_view path, size_t index);

// The text between backquotes for a message: cut at 60 bytes, control characters replaced, so that
// a document cannot write into a log or a terminal.
std::string Quoted(std::string_view text);

// "did you mean `x`?" when one of the candidates is within two edits, else "".
std::string DidYouMean(std::string_view given, const std::vector<std::string>& candidates);
// As DidYouMean over the keys of a map or set.
template <typename Keyed>
std::string DidYouMeanKey(std::string_view given, const Keyed& keyed);

// One object. Reading a member marks its key; a missing or mistyped one becomes an issue and the
// default is returned, so that reading goes on.
class Fields {
 public:
  // The value, the issues and the texts of all keys must outlive this.
  Fields(const canon::Value& value, std::string path, Issues& issues);
  // The value under `key` of `parent`, or its item `index` where that value is a list. Its path is
  // spelt only when somebody asks. `parent` must outlive this.
  Fields(const canon::Value& value,
         const Fields& parent,
         std::string_view key,
         std::optional<size_t> index = std::nullopt);

  [[nodiscard]] std::string At(std::string_view key) const { return Join(path(), key); }
  [[nodiscard]] std::string path() const;
  [[nodiscard]] Issues& issues() const { return issues_; }
  // False when the value was no object (one issue was made).
  [[nodiscard]] bool object() const { return object_ != nullptr; }

  const canon::Value* Need(std::string_view key);   // null when missing
  const canon::Value* Maybe(std::string_view key);  // null when absent
  bool Has(std::string_view key);

  std::string Text(std::string_view key);  // not empty
  std::optional<std::string> MaybeText(std::string_view key);
  int64_t Int(std::string_view key, int64_t low, int64_t high);
  std::optional<int64_t> MaybeInt(std::string_view key, int64_t low, int64_t high);
  bool MaybeBool(std::string_view key, bool fallback);
  std::optional<Instant> MaybeTime(std::string_view key);
  Instant Time(std::string_view key);
  std::optional<Period> MaybePeriod(std::string_view key);
  Period NeedPeriod(std::string_view key);
  // Distinct texts, at least one.
  std::vector<std::string> Texts(std::string_view key);
  std::vector<std::string> MaybeTexts(std::string_view key);

  // A member of the language that this build lacks.
  void Unsupported(std::string_view key);

  // Every key that nobody asked for becomes an issue.
  void Done();

 private:
  // What was asked for, and the member that is there.
  struct Asked {
    std::string_view key;
    const canon::Value* member = nullptr;
  };
  const canon::Value* Get(std::string_view key, bool required);
  std::optional<std::string> TextOf(std::string_view key, const canon::Value& value);
  std::optional<int64_t> IntOf(std::string_view key,
                               const canon::Value& value,
                               int64_t low,
                               int64_t high);
  [[nodiscard]] bool WasAsked(const canon::Value& member) const;

  const canon::Value::Object* object_;
  const Fields* parent_ = nullptr;
  std::string path_;  // without a parent
  std::string_view key_;
  std::optional<size_t> index_;
  Issues& issues_;
  // In order, some more than once. Few: those that do not fit in the first go into the second.
  std::array<Asked, 16> asked_;
  size_t count_ = 0;
  std::vector<Asked> more_;
};

// Distinct texts of an array value, at least one; issues otherwise.
std::vector<std::string> ReadTexts(const canon::Value& value,
                                   const std::string& path,
                                   Issues& issues);

// An issue unless the text can name something. `any` is the wildcard of deny rules and `none` the
// empty list, so neither does.
void CheckName(const std::string& name, const std::string& path, Issues& issues);

// The members of the mapping under `key`, each an object with a name of its own.
template <typename Read>
void ForEachNamed(Fields& in, std::string_view key, bool required, Issues& issues, Read read) {
  const canon::Value* value = required ? in.Need(key) : in.Maybe(key);
  if (value == nullptr) return;
  const canon::Value::Object* object = value->AsObject();
  if (object == nullptr) {
    issues.Add("E103", in.At(key), "must be a mapping");
    return;
  }
  for (const auto& [name, member] : *object) {
    CheckName(name, Join(in.At(key), name), issues);
    Fields fields(member, Join(in.At(key), name), issues);
    if (!fields.object()) continue;
    read(name, fields);
    fields.Done();
  }
}

template <typename Keyed>
std::string DidYouMeanKey(std::string_view given, const Keyed& keyed) {
  std::vector<std::string> names;
  for (const auto& entry : keyed) {
    if constexpr (requires { entry.first; }) {
      names.push_back(entry.first);
    } else {
      names.emplace_back(entry);
    }
  }
  return DidYouMean(given, names);
}

}  // namespace schakel::covenant
