#include "cli/text.h"

#include <algorithm>

#include "node/base/date.h"

namespace schakel::cli {

std::string PadRight(std::string text, size_t width) {
  const size_t now = DisplayWidth(text);
  if (now < width) text.append(width - now, ' ');
  return text;
}

std::string Lines::Text(size_t indent) const {
  size_t widest = 0;
  for (const auto& [label, text] : lines_)
    widest = std::max(widest, DisplayWidth(label));
  std::string out;
  for (const auto& [label, text] : lines_) {
    std::string line =
        std::string(indent, ' ') + PadRight(Printable(label), widest + 2) + Printable(text);
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string Joined(const std::vector<std::string>& texts, std::string_view between) {
  std::string out;
  for (const std::string& text : texts) {
    if (!out.empty()) out += between;
    out += text;
  }
  return out;
}

std::string LocalTime(Instant instant) {
  return ToLocalText(instant, Zone::kAmsterdam);
}

std::string LocalDay(Instant instant) {
  return LocalTime(instant).substr(0, 10);
}

std::string LastDay(Instant exclusive_end) {
  return LocalDay(exclusive_end - std::chrono::milliseconds{1});
}

std::string TextIn(const canon::Value& value) {
  const std::string* const text = value.AsString();
  return text == nullptr ? std::string() : *text;
}

std::string TextOf(const canon::Value& value, std::string_view key) {
  const canon::Value* const member = value.Find(key);
  const std::string* const text = member == nullptr ? nullptr : member->AsString();
  return text == nullptr ? std::string() : *text;
}

int64_t IntOf(const canon::Value& value, std::string_view key) {
  const canon::Value* const member = value.Find(key);
  const int64_t* const number = member == nullptr ? nullptr : member->AsInt();
  return number == nullptr ? 0 : *number;
}

bool BoolOf(const canon::Value& value, std::string_view key) {
  const canon::Value* const member = value.Find(key);
  const bool* const truth = member == nullptr ? nullptr : member->AsBool();
  return truth != nullptr && *truth;
}

std::vector<std::string> TextsOf(const canon::Value& value, std::string_view key) {
  std::vector<std::string> texts;
  for (const canon::Value& item : ArrayOf(value, key)) {
    if (item.AsString() != nullptr) texts.push_back(*item.AsString());
  }
  return texts;
}

const canon::Value::Array& ArrayOf(const canon::Value& value, std::string_view key) {
  static const canon::Value::Array none;
  const canon::Value* const member = value.Find(key);
  const canon::Value::Array* const array = member == nullptr ? nullptr : member->AsArray();
  return array == nullptr ? none : *array;
}

const canon::Value::Object& ObjectOf(const canon::Value& value, std::string_view key) {
  static const canon::Value::Object none;
  const canon::Value* const member = value.Find(key);
  const canon::Value::Object* const object = member == nullptr ? nullptr : member->AsObject();
  return object == nullptr ? none : *object;
}

ReasonArguments ArgumentsOf(const canon::Value& value) {
  ReasonArguments arguments;
  for (const auto& [name, argument] : ObjectOf(value, "arguments"))
    arguments[name] = TextIn(argument);
  return arguments;
}

std::string TimeOf(const canon::Value& value, std::string_view key) {
  const canon::Value* const member = value.Find(key);
  const int64_t* const millis = member == nullptr ? nullptr : member->AsInt();
  return millis == nullptr ? std::string() : LocalTime(FromMillis(*millis));
}

}  // namespace schakel::cli
