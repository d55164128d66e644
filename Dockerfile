# syntax=docker/dockerfile:1

# Brings the C compiler that aws-lc and SQLite need. The Debian release is that of the image below: same glibc.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
# The caches are not part of the layer, so the binary is copied out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked -p taskwell \
    && install -D target/release/taskwell /image/usr/local/bin/taskwell \
    && install -d /image/data

# glibc, libgcc, certificates; no shell, no package manager.
FROM gcr.io/distroless/cc-debian12:nonroot
LABEL org.opencontainers.image.title="taskwell" \
      org.opencontainers.image.description="A task backend: HTTP API on SQLite or PostgreSQL" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"

COPY --from=build /image/usr/local/bin/taskwell /usr/local/bin/taskwell
# A number, so that Kubernetes can see that it is not root (runAsNonRoot).
COPY --from=build --chown=65532:65532 /image/data /data
USER 65532:65532
WORKDIR /data
VOLUME /data

ENV HOST=0.0.0.0 \
    PORT=8080 \
    DATABASE_URL=sqlite:///data/taskwell.db
EXPOSE 8080

HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["/usr/local/bin/taskwell", "healthcheck"]

# The server finishes what is in flight within `server.shutdown_grace` (20 s). Docker kills after 10 s unless
# told otherwise: docker run --stop-timeout 25.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/taskwell"]
CMD ["serve"]
