/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_AUTH_CREDENTIALS_PRIVATE_H
#define AWS_AUTH_CREDENTIALS_PRIVATE_H

/* For programs that implement a credentials provider. */

#include <aws/auth/auth.h>
#include <aws/auth/credentials.h>

AWS_PUSH_SANE_WARNING_LEVEL

AWS_EXTERN_C_BEGIN

/* Fills the members and sets the count to 1. Leaves the shutdown options alone. The vtable must outlive the provider. */
AWS_AUTH_API
void aws_credentials_provider_init_base(
    struct aws_credentials_provider *provider,
    struct aws_allocator *allocator,
    struct aws_credentials_provider_vtable *vtable,
    void *impl);

/* Calls the destroy function of a provider, whatever its count. NULL is ignored. */
AWS_AUTH_API
void aws_credentials_provider_destroy(struct aws_credentials_provider *provider);

/* Calls the shutdown callback, if there is one. For the end of a destroy function. */
AWS_AUTH_API
void aws_credentials_provider_invoke_shutdown_callback(struct aws_credentials_provider *provider);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_AUTH_CREDENTIALS_PRIVATE_H */
