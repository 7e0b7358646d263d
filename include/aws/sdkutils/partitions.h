/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_SDKUTILS_PARTITIONS_H
#define AWS_SDKUTILS_PARTITIONS_H

/* The partitions of the cloud, which endpoint rules ask for. In builds with the endpoint resolver of S3
 * (AWS_ENABLE_S3_ENDPOINT_RESOLVER). */

#include <aws/common/byte_buf.h>
#include <aws/sdkutils/sdkutils.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_partitions_config;

AWS_EXTERN_C_BEGIN

/* Reads a list of partitions, in JSON, during the call. The caller owns one reference. NULL, with
 * AWS_ERROR_SDKUTILS_PARTITIONS_PARSE_FAILED or ..._UNSUPPORTED raised, for a document that is not understood. */
AWS_SDKUTILS_API struct aws_partitions_config *aws_partitions_config_new_from_string(
    struct aws_allocator *allocator,
    struct aws_byte_cursor json);

/* NULL is left alone; release returns NULL. */
AWS_SDKUTILS_API struct aws_partitions_config *aws_partitions_config_acquire(struct aws_partitions_config *partitions);
AWS_SDKUTILS_API struct aws_partitions_config *aws_partitions_config_release(struct aws_partitions_config *partitions);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_SDKUTILS_PARTITIONS_H */
