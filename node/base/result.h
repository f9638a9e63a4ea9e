// Result<T>: a value, or the reason there is none.
//
// Every fallible function in node/ and cli/ returns a Result; none throws across a module boundary.
// A Result must be looked at: discarding one does not compile.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace schakel {

// What a caller can do about a failure. Closed: switches over it have no default.
enum class ErrorCode {
  kMalformed,    // The bytes do not parse, or a value is outside its range. Never retry.
  kDenied,       // Identity, signature or policy forbids it. Never retry.
  kNotFound,     // Nothing under that name.
  kConflict,     // Something else already stands under that name, or the state moved on.
  kExhausted,    // A limit of base/limits.h or of the covenant was reached.
  kUnavailable,  // A peer or the disk did not answer. Retry with backoff.
  kCorrupt,      // Stored or received data fails verification.
  kInternal,     // A promise of our own was broken; not the caller's doing.
};

// Which failure it is, for those that a person can meet: what a sentence in their own language is
// made from (base/reason.h has the list). Zero: none that has a sentence of its own.
enum class Reason : uint16_t;
// What the sentence names besides: a party, a reference, a limit. By name; never personal data.
using ReasonArguments = std::map<std::string, std::string>;

// `detail` is for our own log and our own operator; it never reaches a peer and holds no personal
// data and no secret. The same goes for `arguments`.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string detail;
  Reason reason{};
  ReasonArguments arguments{};
};

template <typename T>
class [[nodiscard]] Result {
 public:
  // Implicit, so that `return value;` and `return Error{...};` both read naturally; also from what
  // converts to T by itself.
  template <typename U = T>
  requires(std::is_convertible_v<U, T> && !std::is_same_v<std::remove_cvref_t<U>, Error> &&
           !std::is_same_v<std::remove_cvref_t<U>, Result>)
      // NOLINTNEXTLINE(google-explicit-constructor)
      Result(U&& value)
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }

  [[nodiscard]] const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

// An action that either happened or says why not.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(Error error) : error_(std::move(error)), ok_(false) {}

  [[nodiscard]] bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  void operator*() const {}

  [[nodiscard]] const Error& error() const& { return error_; }
  Error&& error() && { return std::move(error_); }

 private:
  Error error_;
  bool ok_ = true;
};

// Short names for the common refusals.
inline Error Malformed(std::string detail) {
  return Error{ErrorCode::kMalformed, std::move(detail)};
}
inline Error Denied(std::string detail) {
  return Error{ErrorCode::kDenied, std::move(detail)};
}
inline Error NotFound(std::string detail) {
  return Error{ErrorCode::kNotFound, std::move(detail)};
}
inline Error Conflict(std::string detail) {
  return Error{ErrorCode::kConflict, std::move(detail)};
}
inline Error Exhausted(std::string detail) {
  return Error{ErrorCode::kExhausted, std::move(detail)};
}
inline Error Unavailable(std::string detail) {
  return Error{ErrorCode::kUnavailable, std::move(detail)};
}
inline Error Corrupt(std::string detail) {
  return Error{ErrorCode::kCorrupt, std::move(detail)};
}
inline Error Internal(std::string detail) {
  return Error{ErrorCode::kInternal, std::move(detail)};
}

// The code's name in lower case, for logs and --json.
const char* ErrorCodeName(ErrorCode code);

}  // namespace schakel

// Evaluates to the value of `expr`, or returns its error from the enclosing function. May be
// nested: every use has a variable of its own.
#define TRY(expr) SCHAKEL_TRY_AS(expr, SCHAKEL_TRY_NAME(try_result_, __COUNTER__))
#define SCHAKEL_TRY_NAME(prefix, number) SCHAKEL_TRY_JOIN(prefix, number)
#define SCHAKEL_TRY_JOIN(prefix, number) prefix##number
#define SCHAKEL_TRY_AS(expr, name)    \
  __extension__({                     \
    auto name = (expr);               \
    if (!name) {                      \
      return std::move(name).error(); \
    }                                 \
    *std::move(name);                 \
  })
