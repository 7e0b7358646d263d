/* A parent forks while its client transfers. The child ends what it inherited, waiting for the shutdown callback as a
 * program's destructor does, and then makes a client of its own; the parent's transfers notice nothing. */
#include "common.h"

enum { ROUNDS = 6, SEVERAL = 4 };

static void in_the_child(struct stand *stand, struct transfer *done) {
    aws_s3_meta_request_cancel(done->request);
    done->request = aws_s3_meta_request_release(done->request);
    if (!wait_for(&done->gone, 1, 5)) seen("child: the shutdown callback of an inherited request did not come");
    /* Requests that run in the parent hold the client, here as there: only a client without any can end. */
    stand->client = aws_s3_client_release(stand->client);
    struct stand own = {0};
    stand_init(&own, NULL);
    get_several(&own, "/plain/3m", 3 * MIB, SEVERAL, 8, "child");
    if (s_faults == 0 && !stand_end(&own, 8)) seen("child: its own client did not end");
}

static void in_the_idle_child(struct stand *stand) {
    if (!stand_end(stand, 5)) seen("child: the inherited client did not say that it is gone");
}

static void fork_and_wait(struct stand *stand, struct transfer *done) {
    pid_t child = make_child();
    if (child == 0) {
        alarm(25);
        s_faults = 0;
        if (done != NULL) in_the_child(stand, done);
        else in_the_idle_child(stand);
        fflush(stdout);
        exit(verdict());
    }
    int status;
    if (!wait_for_child(child, 20, &status)) seen("the child did not end");
    else if (WIFSIGNALED(status)) seen("the child ended by signal %d", WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0) seen("the child failed");
}

int main(void) {
    right("a child ends what it inherited, works with a client of its own, and the parent's transfers go on");
    A = aws_default_allocator();
    aws_s3_library_init(A);
    struct stand stand = {0};
    stand_init(&stand, NULL);
    struct transfer done = {0};
    NEED(get_start(&done, &stand, "/plain/3m"));
    NEED(wait_for(&done.finished, 1, 8));
    /* The library gives its own reference up after the finish callback; only then is the last one ours. */
    nap(300);
    for (int round = 0; round < ROUNDS && s_faults == 0; ++round) {
        struct transfer running[SEVERAL] = {{0}};
        for (int i = 0; i < SEVERAL; ++i) NEED(get_start(&running[i], &stand, "/late-100/200k"));
        nap(round * 7);
        fork_and_wait(&stand, &done);
        for (int i = 0; i < SEVERAL; ++i) {
            if (!transfer_end(&running[i], 8)) seen("parent: a download did not end");
            else if (running[i].error_code != 0) seen("parent: %s", aws_error_name(running[i].error_code));
        }
    }
    if (!transfer_end(&done, 5)) seen("parent: a finished request did not end");
    fork_and_wait(&stand, NULL);
    get_whole(&stand, "/plain/3m", 3 * MIB, 8, "parent, after");
    if (!stand_end(&stand, 10)) seen("the parent's client did not end");
    return verdict();
}
