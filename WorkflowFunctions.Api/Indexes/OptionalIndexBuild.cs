using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace WorkflowFunctions.Api.Indexes;

/// <summary>Builds the optional indexes beside the work of the host, when it starts.</summary>
internal sealed class OptionalIndexBuild(OptionalIndexes indexes, ILogger<OptionalIndexBuild> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await indexes.BuildAsync(stoppingToken);
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The next start drops what is half built and builds it anew.
        }
        catch (NpgsqlException exception)
        {
            logger.LogError(exception, "An optional index could not be built; the next start tries again");
        }
    }
}
