#include "services/secretsmanager/labels.h"

namespace haar::secretsmanager {

std::string labelled(const Labels& labels, std::string_view label) {
  const auto at = labels.find(std::string(label));
  return at == labels.end() ? std::string() : at->second;
}

std::vector<std::string> labels_of(const Labels& labels, std::string_view version) {
  std::vector<std::string> out;
  for (const auto& [label, on] : labels) {
    if (on == version) out.push_back(label);
  }
  return out;
}

void attach(Labels& labels, std::string_view label, const std::string& version) {
  const std::string before = labelled(labels, label);
  if (before == version) return;
  labels.insert_or_assign(std::string(label), version);
  if (label != current) return;
  // A version that becomes the current one again is not the one before it.
  if (labelled(labels, previous) == version) labels.erase(std::string(previous));
  if (!before.empty()) labels.insert_or_assign(std::string(previous), before);
}

}  // namespace haar::secretsmanager
