/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_PROXY_H
#define AWS_PROXY_H

/* Settings of HTTP proxies, and the types of negotiators that a caller may implement. */

#include <aws/common/ref_count.h>
#include <aws/http/http.h>
#include <aws/http/request_response.h>
#include <aws/http/status_code.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_http_header;
struct aws_http_message;
struct aws_http_proxy_config;
struct aws_http_proxy_negotiator;
struct aws_http_proxy_strategy;
struct aws_string;
struct aws_tls_connection_options;

enum aws_http_proxy_authentication_type {
    AWS_HPAT_NONE = 0,
    /* User name and password in a header. */
    AWS_HPAT_BASIC,
};

/* Whether HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the environment count. */
enum aws_http_proxy_env_var_type {
    AWS_HPEV_DISABLE = 0,
    AWS_HPEV_ENABLE,
};

enum aws_http_proxy_connection_type {
    /* Forward plain connections, tunnel TLS ones. */
    AWS_HPCT_HTTP_LEGACY = 0,
    /* Hand each request to the proxy. Not for TLS. */
    AWS_HPCT_HTTP_FORWARD,
    /* Ask the proxy for a tunnel with CONNECT. */
    AWS_HPCT_HTTP_TUNNEL,
};

/* A proxy as the environment describes it. */
struct proxy_env_var_settings {
    enum aws_http_proxy_env_var_type env_var_type;
    enum aws_http_proxy_connection_type connection_type;
    /* Optional, for an HTTPS proxy: TLS between us and the proxy. NULL means the defaults. */
    const struct aws_tls_connection_options *tls_options;
};

/* A proxy as the program describes it. */
struct aws_http_proxy_options {
    enum aws_http_proxy_connection_type connection_type;
    struct aws_byte_cursor host;
    uint32_t port;
    /* Optional: TLS between us and the proxy. */
    const struct aws_tls_connection_options *tls_options;
    /* Optional: takes the place of the three members below. */
    struct aws_http_proxy_strategy *proxy_strategy;
    enum aws_http_proxy_authentication_type auth_type;
    struct aws_byte_cursor auth_username;
    struct aws_byte_cursor auth_password;
    /* Comma-separated hosts that are reached directly. */
    struct aws_byte_cursor no_proxy_hosts;
};

/* Gives a token as a string that the caller destroys, or NULL and an error code. */
typedef struct aws_string *(aws_http_proxy_negotiation_get_token_sync_fn)(void *user_data, int *out_error_code);

typedef struct aws_string *(
    aws_http_proxy_negotiation_get_challenge_token_sync_fn)(void *user_data,
                                                            const struct aws_byte_cursor *challenge_context,
                                                            int *out_error_code);

/* A negotiator gives up. */
typedef void(aws_http_proxy_negotiation_terminate_fn)(
    struct aws_http_message *message,
    int error_code,
    void *internal_proxy_user_data);

/* A negotiator has prepared the CONNECT request. */
typedef void(aws_http_proxy_negotiation_http_request_forward_fn)(
    struct aws_http_message *message,
    void *internal_proxy_user_data);

/* Prepares a CONNECT request and answers through exactly one of the two callbacks. */
typedef void(aws_http_proxy_negotiation_http_request_transform_async_fn)(
    struct aws_http_proxy_negotiator *proxy_negotiator,
    struct aws_http_message *message,
    aws_http_proxy_negotiation_terminate_fn *negotiation_termination_callback,
    aws_http_proxy_negotiation_http_request_forward_fn *negotiation_http_request_forward_callback,
    void *internal_proxy_user_data);

/* Changes a request on its way through a forwarding proxy. */
typedef int(aws_http_proxy_negotiation_http_request_transform_fn)(
    struct aws_http_proxy_negotiator *proxy_negotiator,
    struct aws_http_message *message);

/* The proxy's answer to CONNECT, in parts. */
typedef int(aws_http_proxy_negotiation_connect_on_incoming_headers_fn)(
    struct aws_http_proxy_negotiator *proxy_negotiator,
    enum aws_http_header_block header_block,
    const struct aws_http_header *header_array,
    size_t num_headers);

typedef int(aws_http_proxy_negotiator_connect_status_fn)(
    struct aws_http_proxy_negotiator *proxy_negotiator,
    enum aws_http_status_code status_code);

typedef int(aws_http_proxy_negotiator_connect_on_incoming_body_fn)(
    struct aws_http_proxy_negotiator *proxy_negotiator,
    const struct aws_byte_cursor *data);

/* What to do after a refused CONNECT. */
enum aws_http_proxy_negotiation_retry_directive {
    AWS_HPNRD_STOP,
    AWS_HPNRD_NEW_CONNECTION,
    AWS_HPNRD_CURRENT_CONNECTION,
};

typedef enum aws_http_proxy_negotiation_retry_directive(aws_http_proxy_negotiator_get_retry_directive_fn)(
    struct aws_http_proxy_negotiator *proxy_negotiator);

struct aws_http_proxy_negotiator_forwarding_vtable {
    aws_http_proxy_negotiation_http_request_transform_fn *forward_request_transform;
};

struct aws_http_proxy_negotiator_tunnelling_vtable {
    aws_http_proxy_negotiation_http_request_transform_async_fn *connect_request_transform;
    aws_http_proxy_negotiation_connect_on_incoming_headers_fn *on_incoming_headers_callback;
    aws_http_proxy_negotiator_connect_status_fn *on_status_callback;
    aws_http_proxy_negotiator_connect_on_incoming_body_fn *on_incoming_body_callback;
    aws_http_proxy_negotiator_get_retry_directive_fn *get_retry_directive;
};

/* One negotiation with a proxy; which vtable counts depends on the strategy that made it. */
struct aws_http_proxy_negotiator {
    struct aws_ref_count ref_count;
    void *impl;
    union {
        struct aws_http_proxy_negotiator_forwarding_vtable *forwarding_vtable;
        struct aws_http_proxy_negotiator_tunnelling_vtable *tunnelling_vtable;
    } strategy_vtable;
};

typedef struct aws_http_proxy_negotiator *(
    aws_http_proxy_strategy_create_negotiator_fn)(struct aws_http_proxy_strategy *proxy_strategy,
                                                  struct aws_allocator *allocator);

struct aws_http_proxy_strategy_vtable {
    aws_http_proxy_strategy_create_negotiator_fn *create_negotiator;
};

/* Makes a negotiator for each new connection. */
struct aws_http_proxy_strategy {
    struct aws_ref_count ref_count;
    struct aws_http_proxy_strategy_vtable *vtable;
    void *impl;
    enum aws_http_proxy_connection_type proxy_connection_type;
};

struct aws_http_proxy_strategy_basic_auth_options {
    /* Forward or tunnel. */
    enum aws_http_proxy_connection_type proxy_connection_type;
    struct aws_byte_cursor user_name;
    struct aws_byte_cursor password;
};

AWS_EXTERN_C_BEGIN

/* Adds a holder and returns the argument, which may be NULL. */
AWS_HTTP_API
struct aws_http_proxy_negotiator *aws_http_proxy_negotiator_acquire(struct aws_http_proxy_negotiator *proxy_negotiator);

/* Drops a holder. NULL is ignored. */
AWS_HTTP_API
void aws_http_proxy_negotiator_release(struct aws_http_proxy_negotiator *proxy_negotiator);

/* Starts a negotiation, which the caller releases. NULL with an error on failure. */
AWS_HTTP_API
struct aws_http_proxy_negotiator *aws_http_proxy_strategy_create_negotiator(
    struct aws_http_proxy_strategy *strategy,
    struct aws_allocator *allocator);

/* Adds a holder and returns the argument, which may be NULL. */
AWS_HTTP_API
struct aws_http_proxy_strategy *aws_http_proxy_strategy_acquire(struct aws_http_proxy_strategy *proxy_strategy);

/* Drops a holder. NULL is ignored. */
AWS_HTTP_API
void aws_http_proxy_strategy_release(struct aws_http_proxy_strategy *proxy_strategy);

/* A strategy that shows user name and password (RFC 7617); both are copied, and the caller releases the strategy. NULL
 * with AWS_ERROR_INVALID_ARGUMENT if the connection type is neither forward nor tunnel. */
AWS_HTTP_API
struct aws_http_proxy_strategy *aws_http_proxy_strategy_new_basic_auth(
    struct aws_allocator *allocator,
    struct aws_http_proxy_strategy_basic_auth_options *config);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_PROXY_H */
