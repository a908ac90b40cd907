// DecodeAuthorizationMessage.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
#include "api/pipeline/authorization_message.h"
#include "model/sts/DecodeAuthorizationMessage.h"
#include "model/sts/service.h"
#include "services/sts/operations.h"

namespace haar::sts {
namespace {

Result<DecodeAuthorizationMessageResponse> decode_authorization_message(api::Call& call,
                                                                        const DecodeAuthorizationMessageRequest& in) {
  DecodeAuthorizationMessageResponse out;
  out.DecodedMessage = api::open_authorization_message(call.env.keyring, call.account(), in.EncodedMessage);
  if (!out.DecodedMessage) return errors::InvalidAuthorizationMessageException("Message is not valid");
  return out;
}

}  // namespace

const api::Operations authorization_messages_operations = {
    api::op<ops::DecodeAuthorizationMessage>(decode_authorization_message, api::any_resource, api::read_only,
        api::takes("EncodedMessage")),
};

}  // namespace haar::sts
