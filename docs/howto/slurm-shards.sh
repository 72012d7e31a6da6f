#!/bin/bash
#SBATCH --job-name=ohmgrid-shards
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --time=04:00:00
#SBATCH --requeue
#
# A study in shards: one task of a job array computes one shard; "merge" joins them.
#
#   export STUDY=run.toml OUT=study.h5
#   array=$(sbatch --parsable --array=1-8 slurm-shards.sh)
#   sbatch --dependency=afterok:$array --export=ALL,PARTS=8 slurm-shards.sh merge
set -euo pipefail
program=${OHMGRID:-ohmgrid}

if [[ ${1:-} == merge ]]; then
    parts=()
    : "${PARTS:?how many shards there were}"
    for ((k = 1; k <= PARTS; ++k)); do parts+=("${OUT%.*}.$k-of-$PARTS.${OUT##*.}"); done
    exec "$program" montecarlo merge "${parts[@]}" --out "$OUT"
fi
exec "$program" montecarlo "$STUDY" --out "$OUT" --resume --quiet \
    --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --threads "${SLURM_CPUS_PER_TASK:-1}"
