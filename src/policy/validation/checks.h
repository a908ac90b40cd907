// The checks that haar decides. Those that need what AWS alone knows (regions of services, resource types of single actions)
// are not among them.
#pragma once

#include "policy/validation/findings.h"

namespace haar::policy::validation {

inline constexpr auto E = FindingType::error, W = FindingType::warning, S = FindingType::security_warning,
                      G = FindingType::suggestion;

// ---- structure
inline constexpr Check kJsonSyntax{"JSON_SYNTAX_ERROR", E, "Fix the JSON syntax error at index {} line {} column {}."};
inline constexpr Check kDataType{"DATA_TYPE_MISMATCH", E, "The text does not match the expected JSON data type {}."};
inline constexpr Check kInvalidElement{"INVALID_POLICY_ELEMENT", E, "The policy element {} is not valid."};
inline constexpr Check kInvalidVersion{"INVALID_VERSION", E, "The version {} is not valid. Use one of the following versions: "
    "{}"};
inline constexpr Check kMissingVersion{
    "MISSING_VERSION", W, "We recommend that you specify the Version element to help you with debugging permission issues."};
inline constexpr Check kMissingStatement{"MISSING_STATEMENT", E, "Add a statement to the policy"};
inline constexpr Check kMissingEffect{
    "MISSING_EFFECT", E, "Add an Effect element to the policy statement with a value of Allow or Deny."};
inline constexpr Check kInvalidEffect{"INVALID_EFFECT", E, "The effect {} is not valid. Use Allow or Deny."};
inline constexpr Check kMissingAction{"MISSING_ACTION", E, "Add an Action or NotAction element to the policy statement."};
inline constexpr Check kMissingResource{"MISSING_RESOURCE", E, "Add a Resource or NotResource element to the policy statement."};
inline constexpr Check kMissingPrincipal{"MISSING_PRINCIPAL", E, "Add a Principal element to the policy statement."};
inline constexpr Check kCombination{
    "UNSUPPORTED_ELEMENT_COMBINATION", E,
    "The policy elements {} and {} can not be used in the same statement. Remove one of these elements."};
inline constexpr Check kUnsupportedSid{
    "UNSUPPORTED_SID", E, "Update the characters in the Sid element to use one of the following character types: [a-z, A-Z, "
    "0-9]"};
inline constexpr Check kUniqueSidsRequired{
    "UNIQUE_SIDS_REQUIRED", E, "Duplicate statement IDs are not supported for this policy type. Update the Sid value."};
inline constexpr Check kUniqueSidsRecommended{
    "UNIQUE_SIDS_RECOMMENDED", W, "We recommend that you use statement IDs that are unique to your policy. Update the Sid "
    "value."};
inline constexpr Check kEmptySid{"EMPTY_SID_VALUE", G, "Add a value to the empty string in the Sid element."};
inline constexpr Check kRedundantStatement{
    "REDUNDANT_STATEMENT", G,
    "The statements are redundant because they provide identical permissions. Update the policy to remove the redundant "
    "statement."};
inline constexpr Check kIdentitySize{
    "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", W,
    "The {} characters in the identity policy, excluding whitespace, exceed the {} character maximum for inline and managed "
    "policies. We recommend that you use multiple granular policies."};
inline constexpr Check kScpSize{"POLICY_SIZE_EXCEEDS_SCP_QUOTA", E,
                                "The {} characters in the service control policy (SCP) exceed the {} character maximum for SCPs. "
                                "We recommend that you use multiple granular policies."};
inline constexpr Check kRcpSize{"POLICY_SIZE_EXCEEDS_RCP_QUOTA", E,
                                "The {} characters in the resource control policy (RCP) exceed the {} character maximum for "
                                "RCPs. "
                                "We recommend that you use multiple granular policies."};

// ---- actions
inline constexpr Check kInvalidAction{"INVALID_ACTION", E, "The action {} does not exist."};
inline constexpr Check kInvalidActionLike{"INVALID_ACTION", E, "The action {} does not exist. Did you mean {}?"};
inline constexpr Check kInvalidService{"INVALID_SERVICE_IN_ACTION", E, "The service {} specified in the action does not exist."};
inline constexpr Check kEmptyActions{
    "EMPTY_ARRAY_ACTION", G, "This statement includes no actions and does not affect the policy. Specify actions."};
inline constexpr Check kRedundantAction{
    "REDUNDANT_ACTION", G,
    "The {} action(s) are redundant because they provide similar permissions. Update the policy to remove the redundant action "
    "such as: {}."};
inline constexpr Check kRcpNotAction{
    "RCP_SYNTAX_ERROR_NOTACTION", E, "RCPs do not support the NotAction element. Update to use the Action element."};
inline constexpr Check kRcpAction{
    "RCP_SYNTAX_ERROR_ACTION", E, "RCPs only support specifying select service prefixes in the Action element. Learn more here."};
inline constexpr Check kRcpAllow{
    "RCP_SYNTAX_ERROR_ALLOW", E,
    "RCPs only support specifying all principals (\"*\") in the Principal element, all resources (\"*\") in the Resource "
    "element, "
    "and no Condition element with an effect of Allow."};

// ---- resources
inline constexpr Check kArnPrefix{"INVALID_ARN_PREFIX", E, "Add the required prefix (arn) to the resource ARN."};
inline constexpr Check kArnFields{
    "MISSING_ARN_FIELD", E,
    "Resource ARNs must include at least {} fields in the following structure: arn:partition:service:region:account:resource"};
inline constexpr Check kArnAccount{"INVALID_ARN_ACCOUNT", E,
                                   "The resource ARN account ID {} is not valid. Provide a 12-digit account ID."};
inline constexpr Check kPartition{
    "INVALID_PARTITION", E, "The resource ARN for the service {} does not support the partition {}. Use the supported values: "
    "{}"};
inline constexpr Check kServiceCase{
    "INVALID_ARN_SERVICE_CASE", E, "Update the service name {} in the resource ARN to use all lowercase letters."};
inline constexpr Check kRegionNotAllowed{
    "ARN_REGION_NOT_ALLOWED", E, "The service {} does not support specifying a Region in the resource ARN."};
inline constexpr Check kServiceWildcard{
    "WILDCARD_IN_SERVICE_NAME", G,
    "Avoid using wildcards (*, ?) in the service name because it might grant unintended access to other AWS services with "
    "similar "
    "names."};
inline constexpr Check kEmptyResources{
    "EMPTY_ARRAY_RESOURCE", G, "This statement includes no resources and does not affect the policy. Specify resources."};
inline constexpr Check kRedundantResource{
    "REDUNDANT_RESOURCE", G,
    "The {} resource ARN(s) are redundant because they reference the same resource. Review the use of wildcards (*)"};
inline constexpr Check kTrustResource{
    "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", E,
    "Role trust policies apply to the role that they are attached to. You cannot specify a resource. Remove the Resource or "
    "NotResource element."};

// ---- principals
inline constexpr Check kUnsupportedPrincipal{
    "UNSUPPORTED_PRINCIPAL", E, "The policy type {} does not support the Principal element. Remove the Principal element."};
inline constexpr Check kScpPrincipal{
    "SCP_SYNTAX_ERROR_PRINCIPAL", E,
    "SCPs do not support specifying principals. Remove the Principal or NotPrincipal element."};
inline constexpr Check kRcpPrincipal{
    "RCP_SYNTAX_ERROR_PRINCIPAL", E,
    "The Principal element contents are not valid. RCPs only support specifying all principals (\"*\") in the Principal element. "
    "The NotPrincipal element is not supported for RCPs."};
inline constexpr Check kPrincipalFormat{
    "INVALID_PRINCIPAL_FORMAT", E,
    "The Principal element contents are not valid. Specify a key-value pair in the Principal element."};
inline constexpr Check kPrincipalKey{"INVALID_PRINCIPAL_KEY", E, "The principal key {} is not valid."};
inline constexpr Check kPrincipalWildcard{
    "UNSUPPORTED_WILDCARD_IN_PRINCIPAL", E,
    "Wildcards (*, ?) are not supported with the principal key {}. Replace the wildcard with a valid principal value."};
inline constexpr Check kTrustNotPrincipal{
    "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", E,
    "Role trust policies do not support NotPrincipal. Update the policy to use a Principal element instead."};
inline constexpr Check kTrustStar{
    "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL", E,
    "\"Principal:\" \"*\" is not supported in the principal element of a role trust policy. Replace the wildcard with a valid "
    "principal value."};
inline constexpr Check kFederated{
    "FEDERATED_PRINCIPAL_NOT_SUPPORTED", E,
    "The policy type does not support a federated identity provider in the principal element. Use a supported principal."};
inline constexpr Check kAllowNotPrincipal{
    "ALLOW_WITH_NOT_PRINCIPAL", S,
    "Using Allow with NotPrincipal can be overly permissive. We recommend that you use Principal instead."};
inline constexpr Check kRoleReference{
    "INVALID_ROLE_REFERENCE", W,
    "The Principal element includes the IAM role ID {}. We recommend that you use a role ARN instead."};
inline constexpr Check kUserReference{
    "INVALID_USER_REFERENCE", W,
    "The Principal element includes the IAM user ID {}. We recommend that you use a user ARN instead."};
inline constexpr Check kEmptyPrincipals{
    "EMPTY_ARRAY_PRINCIPAL", G, "This statement includes no principals and does not affect the policy. Specify principals."};
inline constexpr Check kEmptyPrincipalObject{
    "EMPTY_OBJECT_PRINCIPAL", G, "This statement includes no principals and does not affect the policy. Specify principals."};
inline constexpr Check kOidcCondition{
    "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", S,
    "Using an Open ID Connect principal without a condition can be overly permissive. Add condition keys with a prefix that "
    "matches your federated OIDC principals to ensure that only the intended identity provider assumes the role."};
inline constexpr Check kGithubRepo{
    "MISSING_GITHUB_REPO_CONDITION_KEY", S,
    "Granting a federated GitHub principal permissions without a condition key can allow more sources to assume the role than "
    "you "
    "intended. Add the token.actions.githubusercontent.com:sub condition key and specify the branch and repository name in the "
    "value."};

// ---- conditions
inline constexpr Check kOperator{
    "INVALID_CONDITION_OPERATOR", E, "The condition operator {} is not valid. Use a valid condition operator."};
inline constexpr Check kNullIfExists{
    "NULL_WITH_IF_EXISTS", E,
    "The Null condition operator cannot be used with the IfExists suffix. Update the operator or the suffix."};
inline constexpr Check kKeyFormat{
    "INVALID_CONDITION_KEY_FORMAT", E, "The condition key format is not valid. Use the format service:keyname."};
inline constexpr Check kGlobalKey{
    "INVALID_GLOBAL_CONDITION_KEY", E, "The condition key {} does not exist. Use a valid condition key."};
inline constexpr Check kServiceKey{
    "INVALID_SERVICE_CONDITION_KEY", E, "The condition key {} does not exist in the service {}. Use a valid condition key."};
inline constexpr Check kDuplicateKeys{
    "DUPLICATE_KEYS_WITH_DIFFERENT_CASE", E,
    "The condition key {} appears more than once with different capitalization in the same condition block. Remove the duplicate "
    "condition keys."};
inline constexpr Check kMissingQualifier{
    "MISSING_QUALIFIER", E,
    "The request context key {} has multiple values. Use the ForAllValues or ForAnyValue condition key qualifiers in your "
    "policy."};
inline constexpr Check kMultipleBoolean{
    "INVALID_CONDITION_MULTIPLE_BOOLEAN", E,
    "The condition key does not support multiple Boolean values. Use a single Boolean value."};
inline constexpr Check kVariableOperator{
    "INVALID_VARIABLE_FOR_OPERATOR", E, "Policy variables can only be used with String and ARN operators."};
inline constexpr Check kIpRange{
    "TYPE_MISMATCH_IP_RANGE", E,
    "The condition operator {} is used with an invalid IP range value. Specify the IP range in standard CIDR format."};
inline constexpr Check kTagKey{
    "MISSING_TAG_KEY_IN_CONDITION", E,
    "The condition key {0} must include a tag key to control access based on tags. Use the format {0}tag-key and specify a key "
    "name "
    "for tag-key."};
inline constexpr Check kVpcFormat{
    "INVALID_VPC_FORMAT", E,
    "The VPC identifier in the condition key value is not valid. Use the prefix 'vpc-' followed by 8 or 17 alphanumeric "
    "characters."};
inline constexpr Check kVpceFormat{
    "INVALID_VPCE_FORMAT", E,
    "The VPCE identifier in the condition key value is not valid.  Use the prefix 'vpce-' followed by 8 or 17 alphanumeric "
    "characters."};
inline constexpr Check kPrivateIp{
    "PRIVATE_IP_ADDRESS", E,
    "aws:SourceIp works only for public IP address ranges. The values for condition key aws:SourceIp include only private IP "
    "addresses and will not have the desired effect. Update the value to include only public IP addresses."};
inline constexpr Check kPrivateNotIp{
    "PRIVATE_NOT_IP_ADDRESS", E,
    "The values for condition key aws:SourceIp include only private IP addresses and has no effect. aws:SourceIp works only for "
    "public IP address ranges. Update the value to include only public IP addresses."};
inline constexpr Check kPrivateSubset{
    "PRIVATE_IP_ADDRESS_SUBSET", G,
    "The values for condition key aws:SourceIp include a mix of private and public IP addresses. The private addresses will not "
    "have the desired effect. aws:SourceIp works only for public IP address ranges. To define permissions for private IP ranges, "
    "use aws:VpcSourceIp."};
inline constexpr Check kPrivateNotSubset{
    "PRIVATE_NOT_IP_ADDRESS_SUBSET", G,
    "The values for condition key aws:SourceIp include a mix of private and public IP addresses. The private addresses have no "
    "effect. aws:SourceIp works only for public IP address ranges. To define permissions for private IP ranges, use "
    "aws:VpcSourceIp."};
inline constexpr Check kImproveIp{
    "IMPROVE_IP_RANGE", G,
    "The non-zero bits in the IP address after the masked bits are ignored. Replace address with {}."};
inline constexpr Check kMismatchBoolean{
    "TYPE_MISMATCH_BOOLEAN", W, "Add a valid Boolean value (true or false) for the condition operator {}."};
inline constexpr Check kMismatchDate{
    "TYPE_MISMATCH_DATE", W,
    "The date condition operator is used with an invalid value. Specify a valid date using YYYY-MM-DD or other ISO 8601 "
    "date/time "
    "format."};
inline constexpr Check kMismatchNumber{
    "TYPE_MISMATCH_NUMBER", W, "Add a valid numeric value for the condition operator {}."};
inline constexpr Check kMismatchString{
    "TYPE_MISMATCH_STRING", W, "Add a valid base64-encoded string value for the condition operator {}."};
inline constexpr Check kWildcardWithoutLike{
    "WILDCARD_WITHOUT_LIKE_OPERATOR", W,
    "Your condition value includes a * or ? character. If you meant to use a wildcard (*, ?), update the condition operator to "
    "include Like."};
inline constexpr Check kDateValue{
    "INVALID_DATE_VALUE", W,
    "The date {} might not resolve as expected. We recommend that you use the YYYY-MM-DD format."};
inline constexpr Check kForAllSingle{
    "FORALLVALUES_WITH_SINGLE_VALUED_KEY", S,
    "Using ForAllValues qualifier with the single-valued condition key {} can be overly permissive. We recommend that you remove "
    "ForAllValues:."};
inline constexpr Check kEmptyCondition{
    "EMPTY_OBJECT_CONDITION", G, "This condition block is empty and it does not affect the policy. Specify conditions."};
inline constexpr Check kEmptyValues{
    "EMPTY_ARRAY_CONDITION", G, "There are no values for the condition key {} and it does not affect the policy. Specify "
    "conditions."};
inline constexpr Check kEmptyForAll{
    "EMPTY_ARRAY_CONDITION_FORALLVALUES", G,
    "The ForAllValues prefix with an empty condition key matches only if the key {} is missing from the request context. To "
    "determine if the request context is empty, we recommend that you use the Null condition operator with the value of true "
    "instead."};
inline constexpr Check kEmptyForAny{
    "EMPTY_ARRAY_CONDITION_FORANYVALUE", G,
    "The ForAnyValue prefix with an empty condition key {} never matches the request context and it does not affect the policy. "
    "Specify conditions."};
inline constexpr Check kEmptyIfExists{
    "EMPTY_ARRAY_CONDITION_IFEXISTS", G,
    "The IfExists suffix with an empty condition key matches only if the key {} is missing from the request context. To "
    "determine "
    "if the request context is empty, we recommend that you use the Null condition operator with the value of true instead."};
inline constexpr Check kNullQualifier{
    "NULL_WITH_QUALIFIER", G,
    "Avoid using the Null condition operator with the ForAllValues or ForAnyValue qualifiers because they always return a true "
    "or "
    "false respectively."};

// ---- variables
inline constexpr Check kMissingBrace{
    "MISSING_BRACE_IN_VARIABLE", E,
    "The policy variable is missing a closing curly brace. Add }} after the variable text."};
inline constexpr Check kMissingQuote{
    "MISSING_QUOTE_IN_VARIABLE", E,
    "The policy variable default value must begin and end with a single quote. Add the missing quote."};
inline constexpr Check kVariableSpace{
    "UNSUPPORTED_SPACE_IN_VARIABLE", E, "A space is not supported within the policy variable text. Remove the space."};
inline constexpr Check kEmptyVariable{
    "EMPTY_VARIABLE", E, "Empty policy variable. Remove the ${{ }} variable structure or provide a variable within the "
    "structure."};
inline constexpr Check kVariableElement{
    "VARIABLE_UNSUPPORTED_IN_ELEMENT", E,
    "Policy variables are supported in the Resource and Condition elements. Remove the policy variable {} from this element."};
inline constexpr Check kVariableVersion{
    "VARIABLE_UNSUPPORTED_IN_VERSION", E,
    "To include variables in your policy, use the policy version 2012-10-17 or later."};

// ---- what passes roles on and makes service-linked roles
struct RiskyAction {
  std::string_view action;
  // By how the statement comes to it: NotResource, a wildcard in the action and NotResource, NotAction and NotResource, a
  // wildcard in the resource, in action and resource, in the resource with NotAction.
  Check not_resource, star_not_resource, not_action_not_resource, star_resource, star_both, star_resource_not_action;
};
extern const RiskyAction kPassRole, kCreateSlr;

}  // namespace haar::policy::validation
