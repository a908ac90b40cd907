// What has tags of ec2, for its manifest (service.cc); its rows are in rows.h.
#pragma once

#include "api/kit/call.h"
#include "api/kit/tagged.h"

namespace haar::ec2 {

// What has tags, for the Resource Groups Tagging API.
void add_tagged(const api::Call& call, api::TaggedResources& out);

}  // namespace haar::ec2
