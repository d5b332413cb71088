#!/usr/bin/env bash
# A sweep on a SLURM cluster: an array of tasks that share a PostgreSQL database.
#
#   export DLREF_STORAGE=postgresql://user:password@host/database
#   sbatch examples/cluster/slurm.sh sweep.toml
#
# Every task runs the same command and takes the trials that nobody has taken; how many tasks run, and when, changes
# nothing about the trials. The folder must be on a file system that all nodes see: the weights are kept there.
#SBATCH --job-name=dlref
#SBATCH --array=0-7
#SBATCH --cpus-per-task=4
#SBATCH --mem=16G
#SBATCH --time=04:00:00
#SBATCH --signal=TERM@60
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x-%A_%a.log
##SBATCH --gpus-per-task=1
set -euo pipefail
: "${DLREF_STORAGE:?must be the URL of a PostgreSQL database that all nodes can reach}"

echo "task ${SLURM_ARRAY_TASK_ID} of job ${SLURM_ARRAY_JOB_ID} on ${SLURMD_NODENAME:-$(hostname)}"
# Preemption and the time limit send SIGTERM to the step: what has ended is kept, and the requeued task goes on.
exec srun dlref sweep "$@" --workers "${DLREF_WORKERS:-auto}"
