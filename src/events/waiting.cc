#include "events/waiting.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace haar::events {
namespace {

// A buffer reserves room for so many at a time: the counters that all threads share are touched seldom.
constexpr std::int64_t reserved_events = 256;
constexpr std::int64_t reserved_bytes = 256 << 10;

using Length = std::uint32_t;

}  // namespace

Waiting::Buffer& Waiting::mine() {
  struct Mine {
    std::uint64_t owner;
    std::weak_ptr<int> alive;
    std::shared_ptr<Buffer> buffer;
  };
  static thread_local std::vector<Mine> all;
  for (const Mine& one : all) {
    if (one.owner == id_) return *one.buffer;
  }
  std::erase_if(all, [](const Mine& one) { return one.alive.expired(); });
  const auto buffer = std::make_shared<Buffer>();
  all.push_back({id_, alive_, buffer});
  const std::lock_guard lock(mutex_);
  buffers_.push_back(buffer);
  return *buffer;
}

bool Waiting::reserve(Buffer& buffer) {
  const auto take = [](std::atomic<std::int64_t>& all, std::int64_t& left, std::int64_t step, std::int64_t max) {
    if (left > 0) return true;
    if (all.fetch_add(step) + step > max) {
      all.fetch_sub(step);
      return false;
    }
    left += step;
    return left > 0;
  };
  return take(events_, buffer.events_left, reserved_events, waiting_events_max) &&
         take(bytes_, buffer.bytes_left, reserved_bytes, waiting_bytes_max);
}

bool Waiting::add(std::string_view event) {
  Buffer& buffer = mine();
  const std::lock_guard lock(buffer.mutex);
  if (!reserve(buffer)) {
    count_dropped(1);
    return false;
  }
  std::string& bytes = buffer.waiting.bytes;
  const std::size_t before = bytes.size();
  append(bytes, event);
  ++buffer.waiting.events;
  --buffer.events_left;
  buffer.bytes_left -= static_cast<std::int64_t>(bytes.size() - before);
  return true;
}

std::vector<Waiting::Taken> Waiting::take() {
  std::vector<Taken> out;
  const std::lock_guard lock(mutex_);
  std::erase_if(buffers_, [&](const std::shared_ptr<Buffer>& buffer) {
    const std::lock_guard of_buffer(buffer->mutex);
    Taken fresh;  // without memory, where nothing came
    if (buffer->waiting.events > 0 && !spare_.empty()) {
      fresh.bytes = std::move(spare_.back());
      spare_.pop_back();
    }
    Taken taken = std::exchange(buffer->waiting, std::move(fresh));
    if (taken.events > 0) out.push_back(std::move(taken));
    if (buffer.use_count() > 1) return false;
    release(buffer->events_left, buffer->bytes_left);  // its thread has ended
    return true;
  });
  spare_.clear();  // more than the threads need
  return out;
}

void Waiting::give_back(Taken&& taken) {
  taken.bytes.clear();
  const std::lock_guard lock(mutex_);
  spare_.push_back(std::move(taken.bytes));
}

void Waiting::release(std::int64_t events, std::int64_t bytes) {
  events_.fetch_sub(events);
  bytes_.fetch_sub(bytes);
}

void Waiting::append(std::string& bytes, std::string_view event) {
  const auto length = static_cast<Length>(event.size());
  bytes.append(reinterpret_cast<const char*>(&length), sizeof length);
  bytes.append(event);
}

std::vector<std::string_view> Waiting::split(std::string_view bytes) {
  std::vector<std::string_view> out;
  while (bytes.size() > sizeof(Length)) {
    Length length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    out.push_back(bytes.substr(sizeof length, length));
    bytes.remove_prefix(sizeof length + length);
  }
  return out;
}

}  // namespace haar::events
