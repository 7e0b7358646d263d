/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_AUTH_SIGNING_CONFIG_H
#define AWS_AUTH_SIGNING_CONFIG_H

/* How a request is to be signed. */

#include <aws/auth/auth.h>
#include <aws/common/byte_buf.h>
#include <aws/common/date_time.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_credentials;
struct aws_credentials_provider;

/* Whether a header takes part in the signature. May be called on any thread. */
typedef bool(aws_should_sign_header_fn)(const struct aws_byte_cursor *name, void *userdata);

/* First member of every signing configuration. */
enum aws_signing_config_type { AWS_SIGNING_CONFIG_AWS = 1 };

struct aws_signing_config_base {
    enum aws_signing_config_type config_type;
};

enum aws_signing_algorithm {
    /* HMAC with a key derived from the secret. */
    AWS_SIGNING_ALGORITHM_V4,
    /* ECDSA, good for several regions. */
    AWS_SIGNING_ALGORITHM_V4_ASYMMETRIC,
    /* V4 with the session header of S3 Express. */
    AWS_SIGNING_ALGORITHM_V4_S3EXPRESS,
};

/* What is signed, and where the signature goes. */
enum aws_signature_type {
    /* A request; into its headers. */
    AWS_ST_HTTP_REQUEST_HEADERS,
    /* A request; into its query, for presigned URLs. */
    AWS_ST_HTTP_REQUEST_QUERY_PARAMS,
    /* One chunk of a signed body. */
    AWS_ST_HTTP_REQUEST_CHUNK,
    /* One event of an event stream. */
    AWS_ST_HTTP_REQUEST_EVENT,
    /* Canonical requests that the caller has made. */
    AWS_ST_CANONICAL_REQUEST_HEADERS,
    AWS_ST_CANONICAL_REQUEST_QUERY_PARAMS,
    /* The trailer of a signed body. */
    AWS_ST_HTTP_REQUEST_TRAILING_HEADERS
};

/* Values for signed_body_value that stand for something else than the hash of the body. */
AWS_EXTERN_C_BEGIN
AWS_AUTH_API extern const struct aws_byte_cursor g_aws_signed_body_value_empty_sha256;
AWS_AUTH_API extern const struct aws_byte_cursor g_aws_signed_body_value_unsigned_payload;
AWS_AUTH_API extern const struct aws_byte_cursor g_aws_signed_body_value_streaming_unsigned_payload_trailer;
AWS_AUTH_API extern const struct aws_byte_cursor g_aws_signed_body_value_streaming_aws4_hmac_sha256_payload;
AWS_AUTH_API extern const struct aws_byte_cursor g_aws_signed_body_value_streaming_aws4_hmac_sha256_payload_trailer;
AWS_AUTH_API extern const struct aws_byte_cursor g_aws_signed_body_value_streaming_aws4_ecdsa_p256_sha256_payload;
AWS_AUTH_API extern const struct aws_byte_cursor
    g_aws_signed_body_value_streaming_aws4_ecdsa_p256_sha256_payload_trailer;
AWS_AUTH_API extern const struct aws_byte_cursor g_aws_signed_body_value_streaming_aws4_hmac_sha256_events;
AWS_EXTERN_C_END

/* Which header carries the body value, besides the signature over it. */
enum aws_signed_body_header_type {
    AWS_SBHT_NONE,
    AWS_SBHT_X_AMZ_CONTENT_SHA256,
};

struct aws_signing_config_aws {
    /* Always AWS_SIGNING_CONFIG_AWS. */
    enum aws_signing_config_type config_type;

    enum aws_signing_algorithm algorithm;

    enum aws_signature_type signature_type;

    /* Region, or the region set of the asymmetric algorithm. */
    struct aws_byte_cursor region;

    /* Short name of the service. */
    struct aws_byte_cursor service;

    /* Time of the signature. */
    struct aws_date_time date;

    /* Optional: leaves headers out of the signature. */
    aws_should_sign_header_fn *should_sign_header;
    void *should_sign_header_ud;

    struct {
        /* Encode the path a second time. S3 wants 0. */
        uint32_t use_double_uri_encode : 1;

        /* Remove dot segments from the path. S3 wants 0. */
        uint32_t should_normalize_uri_path : 1;

        /* Send the session token without signing it. */
        uint32_t omit_session_token : 1;
    } flags;

    /* Stands for the hash of the body. Empty means: compute the hash. */
    struct aws_byte_cursor signed_body_value;

    enum aws_signed_body_header_type signed_body_header;

    /* Who signs. Credentials win over the provider; one of the two is needed. */
    const struct aws_credentials *credentials;
    struct aws_credentials_provider *credentials_provider;

    /* Presigned URLs only: how long they are good. */
    uint64_t expiration_in_seconds;
};

AWS_EXTERN_C_BEGIN

/* Name of an algorithm for logs; static, never NULL. */
AWS_AUTH_API
const char *aws_signing_algorithm_to_string(enum aws_signing_algorithm algorithm);

/* Whether a configuration is complete; raises AWS_AUTH_SIGNING_INVALID_CONFIGURATION or ..._INVALID_CREDENTIALS. */
AWS_AUTH_API
int aws_validate_aws_signing_config_aws(const struct aws_signing_config_aws *config);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_AUTH_SIGNING_CONFIG_H */
