// Documents that are evaluated together, indexed by action over all of them, so that a decision costs what
// matches and not what exists. Immutable; cache it per principal (or per resource) and share it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "policy/document.h"

namespace haar::policy {

// Where a document comes from, as SimulatePrincipalPolicy's PolicySourceType says it.
enum class SourceType : std::uint8_t {
  user, group, role, aws_managed, user_managed, resource, session, organization, endpoint, none
};

struct Attached {
  std::string source_id;  // a policy's ARN, or "user/ana/inline-name"
  SourceType source_type = SourceType::none;
  std::shared_ptr<const Document> document;
};

class PolicySet {
 public:
  static std::shared_ptr<const PolicySet> build(std::vector<Attached> attached);
  static std::shared_ptr<const PolicySet> build(Attached attached);
  ~PolicySet();
  PolicySet(const PolicySet&) = delete;
  PolicySet& operator=(const PolicySet&) = delete;

  [[nodiscard]] std::span<const Attached> attached() const { return attached_; }

  struct Index;
  [[nodiscard]] const Index& index() const { return *index_; }

 private:
  PolicySet();
  std::vector<Attached> attached_;
  std::unique_ptr<const Index> index_;
};

}  // namespace haar::policy
