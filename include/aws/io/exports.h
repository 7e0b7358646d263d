#ifndef AWS_IO_EXPORTS_H
#define AWS_IO_EXPORTS_H
/* Linkage of the functions under aws/io. */

#if defined(_WIN32) && defined(AWS_IO_USE_IMPORT_EXPORT)
#    ifdef AWS_IO_EXPORTS
#        define AWS_IO_API __declspec(dllexport)
#    else
#        define AWS_IO_API __declspec(dllimport)
#    endif
#else
#    define AWS_IO_API
#endif

#endif /* AWS_IO_EXPORTS_H */
