# `make test` is all of the tests, on a bare Debian-like machine with a Rust toolchain; CI runs exactly this.
.PHONY: test

test:
	tests/install.sh
	cargo fmt --check
	cargo clippy --all-targets --quiet -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --quiet
	@# LIGNE_PEERS: a missing peer is a failure. Eight threads: calls last as long as speech does, and cost little else.
	LIGNE_PEERS=1 RUST_TEST_THREADS=8 cargo test --quiet
