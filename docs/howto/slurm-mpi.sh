#!/bin/bash
#SBATCH --job-name=ohmgrid-mpi
#SBATCH --cpus-per-task=1
#SBATCH --time=04:00:00
#SBATCH --requeue
#
# A study on several ranks: srun starts them, MPI joins them.
#
#   export STUDY=run.toml OUT=study.h5
#   sbatch --ntasks=8 slurm-mpi.sh
#
# MPI_TYPE is what `srun --mpi=list` offers and the MPI library understands: pmix (default), or pmi2.
set -euo pipefail
exec srun --mpi="${MPI_TYPE:-pmix}" "${OHMGRID:-ohmgrid}" montecarlo "$STUDY" --out "$OUT" \
    --resume --threads "${SLURM_CPUS_PER_TASK:-1}"
