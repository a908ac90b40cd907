// Result<T>: a value, or an AWS error. Expected failures travel as values; an exception means a bug
// or a broken machine and is caught once, at the edge of the pipeline (api/pipeline/serve.cc).
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace haar {

// Who is to blame, as AWS's query protocol says it in <Type>.
enum class Fault : std::uint8_t { sender, receiver };

// One AWS error as the client sees it. `code` is the wire code (not the shape's name), `message` is
// shown to the client and so never holds a secret.
struct Error {
  std::string code;
  std::string message;
  int http_status = 400;
  Fault fault = Fault::sender;
  // Members of the exception beside its message, which some services of the JSON protocols have:
  // {"Reason", "OU_DEPTH_LIMIT_EXCEEDED"}.
  std::vector<std::pair<std::string, std::string>> details{};

  Error with(std::string name, std::string value) && {
    details.emplace_back(std::move(name), std::move(value));
    return std::move(*this);
  }
};

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}   // NOLINT: implicit by design
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { assert(ok()); return std::get<0>(state_); }
  const T& value() const& { assert(ok()); return std::get<0>(state_); }
  T&& value() && { assert(ok()); return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { assert(!ok()); return std::get<1>(state_); }
  Error&& error() && { assert(!ok()); return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit by design

  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  void value() const { assert(ok()); }

  const Error& error() const& { assert(!ok()); return *error_; }
  Error&& error() && { assert(!ok()); return *std::move(error_); }

 private:
  std::optional<Error> error_;  // most calls succeed, and pay for none
};

}  // namespace haar

// auto user = TRY(find_user(call, name));  // returns the error to the caller, or yields the value
#define TRY(...)                                                          \
  __extension__({                                                         \
    auto haar_try_result = (__VA_ARGS__);                                 \
    if (!haar_try_result.ok()) return std::move(haar_try_result).error(); \
    std::move(haar_try_result).value();                                   \
  })
