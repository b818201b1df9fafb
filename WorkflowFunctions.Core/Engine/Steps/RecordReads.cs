using Npgsql;
using WorkflowFunctions.Engine.Orchestration;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>Reads of the record by steps: that it is out of reach is not the fault of any node.</summary>
internal static class RecordReads
{
    /// <summary>Waits for something that is read.</summary>
    /// <exception cref="StepFailedException">The record is out of reach.</exception>
    public static async Task<T> OrStepFailsAsync<T>(this Task<T> read)
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
