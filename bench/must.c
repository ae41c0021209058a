// SPDX-License-Identifier: GPL-2.0-only
/*
 * What has to work, or there is nothing to measure.
 */
#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <ioasid/ioasid.h>

#include "must.h"

/**
 * must() - End the program if a call of the library has failed
 * @rc: what it returned
 * @what: what was tried
 *
 * Return: @rc, which is not negative.
 */
int must(int rc, const char *what)
{
	if (rc < 0)
		errx(1, "%s: %s", what, strerror(-rc));
	return rc;
}

void must_call(int fd, unsigned long request, void *arg, const char *what)
{
	if (ioctl(fd, request, arg))
		err(1, "%s", what);
}

int must_open(const char *node)
{
	int fd = open(node, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", node);
	return fd;
}

/**
 * must_write() - Write a file of /proc or /sys
 * @file: the file
 * @text: all that goes there, by one call
 */
void must_write(const char *file, const char *text)
{
	ssize_t length = strlen(text);
	int fd = open(file, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, length) != length)
		err(1, "%s", file);
	close(fd);
}

/**
 * must_read() - Read a file of /proc or /sys that has one line
 * @file: the file
 * @text: gets what is there
 * @size: of @text
 */
void must_read(const char *file, char *text, size_t size)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	length = fd < 0 ? -1 : read(fd, text, size - 1);
	if (length < 0)
		err(1, "%s", file);
	text[length] = '\0';
	close(fd);
}

/* The system fd, which stays open. */
int system_fd(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = must(ioasid_system_open(), "/dev/ioasid");
	return fd;
}
