#include "console/operator/operator_pages.h"

#include "base/clock.h"

namespace haar::console {
namespace {

using account::MessageRecord;

constexpr std::string_view script = "/assets/live.js";

Html navigation(const Visit& visit) {
  return el("nav", {{"class", "tabs"}}, link("/", "Mailbox"), " ", link("/telephone", "Telephone"), " ",
            form(visit, "/leave", el("button", {{"class", "small"}}, "Leave")));
}

Page live_page(const Visit& visit, std::string title) {
  Page page{.title = std::move(title), .wide = true, .script = script};
  page.body += navigation(visit);
  page.body += el("div", {{"data-poll", "/state"}});
  return page;
}

std::string_view delivery_text(const MessageRecord& message) {
  if (message.delivery == "sent") return "sent on";
  if (message.delivery == "failed") return "could not be sent on";
  return message.attempts > 0 ? "is tried again" : "in this mailbox";
}

std::string_view call_text(std::string_view state) {
  if (state == "ringing") return "It is ringing";
  if (state == "answered") return "You are on the line";
  if (state == "confirmed") return "The code was right; the call is over";
  return "The call is over";
}

Html cell(const Html& inner) { return el("td", {}, inner); }

Html keypad(const Visit& visit, const std::string& id) {
  Html keys;
  for (const char* row : {"123", "456", "789", "*0#"}) {
    for (const char* key = row; *key != '\0'; ++key)
      keys += el("button", {{"type", "button"}, {"class", "key"}, {"data-key", std::string(1, *key)}}, std::string(1, *key));
  }
  return form(visit, "/telephone/keys", hidden("id", id), el("div", {{"class", "keypad"}}, keys),
              field({.name = "keys", .label = "Keys that were pressed", .autocomplete = "off", .inputmode = "numeric",
                     .length_max = 32, .focus = true}),
              submit("Send"));
}

}  // namespace

Page door_page(const Visit& visit, bool has_password, const std::string& error) {
  Page page{.title = "The operator's mailbox and telephone"};
  if (!error.empty()) page.body += alert(Alert::error, error);
  page.body += el("p", {}, "Here arrives what haar sends to people: mail, text messages and calls, with the codes in them. They "
                           "belong to the person who runs haar on this machine.");
  page.body += el("p", {}, "On that machine, ", el("code", {}, "haar console"), " prints a link that opens this page once.");
  if (has_password) {
    page.body += form(visit, "/open", field({.name = "password", .label = "Operator's password", .type = "password",
                                             .autocomplete = "current-password", .focus = true}),
                      submit("Open"));
  }
  return page;
}

Page mailbox_page(const Visit& visit, const std::vector<ShownMessage>& mails) {
  Page page = live_page(visit, "Mailbox");
  if (mails.empty()) {
    page.body += el("p", {}, "There is no mail yet. What haar sends to people's addresses arrives here.");
    return page;
  }
  Html rows;
  for (const ShownMessage& one : mails) {
    rows += el("tr", {}, cell(link("/mail?id=" + one.id, one.message.subject)), cell(one.message.to),
               cell(format_iso8601(one.message.created)), cell(delivery_text(one.message)));
  }
  const Html head = el("tr", {}, el("th", {}, "Subject"), el("th", {}, "To"), el("th", {}, "When"), el("th", {}, "Delivery"));
  const Html table = el("table", {{"class", "mails"}}, el("thead", {}, head), el("tbody", {}, rows));
  page.body += el("div", {{"class", "scroll"}}, table);
  return page;
}

Page mail_page(const Visit& visit, const MessageRecord& mail, const std::string& text) {
  Page page{.title = mail.subject, .wide = true};
  page.body += navigation(visit);
  page.body += el("p", {}, "To ", el("strong", {}, mail.to), ", ", format_iso8601(mail.created), ", ", delivery_text(mail), ".");
  if (!mail.problem.empty()) page.body += alert(Alert::warning, mail.problem);
  page.body += el("pre", {{"class", "mail"}}, text);
  return page;
}

Page telephone_page(const Visit& visit, const std::vector<ShownMessage>& messages) {
  Page page = live_page(visit, "Telephone");
  if (messages.empty()) page.body += el("p", {}, "Nobody has called yet. haar's calls and text messages arrive here.");
  for (const ShownMessage& one : messages) {
    const MessageRecord& message = one.message;
    if (message.kind == "sms") {
      page.body += el("article", {{"class", "message"}},
                      el("p", {}, "Text message to ", el("strong", {}, message.to), ", ", format_iso8601(message.created)),
                      el("p", {}, one.text));
      continue;
    }
    Html call = el("p", {}, "Call to ", el("strong", {}, message.to), ", ", format_iso8601(message.created));
    if (message.call_state == "ringing") {
      call += el("p", {{"class", "ringing"}, {"data-ring", ""}}, "It is ringing …");
      call += form(visit, "/telephone/answer", hidden("id", one.id), submit("Answer"));
    } else {
      call += el("p", {}, call_text(message.call_state), ".");
      if (message.call_state == "answered") call += link_button("/telephone/call?id=" + one.id, "Back to the call");
    }
    page.body += el("article", {{"class", "message"}}, call);
  }
  return page;
}

Page call_page(const Visit& visit, const std::string& id, const MessageRecord& call, const std::string& text, bool wrong) {
  Page page{.title = "Call to " + call.to, .script = script};
  page.body += navigation(visit);
  if (wrong && call.call_state == "answered") page.body += alert(Alert::error, "That was not the code. Try once more.");
  if (call.call_state == "confirmed")
    page.body += alert(Alert::success, "The code was right. Go on in the other window.");
  if (call.call_state == "rejected")
    page.body += alert(Alert::warning, "The call is over. A new one can be asked for where it came from.");
  if (call.call_state == "ringing")
    page.body += form(visit, "/telephone/answer", hidden("id", id), submit("Answer"));
  if (call.call_state != "answered") {
    page.body += link("/telephone", "To the telephone");
    return page;
  }
  page.body += el("p", {{"class", "speech"}}, text);
  page.body += keypad(visit, id);
  page.body += form(visit, "/telephone/hang-up", hidden("id", id), el("button", {{"class", "small"}}, "Hang up"));
  return page;
}

}  // namespace haar::console
