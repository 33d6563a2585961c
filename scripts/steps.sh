# Sourced by lint.sh and test.sh: every step is named and run, also after one that failed; the end says which failed.
failed=()
step() {
  local name=$1; shift
  printf '\n== %s\n' "$name"
  "$@" || failed+=("$name")
}
verdict() {
  [ ${#failed[@]} -eq 0 ] && { printf '\n== all is well\n'; return 0; }
  printf '\n== failed:\n' >&2
  printf '   %s\n' "${failed[@]}" >&2
  return 1
}
