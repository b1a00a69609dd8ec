#!/bin/sh
# What `make test` needs beside a Rust toolchain: installs it when it may, names it when it may not. Never skips in silence.
set -eu

# program:Debian package
wanted="sipp:sip-tester baresip:baresip-core"

missing=""
for pair in $wanted; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
# Debian keeps its programs out of PATH.
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"

if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "installing$missing" >&2
        apt-get update -qq >/dev/null
        # shellcheck disable=SC2086 # a list of packages
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    else
        echo "make test calls the line with other people's telephones and tries its store on PostgreSQL; these are missing:$missing" >&2
        echo "  Debian, Ubuntu:  sudo apt-get install$missing" >&2
        echo "  without them:    cargo test   (it names what it leaves out)" >&2
        exit 1
    fi
fi

# sipp sends a capture's RTP through a raw socket, which root may open and others must be allowed to.
sipp=$(command -v sipp)
if [ "$(id -u)" != 0 ] && ! PATH="$PATH:/usr/sbin:/sbin" getcap "$sipp" 2>/dev/null | grep -q cap_net_raw; then
    echo "make test has sipp send keys, through a raw socket that only root may open:" >&2
    echo "  allow sipp alone:  sudo setcap cap_net_raw+ep $sipp" >&2
    exit 1
fi
