/* The native half of Attached.java: threads of the library enter the virtual machine in their callbacks, stay attached
 * for as long as they live, and are detached when they end. */
#include <aws/auth/credentials.h>
#include <aws/auth/signing_config.h>
#include <aws/common/thread.h>
#include <aws/http/request_response.h>
#include <aws/io/channel_bootstrap.h>
#include <aws/io/event_loop.h>
#include <aws/io/host_resolver.h>
#include <aws/s3/s3.h>
#include <aws/s3/s3_client.h>

#include <jni.h>
#include <pthread.h>
#include <stdlib.h>

static JavaVM *s_machine;
static pthread_key_t s_attached;
static jmethodID s_body, s_end;

static struct aws_event_loop_group *s_loops;
static struct aws_host_resolver *s_resolver;
static struct aws_client_bootstrap *s_bootstrap;
static struct aws_credentials_provider *s_provider;
static struct aws_signing_config_aws s_signing;
static struct aws_s3_client *s_client;
static pthread_mutex_t s_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t s_changed = PTHREAD_COND_INITIALIZER;
static bool s_gone;

static void s_detach(void *environment) {
    (void)environment;
    (*s_machine)->DetachCurrentThread(s_machine);
}

/* The calling thread's environment; NULL while the machine ends. */
static JNIEnv *s_attach(void) {
    JNIEnv *environment = pthread_getspecific(s_attached);
    if (environment != NULL) return environment;
    if ((*s_machine)->AttachCurrentThreadAsDaemon(s_machine, (void **)&environment, NULL) != JNI_OK) return NULL;
    pthread_setspecific(s_attached, environment);
    return environment;
}

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *machine, void *reserved) {
    (void)reserved;
    s_machine = machine;
    pthread_key_create(&s_attached, s_detach);
    return JNI_VERSION_10;
}

static void s_client_gone(void *user_data) {
    (void)user_data;
    pthread_mutex_lock(&s_lock);
    s_gone = true;
    pthread_cond_signal(&s_changed);
    pthread_mutex_unlock(&s_lock);
}

JNIEXPORT void JNICALL Java_Attached_open(JNIEnv *environment, jclass class, jstring key, jstring secret) {
    (void)class;
    struct aws_allocator *allocator = aws_default_allocator();
    jclass sink = (*environment)->FindClass(environment, "Attached$Sink");
    s_body = (*environment)->GetMethodID(environment, sink, "body", "([B)V");
    s_end = (*environment)->GetMethodID(environment, sink, "end", "(I)V");
    aws_s3_library_init(allocator);
    s_loops = aws_event_loop_group_new_default(allocator, 2, NULL);
    struct aws_host_resolver_default_options names = {.el_group = s_loops, .max_entries = 8};
    s_resolver = aws_host_resolver_new_default(allocator, &names);
    struct aws_client_bootstrap_options bootstrap = {.event_loop_group = s_loops, .host_resolver = s_resolver};
    s_bootstrap = aws_client_bootstrap_new(allocator, &bootstrap);
    const char *key_text = (*environment)->GetStringUTFChars(environment, key, NULL);
    const char *secret_text = (*environment)->GetStringUTFChars(environment, secret, NULL);
    struct aws_credentials_provider_static_options keys = {
        .access_key_id = aws_byte_cursor_from_c_str(key_text),
        .secret_access_key = aws_byte_cursor_from_c_str(secret_text),
    };
    s_provider = aws_credentials_provider_new_static(allocator, &keys);
    (*environment)->ReleaseStringUTFChars(environment, key, key_text);
    (*environment)->ReleaseStringUTFChars(environment, secret, secret_text);
    struct aws_byte_cursor region = aws_byte_cursor_from_c_str("us-east-1");
    aws_s3_init_default_signing_config(&s_signing, region, s_provider);
    struct aws_s3_client_config config = {
        .client_bootstrap = s_bootstrap,
        .region = region,
        .signing_config = &s_signing,
        .tls_mode = AWS_MR_TLS_DISABLED,
        .part_size = 5 * 1024 * 1024,
        .throughput_target_gbps = 5,
        .shutdown_callback = s_client_gone,
    };
    s_client = aws_s3_client_new(allocator, &config);
}

static int s_at_body(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    uint64_t start,
    void *user_data) {

    (void)request, (void)start;
    JNIEnv *environment = s_attach();
    if (environment == NULL) return aws_raise_error(AWS_ERROR_INVALID_STATE);
    jbyteArray bytes = (*environment)->NewByteArray(environment, (jsize)body->len);
    if (bytes != NULL) {
        (*environment)->SetByteArrayRegion(environment, bytes, 0, (jsize)body->len, (const jbyte *)body->ptr);
        (*environment)->CallVoidMethod(environment, user_data, s_body, bytes);
        (*environment)->DeleteLocalRef(environment, bytes);
    }
    if ((*environment)->ExceptionCheck(environment)) {
        (*environment)->ExceptionClear(environment);
        return aws_raise_error(AWS_ERROR_INVALID_STATE);
    }
    return AWS_OP_SUCCESS;
}

static void s_at_finish(
    struct aws_s3_meta_request *request,
    const struct aws_s3_meta_request_result *result,
    void *user_data) {

    JNIEnv *environment = s_attach();
    if (environment != NULL) {
        (*environment)->CallVoidMethod(environment, user_data, s_end, (jint)result->error_code);
        (*environment)->ExceptionClear(environment);
    }
    aws_s3_meta_request_release(request);
}

static void s_at_shutdown(void *user_data) {
    JNIEnv *environment = s_attach();
    if (environment != NULL) (*environment)->DeleteGlobalRef(environment, user_data);
}

JNIEXPORT jboolean JNICALL Java_Attached_get(
    JNIEnv *environment,
    jclass class,
    jstring host,
    jstring path,
    jobject sink) {

    (void)class;
    const char *host_text = (*environment)->GetStringUTFChars(environment, host, NULL);
    const char *path_text = (*environment)->GetStringUTFChars(environment, path, NULL);
    struct aws_http_message *message = aws_http_message_new_request(aws_default_allocator());
    struct aws_http_header header = {
        .name = aws_byte_cursor_from_c_str("Host"),
        .value = aws_byte_cursor_from_c_str(host_text),
    };
    aws_http_message_set_request_method(message, aws_byte_cursor_from_c_str("GET"));
    aws_http_message_set_request_path(message, aws_byte_cursor_from_c_str(path_text));
    aws_http_message_add_header(message, header);
    (*environment)->ReleaseStringUTFChars(environment, host, host_text);
    (*environment)->ReleaseStringUTFChars(environment, path, path_text);
    struct aws_s3_meta_request_options options = {
        .type = AWS_S3_META_REQUEST_TYPE_GET_OBJECT,
        .message = message,
        .user_data = (*environment)->NewGlobalRef(environment, sink),
        .body_callback = s_at_body,
        .finish_callback = s_at_finish,
        .shutdown_callback = s_at_shutdown,
    };
    bool started = aws_s3_client_make_meta_request(s_client, &options) != NULL;
    aws_http_message_release(message);
    return started;
}

JNIEXPORT jstring JNICALL Java_Attached_name(JNIEnv *environment, jclass class, jint code) {
    (void)class;
    return (*environment)->NewStringUTF(environment, aws_error_name(code));
}

JNIEXPORT void JNICALL Java_Attached_close(JNIEnv *environment, jclass class) {
    (void)environment, (void)class;
    aws_s3_client_release(s_client);
    pthread_mutex_lock(&s_lock);
    while (!s_gone) pthread_cond_wait(&s_changed, &s_lock);
    pthread_mutex_unlock(&s_lock);
    aws_credentials_provider_release(s_provider);
    aws_client_bootstrap_release(s_bootstrap);
    aws_host_resolver_release(s_resolver);
    aws_event_loop_group_release(s_loops);
    aws_thread_join_all_managed();
    aws_s3_library_clean_up();
}
