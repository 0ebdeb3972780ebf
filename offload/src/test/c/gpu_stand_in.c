/*
 * A stand-in for libcuda.so.1, and with -DHIP for libamdhip64.so, for tests without a GPU: it writes down the calls, copies memory, counts what is allocated, and fails on demand. It is as strict as the drivers are: no context, no
 * service. It runs no kernels. Two devices; memory of 64 MiB on each.
 */
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HIP
#define NAME(cuda, hip) hip
#define VERSION 60443483
#define WARP_ATTRIBUTE 87
#define UNITS_ATTRIBUTE 63
#else
#define NAME(cuda, hip) cuda
#define VERSION 12080
#define WARP_ATTRIBUTE 10
#define UNITS_ATTRIBUTE 16
#endif

enum { OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, INVALID_DEVICE = 101, INVALID_CONTEXT = 201, INVALID_PTX = 218, NOT_FOUND = 500 };

static const uint64_t MEMORY = 64 << 20;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char calls[1 << 16];
static size_t calls_length;
static char failing[64];
static int failing_status;
static int sticky_status;
static uint64_t memory_used;
static long live; /* allocations, pinned blocks, modules, streams, events, contexts */
static int retained[2];
static __thread void *current;

struct block { uint64_t bytes; uint64_t begin[1]; };
struct stream { int number; };
struct module { char text[1 << 14]; };
struct function { struct module *module; char name[64]; };

static void note(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    size_t room = sizeof calls - calls_length;
    int written = vsnprintf(calls + calls_length, room, format, arguments);
    va_end(arguments);
    if (written >= 0 && (size_t)written + 2 < room) {
        calls_length += written;
        calls[calls_length++] = '\n';
        calls[calls_length] = 0;
    }
}

/* Begins every call; leaves with a status if there is to be one. */
#define ENTER(name, needs_context, ...)                        \
    pthread_mutex_lock(&lock);                                 \
    note(__VA_ARGS__);                                         \
    int status = sticky_status;                                \
    if (!strcmp(failing, #name)) {                             \
        status = failing_status;                               \
        failing[0] = 0;                                        \
        if (status >= 700) sticky_status = status;             \
    }                                                          \
    if (!status && (needs_context) && !current) status = INVALID_CONTEXT; \
    if (status) LEAVE(status)

#define LEAVE(result)                \
    {                                \
        int answer = (result);       \
        pthread_mutex_unlock(&lock); \
        return answer;               \
    }

/* What tests call. */

/** The next call of a function fails; a status of 700 or more stays. */
void stand_in_fail(const char *name, int status) {
    pthread_mutex_lock(&lock);
    snprintf(failing, sizeof failing, "%s", name);
    failing_status = status;
    pthread_mutex_unlock(&lock);
}

/** The calls since this was last asked, a line each. */
void stand_in_calls(char *text, long bytes) {
    pthread_mutex_lock(&lock);
    snprintf(text, bytes, "%s", calls);
    calls_length = 0;
    calls[0] = 0;
    pthread_mutex_unlock(&lock);
}

/** How much of what was made is not yet freed. */
long stand_in_live(void) { return live; }

/* What drivers have. */

int NAME(cuInit, hipInit)(unsigned flags) { ENTER(init, 0, "init") if (getenv("STAND_IN_NO_DEVICE")) LEAVE(100) LEAVE(OK) }

int NAME(cuDriverGetVersion, hipDriverGetVersion)(int *version) { *version = VERSION; return OK; }

int NAME(cuDeviceGetCount, hipGetDeviceCount)(int *count) { *count = 2; return OK; }

int NAME(cuDeviceGet, hipDeviceGet)(int *device, int ordinal) { *device = ordinal; return ordinal < 2 ? OK : INVALID_DEVICE; }

int NAME(cuDeviceGetName, hipDeviceGetName)(char *name, int bytes, int device) {
    ENTER(name, 0, "name %d", device)
    snprintf(name, bytes, "Stand-in %d", device);
    LEAVE(OK)
}

int NAME(cuDeviceTotalMem_v2, hipDeviceTotalMem)(size_t *bytes, int device) { *bytes = MEMORY; return OK; }

int NAME(cuDeviceGetAttribute, hipDeviceGetAttribute)(int *value, int attribute, int device) {
    switch (attribute) {
        case WARP_ATTRIBUTE: *value = 32; return OK;
        case UNITS_ATTRIBUTE: *value = 4; return OK;
        case 75: *value = device == 0 ? 9 : 6; return OK;
        case 76: *value = device == 0 ? 0 : 1; return OK;
        default: return INVALID_VALUE;
    }
}

#ifdef HIP
int hipGetDevicePropertiesR0600(void *properties, int device) {
    memset(properties, 0, 1472);
    strcpy((char *)properties + 1160, "gfx90a:sramecc+:xnack-");
    return OK;
}
#endif

int NAME(cuDevicePrimaryCtxRetain, hipDevicePrimaryCtxRetain)(void **context, int device) {
    ENTER(retain, 0, "retain %d", device)
    retained[device]++;
    live++;
    *context = &retained[device];
    LEAVE(OK)
}

int NAME(cuDevicePrimaryCtxRelease_v2, hipDevicePrimaryCtxRelease)(int device) {
    ENTER(release, 0, "release %d", device)
    retained[device]--;
    live--;
    LEAVE(OK)
}

int NAME(cuDevicePrimaryCtxReset_v2, hipDevicePrimaryCtxReset)(int device) {
    pthread_mutex_lock(&lock);
    note("reset %d", device);
    sticky_status = 0;
    memory_used = 0;
    live = retained[0] + retained[1];
    LEAVE(OK)
}

int NAME(cuCtxSetCurrent, hipCtxSetCurrent)(void *context) { current = context; return OK; }

int NAME(cuStreamCreate, hipStreamCreateWithFlags)(struct stream **stream, unsigned flags) {
    static int streams;
    ENTER(stream, 1, "create stream %u", flags)
    live++;
    *stream = malloc(sizeof **stream);
    (*stream)->number = ++streams % 2; /* 1 for the first of a context */
    LEAVE(OK)
}

int NAME(cuStreamDestroy_v2, hipStreamDestroy)(void *stream) {
    ENTER(destroy_stream, 1, "destroy stream")
    live--;
    free(stream);
    LEAVE(OK)
}

int NAME(cuStreamSynchronize, hipStreamSynchronize)(void *stream) { ENTER(synchronize, 1, "synchronize stream") LEAVE(OK) }

int NAME(cuStreamWaitEvent, hipStreamWaitEvent)(struct stream *stream, void *event, unsigned flags) {
    ENTER(wait_for, 1, "stream %d waits for event %u", stream->number, flags)
    LEAVE(OK)
}

int NAME(cuEventCreate, hipEventCreateWithFlags)(void **event, unsigned flags) {
    ENTER(event, 1, "create event %u", flags)
    live++;
    *event = malloc(1);
    LEAVE(OK)
}

int NAME(cuEventDestroy_v2, hipEventDestroy)(void *event) {
    ENTER(destroy_event, 1, "destroy event")
    live--;
    free(event);
    LEAVE(OK)
}

int NAME(cuEventRecord, hipEventRecord)(void *event, struct stream *stream) {
    ENTER(record, 1, "record event%s", stream->number ? "" : " ahead")
    LEAVE(OK)
}

int NAME(cuEventSynchronize, hipEventSynchronize)(void *event) { ENTER(wait, 1, "synchronize event") LEAVE(OK) }

int NAME(cuMemAlloc_v2, hipMalloc)(void **memory, size_t bytes) {
    ENTER(allocate, 1, "allocate %zu", bytes)
    if (memory_used + bytes > MEMORY) LEAVE(OUT_OF_MEMORY)
    struct block *block = malloc(sizeof *block + bytes);
    block->bytes = bytes;
    memory_used += bytes;
    live++;
    *memory = block->begin;
    LEAVE(OK)
}

int NAME(cuMemFree_v2, hipFree)(void *memory) {
    ENTER(free, 1, "free")
    struct block *block = (struct block *)((char *)memory - offsetof(struct block, begin));
    memory_used -= block->bytes;
    live--;
    free(block);
    LEAVE(OK)
}

int NAME(cuMemHostAlloc, hipHostMalloc)(void **memory, size_t bytes, unsigned flags) {
    ENTER(pinned, 1, "allocate pinned %zu %u", bytes, flags)
    live++;
    *memory = malloc(bytes);
    LEAVE(OK)
}

int NAME(cuMemFreeHost, hipHostFree)(void *memory) {
    ENTER(free_pinned, 1, "free pinned")
    live--;
    free(memory);
    LEAVE(OK)
}

int NAME(cuMemcpyHtoDAsync_v2, hipMemcpyHtoDAsync)(void *to, const void *from, size_t bytes, struct stream *stream) {
    ENTER(write, 1, "write %zu%s", bytes, stream->number ? "" : " ahead")
    memcpy(to, from, bytes);
    LEAVE(OK)
}

int NAME(cuMemcpyDtoHAsync_v2, hipMemcpyDtoHAsync)(void *to, const void *from, size_t bytes, void *stream) {
    ENTER(read, 1, "read %zu", bytes)
    memcpy(to, from, bytes);
    LEAVE(OK)
}

int NAME(cuMemcpyDtoDAsync_v2, hipMemcpyDtoDAsync)(void *to, const void *from, size_t bytes, void *stream) {
    ENTER(copy, 1, "copy %zu", bytes)
    memcpy(to, from, bytes);
    LEAVE(OK)
}

int NAME(cuMemsetD8Async, hipMemsetD8Async)(void *to, unsigned char value, size_t bytes, void *stream) {
    ENTER(fill, 1, "fill %d %zu", value, bytes)
    memset(to, value, bytes);
    LEAVE(OK)
}

int NAME(cuModuleLoadDataEx, hipModuleLoadDataEx)(struct module **module, const char *image, unsigned count, int *options, void **values) {
    ENTER(load, 1, "load module, %u options", count)
    if (strstr(image, "bogus")) {
        for (unsigned i = 0; i + 1 < count; i++) {
            if (options[i] == 5 && options[i + 1] == 6) {
                snprintf(values[i], (size_t)values[i + 1], "ptxas application ptx input, line 5; error: Not a name of any known instruction: 'bogus'\n");
            }
        }
        LEAVE(INVALID_PTX)
    }
    *module = calloc(1, sizeof **module);
    snprintf((*module)->text, sizeof (*module)->text, "%s", image);
    live++;
    LEAVE(OK)
}

int NAME(cuModuleUnload, hipModuleUnload)(struct module *module) {
    ENTER(unload, 1, "unload module")
    live--;
    free(module);
    LEAVE(OK)
}

int NAME(cuModuleGetFunction, hipModuleGetFunction)(struct function **function, struct module *module, const char *name) {
    ENTER(function, 1, "get function %s", name)
    char entry[80];
    snprintf(entry, sizeof entry, ".entry %s(", name);
    if (!strstr(module->text, entry)) LEAVE(NOT_FOUND)
    *function = calloc(1, sizeof **function);
    (*function)->module = module;
    snprintf((*function)->name, sizeof (*function)->name, "%s", name);
    LEAVE(OK)
}

int NAME(cuFuncGetAttribute, hipFuncGetAttribute)(int *value, int attribute, struct function *function) { *value = 1024; return current ? OK : INVALID_CONTEXT; }

/* The bytes of a parameter, as the text of PTX declares it. */
static int parameter_bytes(struct function *function, size_t index) {
    char entry[80];
    snprintf(entry, sizeof entry, ".entry %s(", function->name);
    const char *at = strstr(function->module->text, entry);
    const char *end = strchr(at, ')');
    for (size_t i = 0;; i++) {
        at = strstr(at + 1, ".param .");
        if (!at || at > end) return 0;
        if (i == index) return strtol(at + strlen(".param .x"), NULL, 10) / 8;
    }
}

#ifndef HIP
int cuFuncGetParamInfo(struct function *function, size_t index, size_t *offset, size_t *bytes) {
    *offset = 8 * index;
    *bytes = parameter_bytes(function, index);
    return *bytes ? OK : INVALID_VALUE;
}
#endif

int NAME(cuLaunchKernel, hipModuleLaunchKernel)(struct function *function, unsigned x, unsigned y, unsigned z, unsigned group_x, unsigned group_y,
        unsigned group_z, unsigned shared, void *stream, void **parameters, void **extra) {
    ENTER(launch, 1, "launch %s %ux%ux%u of %ux%ux%u", function->name, x, y, z, group_x, group_y, group_z)
    int bytes;
    for (size_t i = 0; (bytes = parameter_bytes(function, i)); i++) {
        if (bytes == 4) note("  argument %d", *(int *)parameters[i]);
        else if (*(uint64_t *)parameters[i] >> 32 == 0) note("  argument %ld", *(long *)parameters[i]);
        else note("  argument of 8 bytes");
    }
    LEAVE(OK)
}

int NAME(cuGetErrorName, hipDrvGetErrorName)(int status, const char **name) {
    switch (status) {
        case INVALID_VALUE: *name = "ERROR_INVALID_VALUE"; return OK;
        case OUT_OF_MEMORY: *name = "ERROR_OUT_OF_MEMORY"; return OK;
        case 100: *name = "ERROR_NO_DEVICE"; return OK;
        case INVALID_CONTEXT: *name = "ERROR_INVALID_CONTEXT"; return OK;
        case INVALID_PTX: *name = "ERROR_INVALID_PTX"; return OK;
        case NOT_FOUND: *name = "ERROR_NOT_FOUND"; return OK;
        case 719: *name = "ERROR_LAUNCH_FAILED"; return OK;
        default: return INVALID_VALUE;
    }
}

int NAME(cuGetErrorString, hipDrvGetErrorString)(int status, const char **text) {
    if (status != 719) return INVALID_VALUE;
    *text = "unspecified launch failure";
    return OK;
}
