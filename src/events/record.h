// One event: what was asked, by whom, what was decided and why, and what came of it. Kept compactly and
// rendered to CloudTrail's JSON when read (events/render.h).
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/space.h"

namespace haar::events {

// userIdentity, with the type's name as CloudTrail spells it.
struct Identity {
  std::string type;          // Root, IAMUser, AssumedRole, FederatedUser, WebIdentityUser, SAMLUser, AWSService
  std::string principal_id;
  std::string arn;
  std::string account;
  std::string access_key_id;
  std::string user_name;
  std::string issuer_arn;    // of a session: the role's ARN
  std::string issuer_id;
  Timestamp session_created{};
  bool mfa = false;
  std::string source_identity;
  std::string invoked_by;    // a service that called on the caller's behalf
  bool assumed_root = false;      // a session of AssumeRoot's
  std::string identity_provider;  // who vouched for a WebIdentityUser or a SAMLUser

  template <class V>
  void fields(V& v) {
    v(1, type), v(2, principal_id), v(3, arn), v(4, account), v(5, access_key_id), v(6, user_name);
    v(7, issuer_arn), v(8, issuer_id), v(9, session_created), v(10, mfa), v(11, source_identity), v(12, invoked_by);
    v(13, identity_provider), v(14, assumed_root);
  }
};

// One (action, resource) pair that was evaluated, and the answer: policies can be generated from these.
struct Evaluated {
  std::string action, resource;
  bool allowed = false;
  std::string decided_by;  // policy type: "identity", "boundary", …
  std::vector<std::string> statements;  // "policy-id#sid@line:column"

  template <class V>
  void fields(V& v) {
    v(1, action), v(2, resource), v(3, allowed), v(4, decided_by), v(5, statements);
  }
};

struct EventRecord {
  static constexpr std::string_view record_name = "events.event";
  static constexpr std::uint32_t record_version = 1;

  Timestamp time{};
  std::string id;          // eventID
  std::string request_id;
  std::string source;      // "iam.amazonaws.com"
  std::string name;        // "CreateUser"
  std::string region;
  std::string account;     // recipientAccountId
  Identity identity;
  std::string source_ip, user_agent;
  bool tls = false;
  std::string tls_version, tls_cipher, tls_host;  // tlsDetails; empty where a service called, or without TLS
  bool read_only = false;
  std::string error_code, error_message;
  std::string request_parameters;   // JSON, secrets masked; empty: null
  std::string response_elements;    // JSON, secrets masked; empty: null
  std::vector<Evaluated> evaluated;
  std::string event_type = "AwsApiCall";  // or AwsServiceEvent

  template <class V>
  void fields(V& v) {
    v(1, time), v(2, id), v(3, request_id), v(4, source), v(5, name), v(6, region), v(7, account), v(8, identity);
    v(9, source_ip), v(10, user_agent), v(11, tls), v(12, read_only), v(13, error_code), v(14, error_message);
    v(15, request_parameters), v(16, response_elements), v(17, evaluated), v(18, event_type);
    v(19, tls_version), v(20, tls_cipher), v(21, tls_host);
  }
};

// What one row of the log holds: the event of one mutation, or all the reads of one flush.
struct EventBlock {
  static constexpr std::string_view record_name = "events.block";
  static constexpr std::uint32_t record_version = 1;

  std::vector<EventRecord> events;

  template <class V>
  void fields(V& v) {
    v(1, events);
  }
};

// Keys: (microseconds, sequence), so that old events are trimmed by one range.
inline const store::LogSpace<EventBlock> event_log{"events/log"};

}  // namespace haar::events
