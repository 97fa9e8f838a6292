/*
 * The clock of a made-up machine: all namespaces have one clock of the wall, so that a machine's programs are given
 * this library, by which theirs is off by as much as a file says that they share. What sets the clock changes that
 * file; the kernel's clock is never set, and the machine has no right to.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static const int64_t SECOND = 1000000000;

/* Nanoseconds by which the machine's clock is ahead of the kernel's. */
static volatile int64_t *off(void) {
    static volatile int64_t *mapped;
    static int64_t none;
    if (!mapped) {
        int file = open("/beistand/clock", O_RDWR | O_CLOEXEC);
        int writes = file >= 0 ? PROT_READ | PROT_WRITE : PROT_READ;
        if (file < 0)
            file = open("/beistand/clock", O_RDONLY | O_CLOEXEC);
        void *page = file < 0 ? MAP_FAILED : mmap(NULL, sizeof none, writes, MAP_SHARED, file, 0);
        if (file >= 0)
            close(file);
        if (page == MAP_FAILED)
            return &none;
        mapped = page;
    }
    return mapped;
}

static int kernel_time(clockid_t clock, struct timespec *time) { return syscall(SYS_clock_gettime, clock, time); }

static int64_t nanoseconds(const struct timespec *time) { return time->tv_sec * SECOND + time->tv_nsec; }

static void shift(struct timespec *time, int64_t by) {
    int64_t sum = nanoseconds(time) + by;
    time->tv_sec = sum / SECOND;
    time->tv_nsec = sum % SECOND;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = kernel_time(clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        shift(time, *off());
    return result;
}

int gettimeofday(struct timeval *time, void *zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *seconds) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (seconds)
        *seconds = now.tv_sec;
    return now.tv_sec;
}

int clock_settime(clockid_t clock, const struct timespec *time) {
    struct timespec now;
    if (clock != CLOCK_REALTIME) {
        errno = EINVAL;
        return -1;
    }
    kernel_time(CLOCK_REALTIME, &now);
    *off() = nanoseconds(time) - nanoseconds(&now);
    return 0;
}

int settimeofday(const struct timeval *time, const struct timezone *zone) {
    struct timespec wanted = {0, 0};
    (void)zone;
    if (!time)
        return 0;
    wanted.tv_sec = time->tv_sec;
    wanted.tv_nsec = time->tv_usec * 1000;
    return clock_settime(CLOCK_REALTIME, &wanted);
}

/* A jump is one of this clock, and how quick the kernel's goes is left alone. */
int clock_adjtime(clockid_t clock, struct timex *how) {
    unsigned int modes = how->modes;
    if (clock != CLOCK_REALTIME) {
        errno = EINVAL;
        return -1;
    }
    if (modes & ADJ_SETOFFSET)
        *off() += how->time.tv_sec * SECOND + how->time.tv_usec * ((modes & ADJ_NANO) ? 1 : 1000);
    how->modes = 0;
    return syscall(SYS_adjtimex, how);
}

int adjtimex(struct timex *how) { return clock_adjtime(CLOCK_REALTIME, how); }

int ntp_adjtime(struct timex *how) { return clock_adjtime(CLOCK_REALTIME, how); }

/* When a packet came is the kernel's to say, by its own clock. */
ssize_t recvmsg(int socket, struct msghdr *message, int flags) {
    ssize_t (*next)(int, struct msghdr *, int) = (ssize_t(*)(int, struct msghdr *, int))dlsym(RTLD_NEXT, "recvmsg");
    ssize_t length = next(socket, message, flags);
    if (length < 0)
        return length;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
        struct timespec came;
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS)
            continue;
        memcpy(&came, CMSG_DATA(part), sizeof came);
        shift(&came, *off());
        memcpy(CMSG_DATA(part), &came, sizeof came);
    }
    return length;
}
