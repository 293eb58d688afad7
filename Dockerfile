# syntax=docker/dockerfile:1

# What npm needs to know, apart from the sources: a change of code leaves the installed layers alone.
FROM node:20.20.2-bookworm-slim AS manifests
WORKDIR /src
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc ! -path './apps/cli/bin/*' -delete \
  && find . -type d -empty -delete

FROM node:20.20.2-bookworm-slim AS build
WORKDIR /src
COPY --from=manifests /src ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node apps/cli/bin/build.mjs apps/api apps/cli apps/worker examples/notes examples/orders
RUN mkdir /out \
  && find apps examples libs -type f -path '*/dist/*' ! -path '*/node_modules/*' ! -name '*.spec.*' ! -name .tsbuildinfo \
    -exec cp --parents --target-directory=/out {} +

# node_modules is installed again rather than copied: a production install places packages differently.
FROM node:20.20.2-bookworm-slim
LABEL org.opencontainers.image.title="Tenantry" org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=manifests /src ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force
COPY --from=build /out ./
RUN install --directory --owner=node --group=node /data
USER node
ENV NODE_ENV=production TENANTRY_DATA_DIR=/data
# Holds the embedded Postgres and the installation's secret, where no others are given.
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/health/live').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "apps/api/dist/main.js"]
