/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_AUTH_CREDENTIALS_H
#define AWS_AUTH_CREDENTIALS_H

/* Credentials, and providers that find them. Both are counted. */

#include <aws/auth/auth.h>
#include <aws/common/array_list.h>
#include <aws/common/atomics.h>
#include <aws/common/linked_list.h>
#include <aws/http/proxy.h>
#include <aws/io/io.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_auth_http_system_vtable;
struct aws_client_bootstrap;
struct aws_credentials;
struct aws_credentials_provider;
struct aws_profile_collection;
struct aws_string;
struct aws_tls_ctx;

/* Answer of a provider, given exactly once, on any thread, perhaps before the question returns. Credentials are
 * borrowed for the call (acquire them to keep them) and NULL on failure. */
typedef void(aws_on_get_credentials_callback_fn)(struct aws_credentials *credentials, int error_code, void *user_data);

/* Starts a fetch. AWS_OP_SUCCESS promises the callback; AWS_OP_ERR promises that there will be none. */
typedef int(aws_credentials_provider_get_credentials_fn)(
    struct aws_credentials_provider *provider,
    aws_on_get_credentials_callback_fn callback,
    void *user_data);

/* The last reference is gone. */
typedef void(aws_credentials_provider_destroy_fn)(struct aws_credentials_provider *provider);

struct aws_credentials_provider_vtable {
    aws_credentials_provider_get_credentials_fn *get_credentials;
    aws_credentials_provider_destroy_fn *destroy;
};

/* A provider is gone and will not touch anything of the caller's any more. Runs on any thread. */
typedef void(aws_credentials_provider_shutdown_completed_fn)(void *user_data);

struct aws_credentials_provider_shutdown_options {
    /* Optional. */
    aws_credentials_provider_shutdown_completed_fn *shutdown_callback;
    void *shutdown_user_data;
};

/* A provider of any kind. A program may implement one: fill the members, set the count to 1. */
struct aws_credentials_provider {
    struct aws_credentials_provider_vtable *vtable;
    struct aws_allocator *allocator;
    struct aws_credentials_provider_shutdown_options shutdown_options;
    void *impl;
    struct aws_atomic_var ref_count;
};

/* Keys that never change. */
struct aws_credentials_provider_static_options {
    struct aws_credentials_provider_shutdown_options shutdown_options;
    struct aws_byte_cursor access_key_id;
    struct aws_byte_cursor secret_access_key;
    /* Optional. */
    struct aws_byte_cursor session_token;
    /* Optional. */
    struct aws_byte_cursor account_id;
};

/* AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and AWS_ACCOUNT_ID, read anew by each fetch. */
struct aws_credentials_provider_environment_options {
    struct aws_credentials_provider_shutdown_options shutdown_options;
};

/* A profile of the shared config and credentials files, with the roles and processes it names. */
struct aws_credentials_provider_profile_options {
    struct aws_credentials_provider_shutdown_options shutdown_options;

    /* Optional. Empty means AWS_PROFILE, then "default". */
    struct aws_byte_cursor profile_name_override;

    /* Optional. Empty means AWS_CONFIG_FILE, then ~/.aws/config. */
    struct aws_byte_cursor config_file_name_override;

    /* Optional. Empty means AWS_SHARED_CREDENTIALS_FILE, then ~/.aws/credentials. */
    struct aws_byte_cursor credentials_file_name_override;

    /* Not used: parsed profiles cannot be made here. */
    struct aws_profile_collection *profile_collection_cached;

    /* Not used: a role is fetched over connections of the provider's own. */
    struct aws_client_bootstrap *bootstrap;
    struct aws_tls_ctx *tls_ctx;
    struct aws_auth_http_system_vtable *function_table;
    struct proxy_env_var_settings *proxy_ev_settings;
};

/* Remembers what another provider found. */
struct aws_credentials_provider_cached_options {
    struct aws_credentials_provider_shutdown_options shutdown_options;

    /* Asked when nothing fresh is remembered; the new provider takes a reference. */
    struct aws_credentials_provider *source;

    /* How long to remember credentials without an expiration of their own. 0 means for ever. */
    uint64_t refresh_time_in_milliseconds;

    /* Optional, for tests. */
    aws_io_clock_fn *high_res_clock_fn;
    aws_io_clock_fn *system_clock_fn;
};

/* Asks providers one after the other until one of them answers. */
struct aws_credentials_provider_chain_options {
    struct aws_credentials_provider_shutdown_options shutdown_options;

    /* The new provider takes a reference to each; the array is only read. */
    struct aws_credentials_provider **providers;
    size_t provider_count;
};

enum aws_imds_protocol_version {
    IMDS_PROTOCOL_V2,
    IMDS_PROTOCOL_V1,
};

enum aws_imds_endpoint_mode {
    AWS_IMDS_ENDPOINT_MODE_DEFAULT = 0,
    AWS_IMDS_ENDPOINT_MODE_IPV4,
    AWS_IMDS_ENDPOINT_MODE_IPV6,
};

/* What a program uses that was told nothing: the environment, a profile, a web identity, then a container or the
 * instance it runs on; remembered for 15 minutes. */
struct aws_credentials_provider_chain_default_options {
    struct aws_credentials_provider_shutdown_options shutdown_options;

    /* Not used: the provider has connections of its own. */
    struct aws_client_bootstrap *bootstrap;
    struct aws_tls_ctx *tls_ctx;

    /* Not used: parsed profiles cannot be made here. */
    struct aws_profile_collection *profile_collection_cached;

    /* Optional. Empty means AWS_PROFILE, then "default". */
    struct aws_byte_cursor profile_name_override;

    /* Do not look at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. */
    bool skip_environment_credentials_provider;

    /* Not used. */
    const struct proxy_env_var_settings *proxy_ev_settings;
};

/* As the get_credentials of a provider, with user data in the place of the provider. */
typedef int(aws_credentials_provider_delegate_get_credentials_fn)(
    void *delegate_user_data,
    aws_on_get_credentials_callback_fn callback,
    void *callback_user_data);

/* Hands each fetch to a function of the program. */
struct aws_credentials_provider_delegate_options {
    struct aws_credentials_provider_shutdown_options shutdown_options;
    aws_credentials_provider_delegate_get_credentials_fn *get_credentials;
    void *delegate_user_data;
};

/* Shows a certificate, that of the TLS options, to IoT Core. */
struct aws_credentials_provider_x509_options {
    struct aws_credentials_provider_shutdown_options shutdown_options;

    /* Its resolver finds the endpoint. */
    struct aws_client_bootstrap *bootstrap;

    /* With the certificate and its key. */
    const struct aws_tls_connection_options *tls_connection_options;

    struct aws_byte_cursor thing_name;
    struct aws_byte_cursor role_alias;

    /* Host of the credentials endpoint. */
    struct aws_byte_cursor endpoint;

    /* Not used. */
    const struct aws_http_proxy_options *proxy_options;
    const struct proxy_env_var_settings *proxy_ev_settings;
    struct aws_auth_http_system_vtable *function_table;
};

/* Assumes a role with a token from a file, which is read for each fetch. */
struct aws_credentials_provider_sts_web_identity_options {
    struct aws_credentials_provider_shutdown_options shutdown_options;
    struct aws_client_bootstrap *bootstrap;

    /* Not used: parsed profiles cannot be made here. */
    struct aws_profile_collection *config_profile_collection_cached;

    struct aws_tls_ctx *tls_ctx;

    /* Not used. */
    const struct proxy_env_var_settings *proxy_ev_settings;
    struct aws_auth_http_system_vtable *function_table;
    struct aws_byte_cursor profile_name_override;

    /* Optional, each: empty means AWS_REGION, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME (else a random name) and
     * AWS_WEB_IDENTITY_TOKEN_FILE. AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL name another service. */
    struct aws_byte_cursor region;
    struct aws_byte_cursor role_arn;
    struct aws_byte_cursor role_session_name;
    struct aws_byte_cursor token_file_path;
};

/* Assumes a role with the credentials of another provider. The region is that of the environment. */
struct aws_credentials_provider_sts_options {
    struct aws_client_bootstrap *bootstrap;
    struct aws_tls_ctx *tls_ctx;

    /* The new provider takes a reference. */
    struct aws_credentials_provider *creds_provider;

    struct aws_byte_cursor role_arn;
    struct aws_byte_cursor session_name;

    /* Optional. */
    struct aws_byte_cursor external_id;

    /* At least 900 are asked for. */
    uint16_t duration_seconds;

    /* Not used. */
    const struct aws_http_proxy_options *http_proxy_options;
    const struct proxy_env_var_settings *proxy_ev_settings;
    struct aws_profile_collection *profile_collection_cached;
    struct aws_byte_cursor profile_name_override;
    struct aws_byte_cursor config_file_name_override;

    struct aws_credentials_provider_shutdown_options shutdown_options;

    /* Not used. */
    struct aws_auth_http_system_vtable *function_table;
    aws_io_clock_fn *system_clock_fn;
};

/* An identity provider and its token. */
struct aws_cognito_identity_provider_token_pair {
    struct aws_byte_cursor identity_provider_name;
    struct aws_byte_cursor identity_provider_token;
};

typedef void(aws_credentials_provider_cognito_get_token_pairs_completion_fn)(
    struct aws_cognito_identity_provider_token_pair *logins,
    size_t login_count,
    int error_code,
    void *completion_user_data);

typedef int(aws_credentials_provider_cognito_get_token_pairs_async_fn)(
    void *get_token_pairs_user_data,
    aws_credentials_provider_cognito_get_token_pairs_completion_fn *completion_callback,
    void *completion_user_data);

/* Asks Cognito for the credentials of an identity. */
struct aws_credentials_provider_cognito_options {
    struct aws_credentials_provider_shutdown_options shutdown_options;

    /* Host of the Cognito service. */
    struct aws_byte_cursor endpoint;
    struct aws_byte_cursor identity;

    /* Optional; copied. */
    struct aws_cognito_identity_provider_token_pair *logins;
    size_t login_count;

    /* Optional. */
    struct aws_byte_cursor *custom_role_arn;

    struct aws_client_bootstrap *bootstrap;
    struct aws_tls_ctx *tls_ctx;

    /* Not used. */
    const struct aws_http_proxy_options *http_proxy_options;
    const struct proxy_env_var_settings *proxy_ev_settings;
    struct aws_auth_http_system_vtable *function_table;

    /* Optional: asked before each fetch for more logins. Has the completion called once, on any thread, if it returns
     * AWS_OP_SUCCESS. */
    aws_credentials_provider_cognito_get_token_pairs_async_fn *get_token_pairs;
    void *get_token_pairs_user_data;
};

/* Everything credentials can consist of. */
struct aws_credentials_options {
    struct aws_byte_cursor access_key_id_cursor;
    struct aws_byte_cursor secret_access_key_cursor;
    struct aws_byte_cursor session_token_cursor;
    struct aws_byte_cursor account_id_cursor;
    /* In seconds since 1970. UINT64_MAX means never. */
    uint64_t expiration_timepoint_seconds;
};

AWS_EXTERN_C_BEGIN

/* ---- Credentials never change, so any thread may read them. ---- */

/* Copies the keys into new credentials with one reference; the token may be empty. Key id and secret must not be:
 * NULL and AWS_ERROR_INVALID_ARGUMENT. */
AWS_AUTH_API
struct aws_credentials *aws_credentials_new(
    struct aws_allocator *allocator,
    struct aws_byte_cursor access_key_id_cursor,
    struct aws_byte_cursor secret_access_key_cursor,
    struct aws_byte_cursor session_token_cursor,
    uint64_t expiration_timepoint_seconds);

AWS_AUTH_API
struct aws_credentials *aws_credentials_new_with_options(
    struct aws_allocator *allocator,
    const struct aws_credentials_options *options);

/* Credentials without keys: requests stay unsigned. */
AWS_AUTH_API
struct aws_credentials *aws_credentials_new_anonymous(struct aws_allocator *allocator);

/* The token may be NULL. */
AWS_AUTH_API
struct aws_credentials *aws_credentials_new_from_string(
    struct aws_allocator *allocator,
    const struct aws_string *access_key_id,
    const struct aws_string *secret_access_key,
    const struct aws_string *session_token,
    uint64_t expiration_timepoint_seconds);

/* NULL is ignored. */
AWS_AUTH_API
void aws_credentials_acquire(const struct aws_credentials *credentials);

/* NULL is ignored. The last release wipes the keys. */
AWS_AUTH_API
void aws_credentials_release(const struct aws_credentials *credentials);

/* Views that live as long as the credentials; empty for what is absent. */
AWS_AUTH_API
struct aws_byte_cursor aws_credentials_get_access_key_id(const struct aws_credentials *credentials);

AWS_AUTH_API
struct aws_byte_cursor aws_credentials_get_secret_access_key(const struct aws_credentials *credentials);

AWS_AUTH_API
struct aws_byte_cursor aws_credentials_get_session_token(const struct aws_credentials *credentials);

AWS_AUTH_API
struct aws_byte_cursor aws_credentials_get_account_id(const struct aws_credentials *credentials);

AWS_AUTH_API
uint64_t aws_credentials_get_expiration_timepoint_seconds(const struct aws_credentials *credentials);

AWS_AUTH_API
bool aws_credentials_is_anonymous(const struct aws_credentials *credentials);

/* ---- Providers ---- */

/* Returns NULL; NULL is fine. */
AWS_AUTH_API
struct aws_credentials_provider *aws_credentials_provider_release(struct aws_credentials_provider *provider);

/* Returns its argument; NULL is fine. */
AWS_AUTH_API
struct aws_credentials_provider *aws_credentials_provider_acquire(struct aws_credentials_provider *provider);

/* Asks for credentials; see the two function types above. The caller keeps the provider alive until the answer. */
AWS_AUTH_API
int aws_credentials_provider_get_credentials(
    struct aws_credentials_provider *provider,
    aws_on_get_credentials_callback_fn callback,
    void *user_data);

/* Each of the following returns a provider with one reference, or NULL with an error raised. A provider that could not
 * be made never calls its shutdown callback. */

AWS_AUTH_API
struct aws_credentials_provider *aws_credentials_provider_new_static(
    struct aws_allocator *allocator,
    const struct aws_credentials_provider_static_options *options);

/* The options may be NULL. */
AWS_AUTH_API
struct aws_credentials_provider *aws_credentials_provider_new_anonymous(
    struct aws_allocator *allocator,
    const struct aws_credentials_provider_shutdown_options *shutdown_options);

AWS_AUTH_API
struct aws_credentials_provider *aws_credentials_provider_new_environment(
    struct aws_allocator *allocator,
    const struct aws_credentials_provider_environment_options *options);

AWS_AUTH_API
struct aws_credentials_provider *aws_credentials_provider_new_cached(
    struct aws_allocator *allocator,
    const struct aws_credentials_provider_cached_options *options);

/* Fails when the files hold no such profile, or one that says nothing of credentials. */
AWS_AUTH_API
struct aws_credentials_provider *aws_credentials_provider_new_profile(
    struct aws_allocator *allocator,
    const struct aws_credentials_provider_profile_options *options);

AWS_AUTH_API
struct aws_credentials_provider *aws_credentials_provider_new_chain(
    struct aws_allocator *allocator,
    const struct aws_credentials_provider_chain_options *options);

AWS_AUTH_API
struct aws_credentials_provider *aws_credentials_provider_new_delegate(
    struct aws_allocator *allocator,
    const struct aws_credentials_provider_delegate_options *options);

/* The next five ask a service, on a thread of their own, and remember nothing, but for the caching one. */
AWS_AUTH_API
struct aws_credentials_provider *aws_credentials_provider_new_x509(
    struct aws_allocator *allocator,
    const struct aws_credentials_provider_x509_options *options);

AWS_AUTH_API
struct aws_credentials_provider *aws_credentials_provider_new_cognito(
    struct aws_allocator *allocator,
    const struct aws_credentials_provider_cognito_options *options);

AWS_AUTH_API
struct aws_credentials_provider *aws_credentials_provider_new_cognito_caching(
    struct aws_allocator *allocator,
    const struct aws_credentials_provider_cognito_options *options);

AWS_AUTH_API
struct aws_credentials_provider *aws_credentials_provider_new_sts(
    struct aws_allocator *allocator,
    const struct aws_credentials_provider_sts_options *options);

AWS_AUTH_API
struct aws_credentials_provider *aws_credentials_provider_new_sts_web_identity(
    struct aws_allocator *allocator,
    const struct aws_credentials_provider_sts_web_identity_options *options);

AWS_AUTH_API
struct aws_credentials_provider *aws_credentials_provider_new_chain_default(
    struct aws_allocator *allocator,
    const struct aws_credentials_provider_chain_default_options *options);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_AUTH_CREDENTIALS_H */
