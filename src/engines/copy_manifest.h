// What a kept copy of an engine's folder consists of: every file with its length and the sum of its contents, so that a
// copy that a disk or a person has changed is found, and the file named, before anything is made of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace haar::engines {

struct CopiedFile {
  std::string path;  // below the folder
  std::uint64_t bytes = 0;
  std::uint64_t sum = 0;
  bool operator==(const CopiedFile&) const = default;
};

struct CopyManifest {
  std::map<std::string, std::string> facts;  // what the engine's driver wants to know of it again
  std::vector<std::string> folders;          // each after the one in which it lies
  std::vector<CopiedFile> files;
  bool operator==(const CopyManifest&) const = default;

  [[nodiscard]] std::string fact(const std::string& name) const {
    const auto found = facts.find(name);
    return found == facts.end() ? std::string() : found->second;
  }
};

// Whether a line can hold this name, and it stays below the folder.
bool is_copyable_path(std::string_view path);

std::string manifest_text(const CopyManifest& manifest);
// Error "CopyDamaged" for a text that is not, letter for letter, what manifest_text made.
Result<CopyManifest> read_manifest_text(std::string_view text);

// <folder>/manifest, on disk when it returns.
Result<void> write_manifest(const std::string& folder, const CopyManifest& manifest);
// Error "CopyDamaged" also if there is none.
Result<CopyManifest> read_manifest(const std::string& folder);

Error copy_damaged(std::string_view folder, std::string_view why);

}  // namespace haar::engines
