#ifndef AWS_IO_HOST_RESOLVER_H
#define AWS_IO_HOST_RESOLVER_H
/* From host names to addresses, by the library's resolver or by one of the program. */

#include <aws/common/ref_count.h>
#include <aws/common/shutdown_types.h>
#include <aws/io/io.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_array_list;
struct aws_event_loop_group;
struct aws_host_resolver;
struct aws_string;

enum aws_address_record_type {
    AWS_ADDRESS_RECORD_TYPE_A,
    AWS_ADDRESS_RECORD_TYPE_AAAA,
};

/** Which addresses to count. */
enum aws_get_host_address_flags {
    AWS_GET_HOST_ADDRESS_COUNT_RECORD_TYPE_A = 0x00000001,
    AWS_GET_HOST_ADDRESS_COUNT_RECORD_TYPE_AAAA = 0x00000002,
};

/** An address of a host. */
struct aws_host_address {
    struct aws_allocator *allocator;
    const struct aws_string *host;
    /** The address as text. */
    const struct aws_string *address;
    enum aws_address_record_type record_type;
    /** Nanoseconds by the clock of the resolver. */
    uint64_t expiry;
    size_t use_count;
    size_t connection_failure_count;
    uint8_t weight;
};

/** `host_addresses` holds struct aws_host_address, for the time of the call, and is NULL after an error. */
typedef void(aws_on_host_resolved_result_fn)(
    struct aws_host_resolver *resolver,
    const struct aws_string *host_name,
    int err_code,
    const struct aws_array_list *host_addresses,
    void *user_data);

/** Looks a name up, may block, and appends struct aws_host_address to the list, which takes them over. */
typedef int(aws_resolve_host_implementation_fn)(
    struct aws_allocator *allocator,
    const struct aws_string *host_name,
    struct aws_array_list *output_addresses,
    void *user_data);

struct aws_host_resolution_config {
    aws_resolve_host_implementation_fn *impl;
    /** Seconds for which an answer is good. */
    size_t max_ttl;
    void *impl_data;
    /** Pause between two look-ups of a name that is in use; 0 for one second. */
    uint64_t resolve_frequency_ns;
};

struct aws_host_resolver_purge_host_options {
    const struct aws_string *host;
    aws_simple_completion_callback *on_host_purge_complete_callback;
    void *user_data;
};

struct aws_host_resolver_vtable {
    /** The last reference is gone. */
    void (*destroy)(struct aws_host_resolver *resolver);
    int (*resolve_host)(
        struct aws_host_resolver *resolver,
        const struct aws_string *host_name,
        aws_on_host_resolved_result_fn *res,
        const struct aws_host_resolution_config *config,
        void *user_data);
    int (*record_connection_failure)(struct aws_host_resolver *resolver, const struct aws_host_address *address);
    int (*purge_cache)(struct aws_host_resolver *resolver);
    int (*purge_cache_with_callback)(
        struct aws_host_resolver *resolver,
        aws_simple_completion_callback *on_purge_cache_complete_callback,
        void *user_data);
    int (*purge_host_cache)(
        struct aws_host_resolver *resolver,
        const struct aws_host_resolver_purge_host_options *options);
    size_t (*get_host_address_count)(
        struct aws_host_resolver *resolver,
        const struct aws_string *host_name,
        uint32_t flags);
};

/** A resolver, whoever implements it. */
struct aws_host_resolver {
    struct aws_allocator *allocator;
    void *impl;
    struct aws_host_resolver_vtable *vtable;
    struct aws_ref_count ref_count;
    struct aws_shutdown_callback_options shutdown_options;
};

struct aws_host_resolver_default_options {
    /** How many hosts to expect. */
    size_t max_entries;
    /** Held as long as the resolver lives. */
    struct aws_event_loop_group *el_group;
    /** Told when the resolver is gone; NULL for nobody. */
    const struct aws_shutdown_callback_options *shutdown_options;
    /** Clock for expiry; NULL for the usual one. */
    aws_io_clock_fn *system_clock_override_fn;
};

AWS_EXTERN_C_BEGIN

/** Copies into memory that holds no address; clean the copy up. */
AWS_IO_API int aws_host_address_copy(const struct aws_host_address *from, struct aws_host_address *to);

/** Moves into memory that holds no address, and zeroes the source. */
AWS_IO_API void aws_host_address_move(struct aws_host_address *from, struct aws_host_address *to);

AWS_IO_API void aws_host_address_clean_up(struct aws_host_address *address);

/** Asks the system; the usual `impl` of a resolution config. */
AWS_IO_API int aws_default_dns_resolve(
    struct aws_allocator *allocator,
    const struct aws_string *host_name,
    struct aws_array_list *output_addresses,
    void *user_data);

/** A resolver that remembers answers and refreshes those in use, each host on a thread of its own. */
AWS_IO_API struct aws_host_resolver *aws_host_resolver_new_default(
    struct aws_allocator *allocator,
    const struct aws_host_resolver_default_options *options);

/** Adds a reference and returns the resolver. NULL is returned as it is. */
AWS_IO_API struct aws_host_resolver *aws_host_resolver_acquire(struct aws_host_resolver *resolver);

/** Gives up a reference. NULL is ignored. */
AWS_IO_API void aws_host_resolver_release(struct aws_host_resolver *resolver);

/**
 * Finds addresses of a host: at most one of each record type, in turn with each call. `res` is called once; before
 * this returns when addresses are known already.
 */
AWS_IO_API int aws_host_resolver_resolve_host(
    struct aws_host_resolver *resolver,
    const struct aws_string *host_name,
    aws_on_host_resolved_result_fn *res,
    const struct aws_host_resolution_config *config,
    void *user_data);

/** Sets an address aside until its answer expires or nothing else is left. */
AWS_IO_API int aws_host_resolver_record_connection_failure(
    struct aws_host_resolver *resolver,
    const struct aws_host_address *address);

/** Forgets every host. */
AWS_IO_API int aws_host_resolver_purge_cache(struct aws_host_resolver *resolver);

/** Forgets every host and tells when that is done. */
AWS_IO_API int aws_host_resolver_purge_cache_with_callback(
    struct aws_host_resolver *resolver,
    aws_simple_completion_callback *on_purge_cache_complete_callback,
    void *user_data);

/** Forgets one host and tells when that is done. */
AWS_IO_API int aws_host_resolver_purge_host_cache(
    struct aws_host_resolver *resolver,
    const struct aws_host_resolver_purge_host_options *options);

/** How many usable addresses are known; `flags` are of enum aws_get_host_address_flags. */
AWS_IO_API size_t aws_host_resolver_get_host_address_count(
    struct aws_host_resolver *resolver,
    const struct aws_string *host_name,
    uint32_t flags);

/** The system's answers, good for 30 seconds, refreshed every second. */
AWS_IO_API struct aws_host_resolution_config aws_host_resolver_init_default_resolution_config(void);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_IO_HOST_RESOLVER_H */
