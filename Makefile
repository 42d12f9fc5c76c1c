# The commands of the house. `make demo` and `make test` are the two that matter.

CARGO ?= cargo
FUZZ_SECONDS ?= 600
FUZZ_TARGETS := tokenise paxlst cusres mrz

.PHONY: help demo test lint unit doc bench quality fuzz soak setup

help:
	@echo "make demo    build, make some hours of traffic, screen it, change a list, look back"
	@echo "make test    format, lints, all tests, documentation"
	@echo "make bench   measure, ours beside the peers (numbers: docs/performance.md)"
	@echo "make quality every table of docs/matching.md: precision, recall, alarms, retrieval"
	@echo "make fuzz    fuzz each parser for FUZZ_SECONDS=$(FUZZ_SECONDS) seconds"
	@echo "make soak    long runs: a 1 GB input in bounded memory, 200 kills, 10 000 worlds"
	@echo "make setup   install what a fresh Debian machine lacks"

setup:
	@scripts/setup

demo:
	@scripts/setup --check
	@scripts/demo

test:
	@scripts/setup --check
	@$(MAKE) --no-print-directory lint unit doc

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	@if $(CARGO) deny --version >/dev/null 2>&1; then \
		$(CARGO) deny --all-features check bans licenses sources; \
	else \
		echo "cargo-deny is not installed: licences and bans were not checked (scripts/setup --all)"; \
	fi

unit:
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		set -x; $(CARGO) nextest run --workspace --locked; \
	else \
		set -x; $(CARGO) test --workspace --locked --lib --bins --tests; \
	fi

# Doc tests, and documentation without broken links.
doc:
	$(CARGO) test --workspace --locked --doc
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --locked --no-deps

bench:
	$(CARGO) bench --workspace --locked

# The tables of docs/matching.md, on the data of crates/matching/data. Some minutes.
quality:
	@$(CARGO) run --release --locked -q -p tidewaiter-matching --example quality

fuzz:
	@scripts/fuzz $(FUZZ_SECONDS) $(FUZZ_TARGETS)

soak:
	@scripts/soak
