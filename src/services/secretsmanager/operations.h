// The rows of Secrets Manager, one table per file of handlers, and what has tags, for its manifest (service.cc).
#pragma once

#include "api/kit/row.h"
#include "api/kit/tagged.h"

namespace haar::secretsmanager {

const api::Operations& secrets_operations();
const api::Operations& values_operations();
const api::Operations& stages_operations();
const api::Operations& batches_operations();
const api::Operations& lists_operations();
const api::Operations& deletion_operations();
const api::Operations& rotation_operations();
const api::Operations& policies_operations();
const api::Operations& passwords_operations();
const api::Operations& tags_operations();

// What has tags, for the Resource Groups Tagging API.
void add_tagged(const api::Call& call, api::TaggedResources& out);

}  // namespace haar::secretsmanager
