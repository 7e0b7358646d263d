// Written by tests/layouts.rs.

measure! {
    aws_allocator { mem_acquire mem_release mem_realloc mem_calloc r#impl }
    aws_array_list { alloc current_size length item_size data }
    aws_async_input_stream { vtable alloc ref_count r#impl }
    aws_async_input_stream_vtable { destroy read }
    aws_atomic_var { value }
    aws_byte_buf { len buffer capacity allocator }
    aws_byte_cursor { len ptr }
    aws_cache { allocator vtable table max_items r#impl }
    aws_cache_vtable { destroy find put remove clear get_element_count }
    aws_channel_handler { vtable alloc slot r#impl }
    aws_channel_handler_vtable { process_read_message process_write_message increment_read_window shutdown initial_window_size message_overhead destroy reset_statistics gather_statistics trigger_read }
    aws_channel_slot { alloc channel adj_left adj_right handler window_size upstream_message_overhead current_window_update_batch_size }
    aws_channel_task { wrapper_task task_fn arg type_tag node }
    aws_cli_option { name has_arg flag val }
    aws_cli_subcommand_dispatch { subcommand_fn command_name }
    aws_client_bootstrap { allocator event_loop_group host_resolver host_resolver_config on_protocol_negotiated ref_count on_shutdown_complete user_data }
    aws_client_bootstrap_options { event_loop_group host_resolver host_resolution_config on_shutdown_complete user_data }
    aws_cognito_identity_provider_token_pair { identity_provider_name identity_provider_token }
    aws_condition_variable { condition_handle initialized }
    aws_cpu_info { cpu_id suspected_hyper_thread }
    aws_credentials_properties_s3express { host region headers }
    aws_credentials_provider { vtable allocator shutdown_options r#impl ref_count }
    aws_credentials_provider_cached_options { shutdown_options source refresh_time_in_milliseconds high_res_clock_fn system_clock_fn }
    aws_credentials_provider_chain_default_options { shutdown_options bootstrap tls_ctx profile_collection_cached profile_name_override skip_environment_credentials_provider proxy_ev_settings }
    aws_credentials_provider_chain_options { shutdown_options providers provider_count }
    aws_credentials_provider_cognito_options { shutdown_options endpoint identity logins login_count custom_role_arn bootstrap tls_ctx http_proxy_options proxy_ev_settings function_table get_token_pairs get_token_pairs_user_data }
    aws_credentials_provider_delegate_options { shutdown_options get_credentials delegate_user_data }
    aws_credentials_provider_ecs_options { shutdown_options bootstrap host path_and_query auth_token_file_path auth_token tls_ctx proxy_ev_settings function_table port }
    aws_credentials_provider_environment_options { shutdown_options }
    aws_credentials_provider_imds_options { shutdown_options bootstrap imds_version ec2_metadata_v1_disabled function_table proxy_ev_settings imds_endpoint imds_endpoint_mode }
    aws_credentials_provider_login_options { shutdown_options login_session login_region login_cache_directory_override profile_name_override config_file_name_override config_file_cached bootstrap tls_ctx proxy_ev_settings function_table system_clock_fn }
    aws_credentials_provider_process_options { shutdown_options profile_to_use config_profile_collection_cached }
    aws_credentials_provider_profile_options { shutdown_options profile_name_override config_file_name_override credentials_file_name_override profile_collection_cached bootstrap tls_ctx function_table proxy_ev_settings }
    aws_credentials_provider_shutdown_options { shutdown_callback shutdown_user_data }
    aws_credentials_provider_static_options { shutdown_options access_key_id secret_access_key session_token account_id }
    aws_credentials_provider_sts_options { bootstrap tls_ctx creds_provider role_arn session_name external_id duration_seconds http_proxy_options proxy_ev_settings profile_collection_cached profile_name_override config_file_name_override shutdown_options function_table system_clock_fn }
    aws_credentials_provider_sts_web_identity_options { shutdown_options bootstrap config_profile_collection_cached tls_ctx proxy_ev_settings function_table profile_name_override region role_arn role_session_name token_file_path }
    aws_credentials_provider_vtable { get_credentials destroy }
    aws_credentials_provider_x509_options { shutdown_options bootstrap tls_connection_options thing_name role_alias endpoint proxy_options proxy_ev_settings function_table }
    aws_custom_key_op_handler { r#impl vtable ref_count }
    aws_custom_key_op_handler_vtable { on_key_operation }
    aws_date_time { timestamp milliseconds tz gmt_time local_time utc_assumed }
    aws_directory_entry { path relative_path file_type file_size }
    aws_error_info { error_code literal_name error_str lib_name formatted_name }
    aws_error_info_list { error_list count }
    aws_event_loop_group_options { loop_count r#type shutdown_options cpu_group clock_override }
    aws_exponential_backoff_retry_options { el_group max_retries backoff_scale_factor_ms max_backoff_secs jitter_mode generate_random generate_random_impl generate_random_user_data shutdown_options }
    aws_hash { allocator vtable digest_size good r#impl }
    aws_hash_element { key value }
    aws_hash_iter { map element slot limit status unused_0 unused_1 unused_2 }
    aws_hash_table { p_impl }
    aws_hash_vtable { alg_name provider destroy update finalize }
    aws_hmac { allocator vtable digest_size good r#impl }
    aws_hmac_vtable { alg_name provider destroy update finalize }
    aws_host_address { allocator host address record_type expiry use_count connection_failure_count weight }
    aws_host_resolution_config { r#impl max_ttl impl_data resolve_frequency_ns }
    aws_host_resolver { allocator r#impl vtable ref_count shutdown_options }
    aws_host_resolver_default_options { max_entries el_group shutdown_options system_clock_override_fn }
    aws_host_resolver_purge_host_options { host on_host_purge_complete_callback user_data }
    aws_host_resolver_vtable { destroy resolve_host record_connection_failure purge_cache purge_cache_with_callback purge_host_cache get_host_address_count }
    aws_http1_chunk_extension { key value }
    aws_http1_chunk_options { chunk_data chunk_data_size extensions num_extensions on_complete user_data }
    aws_http1_connection_options { read_buffer_capacity }
    aws_http2_connection_options { initial_settings_array num_initial_settings on_initial_settings_completed max_closed_streams on_goaway_received on_remote_settings_change conn_manual_window_management conn_window_size_threshold_to_send_update stream_window_size_threshold_to_send_update }
    aws_http2_setting { id value }
    aws_http2_stream_manager_acquire_stream_options { callback user_data options }
    aws_http2_stream_manager_options { bootstrap socket_options tls_connection_options http2_prior_knowledge host port initial_settings_array num_initial_settings max_closed_streams conn_manual_window_management enable_read_back_pressure initial_window_size monitoring_options proxy_options proxy_ev_settings shutdown_complete_user_data shutdown_complete_callback close_connection_on_server_error connection_ping_period_ms connection_ping_timeout_ms ideal_concurrent_streams_per_connection max_concurrent_streams_per_connection max_connections max_concurrent_streams }
    aws_http2_stream_write_data_options { data end_stream on_complete user_data }
    aws_http_client_connection_options { self_size allocator bootstrap host_name port socket_options tls_options proxy_options proxy_ev_settings monitoring_options response_first_byte_timeout_ms manual_window_management initial_window_size user_data on_setup on_shutdown prior_knowledge_http2 alpn_string_map http1_options http2_options requested_event_loop host_resolution_config l4_proxy_config }
    aws_http_connection_manager_options { bootstrap initial_window_size socket_options response_first_byte_timeout_ms tls_connection_options http2_prior_knowledge monitoring_options host port initial_settings_array num_initial_settings max_closed_streams http2_conn_manual_window_management proxy_options proxy_ev_settings max_connections shutdown_complete_user_data shutdown_complete_callback enable_read_back_pressure max_connection_idle_in_milliseconds connection_acquisition_timeout_ms max_pending_connection_acquisitions network_interface_names_array num_network_interface_names l4_proxy_config }
    aws_http_connection_monitoring_options { minimum_throughput_bytes_per_second allowable_throughput_failure_interval_seconds statistics_observer_fn statistics_observer_user_data }
    aws_http_header { name value compression }
    aws_http_make_request_options { self_size request user_data on_response_headers on_response_header_block_done on_response_body on_metrics on_h2_remote_end_stream on_complete on_destroy use_manual_data_writes http2_use_manual_data_writes response_first_byte_timeout_ms }
    aws_http_manager_metrics { available_concurrency pending_concurrency_acquires leased_concurrency }
    aws_http_proxy_negotiator { ref_count r#impl strategy_vtable }
    aws_http_proxy_negotiator_forwarding_vtable { forward_request_transform }
    aws_http_proxy_negotiator_tunnelling_vtable { connect_request_transform on_incoming_headers_callback on_status_callback on_incoming_body_callback get_retry_directive }
    aws_http_proxy_options { connection_type host port tls_options proxy_strategy auth_type auth_username auth_password no_proxy_hosts }
    aws_http_proxy_strategy { ref_count vtable r#impl proxy_connection_type }
    aws_http_proxy_strategy_basic_auth_options { proxy_connection_type user_name password }
    aws_http_proxy_strategy_tunneling_adaptive_options { kerberos_options ntlm_options }
    aws_http_proxy_strategy_tunneling_kerberos_options { get_token get_token_user_data }
    aws_http_proxy_strategy_tunneling_ntlm_options { get_token get_challenge_token get_challenge_token_user_data }
    aws_http_proxy_strategy_vtable { create_negotiator }
    aws_http_stream_metrics { send_start_timestamp_ns send_end_timestamp_ns sending_duration_ns receive_start_timestamp_ns receive_end_timestamp_ns receiving_duration_ns stream_id }
    aws_http_stream_write_data_options { data end_stream on_complete user_data }
    aws_imds_client_options { shutdown_options bootstrap retry_strategy proxy_ev_settings imds_version ec2_metadata_v1_disabled imds_endpoint imds_endpoint_mode function_table }
    aws_imds_client_shutdown_options { shutdown_callback shutdown_user_data }
    aws_imds_iam_profile { last_updated instance_profile_arn instance_profile_id }
    aws_imds_instance_info { marketplace_product_codes availability_zone private_ip version instance_id billing_products instance_type account_id image_id pending_time architecture kernel_id ramdisk_id region }
    aws_input_stream { r#impl vtable ref_count }
    aws_input_stream_vtable { seek read get_status get_length acquire release }
    aws_io_message { allocator message_data message_type message_tag copy_mark owning_channel on_completion user_data queueing_handle }
    aws_linked_hash_table { allocator list table user_on_value_destroy user_on_key_destroy }
    aws_linked_hash_table_node { node table key value }
    aws_linked_list { head tail }
    aws_linked_list_node { next prev }
    aws_log_subject_info { subject_id subject_name subject_description }
    aws_log_subject_info_list { subject_list count }
    aws_logger { vtable allocator p_impl }
    aws_logger_standard_options { level filename file }
    aws_logger_vtable { log get_log_level clean_up set_log_level }
    aws_mutex { mutex_handle initialized }
    aws_no_retry_options { shutdown_options }
    aws_pem_object { r#type type_string data }
    aws_pkcs11_lib_options { filename initialize_finalize_behavior }
    aws_priority_queue { pred container backpointers }
    aws_priority_queue_node { current_index }
    aws_ref_count { ref_count object on_zero_fn }
    aws_retry_strategy { allocator vtable ref_count r#impl }
    aws_retry_strategy_vtable { destroy acquire_token schedule_retry record_success release_token }
    aws_retry_token { allocator retry_strategy ref_count r#impl }
    aws_rw_lock { lock_handle }
    aws_s3_buffer_pool { vtable ref_count r#impl }
    aws_s3_buffer_pool_config { client part_size max_part_size memory_limit }
    aws_s3_buffer_pool_reserve_meta { client meta_request size can_block local_offset }
    aws_s3_buffer_pool_vtable { reserve trim add_special_size release_special_size derive_aligned_buffer_size acquire release add_preallocated_buffer remove_preallocated_buffer }
    aws_s3_buffer_ticket { vtable ref_count r#impl }
    aws_s3_buffer_ticket_vtable { claim acquire release }
    aws_s3_checksum_config { location checksum_algorithm full_object_checksum_callback user_data validate_response_checksum validate_checksum_algorithms expected_checksum expected_checksum_algorithm response_checksum_validation_mode }
    aws_s3_client_bootstrap_options { event_loop_count host_resolver_max_entries throughput_target_gbps }
    aws_s3_client_config { max_active_connections_override region client_bootstrap tls_mode tls_connection_options fio_opts signing_config part_size max_part_size multipart_upload_threshold throughput_target_gbps memory_limit_in_bytes retry_strategy retry_config compute_content_md5 shutdown_callback shutdown_callback_user_data proxy_options proxy_ev_settings connect_timeout_ms tcp_keep_alive_options monitoring_options enable_read_backpressure initial_read_window enable_s3express s3express_provider_override_factory factory_user_data network_interface_names_array num_network_interface_names buffer_pool_factory_fn buffer_pool_user_data out_of_order_delivery num_file_io_threads }
    aws_s3_file_io_options { should_stream disk_throughput_gbps direct_io }
    aws_s3_meta_request_options { r#type operation_name signing_config message recv_filepath recv_file_option recv_file_position recv_file_delete_on_failure recv_buffer out_of_order_delivery send_filepath fio_opts send_async_stream send_using_async_writes request_body checksum_config part_size force_dynamic_part_size multipart_upload_threshold user_data headers_callback body_callback body_callback_ex finish_callback shutdown_callback progress_callback telemetry_callback upload_review_callback endpoint resume_token object_size_hint copy_source_uri max_active_connections_override on_error_resume_token }
    aws_s3_meta_request_poll_write_result { is_pending error_code bytes_processed }
    aws_s3_meta_request_progress { bytes_transferred content_length }
    aws_s3_meta_request_receive_body_extra_info { range_start ticket }
    aws_s3_meta_request_result { error_response_headers error_response_body error_response_operation_name response_status did_validate validation_algorithm error_code }
    aws_s3_platform_info { instance_type max_throughput_gbps has_recommended_configuration }
    aws_s3_tcp_keep_alive_options { keep_alive_interval_sec keep_alive_timeout_sec keep_alive_max_failed_probes }
    aws_s3_upload_part_review { size checksum }
    aws_s3_upload_resume_token_options { upload_id part_size total_num_parts num_parts_completed }
    aws_s3_upload_review { checksum_algorithm part_count part_array }
    aws_s3express_credentials_provider { vtable allocator shutdown_complete_callback shutdown_user_data r#impl ref_count }
    aws_s3express_credentials_provider_vtable { get_credentials destroy }
    aws_shutdown_callback_options { shutdown_callback_fn shutdown_callback_user_data }
    aws_signable { allocator r#impl vtable }
    aws_signable_vtable { get_property get_property_list get_payload_stream destroy }
    aws_signing_config_aws { config_type algorithm signature_type region service date should_sign_header should_sign_header_ud flags signed_body_value signed_body_header credentials credentials_provider expiration_in_seconds }
    aws_signing_result { allocator properties property_lists }
    aws_socket_options { r#type domain impl_type connect_timeout_ms keep_alive_interval_sec keep_alive_timeout_sec keep_alive_max_failed_probes keepalive tcp_nodelay network_interface_name }
    aws_standard_retry_options { backoff_retry_options initial_bucket_capacity }
    aws_stream_status { is_end_of_stream is_valid }
    aws_string { allocator len bytes }
    aws_task { r#fn arg timestamp node priority_queue_node type_tag abi_extension }
    aws_thread { allocator detach_state thread_id }
    aws_thread_options { stack_size cpu_id join_strategy name }
    aws_tls_connection_options { alpn_list server_name on_negotiation_result on_data_read on_error user_data ctx advertise_alpn_message timeout_ms }
    aws_tls_ctx { alloc r#impl ref_count }
    aws_tls_ctx_options { allocator minimum_tls_version cipher_pref ca_file ca_path alpn_list certificate private_key max_fragment_size verify_peer ctx_options_extension custom_key_op_handler no_certificate_revocation }
    aws_tls_ctx_pkcs11_options { pkcs11_lib user_pin slot_id token_label private_key_object_label cert_file_path cert_file_contents }
    aws_uri { self_size allocator uri_str scheme authority userinfo user password host_name port path query_string path_and_query }
    aws_uuid { uuid_data }
    aws_xml_parser_options { doc max_depth on_root_encountered user_data }
    proxy_env_var_settings { env_var_type connection_type tls_options }
}
