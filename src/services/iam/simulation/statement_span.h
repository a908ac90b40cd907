// Where the policy simulator says that a statement begins and ends.
#pragma once

#include "model/iam/SimulateCustomPolicy.h"
#include "policy/decide.h"
#include "policy/document.h"

namespace haar::iam {

struct StatementSpan {
  policy::Position start, end;
};

// AWS gives the places where its parser stood, not those of the braces: the end is just behind the closing
// brace, and the start is just behind what came before the statement: the "[" of the list, or the statement
// before; a single statement without a list starts just behind its own opening brace. So it is in the
// examples of the AWS CLI (simulate-custom-policy: 1:38 to 1:167; simulate-principal-policy: 3:19 to 9:10)
// and in recorded answers.
StatementSpan aws_span(const policy::Document& document, const policy::Match& match);

}  // namespace haar::iam
