# `make test` is all of the tests, on a bare machine with a Rust toolchain; CI runs exactly this.
.PHONY: test

test:
	cargo fmt --check
	cargo clippy --all-targets --quiet -- -D warnings
	cargo test --quiet
