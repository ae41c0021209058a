// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same from C++: an accelerator copies text, then is kept from doing so.
 *
 *	ioasid-copy TEXT
 */
#include <iostream>
#include <string>

#include "ioasid.hpp"

static void copy(ioasid::queue &queue, __u32 pasid, const std::string &from,
		 std::string &to)
{
	ioasid_job job;

	ioasid_desc_memmove(&job.desc, pasid, ioasid_job_record(&job),
			    reinterpret_cast<__u64>(to.data()),
			    reinterpret_cast<__u64>(from.data()), from.size());
	queue.run(job);
}

/* The space of this process's memory may as well be attached by another. */
static void run(const std::string &text)
{
	auto space = ioasid::space::make(IOASID_TYPE_SVA);
	ioasid::queue queue{"/dev/ioasid_sim0"};
	const __u32 pasid = queue.attach(space.share(IOASID_RIGHT_ATTACH));
	std::string seen(text.size(), ' ');

	copy(queue, pasid, text, seen);
	std::cout << "copy: " << seen << '\n';
	space.free();
	try {
		copy(queue, pasid, text, seen);
	} catch (const ioasid::error &error) {
		std::cout << "copy: taken back: " << error.what() << '\n';
	}
}

int main(int argc, char **argv)
{
	if (argc != 2 || !*argv[1]) {
		std::cerr << "copy: usage: ioasid-copy TEXT\n";
		return EXIT_FAILURE;
	}
	try {
		run(argv[1]);
	} catch (const ioasid::error &error) {
		std::cerr << "copy: " << error.what() << '\n';
		return EXIT_FAILURE;
	}
}
