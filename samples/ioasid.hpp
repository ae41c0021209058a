/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Spaces and queues for C++17: what is made is let go when its scope ends, and
 * what fails is thrown, with the text of ioasid_explain(). To be copied.
 */
#ifndef SAMPLES_IOASID_HPP
#define SAMPLES_IOASID_HPP

#include <stdexcept>
#include <string>
#include <utility>

#include <unistd.h>

#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>

namespace ioasid {

/* code() is the negative errno, or the status of a completion record. */
class error : public std::runtime_error {
	int code_;
public:
	error(const char *why, int code) : runtime_error(why), code_(code) {}
	int code() const noexcept { return code_; }
};

inline int check(ioasid_op op, int rc)
{
	if (rc < 0)
		throw error(ioasid_explain(op, rc), rc);
	return rc;
}

/* Owns a descriptor; can be moved and not copied. */
class descriptor {
	int fd_;
public:
	explicit descriptor(int fd) noexcept : fd_(fd) {}
	descriptor(descriptor &&from) noexcept
		: fd_(std::exchange(from.fd_, -1)) {}
	descriptor &operator=(descriptor &&from) noexcept
	{
		std::swap(fd_, from.fd_);
		return *this;
	}
	~descriptor() { if (fd_ >= 0) close(fd_); }
	int fd() const noexcept { return fd_; }
};

class space : public descriptor {
	using descriptor::descriptor;
public:
	/* Of the memory of this process, or a map of its own. */
	static space make(ioasid_type type)
	{
		descriptor system{check(IOASID_OP_SYSTEM_OPEN,
					ioasid_system_open())};
		return space{check(IOASID_OP_ALLOC,
				   ioasid_space_alloc(system.fd(), type,
						      nullptr, nullptr))};
	}
	/* A weaker fd of the same space, to be passed on. */
	space share(__u32 rights) const
	{
		return space{check(IOASID_OP_SHARE, ioasid_space_share(fd(), rights))};
	}
	/* When it returns, no device reaches the memory any more. */
	void free() { check(IOASID_OP_SPACE, ioasid_space_free(fd())); }
};

class queue : public descriptor {
public:
	explicit queue(const std::string &node)
		: descriptor(check(IOASID_OP_QUEUE_OPEN,
				   ioasid_queue_open(node.c_str(), 0))) {}
	/* Returns what descriptors have to name the space by. */
	__u32 attach(const space &space)
	{
		__u32 pasid;

		check(IOASID_OP_ATTACH,
		      ioasid_queue_attach(fd(), space.fd(), &pasid));
		return pasid;
	}
	/* Returns the record once the job is done well. */
	const dsa_completion_record &run(ioasid_job &job)
	{
		check(IOASID_OP_SUBMIT, ioasid_job_submit(fd(), &job));
		check(IOASID_OP_WAIT, ioasid_job_wait(fd(), &job, -1));
		if (job.record.status != DSA_COMP_SUCCESS)
			throw error(ioasid_completion_explain(job.record.status),
				    job.record.status);
		return job.record;
	}
};

}

#endif
