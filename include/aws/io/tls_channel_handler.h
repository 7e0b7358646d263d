#ifndef AWS_IO_TLS_CHANNEL_HANDLER_H
#define AWS_IO_TLS_CHANNEL_HANDLER_H
/* What a program may say about TLS. */

#include <aws/common/byte_buf.h>
#include <aws/common/ref_count.h>
#include <aws/io/io.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_channel_handler;
struct aws_channel_slot;
struct aws_pkcs11_lib;
struct aws_string;
struct aws_tls_key_operation;

enum aws_tls_versions {
    AWS_IO_SSLv3,
    AWS_IO_TLSv1,
    AWS_IO_TLSv1_1,
    AWS_IO_TLSv1_2,
    AWS_IO_TLSv1_3,
    AWS_IO_TLS_VER_SYS_DEFAULTS = 128,
};

/** Preferences 1 to 6 are withdrawn. */
enum aws_tls_cipher_pref {
    AWS_IO_TLS_CIPHER_PREF_SYSTEM_DEFAULT = 0,
    AWS_IO_TLS_CIPHER_PREF_KMS_PQ_TLSv1_0_2019_06 = 1,
    AWS_IO_TLS_CIPHER_PREF_KMS_PQ_SIKE_TLSv1_0_2019_11 = 2,
    AWS_IO_TLS_CIPHER_PREF_KMS_PQ_TLSv1_0_2020_02 = 3,
    AWS_IO_TLS_CIPHER_PREF_KMS_PQ_SIKE_TLSv1_0_2020_02 = 4,
    AWS_IO_TLS_CIPHER_PREF_KMS_PQ_TLSv1_0_2020_07 = 5,
    AWS_IO_TLS_CIPHER_PREF_PQ_TLSv1_0_2021_05 = 6,
    AWS_IO_TLS_CIPHER_PREF_PQ_TLSV1_2_2024_10 = 7,
    AWS_IO_TLS_CIPHER_PREF_PQ_DEFAULT = 8,
    AWS_IO_TLS_CIPHER_PREF_TLSV1_2_2025_07 = 9,
    AWS_IO_TLS_CIPHER_PREF_TLSV1_0_2023_06 = 10,
    AWS_IO_TLS_CIPHER_PREF_NON_PQ_DEFAULT = 11,
    AWS_IO_TLS_CIPHER_PREF_END_RANGE = 0xFFFF
};

enum aws_tls_hash_algorithm {
    AWS_TLS_HASH_UNKNOWN,
    AWS_TLS_HASH_SHA1,
    AWS_TLS_HASH_SHA224,
    AWS_TLS_HASH_SHA256,
    AWS_TLS_HASH_SHA384,
    AWS_TLS_HASH_SHA512,
};

enum aws_tls_signature_algorithm {
    AWS_TLS_SIGNATURE_UNKNOWN,
    AWS_TLS_SIGNATURE_RSA,
    AWS_TLS_SIGNATURE_ECDSA,
};

enum aws_tls_key_operation_type {
    AWS_TLS_KEY_OPERATION_UNKNOWN,
    AWS_TLS_KEY_OPERATION_SIGN,
    AWS_TLS_KEY_OPERATION_DECRYPT,
};

/** Settings that connections share; see aws_tls_client_ctx_new(). */
struct aws_tls_ctx {
    struct aws_allocator *alloc;
    void *impl;
    struct aws_ref_count ref_count;
};

typedef void(aws_tls_on_negotiation_result_fn)(
    struct aws_channel_handler *handler,
    struct aws_channel_slot *slot,
    int error_code,
    void *user_data);

typedef void(aws_tls_on_data_read_fn)(
    struct aws_channel_handler *handler,
    struct aws_channel_slot *slot,
    struct aws_byte_buf *buffer,
    void *user_data);

typedef void(aws_tls_on_error_fn)(
    struct aws_channel_handler *handler,
    struct aws_channel_slot *slot,
    int err,
    const char *message,
    void *user_data);

/** A context, and what one connection wants beside it. */
struct aws_tls_connection_options {
    /** Protocols separated by semicolons; NULL for those of the context. */
    struct aws_string *alpn_list;
    /** Name to ask for and to check; NULL for the host that is connected to. */
    struct aws_string *server_name;
    aws_tls_on_negotiation_result_fn *on_negotiation_result;
    aws_tls_on_data_read_fn *on_data_read;
    aws_tls_on_error_fn *on_error;
    void *user_data;
    struct aws_tls_ctx *ctx;
    bool advertise_alpn_message;
    /** How long a handshake may take; 0 for as long as it likes. */
    uint32_t timeout_ms;
};

struct aws_custom_key_op_handler;

struct aws_custom_key_op_handler_vtable {
    void (*on_key_operation)(struct aws_custom_key_op_handler *key_op_handler, struct aws_tls_key_operation *operation);
};

/** Does what needs a private key that the program keeps to itself. */
struct aws_custom_key_op_handler {
    void *impl;
    const struct aws_custom_key_op_handler_vtable *vtable;
    struct aws_ref_count ref_count;
};

/** Entries of a keychain, by label. */
struct aws_secitem_options {
    struct aws_string *cert_label;
    struct aws_string *key_label;
};

/** What a context is made from. Fill it with the functions below. */
struct aws_tls_ctx_options {
    struct aws_allocator *allocator;
    enum aws_tls_versions minimum_tls_version;
    enum aws_tls_cipher_pref cipher_pref;
    struct aws_byte_buf ca_file;
    struct aws_string *ca_path;
    struct aws_string *alpn_list;
    struct aws_byte_buf certificate;
#ifdef _WIN32
    const char *system_certificate_path;
#endif
    struct aws_byte_buf private_key;
#ifdef __APPLE__
    struct aws_byte_buf pkcs12;
    struct aws_byte_buf pkcs12_password;
    struct aws_secitem_options secitem_options;
    struct aws_string *keychain_path;
#endif
    size_t max_fragment_size;
    bool verify_peer;
    void *ctx_options_extension;
    struct aws_custom_key_op_handler *custom_key_op_handler;
    bool no_certificate_revocation;
};

/** Which key of which hardware token. */
struct aws_tls_ctx_pkcs11_options {
    struct aws_pkcs11_lib *pkcs11_lib;
    struct aws_byte_cursor user_pin;
    const uint64_t *slot_id;
    struct aws_byte_cursor token_label;
    struct aws_byte_cursor private_key_object_label;
    struct aws_byte_cursor cert_file_path;
    struct aws_byte_cursor cert_file_contents;
};

AWS_EXTERN_C_BEGIN

/** The system's trust store and versions, verification on. */
AWS_IO_API void aws_tls_ctx_options_init_default_client(
    struct aws_tls_ctx_options *options,
    struct aws_allocator *allocator);

/** Frees what the options hold, wipes keys, and zeroes the struct. Zeroed options may be cleaned up too. */
AWS_IO_API void aws_tls_ctx_options_clean_up(struct aws_tls_ctx_options *options);

/** Default options with a certificate chain and its private key, both PEM. */
AWS_IO_API int aws_tls_ctx_options_init_client_mtls(
    struct aws_tls_ctx_options *options,
    struct aws_allocator *allocator,
    const struct aws_byte_cursor *cert,
    const struct aws_byte_cursor *pkey);

/** As above, from two files. */
AWS_IO_API int aws_tls_ctx_options_init_client_mtls_from_path(
    struct aws_tls_ctx_options *options,
    struct aws_allocator *allocator,
    const char *cert_path,
    const char *pkey_path);

/** Not supported: fails with AWS_ERROR_UNIMPLEMENTED, and zeroes the options. */
AWS_IO_API int aws_tls_ctx_options_init_client_mtls_with_custom_key_operations(
    struct aws_tls_ctx_options *options,
    struct aws_allocator *allocator,
    struct aws_custom_key_op_handler *custom,
    const struct aws_byte_cursor *cert_file_contents);

/** Not supported: fails with AWS_ERROR_PLATFORM_NOT_SUPPORTED, and zeroes the options. */
AWS_IO_API int aws_tls_ctx_options_init_client_mtls_with_pkcs11(
    struct aws_tls_ctx_options *options,
    struct aws_allocator *allocator,
    const struct aws_tls_ctx_pkcs11_options *pkcs11_options);

/** Windows only: fails with AWS_ERROR_PLATFORM_NOT_SUPPORTED. */
AWS_IO_API int aws_tls_ctx_options_init_client_mtls_from_system_path(
    struct aws_tls_ctx_options *options,
    struct aws_allocator *allocator,
    const char *cert_reg_path);

/** macOS only: fails with AWS_ERROR_PLATFORM_NOT_SUPPORTED. */
AWS_IO_API int aws_tls_ctx_options_init_client_mtls_pkcs12_from_path(
    struct aws_tls_ctx_options *options,
    struct aws_allocator *allocator,
    const char *pkcs12_path,
    const struct aws_byte_cursor *pkcs_pwd);

/** macOS only: fails with AWS_ERROR_PLATFORM_NOT_SUPPORTED. */
AWS_IO_API int aws_tls_ctx_options_init_client_mtls_pkcs12(
    struct aws_tls_ctx_options *options,
    struct aws_allocator *allocator,
    struct aws_byte_cursor *pkcs12,
    struct aws_byte_cursor *pkcs_pwd);

/** macOS only: fails with AWS_ERROR_PLATFORM_NOT_SUPPORTED. */
AWS_IO_API int aws_tls_ctx_options_set_keychain_path(
    struct aws_tls_ctx_options *options,
    struct aws_byte_cursor *keychain_path_cursor);

/** Protocols separated by semicolons, the preferred one first. */
AWS_IO_API int aws_tls_ctx_options_set_alpn_list(struct aws_tls_ctx_options *options, const char *alpn_list);

/** Without verification anybody may pretend to be the server. */
AWS_IO_API void aws_tls_ctx_options_set_verify_peer(struct aws_tls_ctx_options *options, bool verify_peer);

AWS_IO_API void aws_tls_ctx_options_set_no_certificate_revocation(
    struct aws_tls_ctx_options *options,
    bool no_revocation);

AWS_IO_API void aws_tls_ctx_options_set_tls_cipher_preference(
    struct aws_tls_ctx_options *options,
    enum aws_tls_cipher_pref cipher_pref);

AWS_IO_API void aws_tls_ctx_options_set_minimum_tls_version(
    struct aws_tls_ctx_options *options,
    enum aws_tls_versions minimum_tls_version);

/** Trusts these PEM certificates instead of the system's. Once only. */
AWS_IO_API int aws_tls_ctx_options_override_default_trust_store(
    struct aws_tls_ctx_options *options,
    const struct aws_byte_cursor *ca_pem_contents);

/** Trusts the certificates of a directory, a file (read now) or both instead of the system's. Either may be NULL. */
AWS_IO_API int aws_tls_ctx_options_override_default_trust_store_from_path(
    struct aws_tls_ctx_options *options,
    const char *ca_path,
    const char *ca_file);

/** Stores a pointer of the caller's. */
AWS_IO_API void aws_tls_ctx_options_set_extension_data(struct aws_tls_ctx_options *options, void *extension_data);

/** Holds the context. The handshake may take ten seconds. */
AWS_IO_API void aws_tls_connection_options_init_from_ctx(
    struct aws_tls_connection_options *conn_options,
    struct aws_tls_ctx *ctx);

/** Gives up the context, frees the strings, and zeroes the struct. Zeroed options may be cleaned up too. */
AWS_IO_API void aws_tls_connection_options_clean_up(struct aws_tls_connection_options *connection_options);

/** Cleans `to` up first, so it must be initialised or zeroed. */
AWS_IO_API int aws_tls_connection_options_copy(
    struct aws_tls_connection_options *to,
    const struct aws_tls_connection_options *from);

AWS_IO_API void aws_tls_connection_options_set_callbacks(
    struct aws_tls_connection_options *conn_options,
    aws_tls_on_negotiation_result_fn *on_negotiation_result,
    aws_tls_on_data_read_fn *on_data_read,
    aws_tls_on_error_fn *on_error,
    void *user_data);

AWS_IO_API int aws_tls_connection_options_set_server_name(
    struct aws_tls_connection_options *conn_options,
    struct aws_allocator *allocator,
    const struct aws_byte_cursor *server_name);

AWS_IO_API int aws_tls_connection_options_set_alpn_list(
    struct aws_tls_connection_options *conn_options,
    struct aws_allocator *allocator,
    const char *alpn_list);

AWS_IO_API bool aws_tls_is_alpn_available(void);

AWS_IO_API bool aws_tls_is_cipher_pref_supported(enum aws_tls_cipher_pref cipher_pref);

/** Checks certificates and key and makes a context. Returns NULL with an error raised. */
AWS_IO_API struct aws_tls_ctx *aws_tls_client_ctx_new(
    struct aws_allocator *alloc,
    const struct aws_tls_ctx_options *options);

/** Adds a reference and returns the context. NULL is returned as it is. */
AWS_IO_API struct aws_tls_ctx *aws_tls_ctx_acquire(struct aws_tls_ctx *ctx);

/** Gives up a reference. NULL is ignored. */
AWS_IO_API void aws_tls_ctx_release(struct aws_tls_ctx *ctx);

/** Whether TLS, or the peer's part in it, is what failed. */
AWS_IO_API bool aws_error_code_is_tls(int error_code);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_IO_TLS_CHANNEL_HANDLER_H */
