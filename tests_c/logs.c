/* SPDX-License-Identifier: Apache-2.0 */

/* What the log says of transfers and of a client, at the level Info: beginnings and ends, the line of statistics, and
 * the warnings about options. scripts/logs.json is what the scripted server does. */

#include "requests.h"

#include <aws/common/logging.h>

enum { LINE_SIZE = 8192 };

static void s_window(struct aws_s3_client_config *config, void *data) {
    (void)data;
    config->initial_read_window = 7;
}

static void s_closed_window(struct aws_s3_client_config *config, void *data) {
    (void)data;
    config->enable_read_backpressure = true;
}

/* Numbers that differ from run to run are shown as 0. */
static void s_print_plain(const char *text) {
    for (const char *at = text; *at != '\0' && *at != '\n';) {
        if (strncmp(at, "0x", 2) == 0 || (*at >= '0' && *at <= '9')) {
            at += strncmp(at, "0x", 2) == 0 ? 2 + strspn(at + 2, "0123456789abcdef") : strspn(at, "0123456789");
            putchar('0');
        } else {
            putchar(*at++);
        }
    }
    putchar('\n');
}

/* Prints the lines of a subject that have `what` in them: level, and all behind the subject. */
static int s_lines(const char *path, const char *subject, const char *what, bool print) {
    FILE *log = fopen(path, "r");
    CHECK(log != NULL);
    static char line[LINE_SIZE];
    char mark[64];
    snprintf(mark, sizeof(mark), "[%s] - ", subject);
    int count = 0;
    while (fgets(line, sizeof(line), log) != NULL) {
        const char *begin = strstr(line, mark);
        if (begin == NULL || strstr(line, what) == NULL) {
            continue;
        }
        ++count;
        if (print) {
            printf("  %.*s ", (int)(strcspn(line, "]") + 1), line);
            s_print_plain(begin + strlen(mark));
        }
    }
    fclose(log);
    return count;
}

/* All lines of statistics have the words of the original, in its order. */
static void s_check_statistics(const char *path) {
    FILE *log = fopen(path, "r");
    CHECK(log != NULL);
    static char line[LINE_SIZE];
    int lines = 0;
    int with_network = 0;
    while (fgets(line, sizeof(line), log) != NULL) {
        const char *begin = strstr(line, "[S3ClientStats] - ");
        if (begin == NULL) {
            continue;
        }
        int n[13];
        int end = 0;
        void *client;
        int read = sscanf(begin + strlen("[S3ClientStats] - "),
            "id=%p Requests-in-flight(approx/exact):%d/%d  Requests-preparing:%d  Requests-queued:%d  "
            "Requests-network(get/put/default/total):%d/%d/%d/%d  Requests-streaming-waiting:%d  "
            "Requests-streaming-response:%d  Writes-pending:%d Endpoints(in-table/allocated):%d/%d%n",
            &client, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7], &n[8], &n[9], &n[10], &n[11], &n[12], &end);
        CHECK(read == 14 && strchr("\r\n", begin[strlen("[S3ClientStats] - ") + (size_t)end]) != NULL);
        CHECK(strncmp(line, "[INFO]", 6) == 0);
        CHECK(n[7] == n[4] + n[5] + n[6] && n[11] == n[12]);
        ++lines;
        with_network += n[4] == 1 && n[7] == 1 && n[1] >= 1 && n[11] == 1;
    }
    fclose(log);
    // One a second while the answer is waited for, and one when nothing is left.
    printf("statistics: %s, %s\n", lines >= 2 ? "some" : "NONE", with_network >= 1 ? "of a download" : "OF NOTHING");
}

int main(void) {
    struct aws_allocator *allocator = begin();
    char path[PATH_SIZE];
    path_in_dir(path, "log");
    struct aws_logger logger;
    struct aws_logger_standard_options log = {.level = AWS_LL_INFO, .filename = path};
    CHECK(aws_logger_init_standard(&logger, allocator, &log) == AWS_OP_SUCCESS);
    aws_logger_set(&logger);

    struct fixture fixture;
    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT"), .configure = s_window, .part_size = MIB};
    fixture_init(&fixture, allocator, &options);
    struct transfer transfer = {0};
    get_start(&transfer, &fixture, "slow?versionId=secret", RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    print_transfer("slow", &transfer);
    memset(&transfer, 0, sizeof(transfer));
    get_start(&transfer, &fixture, "missing", RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    print_transfer("missing", &transfer);
    memset(&transfer, 0, sizeof(transfer));
    get_start(&transfer, &fixture, "again", RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    print_transfer("again", &transfer);
    put_content(&fixture, "put", 1000);
    fixture_clean_up(&fixture);

    options.configure = s_closed_window;
    fixture_init(&fixture, allocator, &options);
    fixture_clean_up(&fixture);

    /* Threads of the CRT write to the log until they end. */
    aws_thread_join_all_managed();
    aws_logger_set(NULL);
    aws_logger_clean_up(&logger);
    s_lines(path, "S3MetaRequest", "", true);
    s_check_statistics(path);
    s_lines(path, "S3Client", "window", true);
    CHECK(s_lines(path, "S3MetaRequest", "secret", false) == 0);
    CHECK(s_lines(path, "S3MetaRequest", "attempts: 2:", false) == 1);
    CHECK(s_lines(path, "S3MetaRequest", "100000 bytes in", false) == 2);
    return end(allocator);
}
