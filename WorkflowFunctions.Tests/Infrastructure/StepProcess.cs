using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Engine.Steps;

namespace WorkflowFunctions.Tests.Infrastructure;

/// <summary>The steps of one process, over a session of its own; no engine calls them but the test.</summary>
internal sealed class StepProcess : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly RecordWriter _writer;

    private StepProcess(NpgsqlConnection connection, IServiceProvider services, RecordAccess access)
    {
        _connection = connection;
        _writer = new RecordWriter(
            connection, "worker-test", services.GetRequiredService<ExecutionChanges>(), NullLogger<RecordWriter>.Instance);
        Steps = new WorkflowSteps(
            services.GetRequiredService<StepServices>(), new IdleEngine(), _writer, NullLogger<WorkflowSteps>.Instance, access)
        {
            LongestSegment = TimeSpan.MaxValue,
        };
    }

    public int SessionId => _connection.ProcessID;

    public WorkflowSteps Steps { get; }

    public static async Task<StepProcess> StartAsync(
        TestDatabase database, IServiceProvider services, RecordAccess access, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return new StepProcess(connection, services, access);
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
