// For tests of services: this build still reads every version of a record that was ever written.
//
//   TEST(UserRecord, every_old_version_is_read) {
//     UserRecord user; user.name = "alice"; ...           // every field set to something
//     const Result<void> read = check_goldens<UserRecord>({{1, user}});
//     ASSERT_TRUE(read.ok()) << read.error().message;
//   }
//
// The files are test/store/formats/<record_name>.v<N>.bin. For every version from 1 to record_version the
// map says what its file must decode to in this build. A missing file of the current version is written
// when HAAR_UPDATE_GOLDEN=1 is set; a file that is there is never written again.
#pragma once

#include <cstdlib>
#include <map>
#include <string>

#include "base/file.h"
#include "store/record.h"

namespace haar::store {

inline std::string golden_path(const std::string& folder, std::string_view record_name, std::uint32_t version) {
  return folder + "/" + std::string(record_name) + ".v" + std::to_string(version) + ".bin";
}

template <Record R>
Result<void> check_goldens(const std::map<std::uint32_t, R>& expected,
                           const std::string& folder = std::string(HAAR_SOURCE_DIR) + "/test/store/formats") {
  const auto failed = [](std::string message) { return Error{"InternalFailure", std::move(message), 500, Fault::receiver}; };
  const char* update = std::getenv("HAAR_UPDATE_GOLDEN");
  for (std::uint32_t version = 1; version <= R::record_version; ++version) {
    const std::string path = golden_path(folder, R::record_name, version);
    const auto want = expected.find(version);
    if (want == expected.end()) return failed("the test says nothing of version " + std::to_string(version));
    Result<std::string> bytes = read_file(path);
    if (!bytes.ok() && version == R::record_version && update != nullptr && std::string_view(update) == "1") {
      TRY(make_folders(folder, 0755));
      TRY(write_file_durably(path, encode(want->second), 0644));
      bytes = read_file(path);
    }
    if (!bytes.ok()) return failed(bytes.error().message + " (HAAR_UPDATE_GOLDEN=1 writes the current version's)");
    const RecordHeader header = TRY(read_header(*bytes));
    if (header.version != version) return failed(path + " holds version " + std::to_string(header.version));
    R record{};
    if (const Result<void> read = decode_into(*bytes, record); !read.ok()) {
      return failed(path + ": " + read.error().message);
    }
    if (encode(record) != encode(want->second)) return failed(path + " is read as something else than was written");
  }
  return {};
}

}  // namespace haar::store
