# Sourced by ./run, ./test, ./bench and .ci/static, which set $command: finds Python 3.11 and hands over.
project=$(cd "${project:-$(dirname "$0")}" && pwd -P) || exit 1
cd "$project" || exit 1
for python in python3.11 python3; do
    if command -v "$python" >/dev/null 2>&1 && "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
        PYTHONPATH="$project" PYTHONDONTWRITEBYTECODE=1 exec "$python" -m suite_setup "$command" "$@"
    fi
done
echo "error: Python 3.11 is needed and was not found; install it with:  apt-get install python3.11 python3.11-venv" >&2
exit 1
