#!/usr/bin/env bash
# Several processes on this machine that share one sweep through a PostgreSQL server:
#
#   export DLREF_STORAGE=postgresql://user:password@host/database
#   PROCESSES=2 examples/cluster/local.sh digits --trials 64 --directory sweeps/shared
#
# Each is the same command, and each takes the trials that nobody has taken. Ctrl-C and SIGTERM end all of them; run
# the script again to go on. (On one machine alone, `dlref sweep ... --workers 2` does the same without a server.)
set -euo pipefail
: "${DLREF_STORAGE:?must be the URL of a PostgreSQL database that all processes can reach}"

pids=()
trap 'kill -TERM "${pids[@]}" 2>/dev/null || true' INT TERM
for ((i = 0; i < ${PROCESSES:-2}; i++)); do
  dlref sweep "$@" &
  pids+=($!)
done

code=0
for pid in "${pids[@]}"; do
  while :; do
    status=0
    wait "$pid" || status=$?
    kill -0 "$pid" 2>/dev/null || break # a signal interrupts `wait` while the process still runs
  done
  ((status <= code)) || code=$status
done
exit "$code"
