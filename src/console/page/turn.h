// One request on its way through server-made pages: who asks, what was sent, and how to answer.
#pragma once

#include <memory>
#include <string_view>

#include "auth/keyring.h"
#include "base/ids.h"
#include "console/page/form.h"
#include "console/page/page.h"
#include "http/message.h"
#include "http/respond.h"

namespace haar::console {

struct Turn {
  http::Request request;
  http::Respond respond;
  Visit visit;
  Fields fields{};  // of the form, or of the query where nothing was posted
  void page(const Page& shown) const { respond(answer(shown, visit)); }
};
using TurnPtr = std::shared_ptr<Turn>;

// Without its fields, which are read once it is known that this request may send some.
TurnPtr new_turn(http::Request&& request, http::Respond respond, const auth::Keyring& keyring, Random& random);

// Reads them. False: they cannot be read, or are no form of this visit's; that has been answered, with a way to `home`.
bool read_fields(Turn& turn, std::string_view home);

}  // namespace haar::console
