// A JSON value of the RFC 8785 subset that this project signs: booleans, integers, strings, arrays
// and objects. No floats, no null, so one value has one spelling.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace schakel::canon {

class Value {
 public:
  using Array = std::vector<Value>;
  // Keys sorted by bytes; for ASCII keys that is RFC 8785's order.
  using Object = std::map<std::string, Value, std::less<>>;

  Value() : state_(Object{}) {}
  // Implicit, so that literals read as the JSON they become.
  // NOLINTBEGIN(google-explicit-constructor)
  Value(bool value) : state_(value) {}
  Value(int value) : state_(static_cast<int64_t>(value)) {}
  Value(int64_t value) : state_(value) {}
  Value(uint64_t value) : state_(static_cast<int64_t>(value)) {}
  Value(const char* value) : state_(std::string(value)) {}
  Value(std::string_view value) : state_(std::string(value)) {}
  Value(std::string value) : state_(std::move(value)) {}
  Value(Array value) : state_(std::move(value)) {}
  Value(Object value) : state_(std::move(value)) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] const bool* AsBool() const { return std::get_if<bool>(&state_); }
  [[nodiscard]] const int64_t* AsInt() const { return std::get_if<int64_t>(&state_); }
  [[nodiscard]] const std::string* AsString() const { return std::get_if<std::string>(&state_); }
  [[nodiscard]] const Array* AsArray() const { return std::get_if<Array>(&state_); }
  [[nodiscard]] const Object* AsObject() const { return std::get_if<Object>(&state_); }
  [[nodiscard]] Array* AsArray() { return std::get_if<Array>(&state_); }
  [[nodiscard]] Object* AsObject() { return std::get_if<Object>(&state_); }

  // The member of an object, or null when this is no object or has no such member.
  [[nodiscard]] const Value* Find(std::string_view key) const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<bool, int64_t, std::string, Array, Object> state_;
};

}  // namespace schakel::canon
