/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_S3_ENDPOINT_RESOLVER_H
#define AWS_S3_ENDPOINT_RESOLVER_H

/**
 * @file
 *
 * The rules that turn bucket, region and options into an endpoint.
 *
 * Made from Rust, see src/abi/headers: do not edit it in include.
 */

#include <aws/s3/s3.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_endpoints_request_context;
struct aws_endpoints_rule_engine;

AWS_EXTERN_C_BEGIN

/**
 * Makes a rule engine that resolves S3 endpoints: bucket, region and options to URL, headers
 * and properties.
 *
 * The caller owns the engine and releases it with `aws_endpoints_rule_engine_release`.
 * `allocator` must not be NULL. Returns NULL and raises an error when the rules cannot be
 * loaded. Only in builds with the endpoint resolver (AWS_ENABLE_S3_ENDPOINT_RESOLVER).
 */
AWS_S3_API
struct aws_endpoints_rule_engine *aws_s3_endpoint_resolver_new(struct aws_allocator *allocator);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_S3_ENDPOINT_RESOLVER_H */
