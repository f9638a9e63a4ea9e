// Text for a terminal, beside what report/table.h has: labelled lines, dates, members of answers.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/canon/value.h"
#include "node/report/table.h"

namespace schakel::cli {

using report::DisplayWidth;
using report::Printable;

// Labels in front of texts that stay whole, however long: paths, hashes and commands are copied.
// An empty label continues the one above. Texts are made printable.
class Lines {
 public:
  void Add(std::string label, std::string text) {
    lines_.emplace_back(std::move(label), std::move(text));
  }
  [[nodiscard]] std::string Text(size_t indent = 2) const;

 private:
  std::vector<std::pair<std::string, std::string>> lines_;
};

std::string PadRight(std::string text, size_t width);

std::string Joined(const std::vector<std::string>& texts, std::string_view between = ", ");

// `24-11-2026 14:05` and `24-11-2026`, Dutch local time.
std::string LocalTime(Instant instant);
std::string LocalDay(Instant instant);
// The last day before an exclusive end.
std::string LastDay(Instant exclusive_end);

// Members of what a node returned. A node of another version may lack one: then empty or 0. What is
// returned by reference lives as long as `value`.
std::string TextIn(const canon::Value& value);  // empty for anything but a text
std::string TextOf(const canon::Value& value, std::string_view key);
int64_t IntOf(const canon::Value& value, std::string_view key);
bool BoolOf(const canon::Value& value, std::string_view key);
std::vector<std::string> TextsOf(const canon::Value& value, std::string_view key);
const canon::Value::Array& ArrayOf(const canon::Value& value, std::string_view key);
const canon::Value::Array& ArrayOf(canon::Value&& value, std::string_view key) = delete;
const canon::Value::Object& ObjectOf(const canon::Value& value, std::string_view key);
const canon::Value::Object& ObjectOf(canon::Value&& value, std::string_view key) = delete;
// The texts under `arguments`, by name: what a sentence about a failure names.
ReasonArguments ArgumentsOf(const canon::Value& value);
// As LocalTime; empty without the member.
std::string TimeOf(const canon::Value& value, std::string_view key);

}  // namespace schakel::cli
