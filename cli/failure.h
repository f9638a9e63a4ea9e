// How a command ends: its exit code, or why it failed and what to do next.
#pragma once

#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "node/base/result.h"

namespace schakel::cli {

// The exit codes of every command, for scripts. Closed.
enum class Exit {
  kDone = 0,
  kFailed = 1,      // refused, or it could not be done
  kUsage = 2,       // called in a way that cannot work
  kIncomplete = 3,  // done as far as it goes: a partner or a signature is missing
  // Of `covenant diff --class-exit` alone: what a new version does to what goes.
  kNarrowing = 10,
  kWidening = 11,
  kMixed = 12,
  kNeutral = 13,
};

// Printed as `schakel: message`, the hint on the next line. For this node's own people; no secret.
struct Failure {
  Exit exit = Exit::kFailed;
  std::string code;     // an ErrorCode's name, or a structural code that the node gave
  std::string message;  // what happened, with the rule, file or party
  std::string hint;     // what to do next, from whoever knows what the step was for; may be empty
  // Which failure it is (base/reason.h): the message is then made from it in the reader's language,
  // where this build knows it. What it says to do counts when `hint` is empty.
  std::string reason{};
  ReasonArguments arguments{};
  std::string node_hint{};  // the node's own, in English: when nothing better is known
};

// A failure with exit code kFailed.
Failure FromError(const Error& error);
Failure UsageFailure(std::string message, std::string hint);

// As Result, with a Failure. Results turn into it by themselves, so TRY takes both.
template <typename T>
class [[nodiscard]] Outcome {
 public:
  template <typename U = T>
  requires(std::is_convertible_v<U, T> && !std::is_same_v<std::remove_cvref_t<U>, Outcome>)
      // NOLINTNEXTLINE(google-explicit-constructor)
      Outcome(U&& value)
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Outcome(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Outcome(const Error& error) : state_(std::in_place_index<1>, FromError(error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  [[nodiscard]] const Failure& error() const& { return std::get<1>(state_); }
  Failure&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Failure> state_;
};

template <>
class [[nodiscard]] Outcome<void> {
 public:
  Outcome() = default;
  // NOLINTNEXTLINE(google-explicit-constructor)
  Outcome(Failure failure) : failure_(std::move(failure)), ok_(false) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Outcome(const Error& error) : Outcome(FromError(error)) {}

  [[nodiscard]] bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  void operator*() const {}
  [[nodiscard]] const Failure& error() const& { return failure_; }
  Failure&& error() && { return std::move(failure_); }

 private:
  Failure failure_;
  bool ok_ = true;
};

// The same result with a hint of the caller's own, who knows what the step was for.
template <typename T>
Outcome<T> Hinted(Result<T> result, const std::string& hint) {
  if (result) {
    if constexpr (std::is_void_v<T>) {
      return {};
    } else {
      return *std::move(result);
    }
  }
  Failure failure = FromError(result.error());
  failure.hint = hint;
  return failure;
}

}  // namespace schakel::cli
