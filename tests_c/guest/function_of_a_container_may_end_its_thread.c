/* Functions that a program hands to hash tables, queues, lists and the like end the thread of the program on which they
 * are called, by pthread_exit or by acting on a cancellation. Each runs on a thread of its own; the containers are used
 * further and cleaned up. */
#include "common.h"

#include <aws/common/array_list.h>
#include <aws/common/byte_buf.h>
#include <aws/common/condition_variable.h>
#include <aws/common/hash_table.h>
#include <aws/common/mutex.h>
#include <aws/common/priority_queue.h>

enum kind {
    HASH, FIND_EQUALS, CREATE_EQUALS, PUT_DESTROY_KEY, PUT_DESTROY_VALUE, REMOVE_DESTROY, CLEAR_DESTROY, CLEAN_UP_DESTROY,
    TABLE_EQUALS, FOREACH, ITER_DELETE, PUSH, PUSH_REF, POP, REMOVE_NODE, SORT, CONDITION, CONDITION_FOR, TRIM_LEFT,
    TRIM_RIGHT, SATISFIES, KIND_COUNT
};

static enum kind s_kind;
static bool s_armed;
static bool s_cancels;
static int s_came_back;

/* Ends the thread: the first time that something is called once it is the turn. */
static void end_thread(void) {
    if (!s_armed) return;
    s_armed = false;
    if (s_cancels) {
        pthread_cancel(pthread_self());
        pthread_testcancel();
    }
    pthread_exit(&s_armed);
}

static uint64_t hash(const void *key) {
    if (s_kind == HASH) end_thread();
    return *(const int *)key % 3; /* so that keys meet */
}
static bool equals(const void *one, const void *other) {
    end_thread();
    return *(const int *)one == *(const int *)other;
}
static void destroy(void *item) {
    (void)item;
    end_thread();
}
static int each(void *context, struct aws_hash_element *element) {
    (void)context, (void)element;
    end_thread();
    return AWS_COMMON_HASH_TABLE_ITER_CONTINUE;
}
static int compare(const void *one, const void *other) {
    end_thread();
    return *(const int *)one - *(const int *)other;
}
static bool holds(void *context) {
    (void)context;
    end_thread();
    return true;
}
static bool accepts(uint8_t byte) {
    end_thread();
    return byte == ' ';
}

static int s_keys[20];
static struct aws_hash_table s_table, s_other;
static struct aws_priority_queue s_queue;
static struct aws_priority_queue_node s_nodes[8];
static struct aws_array_list s_list;
static struct aws_mutex s_mutex = AWS_MUTEX_INIT;
static struct aws_condition_variable s_condition = AWS_CONDITION_VARIABLE_INIT;

static void prepare(void) {
    aws_hash_callback_destroy_fn *end = s_kind < FOREACH && s_kind >= PUT_DESTROY_KEY ? destroy : NULL;
    aws_hash_callback_destroy_fn *end_key = s_kind == PUT_DESTROY_VALUE ? NULL : end;
    aws_hash_callback_destroy_fn *end_value = s_kind == PUT_DESTROY_KEY ? NULL : end;
    if (s_kind == ITER_DELETE) end_value = destroy;
    NEED(aws_hash_table_init(&s_table, A, 4, hash, equals, end_key, end_value) == AWS_OP_SUCCESS);
    NEED(aws_hash_table_init(&s_other, A, 4, hash, equals, NULL, NULL) == AWS_OP_SUCCESS);
    NEED(aws_priority_queue_init_dynamic(&s_queue, A, 4, sizeof(int), compare) == AWS_OP_SUCCESS);
    NEED(aws_array_list_init_dynamic(&s_list, A, 4, sizeof(int)) == AWS_OP_SUCCESS);
    for (int i = 0; i < 8; ++i) {
        s_keys[i] = i, s_keys[i + 10] = i;
        aws_priority_queue_node_init(&s_nodes[i]);
        int number = 8 - i;
        NEED(aws_hash_table_put(&s_table, &s_keys[i], &s_keys[i], NULL) == AWS_OP_SUCCESS);
        NEED(aws_hash_table_put(&s_other, &s_keys[i + 10], &s_keys[i], NULL) == AWS_OP_SUCCESS);
        NEED(aws_priority_queue_push_ref(&s_queue, &number, &s_nodes[i]) == AWS_OP_SUCCESS);
        NEED(aws_array_list_push_back(&s_list, &number) == AWS_OP_SUCCESS);
    }
}

static void *call(void *unused) {
    (void)unused;
    int number = 0, *key = &s_keys[13];
    struct aws_hash_element *element = NULL;
    struct aws_hash_iter iter = aws_hash_iter_begin(&s_table);
    struct aws_byte_cursor spaces = text("  a  ");
    s_armed = true;
    switch (s_kind) {
        case HASH:
        case FIND_EQUALS: aws_hash_table_find(&s_table, key, &element); break;
        case CREATE_EQUALS: aws_hash_table_create(&s_table, key, &element, NULL); break;
        case PUT_DESTROY_KEY:
        case PUT_DESTROY_VALUE: aws_hash_table_put(&s_table, key, key, NULL); break;
        case REMOVE_DESTROY: aws_hash_table_remove(&s_table, key, NULL, NULL); break;
        case CLEAR_DESTROY: aws_hash_table_clear(&s_table); break;
        case CLEAN_UP_DESTROY: aws_hash_table_clean_up(&s_table); break;
        case TABLE_EQUALS: aws_hash_table_eq(&s_table, &s_other, equals); break;
        case FOREACH: aws_hash_table_foreach(&s_table, each, NULL); break;
        case ITER_DELETE: aws_hash_iter_delete(&iter, true); break;
        case PUSH: aws_priority_queue_push(&s_queue, &number); break;
        case PUSH_REF: aws_priority_queue_push_ref(&s_queue, &number, NULL); break;
        case POP: aws_priority_queue_pop(&s_queue, &number); break;
        case REMOVE_NODE: aws_priority_queue_remove(&s_queue, &number, &s_nodes[7]); break;
        case SORT: aws_array_list_sort(&s_list, compare); break;
        case CONDITION: aws_condition_variable_wait_pred(&s_condition, &s_mutex, holds, NULL); break;
        case CONDITION_FOR: aws_condition_variable_wait_for_pred(&s_condition, &s_mutex, 1, holds, NULL); break;
        case TRIM_LEFT: aws_byte_cursor_left_trim_pred(&spaces, accepts); break;
        case TRIM_RIGHT: aws_byte_cursor_trim_pred(&spaces, accepts); break;
        case SATISFIES: aws_byte_cursor_satisfies_pred(&spaces, accepts); break;
        default: break;
    }
    happened(&s_came_back);
    return NULL;
}

static int all_kinds(void *cancels) {
    s_cancels = *(bool *)cancels;
    A = aws_default_allocator();
    aws_common_library_init(A);
    for (s_kind = 0; s_kind < KIND_COUNT; ++s_kind) {
        prepare();
        pthread_t thread;
        void *value = NULL;
        NEED(pthread_create(&thread, NULL, call, NULL) == 0 && pthread_join(thread, &value) == 0);
        if (s_armed) seen("%d: nothing was called", (int)s_kind);
        if (count_of(&s_came_back) != 0) seen("%d: the call came back", (int)s_kind);
        if (value != (s_cancels ? PTHREAD_CANCELED : &s_armed)) seen("%d: the thread ended with another value", (int)s_kind);
        s_armed = false;
        s_came_back = 0;
        int number = -1;
        NEED(aws_priority_queue_push(&s_queue, &number) == AWS_OP_SUCCESS);
        NEED(aws_priority_queue_pop(&s_queue, &number) == AWS_OP_SUCCESS && number == -1);
        if (s_kind != CLEAN_UP_DESTROY) {
            struct aws_hash_element *element = NULL;
            NEED(aws_hash_table_put(&s_table, &s_keys[0], NULL, NULL) == AWS_OP_SUCCESS);
            NEED(aws_hash_table_find(&s_table, &s_keys[0], &element) == AWS_OP_SUCCESS && element != NULL);
            aws_hash_table_clean_up(&s_table);
        }
        aws_hash_table_clean_up(&s_other);
        aws_priority_queue_clean_up(&s_queue);
        aws_array_list_clean_up(&s_list);
    }
    return verdict();
}

int main(void) {
    right("the thread ends, with the value that it was given, and nothing else: the process goes on, the containers too");
    for (int cancels = 0; cancels < 2; ++cancels) {
        bool argument = cancels != 0;
        in_child(all_kinds, &argument, 20, cancels ? "cancellation" : "pthread_exit");
    }
    return verdict();
}
