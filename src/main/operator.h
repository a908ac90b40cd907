// The operator's socket: how a person on this machine, who is not an AWS principal, reaches a running haar.
// A Unix socket of mode 0600 in the run folder; the peer must be the same user, or root, and show the token that
// lies beside the socket (<socket>.token, 0600, new at every start). Where haar is no root, engines are the same user:
// what they cannot do is open that file. One JSON object on one line each way:
//
//   {"verb": "status", "token": "…", "arguments": {}}
//   {"ok": true, "result": {…}}    or    {"ok": false, "code": "…", "message": "…"}
//
// Verbs that the command line knows, and their results (all members are text unless said):
//   status      {} -> {endpoint, ca, data, region, pid: number, uptime_seconds: number, version, accounts: [{id, name}],
//               profile, disk: {free_bytes: number, reserve, writes}, confinement: {in_force: [text], missing: [text]},
//               refusing: {wanted, in_force, reason}}
//   endpoints   {} -> {endpoints: [{id, engine, address, port: number, status}]}
//   events      {limit: number, since, until, account, region, attributes: {EventName, …}} (main/event_query.h)
//               -> {events: [CloudTrail record, …]}, oldest first
//   stop        {engines: bool} -> {}
//   reset       {} -> {}
//   advance     {seconds: number} -> {now}
//   create_account        {id, name, email} -> {id}; an empty id: one is made
//   create_administrator  {account, user} -> {created: bool, access_key_id, secret_access_key}
//   create_access_key     {account, user, replace} -> the same; `replace`: a key to delete first, or empty
//   add_delegation_template  {account, arn, name, document} -> {}
//   why_refused  {from, to, account, region, source_port: number} -> who is refused by what (main/reach/reach_verbs.h)
//   vpc_addresses  {} -> the blocks of VPCs, and who listens there (main/reach/reach_verbs.h)
//   instance              {instance, region, account} -> {account, region, instance, state, endpoint}; region and account
//               may be empty
//   instance_route        {instance, region, account, address, port: number} -> which way a connection of the instance's
//               goes: {refusal} ("not-running", "nothing-there", "unreachable"), or {source, address, port: number}, of
//               which any can be missing (control/instance_routes.h)
//   console_links         {} -> {console, mailbox}: where the console is, and a link that opens the operator's mailbox once
//   delegation_notices       {account} -> {notices: [{time, topic, request, workflow, state, owner, token}]}, oldest first
#pragma once

#include <sys/types.h>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace haar::main {

using OperatorVerb = std::function<Result<boost::json::value>(const boost::json::object& arguments)>;

inline constexpr std::size_t max_operator_request_bytes = 1024 * 1024;
inline constexpr std::size_t max_operator_response_bytes = 64 * 1024 * 1024;
inline constexpr int operator_receive_seconds = 5;  // for a request to arrive, and for a response to be taken

// Answers one request at a time, on a thread of its own.
class OperatorServer {
 public:
  OperatorServer();
  ~OperatorServer();  // stops
  OperatorServer(const OperatorServer&) = delete;
  OperatorServer& operator=(const OperatorServer&) = delete;

  // Before start(). Verbs run on the server's thread, one at a time; an exception is an error to the client.
  void on(std::string verb, OperatorVerb handler);
  // Binds `path`, replacing a socket that nobody listens on. Error "OperatorSocketInUse" when somebody does.
  Result<void> start(const std::string& path);
  // Finishes the request at hand, joins the thread, removes the socket. Not to be called from a verb.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// <run folder>/operator.sock
std::string operator_socket(const std::string& data);
// $HAAR_OPERATOR_SOCKET, else that of the data folder (resolved from `data`, which may be empty).
Result<std::string> choose_operator_socket(const std::string& data);

// Asks, with the token beside the socket, and waits for the answer, as long as it takes. Error "NotRunning" when
// nobody listens there; else the verb's own error.
Result<boost::json::object> ask_operator(const std::string& socket, const std::string& verb,
                                         boost::json::object arguments = {});

// Whether what a request showed is the token, in a time that tells nothing of it.
bool is_operator_token(std::string_view shown, std::string_view token);
// Whether a peer of this user may ask: the same user as ours, or root.
bool operator_may_ask(uid_t peer, uid_t own);

}  // namespace haar::main
