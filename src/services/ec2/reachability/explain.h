// A verdict for a person: which thing refuses, by its id, and the AWS CLI command that would mend it.
#pragma once

#include <string>

#include "services/ec2/reachability/decide.h"

namespace haar::ec2 {

struct Explanation {
  std::string gate;    // "network-acl-inbound": for programs
  std::string thing;   // the id of what refuses: sg-…, acl-…, rtb-…; empty: there is no such thing
  std::string words;   // a sentence
  std::string mend;    // a command; empty: none mends it
};

// What a person asked about, for the words.
struct Question {
  const Destination& destination;
  const DestinationView& view;
  Source source;
  std::string name;  // of the endpoint
};

Explanation explain(const store::Reader& reader, const Question& question, const Verdict& verdict);
// For one who is admitted: the inbound rules that do so, "sgr-1 (sg-db)", in the order of their ids.
std::vector<std::string> admitting_rules(const store::Reader& reader, const Question& question, const Verdict& verdict);

}  // namespace haar::ec2
