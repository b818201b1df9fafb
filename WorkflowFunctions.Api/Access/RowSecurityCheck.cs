using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Access;

/// <summary>Says at the start what row-level security lacks, where there are callers to confine.</summary>
internal sealed class RowSecurityCheck(NpgsqlDataSource database, RowSecurity security, IOptions<AccessOptions> access, ILogger<RowSecurityCheck> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (access.Value.IsOpen)
            return;
        try
        {
            await security.CheckAsync(database, cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            // It is looked at again when the first connection is to be confined.
            logger.LogWarning("Whether PostgreSQL confines callers is not known yet: {Message}", exception.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
