# SPDX-License-Identifier: GPL-2.0-only
#
# Puts an accelerator, and how many spaces there may be, into the config.json of
# an OCI bundle, for runtimes to which CDI is unknown, such as runc:
#
#	ioasidctl cdi --output ioasid.json
#	jq -f ioasid.jq --slurpfile cdi ioasid.json --arg name sim0 \
#		--argjson spaces 2 config.json >config.json.new
#	mv config.json.new config.json

def device:
	first(.devices[] | select(.name == $name)) //
		error("there is no device \($name)");

[$cdi[0] | ., device | .containerEdits.deviceNodes[]] as $nodes |

# 438 is 0666: whom the container lets in is the container's business.
.linux.devices += [$nodes[] | {path, type, major, minor, fileMode: 438}] |
.linux.resources.devices += [$nodes[] |
	{allow: true, type, major, minor, access: .permissions}] |
.linux.resources.rdma.ioasid.hcaObjects = $spaces
