using Microsoft.Extensions.Options;

namespace WorkflowFunctions.Orchestration;

/// <summary>How much may run at once: the <see cref="LimitOptions"/> at work.</summary>
public sealed class NodeLimits
{
    private readonly Dictionary<string, FairGate> _gates;

    /// <summary>The limits of the configuration.</summary>
    /// <exception cref="OptionsValidationException">A limit is less than 1.</exception>
    public NodeLimits(IOptions<LimitOptions> options)
    {
        ExecutionsPerWorkspace = options.Value.ExecutionsPerWorkspace;
        if (ExecutionsPerWorkspace < 1)
            throw new OptionsValidationException(LimitOptions.Section, typeof(LimitOptions), [$"Limits:ExecutionsPerWorkspace is {ExecutionsPerWorkspace}; it has to be at least 1."]);
        foreach (var (type, limit) in options.Value.NodesPerType)
        {
            if (limit < 1)
                throw new OptionsValidationException(LimitOptions.Section, typeof(LimitOptions), [$"Limits:NodesPerType:{type} is {limit}; it has to be at least 1."]);
        }

        _gates = options.Value.NodesPerType.ToDictionary(limit => limit.Key, limit => new FairGate(limit.Value), StringComparer.Ordinal);
    }

    /// <summary>The executions that may run at once in a workspace; null for any number.</summary>
    public int? ExecutionsPerWorkspace { get; }

    /// <summary>Whether nodes of a type may have to wait for others.</summary>
    internal bool IsLimited(string nodeType) => _gates.ContainsKey(nodeType);

    /// <summary>Waits until a node may run. Disposing of what is returned lets the next one run.</summary>
    /// <param name="nodeType">The node's type.</param>
    /// <param name="workspaceId">The workspace of its execution.</param>
    /// <param name="cancelled">Fires when its execution is cancelled.</param>
    /// <param name="stopping">Fires when the process stops.</param>
    /// <returns>The turn; null where nothing limits the type.</returns>
    /// <exception cref="OperationCanceledException">The execution was cancelled or the process is stopping.</exception>
    internal async ValueTask<IDisposable?> EnterAsync(
        string nodeType, string workspaceId, CancellationToken cancelled, CancellationToken stopping)
    {
        if (_gates.Count == 0 || !_gates.TryGetValue(nodeType, out var gate))
            return null;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, stopping);
        return await gate.EnterAsync(workspaceId, either.Token);
    }
}
