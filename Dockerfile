# syntax=docker/dockerfile:1
# The image of ha-webhook: docs/image.md says how to build, sign and verify it.

# Built on the machine's own architecture: the program is the same for all of them, only the runtime below is not.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# What packages there are changes seldom: restored in a layer of their own, apart from the sources.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/HaWebhook/HaWebhook.csproj src/HaWebhook/
COPY src/HaWebhook.Kubernetes/HaWebhook.Kubernetes.csproj src/HaWebhook.Kubernetes/
COPY src/HaWebhook.Policy/HaWebhook.Policy.csproj src/HaWebhook.Policy/
RUN dotnet restore src/HaWebhook

# Beside the sources: the samples and the CEL that are part of the program, and the page that the project names.
COPY README.md .editorconfig ./
COPY samples samples
COPY charts/ha-webhook/files charts/ha-webhook/files
COPY src src
RUN dotnet publish src/HaWebhook --no-restore --configuration Release --output /app -p:UseAppHost=false -p:ContinuousIntegrationBuild=true

# Chiseled: the runtime and what it needs, no shell, no package manager, a user of its own (1654).
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="HaWebhook" \
      org.opencontainers.image.description="An admission webhook that keeps the services of a Kubernetes cluster highly available." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
WORKDIR /app
COPY --from=build /app ./

# All addresses: in a pod there is nobody else. Without diagnostics .NET writes nothing to the file system. It looks for certificates below the home
# directory, which need not be there, but without any name for it .NET fails: OpenShift runs images as users that are in no password file.
ENV HAWEBHOOK_BIND=0.0.0.0 \
    HOME=/home/app \
    DOTNET_EnableDiagnostics=0

# 10250: the webhooks, over TLS. 8080: health and metrics.
EXPOSE 10250 8080

# By number, so that Kubernetes can see that it is not root.
USER 1654
ENTRYPOINT ["dotnet", "/app/ha-webhook.dll"]
CMD ["serve"]
