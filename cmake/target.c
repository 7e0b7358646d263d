/* What a C compiler makes code for. Only preprocessed: cmake/target.cmake reads the lines that are left. */
#if __SIZEOF_POINTER__ != 8
pointers "of another size"
#elif __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
bytes "in another order"
#else
/* Tells which C library it is. */
#include <stdlib.h>
#endif

#if defined(__x86_64__)
machine "x86_64"
#elif defined(__aarch64__)
machine "aarch64"
#else
machine "another"
#endif

#if defined(__ANDROID__)
system "android"
#elif defined(__linux__) && defined(__GLIBC__)
system "linux-gnu"
#elif defined(__linux__)
system "linux-musl"
#elif defined(__FreeBSD__)
system "freebsd"
#elif defined(__APPLE__)
system "darwin"
#else
system "another"
#endif
