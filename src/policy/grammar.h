// The grammar of policy documents as AWS enforces it: which text is refused with which message. Internal to policy/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/document.h"
#include "policy/json.h"

namespace haar::policy {

// A statement as written, its shape checked.
struct RawStatement {
  const json::Node* node = nullptr;
  std::string effect, sid;
  bool not_action = false, not_resource = false;
  bool has_action = false, has_resource = false;
  std::vector<std::string> actions, resources;
  const json::Node* principal = nullptr;  // Principal or NotPrincipal
  bool not_principal = false;
  const json::Node* condition = nullptr;  // nullptr when absent
};

struct RawDocument {
  std::string version;  // empty when absent
  std::vector<RawStatement> statements;
};

Error malformed(Kind kind, std::string message);
// Texts of a node that may be one string or a list of strings; false for anything else.
bool read_strings(const json::Node& node, std::vector<std::string>& out);

// Reads and checks everything but the principals' existence. The nodes must outlive the result.
Result<RawDocument> check_document(const json::Node& root, Kind kind);

// In the kinds' own files: the rules that only they have.
Result<void> check_identity(const RawDocument& document, Kind kind);
Result<void> check_trust(const RawDocument& document);
Result<void> check_resource_policy(const RawDocument& document, Kind kind);
Result<void> check_organization_policy(const RawDocument& document, Kind kind);

// Formats that all kinds share.
Result<void> check_resources(const RawStatement& statement, Kind kind);
Result<void> check_actions(const RawStatement& statement, Kind kind);
// "arn:aws:s3" stands for "arn:aws:s3:*:*:*": missing components are wildcards.
std::string complete_arn(std::string_view resource);

}  // namespace haar::policy
