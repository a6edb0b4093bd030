#!/bin/sh
# Run dieharder's battery on the words of one order; a line a test goes to results/ORDER-SEED.txt.
#   benchmarks/streams/run_dieharder.sh ORDER [SEED [DIEHARDER OPTIONS]]
# The default options are -a (every test). PYTHON names the interpreter that has graduasi installed.
set -eu
order=$1
seed=${2:-1}
[ $# -ge 2 ] && shift 2 || shift 1
[ $# -gt 0 ] || set -- -a
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$here/results"
out="$here/results/$order-$seed.txt"
{
    echo "# $(date -u +%Y-%m-%d) bits.py --order $order --seed $seed | dieharder $* -g 200"
    OMP_NUM_THREADS=1 nice -n 19 "${PYTHON:-python3}" "$here/bits.py" --order "$order" --seed "$seed" |
        nice -n 19 dieharder "$@" -g 200
} >>"$out"
grep -c PASSED "$out" | sed "s/^/$order $seed PASSED /"
grep -E 'WEAK|FAILED' "$out" || true
