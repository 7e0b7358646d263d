#ifndef AWS_IO_CHANNEL_BOOTSTRAP_H
#define AWS_IO_CHANNEL_BOOTSTRAP_H
/* Client bootstraps: an event loop group and a host resolver, held together. */

#include <aws/common/ref_count.h>
#include <aws/io/channel.h>
#include <aws/io/host_resolver.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_client_bootstrap;
struct aws_event_loop_group;
struct aws_socket_options;
struct aws_tls_connection_options;

typedef void(aws_client_bootstrap_on_channel_event_fn)(
    struct aws_client_bootstrap *bootstrap,
    int error_code,
    struct aws_channel *channel,
    void *user_data);

typedef struct aws_channel_handler *(aws_channel_on_protocol_negotiated_fn)(struct aws_channel_slot *new_slot,
                                                                            struct aws_byte_buf *protocol,
                                                                            void *user_data);

typedef void aws_client_bootstrap_shutdown_complete_fn(void *user_data);

struct aws_client_bootstrap {
    struct aws_allocator *allocator;
    struct aws_event_loop_group *event_loop_group;
    struct aws_host_resolver *host_resolver;
    struct aws_host_resolution_config host_resolver_config;
    aws_channel_on_protocol_negotiated_fn *on_protocol_negotiated;
    struct aws_ref_count ref_count;
    aws_client_bootstrap_shutdown_complete_fn *on_shutdown_complete;
    void *user_data;
};

struct aws_client_bootstrap_options {
    /** Required. The bootstrap acquires it. */
    struct aws_event_loop_group *event_loop_group;
    /** Required. The bootstrap acquires it. */
    struct aws_host_resolver *host_resolver;
    /** NULL for aws_host_resolver_init_default_resolution_config(). */
    const struct aws_host_resolution_config *host_resolution_config;
    /** Called when the bootstrap is gone; may be NULL. */
    aws_client_bootstrap_shutdown_complete_fn *on_shutdown_complete;
    void *user_data;
};

AWS_EXTERN_C_BEGIN

/** Returns NULL with AWS_ERROR_INVALID_ARGUMENT when group or resolver is missing. */
AWS_IO_API struct aws_client_bootstrap *aws_client_bootstrap_new(
    struct aws_allocator *allocator,
    const struct aws_client_bootstrap_options *options);

/** Adds a reference and returns the bootstrap. NULL is returned as it is. */
AWS_IO_API struct aws_client_bootstrap *aws_client_bootstrap_acquire(struct aws_client_bootstrap *bootstrap);

/** Gives up a reference. NULL is ignored. */
AWS_IO_API void aws_client_bootstrap_release(struct aws_client_bootstrap *bootstrap);

/** Stores the callback in the bootstrap. */
AWS_IO_API int aws_client_bootstrap_set_alpn_callback(
    struct aws_client_bootstrap *bootstrap,
    aws_channel_on_protocol_negotiated_fn *on_protocol_negotiated);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_IO_CHANNEL_BOOTSTRAP_H */
