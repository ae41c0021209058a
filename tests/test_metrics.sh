#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# ioasidctl metrics: that the numbers are those of "list" and "limit show", that
# names of others are written as the format wants them, and that the manual page
# has all of them. Whether that is OpenMetrics, scripts/check-metrics asks.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh
# shellcheck source=tests/holder.sh
. holder.sh

readonly MANUAL=/usr/share/man/man1/ioasidctl-metrics.1
readonly CGROUPS=/sys/fs/cgroup

# says NAME VALUE: whether there is that sample, once.
says()
{
	grep -v '^#' "$DIR/out" | grep -F "$1 " >"$DIR/found"
	[ "$(cat "$DIR/found")" = "$1 $2" ] && return
	echo "# instead of $1 $2:"
	grep -F "${1%%\{*}" "$DIR/out" | sed 's/^/# /'
	return 1
}

# sample NAME VALUE
sample()
{
	verdict "$1 $2" says "$1" "$2"
}

# What jq makes of the list of spaces.
of_list()
{
	jq "$1" "$DIR/list"
}

# Families that are printed, and those of the manual page.
families()
{
	sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' "$DIR/out" | sort
}

documented()
{
	sed -nE 's/^\.It Li (ioasid[a-z_]*)( .*)?$/\1/p' "$MANUAL" |
		sed 's/_total$//' | sort
}

# Each family has a type and a help, in this order, before its samples.
is_in_order()
{
	awk '
	/^# TYPE / { family = $3; if (seen[family]++) exit 1; next }
	/^# (UNIT|HELP) / { if ($3 != family) exit 1; next }
	/^# EOF$/ { ended = NR; next }
	{ name = $1; sub(/[{].*/, "", name); sub(/_total$/, "", name)
	  if (name != family) exit 1 }
	END { exit ended != NR }' "$DIR/out"
}

truncate -s 100G "$DIR/long"
chmod 755 "$DIR"
chmod 666 /dev/ioasid_sim1
odd="$(printf 'test_"q\\n\303\244')"
broken="$(printf 'test_\377')"
other="$(printf 'test_\376')"
mkdir "$CGROUPS/$odd" "$CGROUPS/$broken" "$CGROUPS/$other"
ioasidctl limit set "/$odd" 7
ioasidctl limit set "/$broken" 8
ioasidctl limit set "/$other" 9
# shellcheck disable=SC2016 # for the other shell
hold_space sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$CGROUPS/$odd" \
	ioasid-dsa -d /dev/ioasid_sim0 crc "$DIR/long"
memory=$holder
hold_space su nobody -c "ulimit -l 8192
	exec ioasid-dsa -d /dev/ioasid_sim1 crc $DIR/long"
user=$holder
hold_space ioasid-pager "$DIR/long"
pager=$holder

ioasidctl -j list >"$DIR/list"
expect "metrics" 0 '^# EOF$' ioasidctl metrics
verdict "no complaint" test ! -s "$DIR/err"
verdict "order" is_in_order
sample ioasid_abi 3
sample 'ioasid_pasids{use="space"}' "$(of_list length)"
sample 'ioasid_pasids{use="left"}' "$(ioasidctl -j info | jq .pasids_left)"
for type in sva iova; do
	for state in idle active free-pending free; do
		labels="type=\"$type\",state=\"$state\""
		sample "ioasid_spaces{$labels}" "$(of_list "map(select(
			.type == \"$type\" and
			.state == \"$state\")) | length")"
	done
	for bytes in mapped pinned; do
		sample "ioasid_${bytes}_bytes{type=\"$type\"}" "$(of_list \
			"map(select(.type == \"$type\") | .$bytes) | add")"
	done
done
sample ioasid_spaces_mm_gone 0
for device in ioasid_sim_accel.0 ioasid_sim_accel.1; do
	sample "ioasid_attachments{device=\"$device\"}" "$(of_list \
		"[.[].attachment_list[] | select(.device == \"$device\")] |
		length")"
	sample "ioasid_attachments_cut{device=\"$device\"}" 0
done
sample 'ioasid_user_spaces{uid="0",user="root"}' 2
sample 'ioasid_user_spaces{uid="65534",user="nobody"}' 1
sample 'ioasid_user_pinned_bytes{uid="65534",user="nobody"}' 0
sample 'ioasid_user_pinned_max_bytes{uid="65534",user="nobody"}' 8388608
quoted="$(printf 'cgroup="/test_\\"q\\\\n\303\244"')"
sample "ioasid_cgroup_spaces{$quoted}" 1
sample "ioasid_cgroup_spaces_max{$quoted}" 7
sample "ioasid_cgroup_spaces_left{$quoted}" 6
quoted="$(printf 'cgroup="/test_\357\277\275"')"
for cgroup in "$broken 8" "$other 9"; do
	number=$(stat -c %i "$CGROUPS/${cgroup% *}")
	sample "ioasid_cgroup_spaces_max{$quoted,id=\"$number\"}" "${cgroup#* }"
done
sample ioasid_processes_hidden 0
verdict "no more than asked for" eval "! grep -q ioasid_space_ $DIR/out"

# Characters of two to four bytes are text; what is cut, longer than it has to
# be, of surrogates or beyond the last one is none.
mkdir "$CGROUPS/text"
for bytes in '\303\251' '\342\202\254' '\360\237\230\200' \
	'\302' '\340\200\200' '\355\240\200' '\360\200\200\200' \
	'\364\220\200\200' '\370'; do
	cgroup=/text/$(printf '%b' "$bytes")
	mkdir "$CGROUPS$cgroup"
	ioasidctl limit set "$cgroup" 1
done
run ioasidctl metrics
# Behind the name, as grep has it.
samples_of_text()
{
	grep -c "^ioasid_cgroup_spaces_max{cgroup=\"/text/[^\"]*\"$1} 1\$" \
		"$DIR/out"
}
verdict "characters that are text" test "$(samples_of_text '')" = 3
verdict "bytes that are none" test "$(samples_of_text ',id="[0-9]*"')" = 6
for cgroup in "$CGROUPS"/text/*/; do
	ioasidctl limit set "$cgroup" max
	rmdir "$cgroup"
done
rmdir "$CGROUPS/text"

ioasidctl cut "$memory/$(basename "$(grep -l '^ioasid:' \
	"/proc/$memory/fdinfo/"*)")" 1 >/dev/null
ioasidctl -j list >"$DIR/list"
expect "metrics --all" 0 '^# EOF$' ioasidctl metrics --all
verdict "order of all" is_in_order
sample 'ioasid_attachments_cut{device="ioasid_sim_accel.0"}' 1
jq -r '.[] | "\(.ioasid) \(.pasid) \(.type) \(.creator.comm // "kernel"
	) \(.faults)"' "$DIR/list" >"$DIR/spaces"
while read -r id pasid type comm faults; do
	labels="ioasid=\"$id\",pasid=\"$pasid\",type=\"$type\""
	labels="$labels,creator=\"$comm\""
	sample "ioasid_space_faults_total{$labels}" "$faults"
	sample "ioasid_space_faults_failed_total{$labels}" 0
done <"$DIR/spaces"
verdict "of all" test "$(wc -l <"$DIR/spaces")" = \
	"$(grep -c '^ioasid_space_faults_total' "$DIR/out")"
families >"$DIR/families"
documented >"$DIR/documented"
verdict "the manual page has all" cmp "$DIR/families" "$DIR/documented"

# As the manual page has a file written every minute.
collector=/var/lib/prometheus/node-exporter
mkdir -p "$collector"
cron=$(sed -n 's/^\* \* \* \* \* root //p' "$MANUAL")
service=$(sed -n "s|^ExecStart=/bin/sh -c '\(.*\)'\$|\1|p" "$MANUAL")
for line in "$cron" "cd $collector; $service"; do
	rm -f "$collector"/*
	sh -c "$line"
	verdict "$line" test "$(ls "$collector")" = ioasid.prom
	verdict "all of it" test "$(tail -n 1 $collector/ioasid.prom)" = '# EOF'
done

expect "as nobody" 0 '^ioasid_user_spaces\{uid="65534",user="nobody"\} 1$' \
	su nobody -c 'ioasidctl metrics'
verdict "as nobody: who was not seen" \
	has_said '^ioasid_processes_hidden [1-9]'
verdict "as nobody: nothing of root" eval \
	"! grep -q 'ioasid_user_spaces.*root' $DIR/out"
expect "no cgroups" 0 'cgroups are left out: no cgroups with the rdma' \
	unshare -m sh -c 'umount -l /sys/fs/cgroup && ioasidctl metrics'
verdict "no cgroups: the rest" has_said '^# EOF$'
expect "output that cannot be written" 1 'cannot write the output' \
	sh -c 'ioasidctl metrics >/dev/full'

kill -KILL "$memory" "$user" "$pager"
wait "$memory" "$user" "$pager" 2>/dev/null
for cgroup in "$odd" "$broken" "$other"; do
	ioasidctl limit set "/$cgroup" max
	verdict "nothing is left" eventually rmdir "$CGROUPS/$cgroup"
done
verdict "modules can be unloaded" rmmod ioasid_sim ioasid
expect "no module" 1 "load the module with 'modprobe ioasid'" ioasidctl metrics
verdict "no module: no text" test ! -s "$DIR/out"
verdict "modules can be loaded again" modprobe ioasid_sim
finish
