// For tests of durability: concurrent writers whose transactions can be told whole from half, and the
// check of what is there afterwards.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/thread.h"
#include "store/db.h"
#include "store/key_space.h"

namespace haar::store {

struct PieceRecord {
  static constexpr std::string_view record_name = "test.piece";
  static constexpr std::uint32_t record_version = 1;
  std::int64_t number = 0;
  std::string filler{};
  template <class V>
  void fields(V& v) {
    v(1, number);
    v(2, filler);
  }
};

inline const KeySpace<PieceRecord> pieces{"test/piece"};
inline const KeySpace<PieceRecord> heads{"test/head"};
inline const LogSpace<PieceRecord> piece_log{"test/piece-log"};
inline std::vector<const SpaceBase*> piece_spaces() { return {&pieces, &heads, &piece_log}; }
inline constexpr int pieces_per_write = 3;

// Write `number` of a writer: three pieces, the writer's head moved from number - 1, the piece of ten
// writes ago erased, and a row in the log. All of it or nothing.
inline Keep write_pieces(Txn& txn, int writer, std::int64_t number, std::size_t filler_bytes) {
  const AccountId account(std::to_string(writer));
  for (int i = 0; i < pieces_per_write; ++i) {
    txn.put(pieces, key_of(account, global, number, i), {number, std::string(filler_bytes, 'x')});
    txn.erase(pieces, key_of(account, global, number - 10, i));
  }
  txn.put(heads, key_of(account, global), {number});
  txn.append(piece_log, key_of(account, global, number), {number});
  return Keep::commit;
}

// The last write of the writer that is there; -1 and a reason if one is there in part.
inline std::int64_t last_whole_write(const Db& db, int writer, std::string& reason) {
  const AccountId account(std::to_string(writer));
  const Reader reader(db.snapshot());
  const PieceRecord* head = reader.get(heads, key_of(account, global));
  const std::int64_t last = head == nullptr ? 0 : head->number;
  std::multiset<std::int64_t> found;
  for (const auto& [key, piece] : reader.scan(pieces, prefix_of(account, global))) found.insert(key.number(2));
  std::multiset<std::int64_t> expected;
  for (std::int64_t n = std::max<std::int64_t>(1, last - 9); n <= last; ++n) {
    for (int i = 0; i < pieces_per_write; ++i) expected.insert(n);
  }
  std::int64_t logged = 0;
  const auto scanned = db.scan_log(piece_log, prefix_of(account, global), key_of(account, "."), 1, true,
                                   [&](const Key& key, const PieceRecord&) {
                                     logged = key.number(2);
                                     return true;
                                   });
  if (found == expected && scanned.ok() && logged == last) return last;
  reason = "writer " + std::to_string(writer) + ": head " + std::to_string(last) + ", logged " + std::to_string(logged) +
           ", " + std::to_string(found.size()) + " pieces of which " + std::to_string(expected.size()) + " expected";
  return -1;
}

inline Outcome erase_oldest(Db& db, std::size_t count) {
  const std::vector<Entry> rows = db.read_log(piece_log, {}, {}, count, false).value();
  return db.submit_and_wait([&](Txn& txn) {
    for (const Entry& row : rows) txn.erase(piece_log, Key::from_bytes(row.key), row.revision);
    return Keep::commit;
  });
}

// Writers that go on until stopped, each from where `first` says; `acknowledged` is called for every
// write that was answered committed, before the next begins; `refused` for every other.
class Writers {
 public:
  Writers(Db& db, int count, std::size_t filler_bytes, const std::function<std::int64_t(int)>& first,
          std::function<void(int, std::int64_t)> acknowledged, std::function<void(Outcome)> refused = {}) {
    for (int w = 0; w < count; ++w) {
      threads_.emplace_back("test-writer", [=, this, &db, from = first(w)] {
        for (std::int64_t n = from; !stop_;) {
          const Outcome o = db.submit_and_wait([&](Txn& txn) { return write_pieces(txn, w, n, filler_bytes); });
          if (o == Outcome::committed) acknowledged(w, n++);
          if (o != Outcome::committed && refused) refused(o);
        }
      });
    }
  }
  ~Writers() { stop(); }
  void stop() {
    stop_ = true;
    threads_.clear();
  }

 private:
  std::atomic<bool> stop_{false};
  std::vector<Thread> threads_;
};

}  // namespace haar::store
