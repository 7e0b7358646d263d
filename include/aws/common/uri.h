#ifndef AWS_COMMON_URI_H
#define AWS_COMMON_URI_H
/* URIs: parsing, percent-encoding, query parameters. */

#include <aws/common/byte_buf.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** A URI. Ask the functions; do not copy the struct. */
struct aws_uri {
    /** Size of this struct. */
    size_t self_size;
    /** What frees the copy. */
    struct aws_allocator *allocator;
    /** The copy of the text. */
    struct aws_byte_buf uri_str;
    /** Parts of it, in the order of the text. */
    struct aws_byte_cursor scheme;
    struct aws_byte_cursor authority;
    struct aws_byte_cursor userinfo;
    struct aws_byte_cursor user;
    struct aws_byte_cursor password;
    struct aws_byte_cursor host_name;
    uint32_t port;
    struct aws_byte_cursor path;
    struct aws_byte_cursor query_string;
    struct aws_byte_cursor path_and_query;
};

/** One parameter of a query. */
struct aws_uri_param {
    /** Before the equals sign. */
    struct aws_byte_cursor key;
    /** Behind it; empty when there is none. */
    struct aws_byte_cursor value;
};

/** Parts to assemble a URI from; what is empty or 0 is left out. */
struct aws_uri_builder_options {
    /** Scheme. */
    struct aws_byte_cursor scheme;
    /** Path, with its slash. */
    struct aws_byte_cursor path;
    /** Host. */
    struct aws_byte_cursor host_name;
    /** Port. */
    uint32_t port;
    /** List of `struct aws_uri_param`, taken as they are; NULL for none or when `query_string` is given. */
    struct aws_array_list *query_params;
    /** Query without question mark; empty for none or when `query_params` is given. */
    struct aws_byte_cursor query_string;
};

/**
 * Copies a text and splits it, to be freed with aws_uri_clean_up(). The cursors of the struct show the copy.
 * AWS_ERROR_MALFORMED_INPUT_STRING when it is no URI.
 */
AWS_COMMON_API int aws_uri_init_parse(
    struct aws_uri *uri,
    struct aws_allocator *allocator,
    const struct aws_byte_cursor *uri_str);

/**
 * Assembles a URI from parts, to be freed with aws_uri_clean_up(). AWS_ERROR_INVALID_ARGUMENT when both kinds of query
 * are
 * given.
 */
AWS_COMMON_API int aws_uri_init_from_builder_options(
    struct aws_uri *uri,
    struct aws_allocator *allocator,
    struct aws_uri_builder_options *options);

/** Frees the copy and zeroes the struct. A zeroed struct is left as it is. */
AWS_COMMON_API void aws_uri_clean_up(struct aws_uri *uri);

/** The same, after wiping the copy. */
AWS_COMMON_API void aws_uri_clean_up_secure(struct aws_uri *uri);

/** The scheme; empty when there is none. */
AWS_COMMON_API const struct aws_byte_cursor *aws_uri_scheme(const struct aws_uri *uri);

/** User, host and port together; empty when there is none. */
AWS_COMMON_API const struct aws_byte_cursor *aws_uri_authority(const struct aws_uri *uri);

/** The host, without brackets. */
AWS_COMMON_API const struct aws_byte_cursor *aws_uri_host_name(const struct aws_uri *uri);

/** The port; 0 when none is given. */
AWS_COMMON_API uint32_t aws_uri_port(const struct aws_uri *uri);

/** The path; empty when none is given. */
AWS_COMMON_API const struct aws_byte_cursor *aws_uri_path(const struct aws_uri *uri);

/** What is behind the question mark; empty when there is none. */
AWS_COMMON_API const struct aws_byte_cursor *aws_uri_query_string(const struct aws_uri *uri);

/** Path and query as a request line has them. */
AWS_COMMON_API const struct aws_byte_cursor *aws_uri_path_and_query(const struct aws_uri *uri);

/**
 * Walks over the parameters of a query, skipping empty ones. `param` begins zeroed and is what the last call made of
 * it; false
 * when there are no more. Nothing is decoded.
 */
AWS_COMMON_API bool aws_query_string_next_param(struct aws_byte_cursor query_string, struct aws_uri_param *param);

/** Adds all parameters of a query to a list of `struct aws_uri_param`. */
AWS_COMMON_API int aws_query_string_params(struct aws_byte_cursor query_string, struct aws_array_list *out_params);

/** aws_query_string_next_param() for the query of a URI. */
AWS_COMMON_API bool aws_uri_query_string_next_param(const struct aws_uri *uri, struct aws_uri_param *param);

/** aws_query_string_params() for the query of a URI. */
AWS_COMMON_API int aws_uri_query_string_params(const struct aws_uri *uri, struct aws_array_list *out_params);

/** Appends a path with everything but letters, digits, slashes and "-_.~" percent-encoded, growing the buffer. */
AWS_COMMON_API int aws_byte_buf_append_encoding_uri_path(
    struct aws_byte_buf *buffer,
    const struct aws_byte_cursor *cursor);

/** The same for a parameter, with slashes percent-encoded too. */
AWS_COMMON_API int aws_byte_buf_append_encoding_uri_param(
    struct aws_byte_buf *buffer,
    const struct aws_byte_cursor *cursor);

/**
 * Appends a text with its percent-encodings undone, growing the buffer. AWS_ERROR_MALFORMED_INPUT_STRING when a
 * percent sign
 * has no two hexadecimal digits behind it.
 */
AWS_COMMON_API int aws_byte_buf_append_decoding_uri(struct aws_byte_buf *buffer, const struct aws_byte_cursor *cursor);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_URI_H */
