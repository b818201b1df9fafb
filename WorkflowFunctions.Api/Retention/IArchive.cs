using Npgsql;
using WorkflowFunctions.Api.Recurring;

namespace WorkflowFunctions.Api.Retention;

/// <summary>Where rows go that have stayed long enough.</summary>
internal interface IArchive
{
    /// <summary>Deletes rows and keeps them; both are so once the transaction is committed, and neither is before.</summary>
    /// <param name="table">From where.</param>
    /// <param name="quarter">The quarter that they are all of.</param>
    /// <param name="condition">Which rows: what follows <c>WHERE</c>.</param>
    /// <param name="parameters">The values in it.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="cancellationToken">Stops the wait; the transaction is lost then.</param>
    Task<TakenRows> TakeAsync(
        RetainedTable table, Quarter quarter, string condition, object parameters, NpgsqlTransaction transaction,
        CancellationToken cancellationToken);
}

/// <summary>Rows that went.</summary>
/// <param name="Count">How many.</param>
/// <param name="Last">The latest <c>created_at</c> of them; null if there are none, or none has it.</param>
internal readonly record struct TakenRows(long Count, DateTime? Last);

/// <summary>The container that rows are archived to cannot be used. The rows of the batch at hand are where they were.</summary>
internal sealed class ArchiveUnavailableException(string message, Exception inner) : Exception(message, inner);
