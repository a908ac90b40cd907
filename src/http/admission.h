// Who is connected, and who goes when there is room for no more.
//
// At the limit the newcomer is let in and a connection that nobody waits for is closed for it: of the source
// with the most connections, the one that has been idle for the longest. Only when every connection is busy is
// the newcomer refused. A connection says from when on it may be closed by an atomic of its own, so that a
// request costs no lock; the lock is for coming, for leaving, and for the search.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

struct sockaddr;

namespace haar::http {

// A connection, as the admission sees it.
class Guest {
 public:
  virtual ~Guest() = default;
  // Asks it to end, from any thread. It closes, or calls Admission::stay when it has become busy meanwhile.
  virtual void make_way() = 0;
};

// Where connections come from: an IPv4 address, or an IPv6 network of 64 bits, for one client has all of that.
// All of loopback is one source, this machine: who is on it can choose among sixteen million addresses.
using SourceKey = std::array<unsigned char, 16>;
SourceKey source_of(const sockaddr& peer);
bool is_this_machine(const SourceKey& source);

class Admission {
 public:
  using Ticks = std::int64_t;  // nanoseconds of the steady clock
  static constexpr Ticks never = std::numeric_limits<Ticks>::max();

  struct Source {
    std::size_t staying = 0;  // admitted, and not asked to leave
    std::size_t seats = 0;
  };
  // One connection's place. Its own thread writes `idle_since` and, before that, `guest`.
  struct Seat {
    std::atomic<Ticks> idle_since{never};
    std::weak_ptr<Guest> guest;

   private:
    friend class Admission;
    enum class State : std::uint8_t { vacant, admitted, leaving, refused };
    State state = State::vacant;
    std::map<SourceKey, Source>::iterator source;
  };
  enum class Verdict {
    admitted,
    refused,  // to be told so: it has a seat until it has read that
    dropped,  // no seat
  };
  struct Entry {
    Verdict verdict = Verdict::dropped;
    Seat* seat = nullptr;
    // To be asked to make way, without a lock held. Two when one that was asked earlier has stayed.
    std::array<std::shared_ptr<Guest>, 2> leave;
  };

  // Beyond `limit`: connections that are told of their refusal, and those that have been asked to leave.
  static constexpr std::size_t max_refused = 64;
  static constexpr std::size_t max_leaving = 256;
  static constexpr std::size_t most_over_limit = max_refused + 2 * max_leaving;
  // What one source may hold of all connections, unless it is this machine.
  static constexpr std::size_t share_of_a_source = 2;  // a half

  void set_limit(std::size_t connections);  // before the first enter
  // Many are on their way out: nobody is to be accepted until they are gone.
  [[nodiscard]] bool crowded() const;
  Entry enter(const SourceKey& source, Ticks now);
  void leave(Seat& seat);
  void stay(Seat& seat);  // was asked to leave and is busy again
  // Somebody who may go, though the limit is not reached: descriptors have run out.
  std::shared_ptr<Guest> make_room(Ticks now);
  [[nodiscard]] std::size_t open() const;  // with the refused and the leaving

 private:
  using Sources = std::map<SourceKey, Source>;
  std::shared_ptr<Guest> pick(Ticks now, const Source* only);
  Seat& seat_for(const SourceKey& source, Seat::State state);

  mutable std::mutex mutex_;
  std::size_t limit_ = 0;
  std::size_t staying_ = 0, leaving_ = 0, refused_ = 0;
  Sources sources_;
  std::deque<Seat> seats_;  // as many as there ever were at once
  std::vector<Seat*> vacant_;
};

}  // namespace haar::http
