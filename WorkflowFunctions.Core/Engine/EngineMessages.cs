using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace WorkflowFunctions.Engine;

/// <summary>
/// What processes on the same database tell each other: the one that leads a local server, and all workers of Azure. A message that is lost
/// loses nothing: the record has it, and is looked at now and then.
/// </summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="Signal">The signal that is raised; null to start the execution.</param>
/// <param name="Payload">The payload of the signal.</param>
internal sealed record EngineMessage(string ExecutionId, string? Signal = null, string? Payload = null);

/// <summary>
/// Carries <see cref="EngineMessage"/> over PostgreSQL's NOTIFY. The database makes the messages, in <c>workflow_notify_engine</c>,
/// since rows that others insert send them too.
/// </summary>
internal static class EngineMessages
{
    /// <summary>The channel that <c>workflow_notify_engine</c> names.</summary>
    private const string Channel = "workflow_engine";

    /// <summary>Sends a message to all that receive.</summary>
    public static async Task SendAsync(NpgsqlDataSource database, EngineMessage message, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT workflow_notify_engine($1, $2, $3)");
        command.Parameters.Add(Text(message.ExecutionId));
        command.Parameters.Add(Text(message.Signal));
        command.Parameters.Add(Text(message.Payload));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Receives messages until it is stopped or the connection is lost.</summary>
    public static async Task ReceiveAsync(
        NpgsqlDataSource database, Action<EngineMessage> receive, ILogger logger, CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        connection.Notification += (_, notification) =>
        {
            try
            {
                if (JsonSerializer.Deserialize<EngineMessage>(notification.Payload) is { ExecutionId: not null } message)
                    receive(message);
            }
            catch (JsonException exception)
            {
                logger.LogWarning(exception, "A notification could not be read");
            }
        };
        await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
            await listen.ExecuteNonQueryAsync(stopping);
        while (true)
            await connection.WaitAsync(stopping);
    }

    private static NpgsqlParameter Text(string? value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };
}
