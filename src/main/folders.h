// Where haar keeps things: the data folder, the log in it, and the run folder for Unix sockets.
#pragma once

#include <string>

#include "base/file.h"
#include "base/result.h"

namespace haar::main {

// `given` (of --data, $HAAR_DATA or the file), else /var/lib/haar as root, else $XDG_DATA_HOME/haar,
// else ~/.local/share/haar. Absolute; nothing is created.
Result<std::string> resolve_data_folder(const std::string& given);

// Creates the data folder with log/ in it: 0711 as root, so that engine users can pass through to
// their own folders, else 0700. As root, a folder above it that other users cannot enter is an error that
// names it. A folder owned by somebody else is refused.
Result<void> prepare_data_folder(const std::string& data);
// The check of the folders above alone: `is_root` as if.
Result<void> check_parents(const std::string& data, bool is_root);

// One haar per data folder. Holds while the descriptor is open; no child inherits it.
Result<Fd> lock_data_folder(const std::string& data);

// <data>/log/haar.log, for appending, 0600. Where a full disk does not let it be made: stderr.
Result<Fd> open_log(const std::string& data);

// The folder for Unix sockets: <data>/run, or where that is too long for a socket's 107 bytes,
// /run/haar-<hash> as root, else $XDG_RUNTIME_DIR/haar-<hash>, else /tmp/haar-<uid>-<hash>. The hash is of
// the data folder, so that every haar command finds the same one. Names in it: at most 40 bytes.
std::string run_folder(const std::string& data);
// Creates it (0711 as root, else 0700) and makes sure that it is ours and nobody else can write there.
Result<std::string> prepare_run_folder(const std::string& data);

inline constexpr std::size_t max_socket_path_bytes = 107;  // sun_path less the final zero
inline constexpr std::size_t max_socket_name_bytes = 40;

}  // namespace haar::main
