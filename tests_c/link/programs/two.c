/* SPDX-License-Identifier: Apache-2.0 */
/* Opens two plug-ins, each with a copy of the library, so that the second could bind to names of the first. */
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv) {
    void *copy[2] = {NULL, NULL};
    for (int i = 0; i < 2 && i + 1 < argc; ++i) {
        void *plugin = dlopen(argv[i + 1], RTLD_NOW | RTLD_GLOBAL);
        void *(*run)(void) = plugin ? (void *(*)(void))dlsym(plugin, "plugin_run") : NULL;
        if (run == NULL) {
            puts(dlerror());
            return 1;
        }
        copy[i] = run();
    }
    puts(copy[0] != copy[1] ? "kept apart" : "the second uses the first one's copy");
    return copy[0] == copy[1];
}
