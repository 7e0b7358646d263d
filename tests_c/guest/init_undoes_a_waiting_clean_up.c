/* One thread cleans the library up while a download runs, and so waits; another initialises it meanwhile. Nobody hangs, and
 * what the second one does with the library afterwards works. */
#include "common.h"

static int s_cleaned_up;

static void *clean_up(void *unused) {
    (void)unused;
    aws_s3_library_clean_up();
    happened(&s_cleaned_up);
    return NULL;
}

static int child(void *unused) {
    (void)unused;
    alarm(60);
    A = aws_default_allocator();
    aws_s3_library_init(A);
    struct stand stand = {0};
    stand_init(&stand, NULL);
    struct transfer transfer = {0};
    NEED(get_start(&transfer, &stand, "/slow/1m"));
    pthread_t thread;
    NEED(pthread_create(&thread, NULL, clean_up, NULL) == 0);
    nap(100);
    double before = now();
    aws_s3_library_init(A);
    if (now() - before > 1) seen("init waited for %.1f s", now() - before);
    if (!transfer_end(&transfer, 10) || transfer.error_code != 0) seen("the download did not end well");
    if (!stand_end(&stand, 10)) seen("the client did not end");
    if (!wait_for(&s_cleaned_up, 1, 10)) seen("the clean-up did not end");
    pthread_join(thread, NULL);
    struct stand next = {0};
    stand_init(&next, NULL);
    get_whole(&next, "/plain/3m", 3 * MIB, 10, "after the init");
    if (!stand_end(&next, 10)) seen("the next client did not end");
    if (strcmp(aws_error_name(AWS_ERROR_S3_CANCELED), "AWS_ERROR_S3_CANCELED") != 0) seen("error names are gone");
    aws_s3_library_clean_up();
    return verdict();
}

int main(void) {
    right("init during a clean-up returns at once, and the library stays usable");
    in_child(child, NULL, 50, "init during a clean-up");
    return verdict();
}
