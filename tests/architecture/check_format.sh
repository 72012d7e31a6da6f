#!/usr/bin/env bash
# Says which source files clang-format would change. Exit 77 (ctest: skipped) without
# clang-format 14, because other versions format differently.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if ! command -v clang-format-14 >/dev/null; then
    echo "skipped: clang-format-14 is absent"
    exit 77
fi
find . \( -path './.*' -o -path './build*' \) -prune -o \( -name '*.cpp' -o -name '*.hpp' \) -print0 |
    xargs -0 clang-format-14 --dry-run --Werror
