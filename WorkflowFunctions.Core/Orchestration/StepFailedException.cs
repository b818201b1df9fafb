using Npgsql;

namespace WorkflowFunctions.Orchestration;

/// <summary>
/// A step could not do its work, for a reason that is not the workflow's: the record is out of reach, for example. The
/// orchestration ends; the execution is taken up again from the record.
/// </summary>
public sealed class StepFailedException(Exception inner) : Exception($"A step failed: {inner.Message}", inner)
{
    /// <summary>Waits for something that is read. That the record is out of reach is not the fault of any node.</summary>
    internal static async Task<T> OnReadAsync<T>(Task<T> read)
    {
        try
        {
            return await read;
        }
        catch (NpgsqlException exception)
        {
            throw new StepFailedException(exception);
        }
    }
}
