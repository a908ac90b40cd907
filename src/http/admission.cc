#include "http/admission.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace haar::http {
namespace {

constexpr SourceKey this_machine{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};  // ::1
constexpr std::size_t v4_offset = 12;        // of an IPv4 address in the IPv6 address that stands for it
constexpr std::size_t v6_network_bytes = 8;  // a network of 64 bits
constexpr unsigned char loopback_v4 = 127;

SourceKey source_of_v4(const unsigned char* address) {
  if (address[0] == loopback_v4) return this_machine;
  SourceKey key{};
  key[v4_offset - 2] = key[v4_offset - 1] = 0xff;
  std::memcpy(key.data() + v4_offset, address, key.size() - v4_offset);
  return key;
}

}  // namespace

SourceKey source_of(const sockaddr& peer) {
  if (peer.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(peer);
    return source_of_v4(reinterpret_cast<const unsigned char*>(&v4.sin_addr));
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) return source_of_v4(v6.s6_addr + v4_offset);
  if (IN6_IS_ADDR_LOOPBACK(&v6)) return this_machine;
  SourceKey key{};
  std::memcpy(key.data(), v6.s6_addr, v6_network_bytes);
  return key;
}

bool is_this_machine(const SourceKey& source) { return source == this_machine; }

void Admission::set_limit(std::size_t connections) {
  const std::lock_guard lock(mutex_);
  limit_ = connections;
}

bool Admission::crowded() const {
  const std::lock_guard lock(mutex_);
  return leaving_ >= max_leaving;
}

Admission::Entry Admission::enter(const SourceKey& source, Ticks now) {
  const std::lock_guard lock(mutex_);
  const auto known = sources_.find(source);
  const bool too_many_of_it = !is_this_machine(source) && known != sources_.end() &&
                              known->second.staying >= std::max<std::size_t>(1, limit_ / share_of_a_source);
  Entry entry;
  if (too_many_of_it || staying_ >= limit_) {
    const bool far_over = staying_ >= limit_ + max_leaving;
    if (!far_over) entry.leave[0] = pick(now, too_many_of_it ? &known->second : nullptr);
    if (!entry.leave[0]) {
      if (refused_ >= max_refused) return {};
      return {Verdict::refused, &seat_for(source, Seat::State::refused), {}};
    }
    if (staying_ >= limit_) entry.leave[1] = pick(now, nullptr);
  }
  entry.verdict = Verdict::admitted;
  entry.seat = &seat_for(source, Seat::State::admitted);
  return entry;
}

Admission::Seat& Admission::seat_for(const SourceKey& source, Seat::State state) {
  if (vacant_.empty()) vacant_.push_back(&seats_.emplace_back());
  Seat& seat = *vacant_.back();
  vacant_.pop_back();
  seat.state = state;
  seat.source = sources_.try_emplace(source).first;
  ++seat.source->second.seats;
  if (state == Seat::State::refused) {
    ++refused_;
  } else {
    ++staying_;
    ++seat.source->second.staying;
  }
  return seat;
}

std::shared_ptr<Guest> Admission::pick(Ticks now, const Source* only) {
  Seat* best = nullptr;
  Ticks best_since = never;
  for (Seat& seat : seats_) {
    if (seat.state != Seat::State::admitted) continue;
    const Source& source = seat.source->second;
    if (only != nullptr && only != &source) continue;
    const Ticks since = seat.idle_since.load(std::memory_order_acquire);
    if (since > now) continue;
    const std::size_t most = best == nullptr ? 0 : best->source->second.staying;
    if (source.staying > most || (source.staying == most && since < best_since)) {
      best = &seat;
      best_since = since;
    }
  }
  std::shared_ptr<Guest> guest = best == nullptr ? nullptr : best->guest.lock();
  if (!guest) return nullptr;
  best->state = Seat::State::leaving;
  --best->source->second.staying;
  --staying_;
  ++leaving_;
  return guest;
}

std::shared_ptr<Guest> Admission::make_room(Ticks now) {
  const std::lock_guard lock(mutex_);
  return leaving_ >= max_leaving ? nullptr : pick(now, nullptr);
}

void Admission::stay(Seat& seat) {
  const std::lock_guard lock(mutex_);
  if (seat.state != Seat::State::leaving) return;
  seat.state = Seat::State::admitted;
  ++seat.source->second.staying;
  ++staying_;
  --leaving_;
}

void Admission::leave(Seat& seat) {
  const std::lock_guard lock(mutex_);
  switch (seat.state) {
    case Seat::State::vacant: return;
    case Seat::State::refused: --refused_; break;
    case Seat::State::leaving: --leaving_; break;
    case Seat::State::admitted:
      --staying_;
      --seat.source->second.staying;
      break;
  }
  if (--seat.source->second.seats == 0) sources_.erase(seat.source);
  seat.state = Seat::State::vacant;
  seat.source = {};
  seat.idle_since.store(never, std::memory_order_relaxed);
  seat.guest.reset();
  vacant_.push_back(&seat);
}

std::size_t Admission::open() const {
  const std::lock_guard lock(mutex_);
  return staying_ + leaving_ + refused_;
}

}  // namespace haar::http
