// Bytes that grow at their end, for what is written in many small pieces: a string would see to its capacity and its
// terminator at every piece.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace haar::store {

class Bytes {
 public:
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::string_view view() const { return {data_.get(), size_}; }
  void clear() { size_ = 0; }

  // Where the next `count` bytes may be written; then wrote() says where they end.
  char* room(std::size_t count) {
    if (capacity_ - size_ < count) grow(count);
    return data_.get() + size_;
  }
  void wrote(const char* end) { size_ = static_cast<std::size_t>(end - data_.get()); }

  void append(std::string_view text) {
    char* const at = room(text.size());
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    size_ += text.size();
  }
  void insert(std::size_t at, std::string_view text) {
    char* const end = room(text.size());
    char* const place = data_.get() + at;
    std::memmove(place + text.size(), place, static_cast<std::size_t>(end - place));
    std::memcpy(place, text.data(), text.size());
    size_ += text.size();
  }

 private:
  static constexpr std::size_t first_bytes = 1024;

  void grow(std::size_t count) {
    const std::size_t capacity = std::max({first_bytes, capacity_ * 2, size_ + count});
    std::unique_ptr<char[]> larger(new char[capacity]);
    if (size_ > 0) std::memcpy(larger.get(), data_.get(), size_);
    data_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace haar::store
