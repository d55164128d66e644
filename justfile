# Short names for the commands of the README. None is needed: each is one line to type.

set positional-arguments

# List the recipes
_default:
    @just --list

# Serve on SQLite (or run another command: just run config)
run *args:
    cargo run --release --locked -- "$@"

# Run everything that must pass, on SQLite and PostgreSQL
test:
    ./test

# Format, then lint as ./test does
lint: fmt
    cargo clippy --workspace --all-targets --all-features --locked -- -D warnings

# Format the code
fmt:
    cargo fmt --all

# Hold the server against its OpenAPI document with schemathesis (needs Python and the network once)
schemathesis *args:
    scripts/schemathesis/run "$@"

# Fuzz a target, or all one after the other, each for so many seconds (needs a C++ compiler and the network once)
fuzz target="all" seconds="60":
    fuzz/run "$@"

# Measure the HTTP API
bench *args:
    cargo bench --locked -p taskwell --bench http -- "$@"

# Measure what a million tasks cost
bench-scale *args:
    cargo bench --locked -p taskwell --bench scale -- "$@"

# Write docs/openapi.json anew
openapi:
    cargo run --quiet --locked -- openapi > docs/openapi.json

# Start the PostgreSQL of docker-compose.yml on 127.0.0.1:5432
db-up:
    docker compose up --detach --wait postgres

# Stop it; its data stays
db-down:
    docker compose stop postgres

# Install the Better Auth server that tests talk to, as ./test does (needs Node and the network)
better-auth:
    npm ci --prefix crates/server/tests/better-auth --ignore-scripts --no-audit --no-fund

# Check licences, sources, crate walls and known faults in dependencies (needs cargo-deny and the network)
deny:
    cargo deny --locked check

# Write down what the binary is built from, as target/taskwell.cdx.json (needs cargo-cyclonedx 0.5)
sbom:
    mkdir -p target
    cargo cyclonedx --manifest-path crates/server/Cargo.toml --format json --spec-version 1.5 --no-build-deps \
        --override-filename taskwell.cdx --quiet
    mv crates/server/taskwell.cdx.json target
    # It writes one for each crate of the workspace.
    find crates examples migration -name taskwell.cdx.json -delete

# Build the documentation of the code and open it
docs:
    cargo doc --workspace --no-deps --locked --open
