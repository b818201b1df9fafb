# syntax=docker/dockerfile:1
# The Local server. docs/security.md says how to run it.

# The page, on the machine's own architecture: what it makes is the same everywhere.
FROM --platform=$BUILDPLATFORM node:22-bookworm-slim AS page
WORKDIR /source/web
COPY web/ ./
RUN --mount=type=cache,target=/root/.npm node scripts/build.mjs /page/

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY WorkflowFunctions.Core/WorkflowFunctions.Core.csproj WorkflowFunctions.Core/packages.lock.json WorkflowFunctions.Core/
COPY WorkflowFunctions.Api/WorkflowFunctions.Api.csproj WorkflowFunctions.Api/packages.lock.json WorkflowFunctions.Api/
COPY WorkflowFunctions.Local/WorkflowFunctions.Local.csproj WorkflowFunctions.Local/packages.lock.json WorkflowFunctions.Local/
COPY web/web.targets web/
# The packages of the lock files, to the byte, or none.
RUN dotnet restore WorkflowFunctions.Local --locked-mode
COPY WorkflowFunctions.Core/ WorkflowFunctions.Core/
COPY WorkflowFunctions.Api/ WorkflowFunctions.Api/
COPY WorkflowFunctions.Local/ WorkflowFunctions.Local/
COPY samples/*.json samples/
COPY --from=page /page/ web/dist/
RUN dotnet publish WorkflowFunctions.Local --no-restore --configuration Release --output /app -p:BuildWeb=false -p:UseAppHost=false

# Without a shell or a package manager. The "extra" has the time zones, which schedules need.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra
WORKDIR /app
COPY --from=build /app ./
# Nothing is written but to /tmp, which the runtime and large requests use: run it with --read-only --tmpfs /tmp.
# The image has no Kerberos, which the driver of PostgreSQL would look for first, and complain.
ENV ASPNETCORE_HTTP_PORTS=8080 Access__Required=true DOTNET_EnableDiagnostics=0 PGGSSENCMODE=disable
EXPOSE 8080
# A user without rights, whom the image has; by number, so that Kubernetes can tell that it is not root.
USER 1654
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["dotnet", "WorkflowFunctions.Local.dll", "health"]
ENTRYPOINT ["dotnet", "WorkflowFunctions.Local.dll"]
CMD ["serve"]
