/* What programs ask of aws/cal and aws/checksums: digests at once and in pieces. Behaves the same with any CRT behind. */

#include <aws/cal/hash.h>
#include <aws/checksums/crc.h>
#include <aws/checksums/xxhash.h>
#include <aws/s3/s3.h>

#include <stdio.h>
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
        CHECK((call) == AWS_OP_ERR && aws_last_error() == (code));                                                     \
    } while (0)

typedef int compute_fn(struct aws_allocator *, const struct aws_byte_cursor *, struct aws_byte_buf *, size_t);
typedef void set_new_fn(aws_hash_new_fn *);

struct algorithm {
    const char *name;
    size_t length;
    aws_hash_new_fn *make;
    compute_fn *compute;
    set_new_fn *set_new;
    /* The first bytes of the digests of nothing and of "abc". */
    uint8_t nothing[4];
    uint8_t abc[4];
};

static const struct algorithm s_algorithms[] = {
    {"SHA512", AWS_SHA512_LEN, aws_sha512_new, aws_sha512_compute, aws_set_sha512_new_fn,
     {0xcf, 0x83, 0xe1, 0x35}, {0xdd, 0xaf, 0x35, 0xa1}},
    {"SHA256", AWS_SHA256_LEN, aws_sha256_new, aws_sha256_compute, aws_set_sha256_new_fn,
     {0xe3, 0xb0, 0xc4, 0x42}, {0xba, 0x78, 0x16, 0xbf}},
    {"SHA1", AWS_SHA1_LEN, aws_sha1_new, aws_sha1_compute, aws_set_sha1_new_fn,
     {0xda, 0x39, 0xa3, 0xee}, {0xa9, 0x99, 0x3e, 0x36}},
    {"MD5", AWS_MD5_LEN, aws_md5_new, aws_md5_compute, aws_set_md5_new_fn,
     {0xd4, 0x1d, 0x8c, 0xd9}, {0x90, 0x01, 0x50, 0x98}},
};

static void s_hash(struct aws_allocator *allocator, const struct algorithm *algorithm) {
    uint8_t memory[160] = {0};
    struct aws_byte_buf out = aws_byte_buf_from_empty_array(memory, sizeof(memory));
    struct aws_byte_cursor abc = aws_byte_cursor_from_c_str("abc"), nothing = {0};
    CHECK(algorithm->compute(allocator, &nothing, &out, 0) == AWS_OP_SUCCESS);
    CHECK(out.len == algorithm->length && memcmp(memory, algorithm->nothing, 4) == 0);
    CHECK(algorithm->compute(allocator, &abc, &out, 2) == AWS_OP_SUCCESS && out.len == algorithm->length + 2);
    CHECK(memcmp(memory + algorithm->length, algorithm->abc, 2) == 0 && memory[out.len] == 0);
    CHECK(algorithm->compute(allocator, &abc, &out, algorithm->length + 1) == AWS_OP_SUCCESS);
    CHECK(out.len == algorithm->length * 2 + 2);

    struct aws_hash *hash = algorithm->make(allocator);
    CHECK(hash->digest_size == algorithm->length && hash->good && hash->allocator == allocator);
    CHECK(strcmp(hash->vtable->alg_name, algorithm->name) == 0 && hash->vtable->provider != NULL);
    struct aws_byte_cursor rest = abc, first = aws_byte_cursor_advance(&rest, 1);
    CHECK(aws_hash_update(hash, &first) == AWS_OP_SUCCESS && aws_hash_update(hash, &nothing) == AWS_OP_SUCCESS);
    CHECK(aws_hash_update(hash, &rest) == AWS_OP_SUCCESS);
    out = aws_byte_buf_from_empty_array(memory, algorithm->length - 1);
    CHECK_ERROR(aws_hash_finalize(hash, &out, 0), AWS_ERROR_SHORT_BUFFER);
    out.len = out.capacity;
    CHECK_ERROR(aws_hash_finalize(hash, &out, 1), AWS_ERROR_SHORT_BUFFER);
    CHECK(hash->good);
    out = aws_byte_buf_from_empty_array(memory, algorithm->length);
    CHECK(aws_hash_finalize(hash, &out, 0) == AWS_OP_SUCCESS && memcmp(memory, algorithm->abc, 4) == 0);
    CHECK(!hash->good);
    CHECK_ERROR(aws_hash_update(hash, &abc), AWS_ERROR_INVALID_STATE);
    out.len = 0;
    CHECK_ERROR(aws_hash_finalize(hash, &out, 0), AWS_ERROR_INVALID_STATE);
    CHECK_ERROR(aws_hash_finalize(hash, &out, 4), AWS_ERROR_INVALID_STATE);
    aws_hash_destroy(hash);
    aws_hash_destroy(algorithm->make(allocator));
}

static struct aws_hash *s_refuse(struct aws_allocator *allocator) {
    (void)allocator;
    return NULL;
}

static void s_replaced(struct aws_allocator *allocator) {
    struct aws_byte_cursor abc = aws_byte_cursor_from_c_str("abc");
    uint8_t memory[64];
    for (size_t i = 0; i < AWS_ARRAY_SIZE(s_algorithms); ++i) {
        struct aws_byte_buf out = aws_byte_buf_from_empty_array(memory, sizeof(memory));
        s_algorithms[i].set_new(s_refuse);
        CHECK(s_algorithms[i].make(allocator) == NULL);
        CHECK_ERROR(s_algorithms[i].compute(allocator, &abc, &out, 0), AWS_ERROR_INVALID_ARGUMENT);
    }
}

static void s_crcs(void) {
    const uint8_t *digits = (const uint8_t *)"123456789";
    CHECK(aws_checksums_crc32(digits, 9, 0) == 0xcbf43926 && aws_checksums_crc32_ex(digits, 9, 0) == 0xcbf43926);
    CHECK(aws_checksums_crc32c(digits, 9, 0) == 0xe3069283 && aws_checksums_crc32c_ex(digits, 9, 0) == 0xe3069283);
    CHECK(aws_checksums_crc64nvme(digits, 9, 0) == 0xae8b14860a799888ULL);
    CHECK(aws_checksums_crc64nvme_ex(digits, 9, 0) == 0xae8b14860a799888ULL);
    for (int i = 0; i <= 9; ++i) {
        uint32_t first = aws_checksums_crc32(digits, i, 0), second = aws_checksums_crc32(digits + i, 9 - i, 0);
        CHECK(aws_checksums_crc32(digits + i, 9 - i, first) == 0xcbf43926);
        CHECK(aws_checksums_crc32_combine(first, second, (uint64_t)(9 - i)) == 0xcbf43926);
        first = aws_checksums_crc32c(digits, i, 0), second = aws_checksums_crc32c(digits + i, 9 - i, 0);
        CHECK(aws_checksums_crc32c(digits + i, 9 - i, first) == 0xe3069283);
        CHECK(aws_checksums_crc32c_combine(first, second, (uint64_t)(9 - i)) == 0xe3069283);
        uint64_t one = aws_checksums_crc64nvme(digits, i, 0), two = aws_checksums_crc64nvme(digits + i, 9 - i, 0);
        CHECK(aws_checksums_crc64nvme(digits + i, 9 - i, one) == 0xae8b14860a799888ULL);
        CHECK(aws_checksums_crc64nvme_combine(one, two, (uint64_t)(9 - i)) == 0xae8b14860a799888ULL);
    }
    CHECK(aws_checksums_crc32(digits, 0, 77) == 77 && aws_checksums_crc64nvme_ex(NULL, 0, 77) == 77);
    /* Values that are no checksum of anything in particular. */
    CHECK(aws_checksums_crc32(digits, 9, 0xffffffff) == 0xd202d277);
}

typedef struct aws_xxhash *new_xxhash_fn(struct aws_allocator *, uint64_t);
typedef int compute_xxhash_fn(uint64_t, struct aws_byte_cursor, struct aws_byte_buf *);

static void s_xxhash(
    struct aws_allocator *allocator,
    new_xxhash_fn *make,
    compute_xxhash_fn *compute,
    enum aws_xxhash_type type,
    size_t length,
    const uint8_t *nothing) {
    static uint8_t s_data[3000];
    uint8_t whole[16], pieces[16];
    for (size_t i = 0; i < sizeof(s_data); ++i) {
        s_data[i] = (uint8_t)(i * 31 >> 2);
    }
    struct aws_byte_buf out = aws_byte_buf_from_empty_array(whole, sizeof(whole));
    CHECK(compute(0, aws_byte_cursor_from_array(NULL, 0), &out) == AWS_OP_SUCCESS && out.len == length);
    CHECK(memcmp(whole, nothing, 4) == 0);
    out = aws_byte_buf_from_empty_array(whole, sizeof(whole));
    struct aws_byte_cursor data = aws_byte_cursor_from_array(s_data, sizeof(s_data));
    CHECK(compute(7, data, &out) == AWS_OP_SUCCESS && out.len == length);
    struct aws_xxhash *hash = make(allocator, 7);
    CHECK(hash->allocator == allocator && hash->type == type);
    CHECK(aws_xxhash_update(hash, aws_byte_cursor_advance(&data, 1)) == AWS_OP_SUCCESS);
    CHECK(aws_xxhash_update(hash, aws_byte_cursor_advance(&data, 1700)) == AWS_OP_SUCCESS);
    CHECK(aws_xxhash_update(hash, data) == AWS_OP_SUCCESS);
    out = aws_byte_buf_from_empty_array(pieces, length - 1);
    CHECK_ERROR(aws_xxhash_finalize(hash, &out), AWS_ERROR_INVALID_BUFFER_SIZE);
    CHECK(out.len == 0);
    out = aws_byte_buf_from_empty_array(pieces, length);
    CHECK(aws_xxhash_finalize(hash, &out) == AWS_OP_SUCCESS && memcmp(whole, pieces, length) == 0);
    CHECK_ERROR(compute(0, data, &out), AWS_ERROR_INVALID_BUFFER_SIZE);
    CHECK_ERROR(aws_xxhash_update(NULL, data), AWS_ERROR_INVALID_ARGUMENT);
    CHECK_ERROR(aws_xxhash_finalize(hash, NULL), AWS_ERROR_INVALID_ARGUMENT);
    aws_xxhash_destroy(hash);
    aws_xxhash_destroy(NULL);
}

int main(void) {
    struct aws_allocator *allocator = aws_mem_tracer_new(aws_default_allocator(), NULL, AWS_MEMTRACE_BYTES, 0);
    /* The S3 library starts the others. */
    aws_s3_library_init(allocator);
    for (size_t i = 0; i < AWS_ARRAY_SIZE(s_algorithms); ++i) {
        s_hash(allocator, &s_algorithms[i]);
    }
    s_crcs();
    static const uint8_t s_nothing[][4] = {{0xef, 0x46, 0xdb, 0x37}, {0x2d, 0x06, 0x80, 0x05}, {0x99, 0xaa, 0x06, 0xd3}};
    s_xxhash(allocator, aws_xxhash64_new, aws_xxhash64_compute, XXHASH64, 8, s_nothing[0]);
    s_xxhash(allocator, aws_xxhash3_64_new, aws_xxhash3_64_compute, XXHASH3_64, 8, s_nothing[1]);
    s_xxhash(allocator, aws_xxhash3_128_new, aws_xxhash3_128_compute, XXHASH3_128, 16, s_nothing[2]);
    s_replaced(allocator);
    aws_s3_library_clean_up();
    CHECK(aws_mem_tracer_bytes(allocator) == 0 && aws_mem_tracer_count(allocator) == 0);
    aws_mem_tracer_destroy(allocator);
    printf("%d failures\n", s_failures);
    return s_failures != 0;
}
