/* Calls a function that may not come back, because it ends its thread (pthread_exit, or a cancellation that it acts on).
 *
 * Both are an unwinding that nobody may catch; the one thing that it stops at is a clean-up handler of the thread. The
 * handler here leaves it for good, by a jump into the function that installed it: everything above has been unwound by
 * then, nothing below has been touched. It has to be compiled without exceptions, so that such handlers are plain jumps
 * in the C library as well. What the thread was to end with stays with the thread. */
#include <pthread.h>
#include <setjmp.h>

#define INSIDE __attribute__((visibility("hidden")))

INSIDE int aws_s3_call_out(void (*run)(void *), void *argument, int cancellation);
INSIDE int aws_s3_cancellation_off(void);
INSIDE void aws_s3_cancellation_set(int state);
INSIDE void aws_s3_end_thread(void);

static void s_come_back(void *place) {
    _longjmp(*(jmp_buf *)place, 1);
}

/* Returns 0 when `run` came back. `cancellation` is the state in which it runs; negative: leave it as it is. */
int aws_s3_call_out(void (*run)(void *), void *argument, int cancellation) {
    jmp_buf place;
    volatile int ended = 1;
    int before;
    pthread_cleanup_push(s_come_back, &place);
    if (_setjmp(place) == 0) {
        if (cancellation >= 0) pthread_setcancelstate(cancellation, &before);
        run(argument);
        ended = 0;
    }
    if (cancellation >= 0) pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    pthread_cleanup_pop(0);
    return ended;
}

/* Returns the state before. */
int aws_s3_cancellation_off(void) {
    int before = PTHREAD_CANCEL_ENABLE;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    return before;
}

void aws_s3_cancellation_set(int state) {
    int before;
    pthread_setcancelstate(state, &before);
}

/* Takes up an unwinding that aws_s3_call_out stopped on this thread: what a clean-up handler does that comes back. */
void aws_s3_end_thread(void) {
#ifdef __GLIBC__
    __pthread_unwind_buf_t here;
    __pthread_register_cancel(&here);
    __pthread_unwind_next(&here);
#else
    pthread_exit(PTHREAD_CANCELED);
#endif
}
