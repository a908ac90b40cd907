#include "console/page/turn.h"

#include <utility>

namespace haar::console {

TurnPtr new_turn(http::Request&& request, http::Respond respond, const auth::Keyring& keyring, Random& random) {
  Visit visit = Visit::of(request, keyring, random);
  return std::make_shared<Turn>(Turn{std::move(request), std::move(respond), std::move(visit)});
}

bool read_fields(Turn& turn, std::string_view home) {
  Result<Fields> fields = turn.request.method == "POST" ? read_form(turn.request, turn.visit) : Fields::read(turn.request.query);
  if (!fields.ok()) {
    turn.respond(problem(turn.visit, fields.error().http_status, "This page is out of date", fields.error().message, home));
    return false;
  }
  turn.fields = std::move(fields).value();
  return true;
}

}  // namespace haar::console
