// A user id of its own for each engine, where haar is root: what one engine owns is out of another's reach by
// file modes alone. The ids need no entry in /etc/passwd. Which engine has which id is kept in files, one an id,
// named by the id and holding the engine's name, so that an id is given twice by no crash.
#pragma once

#include <sys/types.h>

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace haar::engines {

// The first id of an installation. Installations on one machine have different ranges: one of 60,000, chosen by
// a hash of the folder. The ranges lie above what distributions, containers and systemd give away:
// https://systemd.io/UIDS-GIDS/ (1879048192…2147483647 is unused)
uid_t first_user_of(std::string_view folder);
inline constexpr uid_t users_per_installation = 4096;

// May be used by any thread.
class UserTable {
 public:
  // `folder` (0700) is made with the first user.
  UserTable(std::string folder, uid_t first);

  // The engine's id; one is taken, durably, if it has none. Error "EngineUsersExhausted" if none is left.
  Result<uid_t> of(const std::string& engine);
  // The id that it has, if it has one.
  std::optional<uid_t> known(const std::string& engine);
  // The id is free again. The caller has ended its processes and given away or removed its files.
  void release(const std::string& engine);

 private:
  Result<void> read();

  const std::string folder_;
  const uid_t first_;
  std::mutex mutex_;
  bool read_ = false;
  std::map<std::string, uid_t> users_;
  std::map<uid_t, std::string> engines_;
};

// Ends every process of the user. For root; `user` must not be root or a user of the machine's.
void kill_processes_of(uid_t user);
// Gives everything beneath `folder` that is not the user's to the user, the folder too. Follows no link; a file with a
// second name is left, for that name may lie elsewhere.
Result<void> give_tree(const std::string& folder, uid_t user, gid_t group);

}  // namespace haar::engines
