using System.Globalization;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Engine.Limits;

/// <summary>How much may run at once, and how large outputs may be: the <see cref="LimitOptions"/> at work.</summary>
internal sealed class RunLimits
{
    private readonly LimitOptions _options;
    private readonly Dictionary<string, FairGate> _gates;

    /// <summary>The limits of the configuration.</summary>
    /// <exception cref="OptionsValidationException">A limit is less than 1.</exception>
    public RunLimits(IOptions<LimitOptions> options)
    {
        _options = options.Value;
        ExecutionsPerWorkspace = options.Value.ExecutionsPerWorkspace;
        OutputBytes = options.Value.OutputBytes;
        Require(nameof(LimitOptions.ExecutionsPerWorkspace), ExecutionsPerWorkspace);
        Require(nameof(LimitOptions.OutputBytes), OutputBytes);
        foreach (var (type, limit) in options.Value.NodesPerType)
            Require($"{nameof(LimitOptions.NodesPerType)}:{type}", limit);

        RequireCost(nameof(LimitOptions.MaxCostUsdPerDay), options.Value.MaxCostUsdPerDay);
        foreach (var (workspace, own) in options.Value.Workspaces)
            RequireCost(SettingOf(workspace), own.MaxCostUsdPerDay);

        _gates = options.Value.NodesPerType.ToDictionary(limit => limit.Key, limit => new FairGate(limit.Value), StringComparer.Ordinal);
    }

    /// <summary>The executions that may run at once in a workspace; null for any number.</summary>
    public int? ExecutionsPerWorkspace { get; }

    /// <summary>Whether executions are run that somebody else has inserted.</summary>
    internal bool RunsInserted => _options.InsertedExecutions;

    /// <summary>
    /// The time before which a row that somebody else has inserted is left alone if it is still pending: nobody waits for it any more. Null
    /// if there is none such.
    /// </summary>
    internal DateTimeOffset? StaleBefore(DateTimeOffset now) => _options.PendingCutoff(now);

    /// <summary>Whether nodes of a type may have to wait for others.</summary>
    internal bool IsLimited(string nodeType) => _gates.ContainsKey(nodeType);

    /// <summary>The output that a node may have, in bytes of JSON.</summary>
    public int OutputBytes { get; }

    /// <summary>What a workspace may cost in a day, in US dollars, and which setting says so; null for any amount.</summary>
    internal (decimal Usd, string Setting)? MaxCostUsdPerDay(string workspaceId) =>
        _options.Workspaces.TryGetValue(workspaceId, out var own) && own.MaxCostUsdPerDay is { } usd
            ? (usd, $"{LimitOptions.Section}:{SettingOf(workspaceId)}")
            : _options.MaxCostUsdPerDay is { } usual ? (usual, $"{LimitOptions.Section}:{nameof(LimitOptions.MaxCostUsdPerDay)}") : null;

    /// <summary>Says why a node fails whose output would be so large; null if it may be.</summary>
    /// <param name="bytes">Its size, in bytes of JSON.</param>
    internal string? RefuseOutput(long bytes) => bytes <= OutputBytes
        ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"The output would have {bytes:N0} bytes of JSON; a node may have {OutputBytes:N0} (Limits:OutputBytes). Keep large content "
                + $"elsewhere, and give on where it is.");

    /// <summary>Waits until a node may run. Disposing of what is returned lets the next one run.</summary>
    /// <param name="nodeType">The node's type.</param>
    /// <param name="execution">
    /// Its execution. Workspaces take turns, and batches too: a large one keeps nobody else of its workspace waiting.
    /// </param>
    /// <param name="cancelled">Fires when its execution is cancelled.</param>
    /// <param name="stopping">Fires when the process stops.</param>
    /// <returns>The turn; null where nothing limits the type.</returns>
    /// <exception cref="OperationCanceledException">The execution was cancelled or the process is stopping.</exception>
    internal async ValueTask<IDisposable?> EnterAsync(
        string nodeType, ExecutionRow execution, CancellationToken cancelled, CancellationToken stopping)
    {
        if (_gates.Count == 0 || !_gates.TryGetValue(nodeType, out var gate))
            return null;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, stopping);
        var party = execution.CreatedBy is { } by && by.StartsWith(Ids.BatchPrefix, StringComparison.Ordinal) ? by : execution.WorkspaceId;
        return await gate.EnterAsync(party, either.Token);
    }

    private static string SettingOf(string workspace) =>
        $"{nameof(LimitOptions.Workspaces)}:{workspace}:{nameof(WorkspaceLimits.MaxCostUsdPerDay)}";

    private static void RequireCost(string name, decimal? limit)
    {
        if (limit < 0)
        {
            throw new OptionsValidationException(
                LimitOptions.Section, typeof(LimitOptions), [$"Limits:{name} is {limit}; it has to be at least 0."]);
        }
    }

    private static void Require(string name, int? limit)
    {
        if (limit < 1)
            throw new OptionsValidationException(
                LimitOptions.Section, typeof(LimitOptions), [$"Limits:{name} is {limit}; it has to be at least 1."]);
    }
}

/// <summary>
/// How much may run at once, and how large outputs may be: the section <c>Limits</c> of the configuration. What may run is not limited
/// unless it says so.
/// </summary>
internal sealed record LimitOptions
{
    /// <summary>The section.</summary>
    public const string Section = "Limits";

    /// <summary>The executions that may run at once in a workspace; others stay pending until it is their turn.</summary>
    public int? ExecutionsPerWorkspace { get; init; }

    /// <summary>
    /// Whether executions are run that somebody else has inserted; not while another system on the same tables still runs them.
    /// </summary>
    public bool InsertedExecutions { get; init; } = true;

    /// <summary>
    /// The nodes of a type that may run at once in a process, by node type: what an LLM provider allows, for example. Workspaces
    /// take turns.
    /// </summary>
    public IReadOnlyDictionary<string, int> NodesPerType { get; init; } = new Dictionary<string, int>();

    /// <summary>What a workspace may cost in a day, in US dollars; executions pause then. Null for any amount.</summary>
    public decimal? MaxCostUsdPerDay { get; init; }

    /// <summary>The limits of single workspaces, by their ids; each wins over the one for all.</summary>
    public IReadOnlyDictionary<string, WorkspaceLimits> Workspaces { get; init; } = new Dictionary<string, WorkspaceLimits>();

    /// <summary>
    /// Of a time, the one before which rows that others have inserted are left alone: as long as <c>Retention:Pending</c> keeps them.
    /// </summary>
    public Func<DateTimeOffset, DateTimeOffset?> PendingCutoff { get; set; } = static now => now.AddDays(-7);

    /// <summary>The output that a node may have, in bytes of JSON; the node fails if it would have more.</summary>
    public int OutputBytes { get; init; } = 16 * 1024 * 1024;
}

/// <summary>The limits of a workspace.</summary>
internal sealed record WorkspaceLimits
{
    /// <summary>What it may cost in a day, in US dollars.</summary>
    public decimal? MaxCostUsdPerDay { get; init; }
}
