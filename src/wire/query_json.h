// awsQuery's answers as JSON, for clients that ask for it: the same tables, another text. Not in AWS's documentation, but
// clients live by it: Kubernetes' IAM authenticator (https://github.com/kubernetes-sigs/aws-iam-authenticator) sends
// presigned calls of GetCallerIdentity so, and API Gateway asks query services for JSON.
//   {"GetCallerIdentityResponse":{"GetCallerIdentityResult":{…},"ResponseMetadata":{"RequestId":"…"}}}
//   {"Error":{"Code":"Throttling","Message":"Rate exceeded","Type":"Sender"},"RequestId":"…"}
#pragma once

#include <string_view>

#include "base/result.h"
#include "wire/codec.h"

namespace haar::wire {

// Whether the request asks a query service for JSON: by `Accept`, or by the parameter ContentType=JSON, with which boto 2
// asked RDS, ElastiCache and others. EC2 answers XML whatever is asked.
//
// Known of AWS: `application/json` alone gives JSON; `*/*`, `application/xml` and no header give XML. Not found: what it
// makes of a list or of q-values. Here JSON is given where application/json is named with a q above that of every XML
// type that is named, or the same q and before it; a wildcard names nothing, so that a browser gets XML.
bool asks_for_json(const Service& service, const RequestParts& request);

// `operation` is one of a service that speaks awsQuery.
EncodedResponse encode_json_response(const Service& service, const Operation& operation, const void* output,
                                     std::string_view request_id);
EncodedResponse encode_json_error(const Error& error, std::string_view request_id);

}  // namespace haar::wire
