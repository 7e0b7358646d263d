/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_HTTP_EXPORTS_H
#define AWS_HTTP_EXPORTS_H

/* Marks what the library exports. Only a Windows DLL needs anything here. */
#if defined(_WIN32) && defined(AWS_HTTP_USE_IMPORT_EXPORT)
#    ifdef AWS_HTTP_EXPORTS
#        define AWS_HTTP_API __declspec(dllexport)
#    else
#        define AWS_HTTP_API __declspec(dllimport)
#    endif
#else
#    define AWS_HTTP_API
#endif

#endif /* AWS_HTTP_EXPORTS_H */
