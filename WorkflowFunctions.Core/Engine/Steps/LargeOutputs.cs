namespace WorkflowFunctions.Engine.Steps;

/// <summary>
/// Lets few large outputs of a process be on their way to the record at once: on it, each is in memory several times over. Whoever has a small one
/// does not wait.
/// </summary>
internal sealed class LargeOutputs : IDisposable
{
    private const int LargeBytes = 1024 * 1024;
    private const int AtOnce = 4;

    private readonly SemaphoreSlim _room = new(AtOnce, AtOnce);

    /// <summary>Waits until there is room for an output.</summary>
    /// <param name="bytes">How large it is.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>What gives the room back.</returns>
    public async ValueTask<Room> EnterAsync(int bytes, CancellationToken cancellationToken)
    {
        if (bytes < LargeBytes)
            return default;
        await _room.WaitAsync(cancellationToken);
        return new Room(_room);
    }

    public void Dispose() => _room.Dispose();

    /// <summary>Room that an output has.</summary>
    internal readonly struct Room(SemaphoreSlim? room) : IDisposable
    {
        public void Dispose() => room?.Release();
    }
}
