// The characters of names and paths. IAM tells of a broken name in words of its own, which say whose name it is, and not in
// the words of the model's constraints; so models/patches takes these patterns out of the model.
#pragma once

#include "api/kit/row.h"

namespace haar::iam {

// ValidationError for the first name or path among the members of an input that is not spelt as its kind must be.
Result<void> check_names(const wire::Operation& operation, const void* in);

// The same rows, each with that check before its decision.
api::Operations with_checked_names(const api::Operations& rows);

}  // namespace haar::iam
