#!/usr/bin/env bash
# Runs the Slurm scripts of docs/howto on a Slurm of one node that this script starts on the loopback
# interface and stops again: shards with a merge, and ranks under srun. Their results must equal
# those of one process, bit by bit. Needs root and Debian's slurm-wlm and munge; outside ./check.
#
#   tests/slurm/run.sh [build/release/bin/ohmgrid]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source_folder=$PWD
program=$(realpath "${1:-build/release/bin/ohmgrid}")

for tool in slurmctld slurmd munged sbatch; do
    command -v "$tool" >/dev/null || { echo "skipped: no $tool (apt-get install slurm-wlm munge)"; exit 77; }
done
((EUID == 0)) || { echo "skipped: slurmd must be started by root"; exit 77; }

work=$(mktemp -d)
export SLURM_CONF=$work/slurm.conf
pids=()
stop_all() {
    for ((i = ${#pids[@]} - 1; i >= 0; --i)); do kill "${pids[i]}" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop_all EXIT

start_munge() {
    mkdir -m 755 "$work/munge"
    dd if=/dev/urandom of="$work/munge/key" bs=128 count=1 2>/dev/null
    chmod 400 "$work/munge/key"
    chmod 755 "$work"
    munged --foreground --force --key-file "$work/munge/key" --socket "$work/munge/socket" \
        --pid-file "$work/munge/pid" --log-file "$work/munge/log" --seed-file "$work/munge/seed" >/dev/null 2>&1 &
    pids+=($!)
}

start_slurm() {
    local host cpus
    host=$(hostname -s)
    cpus=$(nproc)
    mkdir "$work/state" "$work/spool"
    cat >"$SLURM_CONF" <<EOF
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CryptoType=crypto/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
SlurmctldPort=46817
SlurmdPort=46818
ReturnToService=2
SchedulerParameters=bf_interval=1
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE OverSubscribe=FORCE:4 State=UP
EOF
    slurmctld -D -f "$SLURM_CONF" >/dev/null 2>&1 &
    pids+=($!)
    slurmd -D -f "$SLURM_CONF" >/dev/null 2>&1 &
    pids+=($!)
    for ((i = 0; i < 60; ++i)); do
        if sinfo -h -o %t 2>/dev/null | grep -q idle; then return; fi
        sleep 1
    done
    tail -n 20 "$work"/*.log >&2
    echo "Slurm did not start" >&2
    return 1
}

# wait_for JOB: until it has left the queue; fails if it did not complete.
wait_for() {
    local state
    for ((i = 0; i < 240; ++i)); do
        state=$(scontrol show job "$1" 2>/dev/null | grep -o 'JobState=[A-Z_]*' | sort -u | tr '\n' ' ')
        case $state in
            *PENDING* | *RUNNING* | *COMPLETING*) sleep 1 ;;
            'JobState=COMPLETED ') return ;;
            *) echo "job $1: $state" >&2; cat "$work"/slurm-*.out >&2; return 1 ;;
        esac
    done
    echo "job $1 did not end" >&2
    return 1
}

values() { "$program" convert "$1" --dataset /points/values --format csv; }

start_munge
start_slurm
export OHMGRID=$program STUDY=$source_folder/docs/examples/array_study.toml
cd "$work"
"$program" montecarlo "$STUDY" --out one.h5 --quiet >one.txt
values one.h5 >one.csv

echo "== job array of 3 shards and a merge"
export OUT=$work/shards.h5
array=$(sbatch --parsable --array=1-3 "$source_folder/docs/howto/slurm-shards.sh")
merge=$(sbatch --parsable --dependency=afterok:"$array" --export=ALL,PARTS=3 \
    "$source_folder/docs/howto/slurm-shards.sh" merge)
wait_for "$array"
wait_for "$merge"
values shards.h5 | cmp - one.csv
cmp "slurm-$merge.out" one.txt

echo "== srun with 2 ranks"
export OUT=$work/ranks.h5
MPI_TYPE=$(srun --mpi=list 2>&1 | grep -o 'pmix$' | head -1 || true)
export MPI_TYPE=${MPI_TYPE:-pmi2}
ranks=$(sbatch --parsable --ntasks=2 --overcommit "$source_folder/docs/howto/slurm-mpi.sh")
wait_for "$ranks"
values ranks.h5 | cmp - one.csv
grep -q 'by 2 ranks' "slurm-$ranks.out"
echo "shards and ranks under Slurm give the bits of one process (--mpi=$MPI_TYPE)"
