using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Database.Migrations;

namespace WorkflowFunctions.Durable.Hosting;

/// <summary>
/// Brings the database to the schema while the worker starts, however long the database is away meanwhile: a worker that ended would take
/// the Functions host with it. Until then no step runs, and calls are told so.
/// </summary>
internal sealed class SchemaSetup(Migrator migrator, IConfiguration configuration, IServiceProvider services, ILogger<SchemaSetup> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the database has the schema.</summary>
    public Task Done => _done.Task;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                var connectionString = await AzureDatabase.ConnectionStringAsync(services, configuration, stoppingToken);
                var ran = await migrator.MigrateAsync(connectionString, stoppingToken);
                if (ran.Count > 0)
                    logger.LogInformation("The database has its schema ({Count} scripts ran)", ran.Count);
                _done.SetResult();
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
            {
                logger.LogWarning("PostgreSQL is out of reach ({Message}); trying again until it answers", exception.Message);
                await Task.Delay(s_retryDelay, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                _done.SetCanceled(stoppingToken);
                return;
            }
        }
    }
}
