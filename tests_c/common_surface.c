/* What programs ask of aws/common: each part once, through the headers. Behaves the same with any CRT behind them. */

#include <aws/common/allocator.h>
#include <aws/common/array_list.h>
#include <aws/common/atomics.h>
#include <aws/common/byte_buf.h>
#include <aws/common/clock.h>
#include <aws/common/command_line_parser.h>
#include <aws/common/common.h>
#include <aws/common/condition_variable.h>
#include <aws/common/date_time.h>
#include <aws/common/encoding.h>
#include <aws/common/environment.h>
#include <aws/common/file.h>
#include <aws/common/hash_table.h>
#include <aws/common/linked_list.h>
#include <aws/common/logging.h>
#include <aws/common/math.h>
#include <aws/common/mutex.h>
#include <aws/common/priority_queue.h>
#include <aws/common/ref_count.h>
#include <aws/common/string.h>
#include <aws/common/system_info.h>
#include <aws/common/task_scheduler.h>
#include <aws/common/thread.h>
#include <aws/common/thread_scheduler.h>
#include <aws/common/uri.h>
#include <aws/common/uuid.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int s_failures = 0;

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                     \
            ++s_failures;                                                                                              \
        }                                                                                                              \
    } while (0)
#define CHECK_ERROR(call, code)                                                                                        \
    do {                                                                                                               \
        aws_reset_error();                                                                                             \
        CHECK((call) == AWS_OP_ERR);                                                                                   \
        CHECK(aws_last_error() == (code));                                                                             \
    } while (0)

AWS_STATIC_STRING_FROM_LITERAL(s_static_text, "static text");
static const struct aws_byte_cursor s_literal = AWS_BYTE_CUR_INIT_FROM_STRING_LITERAL("literal");

static bool s_shows(struct aws_byte_cursor cursor, const char *text) {
    return aws_byte_cursor_eq_c_str(&cursor, text);
}

static void s_count_error(int code, void *context) {
    *(int *)context = code;
}

static void s_errors(void) {
    int seen = 0;
    CHECK(strcmp(aws_error_name(AWS_ERROR_INVALID_ARGUMENT), "AWS_ERROR_INVALID_ARGUMENT") == 0);
    CHECK(strcmp(aws_error_lib_name(AWS_ERROR_OOM), "aws-c-common") == 0);
    CHECK(strncmp(aws_error_debug_str(AWS_ERROR_OOM), "aws-c-common: AWS_ERROR_OOM, ", 29) == 0);
    CHECK(strcmp(aws_error_str(1000000), "Unknown Error Code") == 0);
    aws_set_thread_local_error_handler_fn(s_count_error, &seen);
    CHECK(aws_raise_error(AWS_ERROR_NO_SPACE) == AWS_OP_ERR);
    CHECK(seen == AWS_ERROR_NO_SPACE && aws_last_error() == AWS_ERROR_NO_SPACE);
    aws_set_thread_local_error_handler_fn(NULL, NULL);
    aws_reset_error();
    CHECK(aws_last_error() == 0 && aws_last_error_or_unknown_error() == AWS_ERROR_UNKNOWN);
    CHECK_ERROR(aws_translate_and_raise_io_error(2), AWS_ERROR_FILE_INVALID_PATH);
}

static void s_memory(struct aws_allocator *allocator) {
    void *block = aws_mem_calloc(allocator, 4, 8);
    CHECK(aws_is_mem_zeroed(block, 32));
    CHECK(aws_mem_realloc(allocator, &block, 32, 64) == AWS_OP_SUCCESS);
    CHECK(aws_mem_tracer_bytes(allocator) == 64 && aws_mem_tracer_count(allocator) == 1);
    aws_mem_release(allocator, block);
    void *one = NULL;
    void *two = NULL;
    block = aws_mem_acquire_many(allocator, 2, &one, (size_t)5, &two, (size_t)8);
    CHECK(block != NULL && one == block && (uint8_t *)two - (uint8_t *)one == 8);
    aws_mem_release(allocator, block);
    aws_mem_release(allocator, NULL);
}

static void s_bytes(struct aws_allocator *allocator) {
    struct aws_byte_buf buf;
    struct aws_byte_buf copy;
    struct aws_byte_cursor abc = aws_byte_cursor_from_c_str("abc");
    CHECK(aws_byte_buf_init(&buf, allocator, 2) == AWS_OP_SUCCESS);
    CHECK_ERROR(aws_byte_buf_append(&buf, &abc), AWS_ERROR_DEST_COPY_TOO_SMALL);
    CHECK(aws_byte_buf_append_dynamic(&buf, &abc) == AWS_OP_SUCCESS);
    CHECK(aws_byte_buf_append_dynamic(&buf, &s_literal) == AWS_OP_SUCCESS);
    CHECK(s_shows(aws_byte_cursor_from_buf(&buf), "abcliteral"));
    CHECK(aws_byte_buf_init_copy(&copy, allocator, &buf) == AWS_OP_SUCCESS);
    CHECK(copy.len == buf.len && copy.capacity == buf.capacity && aws_byte_buf_eq(&copy, &buf));
    aws_byte_buf_reset(&buf, true);
    CHECK_ERROR(aws_byte_buf_cat(&buf, 2, &copy, &copy), AWS_ERROR_DEST_COPY_TOO_SMALL);
    CHECK(s_shows(aws_byte_cursor_from_buf(&buf), "abcliteral"));
    aws_byte_buf_clean_up(&copy);
    aws_byte_buf_clean_up_secure(&buf);
    CHECK(AWS_IS_ZEROED(buf));

    struct aws_byte_cursor one = abc;
    struct aws_byte_cursor two = s_literal;
    CHECK(aws_byte_buf_init_cache_and_update_cursors(&buf, allocator, &one, &two, NULL) == AWS_OP_SUCCESS);
    CHECK(one.ptr == buf.buffer && s_shows(two, "literal") && buf.len == 10);
    CHECK(s_shows(aws_byte_cursor_advance(&two, 3), "lit") && s_shows(two, "eral"));
    CHECK(aws_byte_cursor_advance(&two, 5).len == 0 && two.len == 4);
    aws_byte_buf_clean_up(&buf);

    struct aws_array_list pieces;
    struct aws_byte_cursor text = aws_byte_cursor_from_c_str(",a,,b");
    aws_array_list_init_dynamic(&pieces, allocator, 0, sizeof(struct aws_byte_cursor));
    CHECK(aws_byte_cursor_split_on_char(&text, ',', &pieces) == AWS_OP_SUCCESS);
    CHECK(aws_array_list_length(&pieces) == 4);
    CHECK(aws_array_list_back(&pieces, &one) == AWS_OP_SUCCESS && s_shows(one, "b"));
    CHECK_ERROR(aws_array_list_get_at(&pieces, &one, 4), AWS_ERROR_INVALID_INDEX);
    aws_array_list_clean_up(&pieces);

    uint8_t room[4] = "ab";
    buf = aws_byte_buf_from_empty_array(room, sizeof(room));
    buf.len = 2;
    text = aws_byte_cursor_from_c_str("c");
    CHECK(aws_byte_buf_append_and_update(&buf, &text) == AWS_OP_SUCCESS && text.ptr == room + 2 && text.len == 1);
    CHECK_ERROR(aws_byte_buf_append_and_update(&buf, &abc), AWS_ERROR_DEST_COPY_TOO_SMALL);
    CHECK(s_shows(abc, "abc") && abc.ptr != room);
    AWS_ZERO_STRUCT(buf);
    text = aws_byte_cursor_from_c_str("");
    CHECK(aws_byte_buf_append_and_update(&buf, &text) == AWS_OP_SUCCESS && text.ptr == NULL && text.len == 0);

    uint64_t number = 0;
    CHECK(aws_byte_cursor_utf8_parse_u64(aws_byte_cursor_from_c_str("18446744073709551615"), &number) == 0);
    CHECK(number == UINT64_MAX);
    CHECK_ERROR(
        aws_byte_cursor_utf8_parse_u64(aws_byte_cursor_from_c_str("18446744073709551616"), &number),
        AWS_ERROR_OVERFLOW_DETECTED);
    CHECK_ERROR(aws_byte_cursor_utf8_parse_u64(aws_byte_cursor_from_c_str("+1"), &number), AWS_ERROR_INVALID_ARGUMENT);
}

static void s_strings(struct aws_allocator *allocator) {
    struct aws_string *same = aws_string_clone_or_reuse(allocator, s_static_text);
    CHECK(same == s_static_text);
    aws_string_destroy(same);
    struct aws_string *text = aws_string_new_from_c_str(allocator, "Text");
    CHECK(text->len == 4 && strcmp(aws_string_c_str(text), "Text") == 0 && aws_string_is_valid(text));
    CHECK(aws_string_eq_c_str_ignore_case(text, "tEXT") && !aws_string_eq(text, NULL));
    struct aws_string *copy = aws_string_new_from_string(allocator, text);
    CHECK(aws_string_compare(copy, text) == 0);
    aws_string_destroy_secure(copy);
    aws_string_destroy(text);
    aws_string_destroy(NULL);
}

struct item {
    int number;
    struct aws_linked_list_node node;
};

static void s_lists_and_words(void) {
    struct aws_linked_list list;
    struct item items[3] = {{1, {NULL, NULL}}, {2, {NULL, NULL}}, {3, {NULL, NULL}}};
    aws_linked_list_init(&list);
    for (size_t i = 0; i < AWS_ARRAY_SIZE(items); ++i) {
        aws_linked_list_push_back(&list, &items[i].node);
    }
    aws_linked_list_remove(&items[1].node);
    CHECK(AWS_CONTAINER_OF(aws_linked_list_pop_front(&list), struct item, node)->number == 1);
    CHECK(aws_linked_list_next(aws_linked_list_begin(&list)) == aws_linked_list_end(&list));
    aws_linked_list_pop_back(&list);
    CHECK(aws_linked_list_empty(&list));

    int storage[2];
    struct aws_array_list fixed;
    aws_array_list_init_static(&fixed, storage, 2, sizeof(int));
    for (int i = 0; i < 2; ++i) {
        CHECK(aws_array_list_push_back(&fixed, &i) == AWS_OP_SUCCESS);
    }
    CHECK_ERROR(aws_array_list_push_back(&fixed, &storage[0]), AWS_ERROR_LIST_EXCEEDS_MAX_SIZE);

    struct aws_atomic_var word = AWS_ATOMIC_INIT_INT(5);
    size_t expected = 4;
    CHECK(aws_atomic_fetch_add(&word, 2) == 5 && aws_atomic_load_int(&word) == 7);
    CHECK(!aws_atomic_compare_exchange_int(&word, &expected, 1) && expected == 7);
    uint64_t sum = 0;
    CHECK_ERROR(aws_add_u64_checked(UINT64_MAX, 1, &sum), AWS_ERROR_OVERFLOW_DETECTED);
    size_t total = 0;
    CHECK(aws_add_size_checked_varargs(3, &total, (size_t)1, (size_t)2, (size_t)3) == 0 && total == 6);
    CHECK(aws_sub_u64_saturating(1, 2) == 0 && aws_min_size(1, 2) == 1);
    CHECK(aws_timestamp_convert(1500, AWS_TIMESTAMP_MILLIS, AWS_TIMESTAMP_SECS, &sum) == 1 && sum == 500);
}

struct shared {
    struct aws_mutex mutex;
    struct aws_condition_variable changed;
    struct aws_ref_count count;
    int ended;
    int ran;
    int canceled;
    bool gone;
};

static void s_gone(void *object) {
    ((struct shared *)object)->gone = true;
}

static void s_at_exit(void *object) {
    struct shared *shared = object;
    aws_mutex_lock(&shared->mutex);
    ++shared->ended;
    aws_condition_variable_notify_all(&shared->changed);
    aws_mutex_unlock(&shared->mutex);
}

static void s_thread(void *object) {
    CHECK(aws_thread_current_at_exit(s_at_exit, object) == AWS_OP_SUCCESS);
}

static bool s_two_ended(void *object) {
    return ((struct shared *)object)->ended == 2;
}

static bool s_has_run(void *object) {
    return ((struct shared *)object)->ran == 1;
}

static void s_task(struct aws_task *task, void *object, enum aws_task_status status) {
    struct shared *shared = object;
    (void)task;
    aws_mutex_lock(&shared->mutex);
    *(status == AWS_TASK_STATUS_RUN_READY ? &shared->ran : &shared->canceled) += 1;
    aws_condition_variable_notify_all(&shared->changed);
    aws_mutex_unlock(&shared->mutex);
}

static void s_threads(struct aws_allocator *allocator) {
    struct shared shared = {.mutex = AWS_MUTEX_INIT, .changed = AWS_CONDITION_VARIABLE_INIT};
    struct aws_thread threads[2];
    struct aws_thread_options options = *aws_default_thread_options();
    for (int i = 0; i < 2; ++i) {
        options.join_strategy = i ? AWS_TJS_MANAGED : AWS_TJS_MANUAL;
        aws_thread_init(&threads[i], allocator);
        CHECK(aws_thread_launch(&threads[i], s_thread, &shared, &options) == AWS_OP_SUCCESS);
    }
    aws_mutex_lock(&shared.mutex);
    CHECK(
        aws_condition_variable_wait_for_pred(
            &shared.changed, &shared.mutex, 10000000000, s_two_ended, &shared) == AWS_OP_SUCCESS);
    CHECK_ERROR(
        aws_condition_variable_wait_for(&shared.changed, &shared.mutex, 1000), AWS_ERROR_COND_VARIABLE_TIMED_OUT);
    aws_mutex_unlock(&shared.mutex);
    CHECK(aws_thread_join(&threads[0]) == AWS_OP_SUCCESS);
    CHECK(aws_thread_get_detach_state(&threads[0]) == AWS_THREAD_JOIN_COMPLETED);
    aws_thread_clean_up(&threads[0]);
    CHECK(aws_thread_join_all_managed() == AWS_OP_SUCCESS);
    CHECK_ERROR(aws_thread_current_at_exit(s_at_exit, &shared), AWS_ERROR_THREAD_NOT_JOINABLE);

    struct aws_task now;
    struct aws_task later;
    uint64_t time = 0;
    struct aws_thread_scheduler *scheduler = aws_thread_scheduler_new(allocator, NULL);
    aws_task_init(&now, s_task, &shared, "now");
    aws_task_init(&later, s_task, &shared, "later");
    CHECK(aws_high_res_clock_get_ticks(&time) == AWS_OP_SUCCESS);
    aws_thread_scheduler_schedule_future(scheduler, &later, time + 3600000000000);
    aws_thread_scheduler_schedule_now(scheduler, &now);
    aws_mutex_lock(&shared.mutex);
    CHECK(aws_condition_variable_wait_pred(&shared.changed, &shared.mutex, s_has_run, &shared) == AWS_OP_SUCCESS);
    aws_mutex_unlock(&shared.mutex);
    aws_thread_scheduler_release(scheduler);
    CHECK(shared.ran == 1 && shared.canceled == 1);

    aws_ref_count_init(&shared.count, &shared, s_gone);
    CHECK(aws_ref_count_acquire(&shared.count) == &shared);
    CHECK(aws_ref_count_release(&shared.count) == 1 && !shared.gone);
    CHECK(aws_ref_count_release(&shared.count) == 0 && shared.gone);
    aws_condition_variable_clean_up(&shared.changed);
    aws_mutex_clean_up(&shared.mutex);
}

/* What encoding leaves alone: room behind the text, and a buffer that is too small. */
static void s_encodings(void) {
    uint8_t memory[24], untouched[24];
    size_t length = 7;
    memset(memory, 0xAA, sizeof(memory));
    memset(untouched, 0xAA, sizeof(untouched));
    struct aws_byte_cursor text = aws_byte_cursor_from_c_str("foobar");
    struct aws_byte_buf room = aws_byte_buf_from_empty_array(memory, 7);
    CHECK_ERROR(aws_base64_encode(&text, &room), AWS_ERROR_SHORT_BUFFER);
    CHECK_ERROR(aws_base64_url_encode(&text, &room), AWS_ERROR_SHORT_BUFFER);
    CHECK_ERROR(aws_hex_encode(&text, &room), AWS_ERROR_SHORT_BUFFER);
    CHECK(room.len == 0 && memcmp(memory, untouched, sizeof(memory)) == 0);
    room = aws_byte_buf_from_empty_array(memory, sizeof(memory));
    CHECK(aws_base64_encode(&text, &room) == AWS_OP_SUCCESS && s_shows(aws_byte_cursor_from_buf(&room), "Zm9vYmFy"));
    CHECK(memcmp(memory + 9, untouched, sizeof(memory) - 9) == 0);
    CHECK(aws_base64_url_encode(&text, &room) == AWS_OP_SUCCESS && room.len == 16);
    CHECK(memcmp(memory + 17, untouched, sizeof(memory) - 17) == 0);
    /* Digits replace what was there. */
    CHECK(aws_hex_encode(&text, &room) == AWS_OP_SUCCESS && s_shows(aws_byte_cursor_from_buf(&room), "666f6f626172"));

    text.len = SIZE_MAX - 1;
    CHECK_ERROR(aws_base64_encode(&text, &room), AWS_ERROR_OVERFLOW_DETECTED);
    CHECK_ERROR(aws_base64_url_encode(&text, &room), AWS_ERROR_OVERFLOW_DETECTED);
    CHECK_ERROR(aws_hex_encode(&text, &room), AWS_ERROR_OVERFLOW_DETECTED);
    CHECK_ERROR(aws_base64_url_compute_encoded_len(SIZE_MAX / 8 + 1, &length), AWS_ERROR_OVERFLOW_DETECTED);
    CHECK_ERROR(aws_base64_compute_encoded_len(SIZE_MAX / 4 * 3 + 1, &length), AWS_ERROR_OVERFLOW_DETECTED);
    CHECK(length == 7);

    text = aws_byte_cursor_from_c_str("QUI===");
    CHECK(aws_base64_compute_decoded_len(&text, &length) == AWS_OP_SUCCESS && length == 2);
    CHECK_ERROR(aws_base64_decode(&text, &room), AWS_ERROR_INVALID_BASE64_STR);
    text = aws_byte_cursor_from_c_str("QUF=");
    CHECK_ERROR(aws_base64_decode(&text, &room), AWS_ERROR_INVALID_BASE64_STR);
    text = aws_byte_cursor_from_c_str("QUF");
    CHECK(aws_base64_decode(&text, &room) == AWS_OP_SUCCESS && s_shows(aws_byte_cursor_from_buf(&room), "AA"));
}

static void s_texts(struct aws_allocator *allocator) {
    struct aws_uri uri;
    struct aws_byte_cursor text = aws_byte_cursor_from_c_str("https://host.example:8443/a/b?x=1&y");
    CHECK(aws_uri_init_parse(&uri, allocator, &text) == AWS_OP_SUCCESS);
    CHECK(s_shows(*aws_uri_scheme(&uri), "https") && s_shows(*aws_uri_host_name(&uri), "host.example"));
    CHECK(s_shows(*aws_uri_authority(&uri), "host.example:8443") && aws_uri_port(&uri) == 8443);
    CHECK(s_shows(*aws_uri_path(&uri), "/a/b") && s_shows(*aws_uri_query_string(&uri), "x=1&y"));
    CHECK(s_shows(*aws_uri_path_and_query(&uri), "/a/b?x=1&y"));
    aws_uri_clean_up(&uri);
    text = aws_byte_cursor_from_c_str("http://host:port");
    CHECK_ERROR(aws_uri_init_parse(&uri, allocator, &text), AWS_ERROR_MALFORMED_INPUT_STRING);

    uint8_t memory[40];
    struct aws_byte_buf room = aws_byte_buf_from_empty_array(memory, sizeof(memory));
    text = aws_byte_cursor_from_c_str("QUJDRA==");
    CHECK(aws_base64_decode(&text, &room) == AWS_OP_SUCCESS && s_shows(aws_byte_cursor_from_buf(&room), "ABCD"));
    text = aws_byte_cursor_from_c_str("ABCD");
    CHECK(aws_base64_encode(&text, &room) == AWS_OP_SUCCESS);
    CHECK(s_shows(aws_byte_cursor_from_buf(&room), "ABCDQUJDRA=="));

    struct aws_date_time date;
    text = aws_byte_cursor_from_c_str("Sat, 03 Feb 2024 04:05:06 GMT");
    CHECK(aws_date_time_init_from_str_cursor(&date, &text, AWS_DATE_FORMAT_AUTO_DETECT) == AWS_OP_SUCCESS);
    CHECK(aws_date_time_as_millis(&date) == 1706933106000 && aws_date_time_month(&date, false) == 1);
    aws_byte_buf_reset(&room, false);
    CHECK(aws_date_time_to_utc_time_str(&date, AWS_DATE_FORMAT_ISO_8601, &room) == AWS_OP_SUCCESS);
    CHECK(s_shows(aws_byte_cursor_from_buf(&room), "2024-02-03T04:05:06Z"));

    struct aws_byte_buf encoded;
    aws_byte_buf_init(&encoded, allocator, 0);
    text = aws_byte_cursor_from_c_str("a/b c");
    CHECK(aws_byte_buf_append_encoding_uri_param(&encoded, &text) == AWS_OP_SUCCESS);
    CHECK(s_shows(aws_byte_cursor_from_buf(&encoded), "a%2Fb%20c"));
    aws_byte_buf_clean_up(&encoded);
}

static int s_subcommand(int argc, char *const argv[], const char *name, void *user_data) {
    *(int *)user_data = argc;
    return strcmp(argv[0], name) == 0 ? 7 : 8;
}

static void s_command_line(void) {
    char program[] = "program", verb[] = "verb", a[] = "-a", word[] = "word", file[] = "--file", name[] = "name";
    char *argv[] = {program, verb, a, word, file, name};
    struct aws_cli_subcommand_dispatch table[] = {{s_subcommand, "verb"}};
    struct aws_cli_option options[] = {
        {"all", AWS_CLI_OPTIONS_NO_ARGUMENT, NULL, 'a'},
        {"file", AWS_CLI_OPTIONS_REQUIRED_ARGUMENT, NULL, 'f'},
        {NULL, AWS_CLI_OPTIONS_NO_ARGUMENT, NULL, 0},
    };
    int seen = 0;
    CHECK(aws_cli_dispatch_on_subcommand(6, argv, table, 1, &seen) == 7 && seen == 5);
    aws_cli_reset_state();
    CHECK(aws_cli_getopt_long(5, argv + 1, "af:", options, &seen) == 'a' && seen == 0);
    CHECK(aws_cli_getopt_long(5, argv + 1, "af:", options, NULL) == 0x02 && aws_cli_positional_arg == word);
    CHECK(aws_cli_getopt_long(5, argv + 1, "af:", options, NULL) == 'f' && aws_cli_optarg == name);
    CHECK(aws_cli_getopt_long(5, argv + 1, "af:", options, NULL) == -1 && aws_cli_optind == 5);
}

static bool s_count_entry(const struct aws_directory_entry *entry, void *count) {
    CHECK(entry->file_type == AWS_FILE_TYPE_FILE && entry->file_size > 0);
    /* Both can be handed to the system as they are. */
    CHECK(strlen((const char *)entry->relative_path.ptr) == entry->relative_path.len);
    CHECK(strlen((const char *)entry->path.ptr) == entry->path.len && entry->path.ptr[0] == '/');
    ++*(int *)count;
    return true;
}

static bool s_refuse_entry(const struct aws_directory_entry *entry, void *unused) {
    (void)entry, (void)unused;
    aws_raise_error(AWS_ERROR_NO_SPACE);
    return false;
}

static void s_files_and_log(struct aws_allocator *allocator) {
    char name[64];
    char log_name[80];
    int entries = 0;
    int64_t length = 0;
    uint64_t time = 0;
    aws_sys_clock_get_ticks(&time);
    snprintf(name, sizeof(name), "common_surface_%llu", (unsigned long long)time);
    snprintf(log_name, sizeof(log_name), "%s/log", name);
    struct aws_string *directory = aws_string_new_from_c_str(allocator, name);
    struct aws_string *path = aws_string_new_from_c_str(allocator, log_name);
    CHECK(aws_directory_create(directory) == AWS_OP_SUCCESS && aws_directory_exists(directory));

    struct aws_logger logger;
    struct aws_logger_standard_options options = {.level = AWS_LL_INFO, .filename = log_name};
    CHECK(aws_logger_get() != NULL && aws_logger_get_conditional(AWS_LS_COMMON_TEST, AWS_LL_FATAL) == NULL);
    CHECK(aws_logger_init_standard(&logger, allocator, &options) == AWS_OP_SUCCESS);
    aws_logger_set(&logger);
    AWS_LOGF_INFO(AWS_LS_COMMON_TEST, "%s %d", "line", 1);
    AWS_LOGF_DEBUG(AWS_LS_COMMON_TEST, "not wanted");
    aws_logger_set(NULL);
    CHECK(aws_logger_set_log_level(NULL, AWS_LL_INFO) == AWS_OP_ERR && aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
    aws_logger_clean_up(&logger);
    CHECK(strcmp(aws_log_subject_name(AWS_LS_COMMON_TEST), "test") == 0);

    struct aws_byte_buf text;
    CHECK(aws_byte_buf_init_from_file(&text, allocator, log_name) == AWS_OP_SUCCESS);
    struct aws_byte_cursor line = aws_byte_cursor_from_buf(&text);
    struct aws_byte_cursor start = aws_byte_cursor_from_c_str("[INFO] [");
    struct aws_byte_cursor end = aws_byte_cursor_from_c_str("] [test] - line 1\n");
    CHECK(aws_byte_cursor_starts_with(&line, &start));
    CHECK(aws_byte_cursor_find_exact(&line, &end, &start) == AWS_OP_SUCCESS && start.len == end.len);
    FILE *file = aws_fopen(log_name, "rb");
    CHECK(aws_file_get_length(file, &length) == AWS_OP_SUCCESS && (size_t)length == text.len);
    fclose(file);
    aws_byte_buf_clean_up(&text);

    CHECK(aws_directory_traverse(allocator, directory, false, s_count_entry, &entries) == AWS_OP_SUCCESS);
    CHECK(entries == 1);
    CHECK_ERROR(
        aws_directory_traverse(allocator, directory, false, s_refuse_entry, NULL), AWS_ERROR_OPERATION_INTERUPTED);
    CHECK(aws_file_delete(path) == AWS_OP_SUCCESS && aws_file_delete(path) == AWS_OP_SUCCESS);
    CHECK(!aws_path_exists(path) && aws_fopen(log_name, "r") == NULL);
    CHECK(aws_directory_delete(directory, false) == AWS_OP_SUCCESS);

    struct aws_string *value = NULL;
    CHECK(aws_get_environment_value(allocator, directory, &value) == AWS_OP_SUCCESS && value == NULL);
    CHECK(aws_set_environment_value(directory, path) == AWS_OP_SUCCESS);
    CHECK(aws_get_environment_value(allocator, directory, &value) == AWS_OP_SUCCESS && aws_string_eq(value, path));
    aws_string_destroy(value);
    aws_string_destroy(path);
    aws_string_destroy(directory);
    CHECK(aws_system_info_processor_count() > 0);
}

/* What a test table is told of keys and values that go. */
static int s_freed_keys, s_freed_values;

static void s_free_key(void *key) {
    (void)key;
    ++s_freed_keys;
}

static void s_free_value(void *value) {
    (void)value;
    ++s_freed_values;
}

static int s_visit(void *context, struct aws_hash_element *element) {
    CHECK((uintptr_t)element->key == (uintptr_t)element->value);
    int *left = context;
    return *left == 0 ? 0
           : (*left)-- % 2 ? AWS_COMMON_HASH_TABLE_ITER_CONTINUE
                           : AWS_COMMON_HASH_TABLE_ITER_CONTINUE | AWS_COMMON_HASH_TABLE_ITER_DELETE;
}

static int s_fail_visit(void *context, struct aws_hash_element *element) {
    (void)context, (void)element;
    aws_reset_error();
    return AWS_COMMON_HASH_TABLE_ITER_ERROR;
}

/* A hash that tells little, so that most keys collide. */
static uint64_t s_poor_hash(const void *key) {
    return (uintptr_t)key % 5;
}

static void s_many_entries(struct aws_allocator *allocator, aws_hash_fn *hash) {
    struct aws_hash_table table;
    struct aws_hash_element *found = NULL;
    enum { MANY = 1000 };
    bool there[MANY + 1] = {false};
    CHECK(aws_hash_table_init(&table, allocator, 0, hash, aws_ptr_eq, NULL, NULL) == AWS_OP_SUCCESS);
    uint32_t random = 1;
    for (int step = 0; step < 20000; ++step) {
        random = random * 1664525 + 1013904223;
        uintptr_t key = (random >> 8) % MANY + 1;
        int flag = 7;
        if (random >> 31) {
            CHECK(aws_hash_table_put(&table, (void *)key, (void *)key, &flag) == AWS_OP_SUCCESS);
            CHECK(flag == !there[key]);
            there[key] = true;
        } else {
            CHECK(aws_hash_table_remove(&table, (void *)key, NULL, &flag) == AWS_OP_SUCCESS && flag == there[key]);
            there[key] = false;
        }
    }
    size_t count = 0;
    for (uintptr_t key = 1; key <= MANY; ++key) {
        CHECK(aws_hash_table_find(&table, (void *)key, &found) == AWS_OP_SUCCESS && (found != NULL) == there[key]);
        count += there[key];
    }
    CHECK(aws_hash_table_get_entry_count(&table) == count && aws_hash_table_is_valid(&table));
    /* A walk comes to each entry once, though every other one is deleted on the way. */
    struct aws_hash_iter iter;
    size_t visited = 0, left = count;
    for (iter = aws_hash_iter_begin(&table); !aws_hash_iter_done(&iter); aws_hash_iter_next(&iter)) {
        CHECK(aws_hash_iter_is_valid(&iter) && there[(uintptr_t)iter.element.key]);
        there[(uintptr_t)iter.element.key] = false;
        if (visited++ % 2) {
            aws_hash_iter_delete(&iter, true);
            --left;
        }
    }
    CHECK(visited == count && aws_hash_table_get_entry_count(&table) == left);
    aws_hash_table_clean_up(&table);
    aws_hash_table_clean_up(&table);
}

static void s_tables(struct aws_allocator *allocator) {
    struct aws_hash_table table, other;
    struct aws_hash_element *found = NULL, taken;
    int flag = 7;
    char same[] = "key";
    CHECK(
        aws_hash_table_init(
            &table, allocator, 3, aws_hash_c_string, aws_hash_callback_c_str_eq, s_free_key, s_free_value) == 0);
    CHECK(aws_hash_table_create(&table, "key", &found, &flag) == AWS_OP_SUCCESS && flag == 1 && found->value == NULL);
    found->value = &flag;
    CHECK(aws_hash_table_create(&table, same, NULL, NULL) == AWS_OP_SUCCESS && aws_hash_table_get_entry_count(&table) == 1);
    CHECK(aws_hash_table_put(&table, same, &table, &flag) == AWS_OP_SUCCESS && flag == 0);
    CHECK(s_freed_keys == 1 && s_freed_values == 1);
    CHECK(aws_hash_table_put(&table, same, &other, NULL) == AWS_OP_SUCCESS && s_freed_keys == 1 && s_freed_values == 2);
    CHECK(aws_hash_table_put(&table, NULL, &other, NULL) == AWS_OP_SUCCESS);
    CHECK(aws_hash_table_find(&table, NULL, &found) == AWS_OP_SUCCESS && found->key == NULL && found->value == &other);
    CHECK(aws_hash_table_find(&table, "none", &found) == AWS_OP_SUCCESS && found == NULL);
    CHECK(aws_hash_table_remove(&table, "key", &taken, &flag) == AWS_OP_SUCCESS && flag == 1 && taken.key == same);
    CHECK(s_freed_keys == 1 && s_freed_values == 2 && taken.value == &other);
    CHECK(aws_hash_table_remove(&table, "key", &taken, &flag) == AWS_OP_SUCCESS && flag == 0);
    CHECK(aws_hash_table_find(&table, NULL, &found) == AWS_OP_SUCCESS);
    CHECK(aws_hash_table_remove_element(&table, found) == AWS_OP_SUCCESS && s_freed_values == 2);
    CHECK(aws_hash_table_put(&table, "a", &flag, NULL) == AWS_OP_SUCCESS);
    aws_hash_table_clear(&table);
    CHECK(s_freed_keys == 2 && s_freed_values == 3 && aws_hash_table_get_entry_count(&table) == 0);
    aws_hash_table_clean_up(&table);

    CHECK(aws_hash_table_init(&table, allocator, 100, s_poor_hash, aws_ptr_eq, NULL, NULL) == AWS_OP_SUCCESS);
    CHECK(aws_hash_table_init(&other, allocator, 0, aws_hash_ptr, aws_ptr_eq, NULL, NULL) == AWS_OP_SUCCESS);
    for (uintptr_t key = 1; key <= 20; ++key) {
        aws_hash_table_put(&table, (void *)key, (void *)key, NULL);
        aws_hash_table_put(&other, (void *)(21 - key), (void *)(21 - key), NULL);
    }
    CHECK(aws_hash_table_eq(&table, &other, aws_ptr_eq));
    CHECK(aws_hash_table_put(&other, (void *)3, (void *)4, NULL) == AWS_OP_SUCCESS);
    CHECK(!aws_hash_table_eq(&table, &other, aws_ptr_eq));
    int most = 10;
    CHECK(aws_hash_table_foreach(&table, s_visit, &most) == AWS_OP_SUCCESS && most == 0);
    CHECK(aws_hash_table_get_entry_count(&table) == 15);
    CHECK_ERROR(aws_hash_table_foreach(&table, s_fail_visit, NULL), AWS_ERROR_UNKNOWN);
    aws_hash_table_swap(&table, &other);
    CHECK(aws_hash_table_get_entry_count(&table) == 20 && aws_hash_table_get_entry_count(&other) == 15);
    aws_hash_table_clean_up(&other);
    aws_hash_table_move(&other, &table);
    CHECK(aws_hash_table_get_entry_count(&other) == 20 && table.p_impl == NULL);
    aws_hash_table_clean_up(&table);
    aws_hash_table_clean_up(&other);
    s_many_entries(allocator, s_poor_hash);
    s_many_entries(allocator, aws_hash_ptr);

    struct aws_byte_cursor cursor = aws_byte_cursor_from_string(s_static_text);
    CHECK(aws_hash_c_string("static text") == aws_hash_string(s_static_text));
    CHECK(aws_hash_byte_cursor_ptr(&cursor) == aws_hash_string(s_static_text));
    CHECK(aws_hash_c_string("static texT") != aws_hash_string(s_static_text));
    CHECK(aws_hash_combine(1, 2) != aws_hash_combine(2, 1) && aws_hash_combine(1, 2) == aws_hash_combine(1, 2));
    uint64_t number = 9, again = 9;
    CHECK(aws_hash_uint64_t_by_identity(&number) == 9 && aws_hash_compare_uint64_t_eq(&number, &again));
}

static int s_compare_numbers(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

static void s_queues(struct aws_allocator *allocator) {
    enum { MANY = 200 };
    struct aws_priority_queue queue;
    struct aws_priority_queue_node nodes[MANY];
    int number = 0, last = -1, *first = NULL, *top = NULL;
    uint32_t random = 5;
    CHECK(aws_priority_queue_init_dynamic(&queue, allocator, 1, sizeof(int), s_compare_numbers) == AWS_OP_SUCCESS);
    CHECK_ERROR(aws_priority_queue_pop(&queue, &number), AWS_ERROR_PRIORITY_QUEUE_EMPTY);
    CHECK_ERROR(aws_priority_queue_top(&queue, (void **)&first), AWS_ERROR_PRIORITY_QUEUE_EMPTY);
    for (int i = 0; i < MANY; ++i) {
        random = random * 1664525 + 1013904223;
        number = (int)(random >> 16);
        aws_priority_queue_node_init(&nodes[i]);
        CHECK(!aws_priority_queue_node_is_in_queue(&nodes[i]));
        /* The first ones have no node. */
        CHECK(aws_priority_queue_push_ref(&queue, &number, i < 3 ? NULL : &nodes[i]) == AWS_OP_SUCCESS);
        CHECK(aws_priority_queue_is_valid(&queue) && aws_priority_queue_node_is_in_queue(&nodes[i]) == (i >= 3));
    }
    CHECK_ERROR(aws_priority_queue_remove(&queue, &number, &nodes[0]), AWS_ERROR_PRIORITY_QUEUE_BAD_NODE);
    for (int i = 3; i < MANY; i += 3) {
        CHECK(aws_priority_queue_remove(&queue, &number, &nodes[i]) == AWS_OP_SUCCESS);
        CHECK(!aws_priority_queue_node_is_in_queue(&nodes[i]));
        CHECK_ERROR(aws_priority_queue_remove(&queue, &number, &nodes[i]), AWS_ERROR_PRIORITY_QUEUE_BAD_NODE);
    }
    size_t left = aws_priority_queue_size(&queue);
    CHECK(left == MANY - MANY / 3 && aws_priority_queue_capacity(&queue) >= left);
    for (; left > 10; --left) {
        CHECK(aws_priority_queue_top(&queue, (void **)&top) == AWS_OP_SUCCESS);
        number = *top;
        CHECK(aws_priority_queue_pop(&queue, &last) == AWS_OP_SUCCESS && last == number);
        CHECK(aws_priority_queue_top(&queue, (void **)&top) == AWS_OP_SUCCESS && *top >= last);
    }
    aws_priority_queue_clear(&queue);
    for (int i = 0; i < MANY; ++i) {
        CHECK(!aws_priority_queue_node_is_in_queue(&nodes[i]));
    }
    CHECK(aws_priority_queue_push(&queue, &number) == AWS_OP_SUCCESS && aws_priority_queue_size(&queue) == 1);
    aws_priority_queue_clean_up(&queue);

    int room[2];
    aws_priority_queue_init_static(&queue, room, 2, sizeof(int), s_compare_numbers);
    CHECK_ERROR(aws_priority_queue_push_ref(&queue, &number, &nodes[0]), AWS_ERROR_UNSUPPORTED_OPERATION);
    CHECK(aws_priority_queue_push(&queue, &number) == AWS_OP_SUCCESS && aws_priority_queue_push(&queue, &number) == 0);
    CHECK_ERROR(aws_priority_queue_push(&queue, &number), AWS_ERROR_LIST_EXCEEDS_MAX_SIZE);
    aws_priority_queue_clean_up(&queue);
}

static void s_identifiers(void) {
    struct aws_uuid one, two;
    char text[AWS_UUID_STR_LEN] = "", compact[AWS_UUID_STR_COMPACT_LEN] = "";
    struct aws_byte_buf room = aws_byte_buf_from_empty_array(text, sizeof(text) - 1);
    CHECK(aws_uuid_init(&one) == AWS_OP_SUCCESS && aws_uuid_init(&two) == AWS_OP_SUCCESS);
    CHECK(!aws_uuid_equals(&one, &two));
    CHECK_ERROR(aws_uuid_to_str(&one, &room), AWS_ERROR_SHORT_BUFFER);
    room.capacity = sizeof(text);
    CHECK(aws_uuid_to_str(&one, &room) == AWS_OP_SUCCESS && room.len == 36 && strlen(text) == 36 && text[8] == '-');
    struct aws_byte_cursor cursor = aws_byte_cursor_from_buf(&room);
    CHECK(aws_uuid_init_from_str(&two, &cursor) == AWS_OP_SUCCESS && aws_uuid_equals(&one, &two));
    room = aws_byte_buf_from_empty_array(compact, sizeof(compact));
    CHECK(aws_uuid_to_str_compact(&one, &room) == AWS_OP_SUCCESS && room.len == 32 && strlen(compact) == 32);
    CHECK(memcmp(text, compact, 8) == 0 && memcmp(text + 24, compact + 20, 12) == 0);
    cursor.len = 35;
    CHECK_ERROR(aws_uuid_init_from_str(&two, &cursor), AWS_ERROR_INVALID_BUFFER_SIZE);
    cursor = aws_byte_cursor_from_c_str("1234567X-1234-1234-1234-123456789012");
    CHECK_ERROR(aws_uuid_init_from_str(&two, &cursor), AWS_ERROR_MALFORMED_INPUT_STRING);
    cursor = aws_byte_cursor_from_c_str("0F1e2d3c-4B5a-6978-8796-a5b4C3d2e1f0 and more");
    CHECK(aws_uuid_init_from_str(&two, &cursor) == AWS_OP_SUCCESS && two.uuid_data[0] == 0x0f && two.uuid_data[15] == 0xf0);
}

static void s_stacks(void) {
#if defined(AWS_BACKTRACE_STACKS_AVAILABLE)
    void *frames[16];
    size_t depth = aws_backtrace(frames, 16);
    CHECK(depth > 1 && depth <= 16 && aws_backtrace(frames, 1) == 1);
    char **symbols = aws_backtrace_symbols(frames, 1);
    CHECK(symbols != NULL && strlen(symbols[0]) > 0);
    free(symbols);
    FILE *file = tmpfile();
    aws_backtrace_print(file, NULL);
    CHECK(ftell(file) > 40);
    fclose(file);
    aws_backtrace_log(AWS_LL_ERROR);
#endif
    aws_debug_break();
}

int main(void) {
    struct aws_allocator *allocator = aws_mem_tracer_new(aws_default_allocator(), NULL, AWS_MEMTRACE_BYTES, 0);
    aws_common_library_init(allocator);
    s_errors();
    s_memory(allocator);
    s_bytes(allocator);
    s_strings(allocator);
    s_lists_and_words();
    s_threads(allocator);
    s_encodings();
    s_texts(allocator);
    s_command_line();
    s_tables(allocator);
    s_queues(allocator);
    s_identifiers();
    s_stacks();
    s_files_and_log(allocator);
    CHECK(aws_mem_tracer_bytes(allocator) == 0 && aws_mem_tracer_count(allocator) == 0);
    aws_common_library_clean_up();
    CHECK(aws_mem_tracer_destroy(allocator) == aws_default_allocator());
    printf("%d failures\n", s_failures);
    return s_failures != 0;
}
