// What programs said of themselves when they were asked for their versions, kept from one start to the next: three
// programs that start and end take as much of the machine as all else of a start.
#pragma once

#include <sys/stat.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace haar::engines {

class ToldVersions {
 public:
  // Empty: nothing is kept. A file that is missing or damaged holds nothing.
  explicit ToldVersions(std::string file);
  // What the program said, if it is the very file that was asked.
  [[nodiscard]] std::optional<std::string> find(const std::string& program, const struct stat& now) const;
  // Not of scripts: what these start can change without them.
  void add(const std::string& program, const struct stat& now, std::string_view said);
  // Where something was added. What cannot be written is asked again by the next start.
  void save() const;

 private:
  const std::string file_;
  std::map<std::string, std::string> lines_;  // by program: its identity and what it said
  bool changed_ = false;
};

}  // namespace haar::engines
