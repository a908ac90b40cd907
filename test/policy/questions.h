// Policies and the questions that their documentation answers, in a form that is short to write.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace questions {

struct Question {
  bool allowed;
  const char* action;
  const char* resource = "*";
  // Keys and values; several values of a key, and the keys that AWS makes lists of, are a list: "a|b".
  std::vector<std::pair<const char*, const char*>> context = {};
};

// What the user ana of account 111122223333 may do with that one managed policy. aws:username, aws:userid and
// aws:PrincipalArn are in every context.
bool may(std::string_view document, const Question& question);

// The document of an AWS managed policy; empty if there is none of that name.
std::string_view managed_policy(std::string_view name);

// "ec2:RunInstances on * with aws:username=ana", for messages.
std::string describe(const Question& question);

}  // namespace questions
