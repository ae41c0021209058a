# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Says how a test program has come out, of its status and what it has said, for
# run-tests and scripts/check. It has printed TAP, or says by its exit status
# alone whether its one test passed (0), failed (else) or was skipped (77).
#
# $OUTPUT is where its output is. Sets $passed, $failed and $skipped.

readonly SKIP=77

# Counts TAP lines: "PASSED FAILED SKIPPED", and MISSING of what was planned.
count_tap()
{
	awk '
	/^1\.\.[0-9]+/ { planned = substr($1, 4) }
	/^ok / && /# SKIP/ { skipped++; next }
	/^ok / { passed++ }
	/^not ok / { failed++ }
	END {
		missing = planned - passed - failed - skipped
		print passed + 0, failed + 0, skipped + 0, \
			(missing > 0 ? missing : 0)
	}' "$OUTPUT"
}

judge_tap()
{
	# shellcheck disable=SC2046 # four numbers
	set -- "$1" $(count_tap)
	passed=$2
	failed=$(($3 + $5))
	skipped=$4
	[ "$5" = 0 ] || echo "   $5 planned tests did not report"
	if [ "$1" != 0 ] && [ "$1" != 4 ] && [ "$failed" = 0 ]; then
		echo "   exit status $1 although no test failed"
		failed=1
	fi
}

judge_status()
{
	passed=0 failed=0 skipped=0
	case $1 in
	0) passed=1 ;;
	"$SKIP") skipped=1 ;;
	*) failed=1 ;;
	esac
}

show_skips()
{
	if [ "$1" = "$SKIP" ]; then
		sed 's/^/   skipped: /' "$OUTPUT"
	else
		sed -nE 's/^ok [0-9]+ (.*)# SKIP/   skipped: \1/p' "$OUTPUT"
	fi
}

show_output()
{
	sed -E '/^(ok |TAP version|1\.\.[0-9]|# +(RUN|OK) )/d; s/^/   | /' \
		"$OUTPUT"
}

# judge STATUS: also prints what was skipped.
judge()
{
	if grep -qE '^(TAP version|1\.\.[0-9])' "$OUTPUT"; then
		judge_tap "$1"
	else
		judge_status "$1"
	fi
	show_skips "$1"
}
