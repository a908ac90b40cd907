#include "engines/copy_manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/file.h"
#include "engines/own_file.h"
#include "store/sums.h"

namespace haar::engines {
namespace {

constexpr std::string_view first_line = "haar copy 1\n";
constexpr std::string_view file_name = "/manifest";
constexpr std::size_t longest = std::size_t{256} << 20;  // bytes: a million files and more
constexpr std::size_t longest_path = 1000;

std::string sum_line(std::string_view text) { return fmt::format("sum {:016x}\n", store::xxh64(text, 0)); }

// The next word up to a blank, or the rest of the line.
std::string_view word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view out = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return out;
}

bool read_number(std::string_view text, int base, std::uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return error == std::errc() && end == text.data() + text.size();
}

bool read_line(std::string_view line, CopyManifest& out) {
  const std::string_view kind = word(line);
  if (kind == "fact") {
    const std::string name(word(line));
    return out.facts.emplace(name, std::string(line)).second;
  }
  if (kind == "folder") {
    out.folders.emplace_back(line);
    return is_copyable_path(line);
  }
  if (kind != "file") return false;
  CopiedFile& file = out.files.emplace_back();
  const bool numbers = read_number(word(line), 16, file.sum) && read_number(word(line), 10, file.bytes);
  file.path = line;
  return numbers && is_copyable_path(line);
}

}  // namespace

Error copy_damaged(std::string_view folder, std::string_view why) {
  return {"CopyDamaged", fmt::format("the copy {} is damaged: {}", folder, why), 500, Fault::receiver};
}

bool is_copyable_path(std::string_view path) {
  if (path.empty() || path.size() > longest_path || path.front() == '/' || path.back() == '/') return false;
  if (std::ranges::any_of(path, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; })) return false;
  for (std::string_view rest = path; !rest.empty();) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view part = rest.substr(0, end);
    if (part.empty() || part == "." || part == "..") return false;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return true;
}

std::string manifest_text(const CopyManifest& manifest) {
  std::string out(first_line);
  for (const auto& [name, value] : manifest.facts) out += fmt::format("fact {} {}\n", name, value);
  for (const std::string& folder : manifest.folders) out += fmt::format("folder {}\n", folder);
  for (const CopiedFile& file : manifest.files) out += fmt::format("file {:016x} {} {}\n", file.sum, file.bytes, file.path);
  return out + sum_line(out);
}

Result<CopyManifest> read_manifest_text(std::string_view text) {
  const Error damaged = copy_damaged("", "its manifest is not as it was written");
  const std::size_t sum_length = sum_line("").size();
  if (!text.starts_with(first_line) || text.size() < first_line.size() + sum_length) return damaged;
  std::string_view body = text.substr(0, text.size() - sum_length);
  if (text.substr(body.size()) != sum_line(body)) return damaged;
  body.remove_prefix(first_line.size());
  CopyManifest out;
  while (!body.empty()) {
    const std::size_t end = body.find('\n');
    if (end == std::string_view::npos || !read_line(body.substr(0, end), out)) return damaged;
    body.remove_prefix(end + 1);
  }
  return out;
}

Result<void> write_manifest(const std::string& folder, const CopyManifest& manifest) {
  return write_file_durably(folder + std::string(file_name), manifest_text(manifest), 0600);
}

Result<CopyManifest> read_manifest(const std::string& folder) {
  const Result<std::string> text = read_own_file(folder + std::string(file_name), longest);
  if (!text.ok()) return copy_damaged(folder, "its manifest cannot be read");
  Result<CopyManifest> manifest = read_manifest_text(*text);
  if (!manifest.ok()) return copy_damaged(folder, "its manifest is not as it was written");
  return manifest;
}

}  // namespace haar::engines
