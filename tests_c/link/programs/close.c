/* SPDX-License-Identifier: Apache-2.0 */
/* Opens a plug-in on a thread of its own, runs it and closes it, several times; the thread ends when it is closed. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static void *open_and_close(void *path) {
    void *plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    int (*run)(void) = plugin ? (int (*)(void))dlsym(plugin, "plugin_run") : NULL;
    if (run == NULL) {
        puts(dlerror());
        return path;
    }
    void *failed = run() ? NULL : path;
    return dlclose(plugin) ? path : failed;
}

int main(int argc, char **argv) {
    for (int round = 0; round < 8 && argc > 1; ++round) {
        pthread_t thread;
        void *failed = NULL;
        /* In turn on a thread that ends right after it and on one that goes on. */
        if (round % 2 == 0) {
            pthread_create(&thread, NULL, open_and_close, argv[1]);
            pthread_join(thread, &failed);
        } else {
            failed = open_and_close(argv[1]);
        }
        if (failed != NULL) {
            printf("round %d failed\n", round);
            return 1;
        }
    }
    /* Whoever is left would run code that is not there. */
    usleep(200 * 1000);
    puts("closed");
    return 0;
}
