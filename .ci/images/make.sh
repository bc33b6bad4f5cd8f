#!/usr/bin/env bash
# Makes the base images that the sample system and the harness name. Where images can be pulled, they are;
# elsewhere stand-ins are built from Debian's packages and the npm registry. Images that are there stay.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOCKER_BUILDKIT=0

have() { docker image inspect "$1" >/dev/null 2>&1; }
pull() { [ -z "${closed:-}" ] && { timeout 60 docker pull --quiet "$1" >/dev/null 2>&1 || { closed=yes; false; }; }; }
# build <image> <context>: output only when it fails
build() {
  docker build --quiet --tag "$1" "$2" >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; return 1; }
  echo "made a stand-in for $1"
}

debian() {
  have debian:bookworm-slim && return
  command -v debootstrap >/dev/null || apt-get install -y -q debootstrap >"$work/apt.log" 2>&1 || { cat "$work/apt.log" >&2; return 1; }
  debootstrap --variant=minbase --include=ca-certificates bookworm "$work/bookworm" >"$work/debootstrap.log" 2>&1 ||
    { tail -n 20 "$work/debootstrap.log" >&2; return 1; }
  # As slim as the official slim image: neither caches nor what only people read.
  rm -rf "$work"/bookworm/var/{cache/apt/*.bin,cache/apt/archives/*.deb,lib/apt/lists/*,log/*.log} \
    "$work"/bookworm/usr/share/{doc,info,locale,man}/*
  tar -C "$work/bookworm" --numeric-owner --create . | docker import --change 'CMD ["bash"]' - debian:bookworm-slim >/dev/null
  echo 'made a stand-in for debian:bookworm-slim'
}

for name in node:24-bookworm-slim postgres:15-bookworm registry:2; do
  if have "$name" || pull "$name"; then continue; fi
  debian
  context=$work/${name%%:*}
  cp -r "$here/${name%%:*}" "$context"
  if [ "${name%%:*}" = node ]; then
    npm install --prefix "$context/toolchain" --ignore-scripts --no-save --no-audit --no-fund --loglevel=error \
      "node-linux-$(node -p process.arch)@24" npm@11 >/dev/null
  fi
  build "$name" "$context"
done
