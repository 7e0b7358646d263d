/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the shared library named on the command line as a host of plug-ins does, and runs it. */
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv) {
    void *library = argc > 1 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    if (library == NULL) {
        puts(dlerror());
        return 1;
    }
    void *(*allocator)(void) = (void *(*)(void))dlsym(library, "aws_default_allocator");
    void (*init)(void *) = (void (*)(void *))dlsym(library, "aws_s3_library_init");
    void (*clean_up)(void) = (void (*)(void))dlsym(library, "aws_s3_library_clean_up");
    if (allocator == NULL || init == NULL || clean_up == NULL) {
        puts(dlerror());
        return 1;
    }
    init(allocator());
    clean_up();
    puts("opened");
    return 0;
}
