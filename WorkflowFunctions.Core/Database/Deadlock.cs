using Npgsql;

namespace WorkflowFunctions.Database;

/// <summary>
/// Transactions that wait for each other: PostgreSQL gives one of them up, and it is as if it had never been tried. Executions
/// that have started one another are locked in the order of their ids within a statement, but a batch has several.
/// </summary>
internal static class Deadlock
{
    private const int MaxTries = 5;

    /// <summary>Whether a transaction was given up, and is to be tried again as it was.</summary>
    public static bool Is(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;

    /// <summary>Runs a transaction, again if it was given up.</summary>
    public static async Task<T> RetryAsync<T>(Func<Task<T>> transaction)
    {
        for (var left = MaxTries - 1; ; left--)
        {
            try
            {
                return await transaction();
            }
            catch (PostgresException exception) when (left > 0 && Is(exception))
            {
                // Once more.
            }
        }
    }
}
