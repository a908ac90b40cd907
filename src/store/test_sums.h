// For tests: a state file as it would be if what somebody changed in it by SQL had been written by haar.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "store/sqlite.h"
#include "store/sums.h"

namespace haar::store {

inline void sum_anew(const std::string& folder) {
  Connection db = Connection::open(folder + "/state.db", "unix").value();
  std::vector<std::pair<std::string, SpaceFacts>> spaces;
  {
    Statement query = db.prepare("SELECT CAST(name AS TEXT), id FROM space").value();
    while (query.step() == SQLITE_ROW) spaces.push_back({std::string(query.bytes(0)), {query.integer(1)}});
  }
  Statement update_row = db.prepare("UPDATE kv SET sum = ? WHERE space = ? AND key = ?").value();
  Statement update_space = db.prepare("UPDATE space SET rows = ?, bytes = ?, total = ?, sum = ? WHERE id = ?").value();
  ASSERT_EQ(db.execute("BEGIN"), SQLITE_OK);
  for (auto& [name, facts] : spaces) {
    Statement rows = db.prepare("SELECT key, revision, value FROM kv WHERE space = ?").value();
    rows.bind(1, facts.id);
    std::vector<std::pair<std::string, std::uint64_t>> sums;
    while (rows.step() == SQLITE_ROW) {
      const std::string key(rows.bytes(0));
      sums.emplace_back(key, RowSums(name).of(key, static_cast<Revision>(rows.integer(1)), rows.bytes(2)));
      ++facts.rows;
      facts.bytes += static_cast<std::int64_t>(key.size() + rows.bytes(2).size());
      facts.total += sums.back().second;
    }
    for (const auto& [key, sum] : sums) {
      ASSERT_EQ(update_row.bind(1, static_cast<std::int64_t>(sum)).bind(2, facts.id).bind(3, key).run(), SQLITE_OK);
    }
    update_space.bind(1, facts.rows).bind(2, facts.bytes).bind(3, static_cast<std::int64_t>(facts.total));
    update_space.bind(4, static_cast<std::int64_t>(space_sum(name, facts))).bind(5, facts.id);
    ASSERT_EQ(update_space.run(), SQLITE_OK);
  }
  ASSERT_EQ(db.execute("COMMIT"), SQLITE_OK);
}

}  // namespace haar::store
