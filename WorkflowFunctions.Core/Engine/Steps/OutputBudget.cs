namespace WorkflowFunctions.Engine.Steps;

/// <summary>How much memory this process may use to keep outputs at hand; what does not fit is read from the record when needed.</summary>
/// <param name="total">In bytes of JSON; what it takes in memory is a small multiple of that.</param>
internal sealed class OutputBudget(long total)
{
    private long _taken;

    /// <summary>Takes so many bytes, if there are.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= total)
            return true;
        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
