#!/usr/bin/env python3
"""Writes data/rds-parameters.tsv from what PostgreSQL says of its own parameters and what AWS's user guide says of Aurora's.

    tools/update-rds-parameters.py 15=dump15.tsv 16=dump16.tsv 17=dump17.tsv 18=dump18.tsv

A dump is made by a server with pg_stat_statements, auto_explain and pg_prewarm preloaded:

    psql -XtA -F $'\\t' -c "select name, coalesce(unit,''), context, vartype, coalesce(min_val,''), coalesce(max_val,''),
      coalesce(array_to_string(enumvals,','),''), coalesce(boot_val,''), short_desc from pg_settings order by name"

What may reach an engine is said here by name, one by one: `ENGINE`. Nothing that names a file, a folder, a library, a command
or a socket is among it, and nothing by which haar's own administration could be kept out, or whose value may be
one that PostgreSQL refuses to start with (log_statement_stats beside log_parser_stats).
"""
import pathlib
import sys
import zoneinfo

MAJORS = ("15", "16", "17", "18")

# ---- what haar gives to the engine ------------------------------------------------------------------------
ENGINE = set("""
array_nulls authentication_timeout auto_explain.log_analyze auto_explain.log_buffers auto_explain.log_format
auto_explain.log_min_duration auto_explain.log_nested_statements auto_explain.log_timing auto_explain.log_triggers
auto_explain.log_verbose auto_explain.sample_rate autovacuum autovacuum_analyze_scale_factor autovacuum_analyze_threshold
autovacuum_freeze_max_age autovacuum_max_workers autovacuum_multixact_freeze_max_age autovacuum_naptime
autovacuum_vacuum_cost_delay autovacuum_vacuum_cost_limit autovacuum_vacuum_insert_scale_factor
autovacuum_vacuum_insert_threshold autovacuum_vacuum_scale_factor autovacuum_vacuum_threshold autovacuum_work_mem
backend_flush_after backslash_quote bytea_output check_function_bodies client_connection_check_interval client_min_messages
compute_query_id constraint_exclusion cpu_index_tuple_cost cpu_operator_cost cpu_tuple_cost cursor_tuple_fraction datestyle
deadlock_timeout debug_parallel_query debug_pretty_print debug_print_parse debug_print_plan debug_print_rewritten
default_statistics_target default_toast_compression default_transaction_deferrable default_transaction_isolation
default_transaction_read_only effective_cache_size effective_io_concurrency enable_async_append enable_bitmapscan
enable_gathermerge enable_group_by_reordering enable_hashagg enable_hashjoin enable_incremental_sort enable_indexonlyscan
enable_indexscan enable_material enable_memoize enable_mergejoin enable_nestloop enable_parallel_append enable_parallel_hash
enable_partition_pruning enable_partitionwise_aggregate enable_partitionwise_join enable_presorted_aggregate enable_seqscan
enable_sort enable_tidscan escape_string_warning extra_float_digits force_parallel_mode from_collapse_limit geqo geqo_effort
geqo_generations geqo_pool_size geqo_seed geqo_selection_bias geqo_threshold gin_fuzzy_search_limit gin_pending_list_limit
hash_mem_multiplier idle_in_transaction_session_timeout idle_session_timeout intervalstyle join_collapse_limit
lo_compat_privileges lock_timeout log_autovacuum_min_duration log_connections log_disconnections log_duration
log_error_verbosity log_executor_stats log_lock_waits log_min_duration_sample log_min_duration_statement
log_min_error_statement log_min_messages log_parameter_max_length log_parameter_max_length_on_error log_parser_stats
log_planner_stats log_statement log_statement_sample_rate log_temp_files
log_transaction_sample_rate logical_decoding_work_mem maintenance_io_concurrency maintenance_work_mem max_connections
max_files_per_process max_locks_per_transaction max_parallel_maintenance_workers max_parallel_workers
max_parallel_workers_per_gather max_pred_locks_per_page max_pred_locks_per_relation max_pred_locks_per_transaction
max_prepared_transactions max_worker_processes min_parallel_index_scan_size min_parallel_table_scan_size
old_snapshot_threshold parallel_leader_participation parallel_setup_cost parallel_tuple_cost pg_stat_statements.max
pg_stat_statements.save pg_stat_statements.track pg_stat_statements.track_planning pg_stat_statements.track_utility
plan_cache_mode quote_all_identifiers random_page_cost recursive_worktable_factor row_security scram_iterations search_path
seq_page_cost session_replication_role shared_preload_libraries standard_conforming_strings statement_timeout
synchronize_seqscans synchronous_commit tcp_keepalives_count tcp_keepalives_idle tcp_keepalives_interval temp_buffers
temp_file_limit timezone track_activities track_activity_query_size track_commit_timestamp track_counts track_functions
track_io_timing track_wal_io_timing transform_null_equals update_process_title vacuum_buffer_usage_limit vacuum_cost_delay
vacuum_cost_limit vacuum_cost_page_dirty vacuum_cost_page_hit vacuum_cost_page_miss vacuum_failsafe_age
vacuum_freeze_min_age vacuum_freeze_table_age vacuum_multixact_failsafe_age vacuum_multixact_freeze_min_age
vacuum_multixact_freeze_table_age work_mem xmlbinary xmloption
""".split())

# What haar takes of it, where that is less than AWS: memory that one engine could take from the others on this machine, and
# a time in which haar's own sessions do their work.
TAKEN = {
    "max_connections": "6-5000", "max_locks_per_transaction": "10-256", "max_pred_locks_per_transaction": "64-256",
    "max_prepared_transactions": "0-1000", "max_worker_processes": "0-256", "autovacuum_max_workers": "1-64",
    "track_activity_query_size": "100-16384", "pg_stat_statements.max": "100-50000", "idle_session_timeout": "0,1000-2147483647",
    "vacuum_buffer_usage_limit": "0,128-16777216", "authentication_timeout": "5-600", "timezone": "zone", "datestyle": "datestyle", "search_path": "search_path",
    "shared_preload_libraries": "pg_stat_statements,auto_explain",
}

# ---- what AWS says ----------------------------------------------------------------------------------------
# "AllowedValues" where it is narrower than, or otherwise than, PostgreSQL's own.
ALLOWED = {"max_connections": "6-262143", "timezone": None, "datestyle": "", "search_path": "",
           "shared_preload_libraries": "auto_explain,orafce,pgaudit,pg_bigm,pg_cron,pg_hint_plan,pg_prewarm,pg_similarity,"
                                       "pg_stat_statements,pg_tle,pglogical,plprofiler,plrust"}
# Of what has become a text with the same name, in whatever version.
ALLOWED_TEXTS = {"log_connections": "on,off,all,receipt,authentication,authorization,setup_durations"}
# Defaults of default.aurora-postgresqlN that are not the engine's own.
AURORA = {
    "autovacuum_analyze_scale_factor": "0.05", "autovacuum_max_workers": "GREATEST({DBInstanceClassMemory/64371566592},3)",
    "autovacuum_naptime": "5", "autovacuum_vacuum_cost_delay": "5",
    "autovacuum_vacuum_cost_limit": "GREATEST({log(DBInstanceClassMemory/21474836480)*600},200)",
    "autovacuum_vacuum_scale_factor": "0.1", "autovacuum_work_mem": "GREATEST({DBInstanceClassMemory/32768},131072)",
    "effective_cache_size": "SUM({DBInstanceClassMemory/12038},-50003)", "idle_in_transaction_session_timeout": "86400000",
    "log_autovacuum_min_duration": "10000", "maintenance_io_concurrency": "1",
    "maintenance_work_mem": "GREATEST({DBInstanceClassMemory/63963136*1024},65536)",
    "max_connections": "LEAST({DBInstanceClassMemory/9531392},5000)", "max_locks_per_transaction": "64",
    "max_parallel_workers": "GREATEST({DBInstanceVCPU/2},8)", "max_prepared_transactions": "0",
    "max_worker_processes": "GREATEST({DBInstanceVCPU*2},8)", "shared_preload_libraries": "pg_stat_statements",
    "synchronous_commit": "on", "temp_file_limit": "-1", "timezone": "UTC", "track_activity_query_size": "4096",
    "track_functions": "pl", "track_io_timing": "1", "lo_compat_privileges": "0", "vacuum_cost_page_miss": "0",
    "vacuum_failsafe_age": "1200000000", "vacuum_multixact_failsafe_age": "1200000000",
    "hot_standby_feedback": "on", "huge_pages": "on", "log_destination": "stderr", "log_hostname": "0",
    "log_file_mode": "0644", "log_rotation_age": "60", "log_rotation_size": "100000", "log_timezone": "UTC",
    "log_truncate_on_rotation": "0", "logging_collector": "1", "log_line_prefix": "%t:%r:%u@%d:[%p]:",
    "max_replication_slots": "20", "max_stack_depth": "6144", "max_standby_streaming_delay": "14000",
    "max_sync_workers_per_subscription": "2", "max_wal_senders": "10", "listen_addresses": "*", "port": "{EndPointPort}",
    "config_file": "/rdsdbdata/config/postgresql.conf", "data_directory": "/rdsdbdata/db",
    "hba_file": "/rdsdbdata/config/pg_hba.conf", "ident_file": "/rdsdbdata/config/pg_ident.conf",
    "log_directory": "/rdsdbdata/log/error", "log_filename": "postgresql.log.%Y-%m-%d-%H%M",
    "recovery_init_sync_method": "syncfs", "remove_temp_files_after_crash": "0",
    "shared_buffers": "SUM({DBInstanceClassMemory/12038},-50003)", "ssl": "1",
    "ssl_ca_file": "/rdsdbdata/rds-metadata/ca-cert.pem", "ssl_cert_file": "/rdsdbdata/rds-metadata/server-cert.pem",
    "ssl_crl_dir": "/rdsdbdata/rds-metadata/ssl_crl_dir/", "ssl_key_file": "/rdsdbdata/rds-metadata/server-key.pem",
    "ssl_min_protocol_version": "TLSv1.2", "superuser_reserved_connections": "3",
    "wal_receiver_create_temp_slot": "0", "wal_receiver_timeout": "30000",
}
POSTGRES = {"max_connections": "LEAST({DBInstanceClassMemory/9531392},5000)", "shared_buffers": "{DBInstanceClassMemory/32768}",
            "shared_preload_libraries": "pg_stat_statements", "timezone": "UTC"}
# Parameters of PostgreSQL that Aurora's groups do not have.
NOT_AURORA = set("""
allow_alter_system allow_in_place_tablespaces allow_system_table_mods archive_cleanup_command archive_command archive_library
archive_mode archive_timeout bonjour bonjour_name cluster_name commit_delay commit_siblings data_sync_retry
debug_discard_caches debug_io_direct debug_logical_replication_streaming default_table_access_method
default_text_search_config dynamic_library_path dynamic_shared_memory_type event_source extension_destdir external_pid_file
fsync full_page_writes hot_standby huge_page_size ignore_checksum_failure ignore_invalid_pages ignore_system_indexes
krb_server_keyfile local_preload_libraries log_checkpoints log_recovery_conflict_waits log_startup_progress_interval
max_standby_archive_delay max_wal_size min_wal_size post_auth_delay pre_auth_delay primary_conninfo primary_slot_name
promote_trigger_file recovery_end_command recovery_min_apply_delay recovery_prefetch restore_command
restrict_nonsystem_relation_kind send_abort_for_crash send_abort_for_kill session_preload_libraries shared_memory_type
ssl_crl_file ssl_dh_params_file ssl_ecdh_curve ssl_passphrase_command ssl_passphrase_command_supports_reload
ssl_prefer_server_ciphers stats_fetch_consistency summarize_wal sync_replication_slots synchronized_standby_slots
synchronous_standby_names tcp_user_timeout timezone_abbreviations trace_connection_negotiation trace_notify
trace_recovery_messages trace_sort unix_socket_directories unix_socket_group unix_socket_permissions wal_compression
wal_consistency_checking wal_decode_buffer_size wal_init_zero wal_keep_size wal_level wal_log_hints wal_recycle
wal_retrieve_retry_interval wal_skip_threshold wal_summary_keep_time wal_sync_method wal_writer_delay wal_writer_flush_after
zero_damaged_pages file_extend_method icu_validation_level
""".split())
NOT_AURORA_BEGINNINGS = ("bgwriter_", "checkpoint_", "jit", "recovery_target", "syslog_", "gss_")
# No group has these: a session's own, and what exists for those who develop PostgreSQL.
NOWHERE = {"transaction_deferrable", "transaction_isolation", "transaction_read_only", "extension_destdir", "jit_debugging_support",
           "jit_profiling_support", "jit_dump_bitcode", "allow_in_place_tablespaces", "debug_discard_caches"}
# Of the cluster's group alone: the user guide's table of instance-level parameters lacks them.
CLUSTER_ONLY = set("""
array_nulls autovacuum autovacuum_analyze_scale_factor autovacuum_analyze_threshold autovacuum_freeze_max_age
autovacuum_max_workers autovacuum_multixact_freeze_max_age autovacuum_naptime autovacuum_vacuum_cost_delay
autovacuum_vacuum_cost_limit autovacuum_vacuum_insert_scale_factor autovacuum_vacuum_insert_threshold
autovacuum_vacuum_scale_factor autovacuum_vacuum_threshold autovacuum_work_mem backslash_quote backtrace_functions
client_encoding compute_query_id data_directory datestyle default_tablespace default_toast_compression extra_float_digits
huge_pages intervalstyle krb_caseins_users lc_monetary lc_numeric lc_time log_autovacuum_min_duration
log_transaction_sample_rate max_logical_replication_workers max_prepared_transactions max_replication_slots
max_sync_workers_per_subscription max_wal_senders password_encryption pg_prewarm.autoprewarm
pg_prewarm.autoprewarm_interval plan_cache_mode port recovery_init_sync_method ssl ssl_ciphers ssl_max_protocol_version
ssl_min_protocol_version synchronous_commit timezone track_commit_timestamp track_wal_io_timing vacuum_cost_delay
vacuum_cost_limit vacuum_cost_page_dirty vacuum_cost_page_hit vacuum_cost_page_miss vacuum_defer_cleanup_age
vacuum_failsafe_age vacuum_freeze_min_age vacuum_freeze_table_age vacuum_multixact_failsafe_age
vacuum_multixact_freeze_min_age vacuum_multixact_freeze_table_age wal_buffers wal_receiver_create_temp_slot
wal_receiver_timeout wal_sender_timeout
""".split())
# Not to be changed by customers of AWS.
FIXED = set("""
config_file data_directory hba_file ident_file external_pid_file listen_addresses port log_directory log_filename
log_file_mode log_truncate_on_rotation logging_collector log_timezone log_hostname log_line_prefix ssl ssl_ca_file
ssl_cert_file ssl_crl_dir ssl_crl_file ssl_key_file ssl_dh_params_file ssl_ecdh_curve ssl_prefer_server_ciphers
ssl_passphrase_command ssl_passphrase_command_supports_reload db_user_namespace huge_pages huge_page_size krb_server_keyfile
unix_socket_directories unix_socket_group unix_socket_permissions superuser_reserved_connections archive_command
archive_cleanup_command archive_library archive_mode archive_timeout restore_command recovery_end_command primary_conninfo
primary_slot_name promote_trigger_file cluster_name dynamic_library_path dynamic_shared_memory_type shared_memory_type fsync
full_page_writes wal_level wal_log_hints wal_sync_method hot_standby allow_system_table_mods allow_alter_system
ignore_system_indexes ignore_checksum_failure ignore_invalid_pages zero_damaged_pages jit_provider local_preload_libraries
recovery_init_sync_method data_sync_retry bonjour bonjour_name event_source debug_io_direct extension_control_path
oauth_validator_libraries io_method file_copy_method
""".split())
# Aurora's own. Name: level, type, allowed, static, default, description (ours).
RDS = {
    "rds.extensions": ("cluster", "list", "", True, "", "The extensions that a member of rds_superuser may create"),
    "rds.logical_replication": ("cluster", "boolean", "0,1", True, "0", "Logical decoding"),
    "rds.log_retention_period": ("both", "integer", "1440-10080", False, "4320", "Minutes for which log files are kept"),
    "rds.restrict_password_commands": ("cluster", "boolean", "0,1", True, "0", "Passwords are set by members of rds_password only"),
    "rds.adaptive_autovacuum": ("cluster", "boolean", "0,1", False, "1", "Autovacuum adapts itself to the age of transactions"),
    "rds.force_autovacuum_logging_level": ("cluster", "string", "debug5,debug4,debug3,debug2,debug1,info,notice,warning,error,"
                                           "log,fatal,panic,disabled", False, "WARNING", "What autovacuum's log messages count as"),
    "rds.force_admin_logging_level": ("both", "string", "debug5,debug4,debug3,debug2,debug1,info,notice,warning,error,log,fatal,"
                                      "panic,disabled", False, "", "What log messages of the administrator count as"),
    "rds.accepted_password_auth_method": ("cluster", "string", "md5+scram,scram", False, "md5+scram", "Which stored passwords may log in"),
}
TYPES = {"bool": "boolean", "integer": "integer", "real": "float", "enum": "string", "string": "string"}


def zones():
    return ",".join(sorted(z for z in zoneinfo.available_timezones() if "/" in z and not z.startswith(("Etc/", "SystemV/")))
                    + ["GMT", "UTC"])


def allowed_of(name, kind, low, high, values):
    if name in ALLOWED:
        return zones() if ALLOWED[name] is None else ALLOWED[name]
    if kind == "string" and name in ALLOWED_TEXTS:
        return ALLOWED_TEXTS[name]
    if kind == "bool":
        return "0,1"
    return f"{low}-{high}" if low or high else values


def rows_of(major, lines):
    for line in lines:
        name, unit, context, kind, low, high, values, _, description = line.split("\t")
        name = {"DateStyle": "datestyle", "IntervalStyle": "intervalstyle", "TimeZone": "timezone"}.get(name, name)
        if context == "internal" or name in NOWHERE:
            continue
        aurora = name not in NOT_AURORA and not name.startswith(NOT_AURORA_BEGINNINGS)
        reach = "engine" if name in ENGINE else "fixed" if name in FIXED else "held"
        described = (f"({unit}) " if unit else "") + description
        yield (name, "cluster" if name in CLUSTER_ONLY else "both", "list" if name == "shared_preload_libraries" else TYPES[kind],
               allowed_of(name, kind, low, high, values), "static" if context == "postmaster" else "dynamic", reach,
               "aurora,postgres" if aurora else "postgres", AURORA.get(name, "") if aurora else "", POSTGRES.get(name, ""),
               TAKEN.get(name, ""), described), major


def main(arguments):
    found = {}
    for argument in arguments:
        major, path = argument.split("=")
        for row, of in rows_of(major, pathlib.Path(path).read_text().splitlines()):
            found.setdefault(row, []).append(of)
    for name, (level, kind, allowed, static, default, description) in RDS.items():
        found[(name, level, kind, allowed, "static" if static else "dynamic", "fixed" if name == "rds.extensions" else "held",
               "aurora,postgres", default, default, "", description)] = list(MAJORS)
    # 0 for Aurora up to version 16, 1 from 17 on; 1 for RDS from version 15 on:
    # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
    for default, majors in (("0", [m for m in MAJORS if int(m) <= 16]), ("1", [m for m in MAJORS if int(m) >= 17])):
        found[("rds.force_ssl", "cluster", "boolean", "0,1", "dynamic", "engine", "aurora,postgres", default, "1", "",
               "Refuse connections without TLS")] = majors
    missing = ENGINE - {row[0] for row in found}
    if missing:
        raise SystemExit(f"PostgreSQL has no such parameters: {sorted(missing)}")
    out = ["# Made by tools/update-rds-parameters.py. Columns: name, majors, level, type, allowed, apply type, reach, engines, default of",
           "# aurora, default of postgres, what haar takes of what is allowed, description."]
    for row in sorted(found):
        fields = [row[0], ",".join(found[row]), *row[1:]]
        if any("\t" in field for field in fields):
            raise SystemExit(f"not understood: {row}")
        out.append("\t".join(fields))
    target = pathlib.Path(__file__).resolve().parents[1] / "data/rds-parameters.tsv"
    target.write_text("\n".join(out) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
