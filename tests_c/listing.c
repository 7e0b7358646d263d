/* SPDX-License-Identifier: Apache-2.0 */

/* Lists of objects, page by page. scripts/listing.json is what the server answers; the prefix tells the cases apart. */

#include "requests.h"

#include <aws/s3/private/s3_list_objects.h>

enum where { NOWHERE, AT_OBJECT, AT_END };

struct list {
    struct aws_s3_paginator *paginator;
    int entries;
    int pages;
    int over;
    int last_error;
    /* Entry that ends the list, counted from 1. */
    int stop_at;
    /* Where the program gives its reference up. */
    enum where release;
    /* Ask for the pages that follow. */
    bool all;
    bool quiet;
};

static struct fixture s_fixture;

static const char *s_name(int error_code) {
    return error_code == 0 ? "success" : aws_error_name(error_code);
}

static void s_release(struct list *list, enum where where) {
    if (list->release == where && list->paginator != NULL) {
        struct aws_s3_paginator *paginator = list->paginator;
        list->paginator = NULL;
        aws_s3_paginator_release(paginator);
    }
}

static int s_on_object(const struct aws_s3_object_info *info, void *user_data) {
    struct list *list = user_data;
    ++list->entries;
    if (!list->quiet) {
        printf("  [%.*s] [%.*s]", (int)info->prefix.len, info->prefix.ptr, (int)info->key.len, info->key.ptr);
        if (info->key.len > 0) {
            uint64_t written_ms = aws_date_time_as_millis(&info->last_modified);
            printf(" %" PRIu64 " bytes, %" PRIu64 " ms, ", info->size, written_ms);
            printf("%.*s", (int)info->e_tag.len, info->e_tag.ptr);
        }
        printf("\n");
    }
    if (list->paginator != NULL) {
        /* This page has not ended yet. */
        CHECK(!aws_s3_paginator_has_more_results(list->paginator));
        CHECK(aws_s3_paginator_continue(list->paginator, NULL) == AWS_OP_ERR);
        CHECK(aws_last_error() == AWS_ERROR_INVALID_STATE);
    }
    s_release(list, AT_OBJECT);
    return list->entries == list->stop_at ? AWS_OP_ERR : AWS_OP_SUCCESS;
}

static void s_on_page(struct aws_s3_paginator *paginator, int error_code, void *user_data) {
    struct list *list = user_data;
    list->last_error = error_code;
    bool more = aws_s3_paginator_has_more_results(paginator);
    if (!list->quiet) {
        printf("  page %d: %s%s\n", list->pages + 1, s_name(error_code), more ? ", more" : "");
    }
    bool goes_on = list->all && more;
    if (goes_on) {
        CHECK(aws_s3_paginator_continue(paginator, NULL) == AWS_OP_SUCCESS);
    } else if (!more) {
        CHECK(aws_s3_paginator_continue(paginator, NULL) == AWS_OP_ERR);
        CHECK(aws_last_error() == AWS_ERROR_INVALID_STATE);
    }
    s_release(list, AT_END);
    happened(&list->pages);
    if (!goes_on) {
        happened(&list->over);
    }
}

static struct aws_s3_list_objects_params s_params(struct list *list, const char *prefix, const char *delimiter) {
    /* The server has the one name that is made of both. */
    static char endpoint[64];
    snprintf(endpoint, sizeof(endpoint), "0.0.1:%s", setting("S3_TEST_SCRIPTED_PORT"));
    struct aws_s3_list_objects_params params = {
        .client = s_fixture.client,
        .bucket_name = text("127"),
        .endpoint = text(endpoint),
        .prefix = text(prefix),
        .delimiter = text(delimiter),
        .on_object = s_on_object,
        .on_list_finished = s_on_page,
        .user_data = list,
    };
    return params;
}

static void s_start(struct list *list, const struct aws_s3_list_objects_params *params) {
    struct aws_s3_paginator *paginator = aws_s3_initiate_list_objects(s_fixture.allocator, params);
    CHECK(paginator != NULL);
    list->paginator = paginator;
    CHECK(!aws_s3_paginator_has_more_results(paginator));
    CHECK(aws_s3_paginator_continue(paginator, NULL) == AWS_OP_SUCCESS);
}

static void s_end(struct list *list) {
    WAIT_FOR(list->over, 1);
    aws_s3_paginator_release(list->paginator);
}

static void s_list(const char *prefix, const char *delimiter, int stop_at) {
    printf("%s\n", prefix);
    struct list list = {.all = true, .stop_at = stop_at};
    struct aws_s3_list_objects_params params = s_params(&list, prefix, delimiter);
    s_start(&list, &params);
    s_end(&list);
}

/* The program asks for each page from its own thread, with a signing configuration of its own. */
static void s_page_by_page(void) {
    struct list list = {.quiet = true};
    struct aws_s3_list_objects_params params = s_params(&list, "pages/", "/");
    struct aws_signing_config_aws signing;
    aws_s3_init_default_signing_config(&signing, text("eu-west-1"), s_fixture.provider);
    struct aws_s3_paginator *paginator = aws_s3_initiate_list_objects(s_fixture.allocator, &params);
    CHECK(paginator != NULL);
    aws_s3_paginator_acquire(paginator);
    aws_s3_paginator_release(paginator);
    int pages = 0;
    do {
        CHECK(aws_s3_paginator_continue(paginator, &signing) == AWS_OP_SUCCESS);
        WAIT_FOR(list.over, ++pages);
    } while (aws_s3_paginator_has_more_results(paginator));
    CHECK(list.last_error == 0);
    printf("page by page: %d pages, %d entries\n", pages, list.entries);
    CHECK(sent_lines("/eu-west-1/s3/aws4_request") == pages);
    aws_s3_paginator_release(paginator);
}

static void s_from_a_token(void) {
    printf("from a token\n");
    struct list list = {.all = true};
    struct aws_s3_list_objects_params params = s_params(&list, "pages/", "/");
    params.continuation_token = text("1/a+b==");
    s_start(&list, &params);
    s_end(&list);
}

static void s_without_callbacks(void) {
    struct list list = {0};
    struct aws_s3_list_objects_params params = s_params(&list, "silent", "");
    params.on_object = NULL;
    params.on_list_finished = NULL;
    s_start(&list, &params);
    aws_s3_paginator_release(list.paginator);
}

static void s_released(const char *name, enum where where) {
    struct list list = {.all = true, .quiet = true, .release = where};
    struct aws_s3_list_objects_params params = s_params(&list, "pages/", "/");
    s_start(&list, &params);
    WAIT_FOR(list.over, 1);
    printf("released %s: %d pages, %d entries, %s\n", name, list.pages, list.entries, s_name(list.last_error));
    CHECK(list.paginator == NULL);
}

static void s_refused(void) {
    struct list list = {0};
    struct aws_s3_list_objects_params params = s_params(&list, "", "");
    struct aws_s3_list_objects_params wrong[3] = {params, params, params};
    wrong[0].client = NULL;
    wrong[1].bucket_name = text("");
    wrong[2].endpoint = text("");
    for (size_t i = 0; i <= 3; ++i) {
        CHECK(aws_s3_initiate_list_objects(s_fixture.allocator, i < 3 ? &wrong[i] : NULL) == NULL);
        CHECK(aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
    }
    CHECK(aws_s3_paginator_continue(NULL, NULL) == AWS_OP_ERR);
    CHECK(!aws_s3_paginator_has_more_results(NULL));
    aws_s3_paginator_release(NULL);

    /* No request can be made for this host: the list is over, and nobody is called back. */
    params.endpoint = text("not a host:x");
    struct aws_s3_paginator *paginator = aws_s3_initiate_list_objects(s_fixture.allocator, &params);
    CHECK(paginator != NULL);
    CHECK(aws_s3_paginator_continue(paginator, NULL) == AWS_OP_ERR);
    printf("not a host: %s\n", s_name(aws_last_error()));
    CHECK(aws_s3_paginator_continue(paginator, NULL) == AWS_OP_ERR);
    CHECK(aws_last_error() == AWS_ERROR_INVALID_STATE);
    aws_s3_paginator_release(paginator);
    CHECK(list.pages == 0);
}

static void s_print_all_requests(void) {
    FILE *log = open_log();
    static char head[REQUEST_SIZE];
    while (next_request(log, head)) {
        CHECK(strstr(head, "\r\naccept: application/xml\r\n") != NULL);
        CHECK(strstr(head, "\r\nhost: 127.0.0.1:") != NULL);
        printf("  %.*s\n", (int)strcspn(head, "\r"), head);
    }
    fclose(log);
}

int main(void) {
    struct aws_allocator *allocator = begin();
    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT"), .no_retries = true};
    fixture_init(&s_fixture, allocator, &options);
    s_list("pages/", "/", 0);
    s_list("&odd names", "&", 0);
    s_print_all_requests();
    s_list("nothing", "", 0);
    s_list("forbidden", "", 0);
    s_list("second-forbidden", "", 0);
    s_list("cut-off", "", 0);
    s_list("no-date", "", 0);
    s_list("no-token", "", 0);
    s_list("stopped", "", 2);
    s_page_by_page();
    s_from_a_token();
    s_without_callbacks();
    s_released("at an object", AT_OBJECT);
    s_released("at the end", AT_END);
    s_refused();

    /* The page is on its way when the program has nothing more to do with any of it. */
    struct list late = {.quiet = true};
    struct aws_s3_list_objects_params params = s_params(&late, "late", "");
    s_start(&late, &params);
    aws_s3_paginator_release(late.paginator);
    fixture_clean_up(&s_fixture);
    CHECK(count_of(&late.pages) == 1);
    printf("late: %d entries, %s\n", late.entries, s_name(late.last_error));
    return end(allocator);
}
