#include "fleet/drivers/volume_epoch.h"

#include <fmt/format.h>

#include <charconv>
#include <string>

#include "base/file.h"
#include "engines/own_file.h"

namespace haar::fleet {
namespace {

constexpr Epoch first_epoch = 1;  // of a volume without the file

std::string epoch_path(const engines::InstanceSpec& spec) { return spec.folder + "/epoch"; }

Epoch epoch_of(const engines::InstanceSpec& spec) {
  constexpr std::size_t longest = 24;
  Epoch epoch = first_epoch;
  const Result<std::string> text = engines::read_own_file(epoch_path(spec), longest);
  if (text.ok()) std::from_chars(text->data(), text->data() + text->size(), epoch);
  return epoch;
}

}  // namespace

Result<void> enter_epoch(const engines::InstanceSpec& spec, Epoch epoch) {
  const Epoch marked = epoch_of(spec);
  if (epoch < marked) {
    return Error{"EngineFenced", fmt::format("{} has gone on to epoch {}: epoch {} is over", spec.id, marked, epoch), 500,
                 Fault::receiver};
  }
  if (epoch == marked) return {};
  return write_file_durably(epoch_path(spec), fmt::format("{}\n", epoch), 0600);
}

}  // namespace haar::fleet
