namespace WorkflowFunctions.Engine.Steps;

/// <summary>
/// Lets few large outputs of a process be on their way at once, from where they come from to the record: on it, each is in memory several
/// times over. A small one does not wait.
/// </summary>
internal sealed class LargeOutputs : IDisposable
{
    private const int LargeBytes = 1024 * 1024;
    private const int AtOnce = 4;

    private readonly SemaphoreSlim _room = new(AtOnce, AtOnce);

    /// <summary>What one has who is to get none any more.</summary>
    public static IDisposable NoRoom { get; } = new Room(null);

    /// <summary>Waits until there is room for an output.</summary>
    /// <param name="bytes">How large it is.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>What gives the room back; null for an output that needs none.</returns>
    public async ValueTask<IDisposable?> EnterAsync(long bytes, CancellationToken cancellationToken)
    {
        if (bytes < LargeBytes)
            return null;
        await _room.WaitAsync(cancellationToken);
        return new Room(_room);
    }

    public void Dispose() => _room.Dispose();

    private sealed class Room(SemaphoreSlim? room) : IDisposable
    {
        public void Dispose() => room?.Release();
    }
}
