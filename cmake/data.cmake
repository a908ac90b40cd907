# haar_data: facts of data/ compiled in. Tables are made at build time and never lie in git.
set(managed_policies ${GEN}/data/managed_policies.cc)
add_custom_command(
  OUTPUT ${managed_policies}
  COMMAND python3 ${CMAKE_SOURCE_DIR}/codegen/managed_policies.py ${CMAKE_SOURCE_DIR}/data/managed-policies.json
          ${managed_policies}
  DEPENDS ${CMAKE_SOURCE_DIR}/codegen/managed_policies.py ${CMAKE_SOURCE_DIR}/data/managed-policies.json
          ${CMAKE_SOURCE_DIR}/data/managed-policies.json.sha256 ${CMAKE_SOURCE_DIR}/data/managed-policies-more.json
  COMMENT "data/managed-policies.json -> C++")
set(policy_facts ${GEN}/data/policy_facts.cc)
add_custom_command(
  OUTPUT ${policy_facts}
  COMMAND python3 ${CMAKE_SOURCE_DIR}/codegen/policy_facts.py ${CMAKE_SOURCE_DIR}/data/policy-facts.json ${policy_facts}
  DEPENDS ${CMAKE_SOURCE_DIR}/codegen/policy_facts.py ${CMAKE_SOURCE_DIR}/data/policy-facts.json
  COMMENT "data/policy-facts.json -> C++")
set(service_names ${GEN}/data/service_names.cc)
add_custom_command(
  OUTPUT ${service_names}
  COMMAND python3 ${CMAKE_SOURCE_DIR}/codegen/service_names.py ${CMAKE_SOURCE_DIR}/data/service-names.json
          ${service_names}
  DEPENDS ${CMAKE_SOURCE_DIR}/codegen/service_names.py ${CMAKE_SOURCE_DIR}/data/service-names.json
  COMMENT "data/service-names.json -> C++")
set(policy_reference ${GEN}/data/policy_reference.cc)
add_custom_command(
  OUTPUT ${policy_reference}
  COMMAND python3 ${CMAKE_SOURCE_DIR}/codegen/policy_reference.py ${CMAKE_SOURCE_DIR}/data/policy-reference.json
          ${policy_reference}
  DEPENDS ${CMAKE_SOURCE_DIR}/codegen/policy_reference.py ${CMAKE_SOURCE_DIR}/data/policy-reference.json
  COMMENT "data/policy-reference.json -> C++")
set(service_principals ${GEN}/data/service_principals.cc)
add_custom_command(
  OUTPUT ${service_principals}
  COMMAND python3 ${CMAKE_SOURCE_DIR}/codegen/service_principals.py ${CMAKE_SOURCE_DIR}/data/service-principals.json
          ${CMAKE_SOURCE_DIR}/data/service-names.json ${service_principals}
  DEPENDS ${CMAKE_SOURCE_DIR}/codegen/service_principals.py ${CMAKE_SOURCE_DIR}/data/service-principals.json
          ${CMAKE_SOURCE_DIR}/data/service-names.json
  COMMENT "data/service-principals.json -> C++")
set(service_linked_roles ${GEN}/data/service_linked_roles.cc)
add_custom_command(
  OUTPUT ${service_linked_roles}
  COMMAND python3 ${CMAKE_SOURCE_DIR}/codegen/service_linked_roles.py ${CMAKE_SOURCE_DIR}/data/service-linked-roles.tsv
          ${service_linked_roles}
  DEPENDS ${CMAKE_SOURCE_DIR}/codegen/service_linked_roles.py ${CMAKE_SOURCE_DIR}/data/service-linked-roles.tsv
  COMMENT "data/service-linked-roles.tsv -> C++")
set(rds_parameters ${GEN}/data/rds_parameters.cc)
add_custom_command(
  OUTPUT ${rds_parameters}
  COMMAND python3 ${CMAKE_SOURCE_DIR}/codegen/rds_parameters.py ${CMAKE_SOURCE_DIR}/data/rds-parameters.tsv
          ${CMAKE_SOURCE_DIR}/data/rds-mysql-parameters.tsv ${rds_parameters}
  DEPENDS ${CMAKE_SOURCE_DIR}/codegen/rds_parameters.py ${CMAKE_SOURCE_DIR}/data/rds-parameters.tsv
          ${CMAKE_SOURCE_DIR}/data/rds-mysql-parameters.tsv
  COMMENT "data/rds-parameters.tsv, data/rds-mysql-parameters.tsv -> C++")
set(instance_types ${GEN}/data/instance_types.cc)
add_custom_command(
  OUTPUT ${instance_types}
  COMMAND python3 ${CMAKE_SOURCE_DIR}/codegen/instance_types.py ${CMAKE_SOURCE_DIR}/data/instance-types.tsv ${instance_types}
  DEPENDS ${CMAKE_SOURCE_DIR}/codegen/instance_types.py ${CMAKE_SOURCE_DIR}/data/instance-types.tsv
  COMMENT "data/instance-types.tsv -> C++")
haar_folder(data LINK haar_base)
target_sources(haar_data PRIVATE ${managed_policies} ${policy_facts} ${policy_reference} ${service_names} ${service_principals}
               ${service_linked_roles} ${instance_types} ${rds_parameters})
