// Taking possession of a data folder: its lock, the state file's format, and its tables.
#pragma once

#include <memory>

#include "base/file.h"
#include "store/room_vfs.h"
#include "store/sqlite.h"
#include "store/sqlite_backend.h"
#include "store/sqlite_tables.h"

namespace haar::store {

struct SqliteFolder {
  Fd lock;
  std::unique_ptr<RoomVfs> vfs;  // outlives the connections
  Connection writer;
  Connection reader;
  Spaces spaces;
  Revision revision = 0;
};

Result<SqliteFolder> open_sqlite_folder(const SqliteOptions& options);

}  // namespace haar::store
