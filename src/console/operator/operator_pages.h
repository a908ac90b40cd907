// The pages of the operator's host: what they show, and nothing of how it comes about.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "console/page/page.h"
#include "services/account/messages.h"

namespace haar::console {

struct ShownMessage {
  std::string id;
  account::MessageRecord message;
  std::string text{};  // of text messages
};

Page door_page(const Visit& visit, bool has_password, const std::string& error);
Page mailbox_page(const Visit& visit, const std::vector<ShownMessage>& mails);
Page mail_page(const Visit& visit, const account::MessageRecord& mail, const std::string& text);
Page telephone_page(const Visit& visit, const std::vector<ShownMessage>& messages);
Page call_page(const Visit& visit, const std::string& id, const account::MessageRecord& call, const std::string& text,
               bool wrong);

}  // namespace haar::console
