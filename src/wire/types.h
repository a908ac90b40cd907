// The storage types that generated structs use beside the standard library's.
#pragma once

#include <memory>
#include <string>
#include <utility>

namespace haar::wire {

// Input or output of an operation that has none.
struct Empty {
  bool operator==(const Empty&) const = default;
};

// Bytes, as opposed to text: base64 on the wire.
struct Blob {
  std::string bytes;
  bool operator==(const Blob&) const = default;
};

// Any JSON value, as its text without blanks between tokens. Nobody interprets it on the way.
struct Document {
  std::string json = "null";
  bool operator==(const Document&) const = default;
};

// A boolean inside a list: std::vector<bool> has no elements that one could point at.
struct Flag {
  bool value = false;
  Flag() = default;
  Flag(bool v) : value(v) {}  // NOLINT: implicit by design
  operator bool() const { return value; }
};

// A value of a type that contains itself, on the heap. Holds a value until it is moved from; copies are deep.
template <class T>
class Box {
 public:
  Box() : value_(std::make_unique<T>()) {}
  Box(T value) : value_(std::make_unique<T>(std::move(value))) {}  // NOLINT: implicit by design
  Box(const Box& other) : value_(std::make_unique<T>(*other)) {}
  Box(Box&& other) noexcept : value_(std::move(other.value_)) {}
  Box& operator=(const Box& other) {
    if (this != &other) value_ = std::make_unique<T>(*other);
    return *this;
  }
  Box& operator=(Box&& other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }
  ~Box() {}  // NOLINT: user-provided, so that T may still be incomplete where Box<T> is a member

  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace haar::wire
