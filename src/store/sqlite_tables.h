// The tables of the state file: made, checked, and brought from an older format to this one. Everything in them
// carries a checksum (sums.h): each record, each space's line, each value about the file.
#pragma once

#include <map>
#include <string>

#include "store/sqlite.h"
#include "store/sqlite_backend.h"
#include "store/sums.h"

namespace haar::store {

using Spaces = std::map<std::string, SpaceFacts, std::less<>>;

// What a person is told of a file that cannot be trusted: its name, what is wrong, and the ways on.
Error damaged_file(const std::string& path, std::string_view what);
// The same of one record, by its space and key in readable form; nothing of its value.
Error damaged_record(const std::string& path, std::string_view space, std::string_view key);

// This format's tables, empty; within the caller's transaction.
Result<void> make_tables(Connection& db);
// In a file without tables. One transaction.
Result<void> create_tables(Connection& db, const SqliteOptions& options);

// Refuses a file without haar's tables, one of a newer format (by its writer's name), and one that does not hold what
// it should; brings an older format to this one in one transaction. Before this succeeds nothing else is changed.
Result<void> check_tables(Connection& db, const SqliteOptions& options);

// Reads the spaces and their facts, each line checked.
Result<Spaces> read_spaces(Connection& db, const std::string& path);
Result<Revision> read_revision(Connection& db, const std::string& path);

// Adds the line of a new space and gives it its id. SQLite result codes.
int add_space(Connection& db, const std::string& name, SpaceFacts& facts);

}  // namespace haar::store
