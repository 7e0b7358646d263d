/* SPDX-License-Identifier: Apache-2.0 */

/* Downloads that are interrupted up to four times, by a pause, a cancel, or the death of their process: chains COUNT
 * [SEED].
 *
 * Each goes on from the token of before, as it is or made of its numbers, and must end in a file that is the object. No
 * byte may be asked for that was in the file when the download went on, and after a pause all that progress told of is
 * in there, unless parts are delivered in order. A process that is to die writes its checkpoints down. All chance comes from the seed, which is printed;
 * CHAINS_ONLY=i plays one chain of it. */

#include "../requests.h"

#include <aws/s3/s3_ext.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    OBJECT_BYTES = 3000017,
    PART_BYTES = 64 * 1024,
    PARTS = 46,
    BREAKS = 4,
    MOST_RANGES = PARTS + 1,
    ARGUMENT_SIZE = 32,
    FILE_OPTIONS = 4,
};

enum how { PAUSES, CANCELS, DIES, HOWS, ENDS };

/* What a token says, in a form that can be written down. */
struct numbers {
    char etag[64];
    uint64_t first;
    uint64_t last;
    uint64_t told;
    uint64_t file_position;
    size_t count;
    struct aws_s3_byte_range ranges[MOST_RANGES];
};

/* One chain. */
struct chain {
    char key[KEY_SIZE];
    char path[PATH_SIZE];
    char notes[PATH_SIZE];
    bool ranged;
    uint64_t first;
    uint64_t last;
    int file_option;
    uint64_t position;
    int connections;
    bool in_order;
};

struct session {
    struct transfer transfer;
    enum how how;
    int after;
    int progresses;
    struct chain *chain;
    struct numbers numbers;
    struct aws_s3_meta_request_resume_token *token;
};

static struct fixture s_fixture;
static uint64_t s_state;

/* splitmix64 */
static uint64_t s_dice(uint64_t below) {
    s_state += 0x9E3779B97F4A7C15u;
    uint64_t z = s_state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (z ^ (z >> 31)) % below;
}

static void s_note(struct numbers *numbers, struct aws_s3_meta_request_resume_token *token) {
    struct aws_byte_cursor etag = aws_s3_meta_request_resume_token_etag(token);
    CHECK(etag.len < sizeof(numbers->etag));
    memcpy(numbers->etag, etag.ptr, etag.len);
    numbers->etag[etag.len] = '\0';
    numbers->first = aws_s3_meta_request_resume_token_object_range_start(token);
    numbers->last = aws_s3_meta_request_resume_token_object_range_end(token);
    numbers->file_position = aws_s3_meta_request_resume_token_file_position(token);
    numbers->count = aws_s3_meta_request_resume_token_num_received_ranges(token);
    CHECK(numbers->count <= MOST_RANGES);
    for (size_t i = 0; i < numbers->count; ++i) {
        CHECK(aws_s3_meta_request_resume_token_received_range(token, i, &numbers->ranges[i]) == AWS_OP_SUCCESS);
    }
}

static struct aws_s3_meta_request_resume_token *s_token_of(const struct numbers *numbers) {
    struct aws_s3_download_resume_token_options options = {
        .struct_size = sizeof(options),
        .etag = text(numbers->etag),
        .object_size = OBJECT_BYTES,
        .object_range_start = numbers->first,
        .object_range_end = numbers->last,
        .received_ranges = numbers->ranges,
        .num_received_ranges = numbers->count,
        .file_position = numbers->file_position,
    };
    struct aws_s3_meta_request_resume_token *token =
        aws_s3_meta_request_resume_token_new_download(s_fixture.allocator, &options);
    CHECK(token != NULL);
    return token;
}

static uint64_t s_held(const struct numbers *numbers) {
    uint64_t held = 0;
    for (size_t i = 0; i < numbers->count; ++i) {
        held += numbers->ranges[i].last - numbers->ranges[i].first + 1;
    }
    return held;
}

/* ---- One session ---- */

static void s_on_token(
    struct aws_s3_meta_request *request,
    struct aws_s3_meta_request_resume_token *token,
    int error_code,
    void *user_data) {

    (void)request;
    (void)error_code;
    struct session *session = user_data;
    aws_s3_meta_request_resume_token_release(session->token);
    session->token = aws_s3_meta_request_resume_token_acquire(token);
}

static void s_count(struct session *session, struct aws_s3_meta_request *request) {
    if (++session->progresses != session->after) {
        return;
    }
    if (session->how == PAUSES) {
        aws_s3_meta_request_pause_async(request, s_on_token, session);
    } else if (session->how == CANCELS) {
        aws_s3_meta_request_cancel(request);
    } else if (session->how == DIES) {
        kill(getpid(), SIGKILL);
    }
}

static void s_on_progress(
    struct aws_s3_meta_request *request,
    const struct aws_s3_meta_request_progress *progress,
    void *user_data) {

    struct session *session = user_data;
    session->transfer.progressed += progress->bytes_transferred;
    s_count(session, request);
}

/* Writes down how far it has come: whole, or not at all. */
static void s_on_record(
    struct aws_s3_meta_request *request,
    struct aws_s3_request_metrics *metrics,
    void *user_data) {

    (void)metrics;
    struct session *session = user_data;
    struct aws_s3_meta_request_resume_token *token = aws_s3_meta_request_checkpoint(request);
    CHECK(token != NULL);
    s_note(&session->numbers, token);
    aws_s3_meta_request_resume_token_release(token);
    if (session->numbers.etag[0] == '\0') {
        return;
    }
    char fresh[PATH_SIZE + 8];
    snprintf(fresh, sizeof(fresh), "%s.new", session->chain->notes);
    FILE *file = fopen(fresh, "wb");
    CHECK(file != NULL && fwrite(&session->numbers, sizeof(session->numbers), 1, file) == 1 && fclose(file) == 0);
    CHECK(rename(fresh, session->chain->notes) == 0);
    s_count(session, request);
}

static void s_run(struct session *session, struct aws_s3_meta_request_resume_token *token) {
    struct chain *chain = session->chain;
    struct aws_http_message *message = message_new(&s_fixture, "GET", chain->key);
    char range[64];
    snprintf(range, sizeof(range), "bytes=%" PRIu64 "-%" PRIu64, chain->first, chain->last);
    if (chain->ranged) {
        struct aws_http_header header = {.name = text("Range"), .value = text(range)};
        CHECK(aws_http_message_add_header(message, header) == AWS_OP_SUCCESS);
    }
    struct aws_s3_meta_request_options options =
        transfer_options(&session->transfer, &s_fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    options.progress_callback = s_on_progress;
    options.telemetry_callback = session->how == DIES ? s_on_record : NULL;
    options.on_error_resume_token = s_on_token;
    options.recv_filepath = text(chain->path);
    options.recv_file_option = (enum aws_s3_recv_file_options)chain->file_option;
    options.recv_file_position = chain->position;
    options.max_active_connections_override = (uint32_t)chain->connections;
    options.out_of_order_delivery = chain->in_order ? AWS_TRIBOOL_FALSE : AWS_TRIBOOL_UNSET;
    options.resume_token = token;
    transfer_start(&session->transfer, &options);
    aws_http_message_release(message);
    transfer_end(&session->transfer);
}

/* ---- The process that dies ---- */

static int s_child(struct aws_allocator *allocator, int argc, char **argv) {
    CHECK(argc == 11);
    struct chain chain = {
        .ranged = atoi(argv[5]) != 0,
        .first = strtoull(argv[6], NULL, 10),
        .last = strtoull(argv[7], NULL, 10),
        .file_option = atoi(argv[8]),
        .connections = atoi(argv[9]),
        .position = 3,
    };
    snprintf(chain.key, sizeof(chain.key), "%s", argv[2]);
    snprintf(chain.path, sizeof(chain.path), "%s", argv[3]);
    snprintf(chain.notes, sizeof(chain.notes), "%s", argv[4]);
    struct session session = {.how = DIES, .after = atoi(argv[10]), .chain = &chain};
    struct aws_s3_meta_request_resume_token *token = NULL;
    FILE *file = fopen(chain.notes, "rb");
    if (file != NULL) {
        CHECK(fread(&session.numbers, sizeof(session.numbers), 1, file) == 1 && fclose(file) == 0);
        token = s_token_of(&session.numbers);
    }
    s_run(&session, token);
    CHECK(session.transfer.error_code == 0);
    aws_s3_meta_request_resume_token_release(token);
    aws_s3_meta_request_resume_token_release(session.token);
    fixture_clean_up(&s_fixture);
    return end(allocator);
}

/* Runs a session in a process of its own; says whether that came to its end. */
static bool s_run_child(struct chain *chain, int after, struct numbers *numbers, bool has_numbers) {
    FILE *file = has_numbers ? fopen(chain->notes, "wb") : NULL;
    if (has_numbers) {
        CHECK(file != NULL && fwrite(numbers, sizeof(*numbers), 1, file) == 1 && fclose(file) == 0);
    } else {
        unlink(chain->notes);
    }
    char words[6][ARGUMENT_SIZE];
    snprintf(words[0], ARGUMENT_SIZE, "%d", chain->ranged);
    snprintf(words[1], ARGUMENT_SIZE, "%" PRIu64, chain->first);
    snprintf(words[2], ARGUMENT_SIZE, "%" PRIu64, chain->last);
    snprintf(words[3], ARGUMENT_SIZE, "%d", chain->file_option);
    snprintf(words[4], ARGUMENT_SIZE, "%d", chain->connections);
    snprintf(words[5], ARGUMENT_SIZE, "%d", after);
    fflush(stdout);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        /* An emulator is not started by the system. */
        const char *emulator = getenv("MACHINE_EMULATOR");
        char program[PATH_SIZE] = {0};
        if (emulator != NULL && readlink("/proc/self/exe", program, sizeof(program) - 1) > 0) {
            execlp(emulator, emulator, program, "child", chain->key, chain->path, chain->notes, words[0], words[1],
                   words[2], words[3], words[4], words[5], (char *)NULL);
        }
        execl("/proc/self/exe", "chains", "child", chain->key, chain->path, chain->notes, words[0], words[1], words[2],
              words[3], words[4], words[5], (char *)NULL);
        _exit(127);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    bool died = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    CHECK(died || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
    return !died;
}

/* What the process that died has left. */
static bool s_read_notes(struct chain *chain, struct numbers *numbers) {
    FILE *file = fopen(chain->notes, "rb");
    if (file == NULL) {
        return false;
    }
    CHECK(fread(numbers, sizeof(*numbers), 1, file) == 1 && fclose(file) == 0);
    return true;
}

/* ---- Chains ---- */

/* Bytes of the numbers that were asked for since the log had this length. */
static uint64_t s_asked_again(const char *key, long since, const struct numbers *numbers) {
    FILE *log = open_log();
    static char head[REQUEST_SIZE];
    uint64_t again = 0;
    CHECK(fseek(log, since, SEEK_SET) == 0);
    while (next_request(log, head)) {
        char *value = strstr(head, "Range: bytes=");
        uint64_t first, last;
        if (!is_for(head, key) || strncmp(head, "GET", 3) != 0 || value == NULL) {
            continue;
        }
        CHECK(sscanf(value, "Range: bytes=%" SCNu64 "-%" SCNu64, &first, &last) == 2);
        for (size_t i = 0; i < numbers->count; ++i) {
            uint64_t start = first > numbers->ranges[i].first ? first : numbers->ranges[i].first;
            uint64_t end = last < numbers->ranges[i].last ? last : numbers->ranges[i].last;
            again += start <= end ? end - start + 1 : 0;
        }
    }
    fclose(log);
    return again;
}

static long s_log_length(void) {
    FILE *log = open_log();
    CHECK(fseek(log, 0, SEEK_END) == 0);
    long length = ftell(log);
    fclose(log);
    return length;
}

/* Whether the file has all that the numbers tell of. */
static bool s_has(const struct chain *chain, uint64_t base, const struct numbers *numbers) {
    static uint8_t bytes[OBJECT_BYTES];
    FILE *file = fopen(chain->path, "rb");
    CHECK(file != NULL);
    bool right = true;
    for (size_t i = 0; right && i < numbers->count; ++i) {
        const struct aws_s3_byte_range *range = &numbers->ranges[i];
        size_t length = (size_t)(range->last - range->first + 1);
        right = fseek(file, (long)(base + range->first - chain->first), SEEK_SET) == 0 &&
                fread(bytes, 1, length, file) == length && is_content(bytes, range->first, length);
    }
    fclose(file);
    return right;
}

static void s_chain(int index) {
    struct chain chain = {
        .last = OBJECT_BYTES - 1,
        .ranged = s_dice(3) == 0,
        .file_option = (int)s_dice(FILE_OPTIONS),
        .position = 3,
        .connections = 1 + (int)s_dice(6),
        .in_order = s_dice(4) == 0,
    };
    if (chain.ranged) {
        chain.first = s_dice(OBJECT_BYTES / 2);
        chain.last = chain.first + s_dice(OBJECT_BYTES - chain.first);
    }
    snprintf(chain.key, sizeof(chain.key), "chain-%d", index);
    path_in_dir(chain.path, "chain");
    path_in_dir(chain.notes, "notes");
    unlink(chain.path);
    uint64_t base = 0;
    if (chain.file_option == AWS_S3_RECV_FILE_CREATE_OR_APPEND ||
        chain.file_option == AWS_S3_RECV_FILE_WRITE_TO_POSITION) {
        FILE *file = fopen(chain.path, "wb");
        CHECK(file != NULL && fputs("before", file) >= 0 && fclose(file) == 0);
        base = chain.file_option == AWS_S3_RECV_FILE_CREATE_OR_APPEND ? 6 : chain.position;
    }
    struct numbers numbers = {.count = 0};
    struct aws_s3_meta_request_resume_token *token = NULL;
    int breaks = 1 + (int)s_dice(BREAKS);
    char story[64] = "";
    for (int i = 0; i <= breaks; ++i) {
        struct session session = {.chain = &chain, .how = i == breaks ? ENDS : (enum how)s_dice(HOWS)};
        session.after = 1 + (int)s_dice(1 + PARTS / 3) * (session.how == DIES ? 2 : 1);
        bool goes_on = token != NULL;
        long since = s_log_length();
        const struct numbers before = numbers;
        bool ended;
        snprintf(story + strlen(story), sizeof(story) - strlen(story), "%c%d ", "pcde"[session.how % HOWS], session.after);
        if (session.how == DIES) {
            aws_s3_meta_request_resume_token_release(token);
            ended = s_run_child(&chain, session.after, &numbers, goes_on);
            bool noted = s_read_notes(&chain, &numbers);
            token = noted && !ended ? s_token_of(&numbers) : NULL;
            if (!noted && !ended && chain.file_option != AWS_S3_RECV_FILE_WRITE_TO_POSITION) {
                // Nothing is known of it: from the beginning, as a program would.
                CHECK(truncate(chain.path, (off_t)base) == 0);
                chain.file_option = chain.file_option == AWS_S3_RECV_FILE_CREATE_NEW ? 0 : chain.file_option;
            }
        } else {
            s_run(&session, token);
            ended = session.transfer.error_code == 0;
            int expected[] = {AWS_ERROR_S3_PAUSED, AWS_ERROR_S3_CANCELED};
            if (!ended && (session.how == ENDS || session.transfer.error_code != expected[session.how])) {
                print_transfer(chain.key, &session.transfer);
                CHECK(false);
            }
            aws_s3_meta_request_resume_token_release(token);
            token = session.token;
            CHECK(ended || token != NULL);
            if (token != NULL) {
                s_note(&numbers, token);
                // In order, what comes behind a part that is late waits for it outside of the file.
                uint64_t told = s_held(&before) + session.transfer.progressed;
                CHECK(session.how != PAUSES || (chain.in_order ? s_held(&numbers) <= told : s_held(&numbers) == told));
            }
            if (!ended && s_dice(2) == 0) {
                aws_s3_meta_request_resume_token_release(token);
                token = s_token_of(&numbers);
            }
        }
        CHECK(!goes_on || s_asked_again(chain.key, since, &before) == 0);
        if (ended) {
            break;
        }
        CHECK(token == NULL || s_has(&chain, base, &numbers));
    }
    aws_s3_meta_request_resume_token_release(token);
    struct numbers all = {.count = 1, .ranges = {{chain.first, chain.last}}};
    bool right = s_has(&chain, base, &all);
    if (!right) {
        printf("chain %d (%s): WRONG CONTENT\n", index, story);
    }
    CHECK(right);
}

int main(int argc, char **argv) {
    struct aws_allocator *allocator = begin();
    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT"), .part_size = PART_BYTES};
    if (argc > 1 && strcmp(argv[1], "child") == 0) {
        fixture_init(&s_fixture, allocator, &options);
        return s_child(allocator, argc, argv);
    }
    CHECK(argc > 1);
    int count = atoi(argv[1]);
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)time(NULL);
    printf("seed %" PRIu64 "\n", seed);
    const char *only = getenv("CHAINS_ONLY");
    fixture_init(&s_fixture, allocator, &options);
    for (int i = 0; i < count; ++i) {
        s_state = seed * 1000003 + (uint64_t)i;
        if (only == NULL || atoi(only) == i) {
            s_chain(i);
        }
    }
    fixture_clean_up(&s_fixture);
    printf("%d chains\n", count);
    return end(allocator);
}
