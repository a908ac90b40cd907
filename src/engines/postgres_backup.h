// Copies of a PostgreSQL volume: of one that runs, by the server's backup functions and with the log that makes the copied
// files one state; of one that rests, as it lies. What is made of a copy is a volume of its own.
// https://www.postgresql.org/docs/15/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
//
//   <folder>/manifest   what it consists of (copy_manifest.h)
//   <folder>/data/…     as in the volume
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "engines/folder_copy.h"
#include "engines/instance.h"

namespace haar::engines::postgres {

// `folder`, haar's own: there, complete and on disk when this returns, else not there. It may take long: haar's end cuts it
// short ("Stopping"). Error "EngineBusy" if the server was started or ended meanwhile: to be tried again.
Result<void> take_copy(Supervisor& supervisor, const InstanceSpec& spec, const std::string& folder, const CopyBounds& bounds);

// Up to where a volume made of a copy takes in the log that was kept beside it (postgres_archive.h).
struct Recovery {
  std::string log_folder;                        // empty: only the copy
  std::optional<std::int64_t> until_micros = {};  // since 1970, by the machine's own clock
  std::string until_position = {};               // or to this place, where no time is given: "0/3000028"
};
// In place of create_data. The server's first start brings the volume to that state; until then it takes nobody.
// Error "CopyDamaged".
Result<void> restore_copy(Supervisor& supervisor, const InstanceSpec& spec, const std::string& folder, const Recovery& recovery,
                          const CopyBounds& bounds);
// Whether it is still to come there with its next start: the server takes the mark away when it has.
bool is_recovering(const InstanceSpec& spec);
Result<void> mark_recovering(const InstanceSpec& spec, const EngineUser& user);
// The server has come to where it was to come to: nothing of the restore is left in its configuration. Costs nothing else.
void end_recovery(const InstanceSpec& spec);

// Where in the log the copy begins: what comes after is needed to go on from it.
Result<std::uint64_t> begins_at(const std::string& folder);

}  // namespace haar::engines::postgres
