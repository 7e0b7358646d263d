/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_CHECKSUMS_EXPORTS_H
#define AWS_CHECKSUMS_EXPORTS_H

/* Marks what the library exports. Only a Windows DLL needs anything here. */
#if defined(_WIN32) && defined(AWS_CHECKSUMS_USE_IMPORT_EXPORT)
#    ifdef AWS_CHECKSUMS_EXPORTS
#        define AWS_CHECKSUMS_API __declspec(dllexport)
#    else
#        define AWS_CHECKSUMS_API __declspec(dllimport)
#    endif
#else
#    define AWS_CHECKSUMS_API
#endif

#endif /* AWS_CHECKSUMS_EXPORTS_H */
